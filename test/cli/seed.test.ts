import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import { findRegionalPrices } from '../../src/db/records/regional-price.ts';
import type { Tables } from '../../src/db/tables.ts';
import { deletePlan, getPlan, listPlans } from '../../src/domain/plan.ts';
import type { Mode } from '../../src/vocabulary.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { command } from './command.ts';

onEveryEngine('seed', (world) => {
  const seed = (plans: number, mode: Mode, organization = 'Load test') =>
    command(['seed', '--plans', String(plans), '--mode', mode, '--organization', organization], {
      DATABASE_URL: world().url,
    });

  const catalogueOf = async (mode: Mode, organization?: string) => {
    const tenant = await world().tenantOf(organization ?? 'Load test', mode);
    const reader = world().store.reader(tenant);
    const { items } = await listPlans(reader, { visibility: 'all' }, { first: 1_000 });
    const planIds = items.map(({ id }) => id);
    const prices = await findPricesOfPlans(reader, planIds);
    const regionalPrices = await findRegionalPrices(
      reader,
      prices.map(({ id }) => id),
    );
    return {
      tenant,
      plans: items,
      prices,
      regionalPrices,
      features: await findFeaturesOfPlans(reader, planIds),
    };
  };

  it(
    'fills a catalogue with four prices, six regional prices each and twelve features a ' + 'plan',
    async () => {
      const { code, stderr } = await seed(230, 'live');
      expect(code).toBe(0);
      expect(stderr).toMatch(/^200 of 230 plans\n230 of 230 plans\n$/);
      const { plans, prices, regionalPrices, features } = await catalogueOf('live');
      expect(plans).toHaveLength(230);
      expect(prices).toHaveLength(230 * 4);
      expect(regionalPrices).toHaveLength(230 * 4 * 6);
      expect(features).toHaveLength(230 * 12);
      const held = async (table: keyof Tables) =>
        Number(
          (
            await world()
              .store.engine.reading.selectFrom(table)
              .select(({ fn }) => fn.countAll().as('rows'))
              .executeTakeFirstOrThrow()
          ).rows,
        );
      // 9 of the 230 are free.
      expect(await held('unit_price')).toBe(221 * 2 * 4);
      expect(await held('regional_unit_price')).toBe(221 * 2 * 4 * 2);
      expect(await held('plan_feature_limit')).toBe(230 * 2 * 2);
      expect(await held('feature_section')).toBe(2);
      // Monthly and yearly prices in two markets; variants of yearly prices in one.
      expect(await held('market')).toBe(2);
      expect(await held('plan_price')).toBe(230 * 4 + 230 / 5);
      expect(await held('market_price')).toBe(230 * 2 * 2 + 230 / 5);
      expect(await held('market_unit_price')).toBe(221 * 2 * 4 * 2);
      expect(await auditInvariants(world().store)).toEqual([]);
    },
  );

  it('tells the planner what the tables hold', async () => {
    const { engine } = world().store;
    const known =
      engine.name === 'sqlite'
        ? sql<{ table: string }>`select distinct tbl as "table" from sqlite_stat1`
        : sql<{
            table: string;
          }>`select relname as "table" from pg_class where relkind = 'r' and reltuples > 0`;
    const { rows } = await known.execute(engine.reading);
    expect(rows.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['plan', 'plan_price', 'plan_feature']),
    );
    if (engine.name !== 'sqlite') return;
    const { rows: samples } = await sql`select tbl from sqlite_stat4`.execute(engine.reading);
    expect(samples, 'each would have statements planned anew for each parameter').toEqual([]);
  });

  it('writes one operation a batch', async () => {
    const { tenant } = await catalogueOf('live');
    expect(await revisionOf(world().store, tenant)).toBe(2);
  });

  it('makes the same catalogue again elsewhere', async () => {
    await seed(7, 'sandbox', 'One');
    await seed(7, 'sandbox', 'Other');
    const [one, other] = await Promise.all(
      ['One', 'Other'].map(async (organization) => {
        const { plans, prices, regionalPrices } = await catalogueOf('sandbox', organization);
        return [
          plans.map(({ code, name, metadata, isFree, isPublic }) => ({
            code,
            name,
            metadata,
            isFree,
            isPublic,
          })),
          prices.map(({ billingInterval, price }) => [billingInterval, price]),
          regionalPrices.map(({ currency, price }) => [currency, price]),
        ];
      }),
    );
    expect(one).toEqual(other);
  });

  it('adds what is missing and leaves the rest alone', async () => {
    await seed(3, 'sandbox');
    const before = await catalogueOf('sandbox');
    const reader = world().store.reader(before.tenant);
    const { id } = await getPlan(reader, 'seed_000002');
    await world().store.write(before.tenant, anyone, (w) => deletePlan(w, id));
    await seed(4, 'sandbox');
    const after = await catalogueOf('sandbox');
    expect(after.plans.map(({ code }) => code).sort()).toEqual(
      [1, 2, 3, 4].map((n) => `seed_00000${n}`),
    );
    const kept = before.plans.filter((plan) => plan.id !== id);
    expect(after.plans).toEqual(expect.arrayContaining(kept));
    await seed(4, 'sandbox');
    expect(await catalogueOf('sandbox')).toEqual(after);
    expect(await auditInvariants(world().store)).toEqual([]);
  });
});
