import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../src/cli/seed/fill.ts';
import { refreshStatistics } from '../../src/db/engine/statistics.ts';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import type { ApiVersion } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';

const PLANS = 1_010;
const PRIVATE_PLANS = PLANS / 10;

onRest('lists', (server) => {
  let crowded: RestClient;
  beforeAll(async () => {
    crowded = await server().newClient({ version: '2026-07-11' });
    const { store } = server().world;
    for await (const _done of fill(store, crowded.catalogue.tenant, PLANS));
    await refreshStatistics(store.engine);
  });

  /** All pages of a list, each a request. */
  const pages = async (client: RestClient, path: string): Promise<{ id: string }[][]> => {
    const found = [];
    let cursor: string | undefined;
    do {
      const query: string = `${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
      const { body } = await client.call('GET', cursor ? path + query : path);
      expect('nextCursor' in body).toBe(body.hasMore);
      found.push(body.data);
      cursor = body.nextCursor;
    } while (cursor);
    return found;
  };
  const sizes = (found: unknown[][]) => found.map(({ length }) => length);

  describe('of plans', () => {
    it('answer up to 1000 rows where no limit is given', async () => {
      expect(sizes(await pages(crowded, '/plans?includePrivate=true'))).toEqual([
        1_000,
        PLANS - 1_000,
      ]);
    });

    it('show every public plan once on their pages, oldest first', async () => {
      const found = await pages(crowded, '/plans?limit=300&includePrivate=false');
      expect(sizes(found)).toEqual([300, 300, 300, 9]);
      const codes = found.flat().map((plan) => ('code' in plan ? plan.code : undefined));
      expect(codes).toEqual([...codes].sort());
      expect(new Set(codes).size).toBe(PLANS - PRIVATE_PLANS);
      const whole = await crowded.call('GET', '/plans');
      expect(whole.body.data).toEqual(found.flat());
    });

    it('ask the database only for each hundred of plans anew', async () => {
      const statementsFor = async (limit: number, version: ApiVersion) => {
        const { world } = server();
        // As after a write of another process: nothing that was read before counts.
        await sql`update tenant set revision = revision + 1`.execute(world.store.engine.writing);
        const headers = { 'commet-version': version };
        const list = () => crowded.call('GET', `/plans?limit=${limit}`, undefined, headers);
        return (await world.statementsOf(list)).length;
      };
      await statementsFor(1, '2026-07-31');
      for (const version of ['2026-05-25', '2026-07-11', '2026-07-31'] as const) {
        const few = await statementsFor(2, version);
        expect(few).toBeLessThanOrEqual(5);
        expect(await statementsFor(10, version)).toBe(few);
        // For each hundred: how much there is to read, then the plans, then the features that they
        // have. With what they are in markets, a hundred are a little more than one slice, which
        // knows the features where records are kept.
        const isLong = version === '2026-07-31';
        const more = isLong ? (server().world.store.readsAhead ? 1 : 2) : 0;
        expect(await statementsFor(100, version)).toBe(few + 1 + more);
        expect(await statementsFor(200, version)).toBe(few + 4 + 2 * more);
      }
    });

    it('stand in the order of their groups, then of their creation', async () => {
      const client = await server().newClient();
      const { catalogue } = client;
      const [first, second, third] = [
        await catalogue.plan(),
        await catalogue.plan(),
        await catalogue.plan(),
      ];
      const group = await catalogue.group();
      for (const { id } of [third, first])
        await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: id }));
      const { body } = await client.call('GET', '/plans');
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([
        second.id,
        third.id,
        first.id,
      ]);
    });
  });

  it('of features are paged', async () => {
    const found = await pages(crowded, '/features?limit=5');
    expect(sizes(found)).toEqual([5, 5, 2]);
    expect(new Set(found.flat().map(({ id }) => id)).size).toBe(12);
  });

  it('of plan groups answer 25 rows where no limit is given', async () => {
    const client = await server().newClient();
    const ids: string[] = [];
    for (let number = 0; number < 27; number += 1) ids.push((await client.catalogue.group()).id);
    const found = await pages(client, '/plan-groups');
    expect(sizes(found)).toEqual([25, 2]);
    expect(found.flat().map(({ id }) => id)).toEqual(ids);
    expect(sizes(await pages(client, '/plan-groups?limit=100'))).toEqual([27]);
  });

  it('refuse the cursor of another list', async () => {
    const { body } = await crowded.call('GET', '/plans?limit=1');
    const answer = await crowded.call('GET', `/features?cursor=${body.nextCursor}`);
    expect(answer.body.error).toMatchObject({ code: 'validation_error', param: 'cursor' });
  });
});
