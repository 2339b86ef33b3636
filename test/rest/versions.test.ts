import { beforeAll, describe, expect, it } from 'vitest';
import { pinApiVersion } from '../../src/domain/organization.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { Catalogue } from '../catalogue.ts';
import { anyone } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { onRest, RestClient } from './client.ts';

/**
 * The route table of the contract, written out: an operation's route in the older eras, in the
 * newest, and its first version. Markets have another place in their first version.
 */
const routes: [id: string, older: string, newest: string, since?: ApiVersion][] = [
  ['create-plan', 'POST /plans/manage', 'POST /plans'],
  ['list-plans', 'GET /plans', 'GET /plans'],
  ['get-plan', 'GET /plans/x', 'GET /plans/x'],
  ['update-plan', 'PUT /plans/x/manage', 'PATCH /plans/x'],
  ['delete-plan', 'DELETE /plans/x/manage', 'DELETE /plans/x'],
  ['set-plan-visibility', 'PUT /plans/x/visibility', 'PUT /plans/x/visibility'],
  ['add-plan-feature', 'POST /plans/x/features', 'POST /plans/x/features'],
  ['update-plan-feature', 'PUT /plans/x/features/y', 'PATCH /plans/x/features/y'],
  ['remove-plan-feature', 'DELETE /plans/x/features/y', 'DELETE /plans/x/features/y'],
  ['add-plan-price', 'POST /plans/x/prices', 'POST /plans/x/prices'],
  ['update-plan-price', 'PUT /plans/x/prices/y', 'PATCH /plans/x/prices/y'],
  ['delete-plan-price', 'DELETE /plans/x/prices/y', 'DELETE /plans/x/prices/y'],
  ['set-default-plan-price', 'PUT /plans/x/prices/y/default', 'PUT /plans/x/prices/y/default'],
  ['upsert-regional-prices', 'PUT /plans/x/prices/y/regional', 'PUT /plans/x/prices/y/regional'],
  [
    'delete-regional-prices',
    'DELETE /plans/x/prices/y/regional',
    'DELETE /plans/x/prices/y/regional',
  ],
  ['set-plan-regional-pricing', 'PUT /plans/x/regional', 'PUT /plans/x/regional', '2026-06-07'],
  ['list-features', 'GET /features', 'GET /features', '2026-06-10'],
  ['get-feature', 'GET /features/x', 'GET /features/x', '2026-06-10'],
  ['create-feature', 'POST /features/manage', 'POST /features'],
  ['update-feature', 'PUT /features/x/manage', 'PATCH /features/x'],
  ['delete-feature', 'DELETE /features/x/manage', 'DELETE /features/x'],
  ['list-plan-groups', 'GET /plan-groups', 'GET /plan-groups'],
  ['get-plan-group', 'GET /plan-groups/x', 'GET /plan-groups/x'],
  ['create-plan-group', 'POST /plan-groups', 'POST /plan-groups'],
  ['update-plan-group', 'PUT /plan-groups/x', 'PATCH /plan-groups/x'],
  ['delete-plan-group', 'DELETE /plan-groups/x', 'DELETE /plan-groups/x'],
  ['add-plan-to-group', 'POST /plan-groups/x/plans', 'POST /plan-groups/x/plans'],
  ['remove-plan-from-group', 'DELETE /plan-groups/x/plans/y', 'DELETE /plan-groups/x/plans/y'],
  [
    'reorder-plans-in-group',
    'PUT /plan-groups/x/plans/reorder',
    'PUT /plan-groups/x/plans/reorder',
  ],
  ['list-markets', 'GET /pricing/market-groups', 'GET /markets', '2026-07-24'],
  ['get-market', 'GET /pricing/market-groups/x', 'GET /markets/x', '2026-07-24'],
  ['create-market', 'POST /pricing/market-groups', 'POST /markets', '2026-07-24'],
  ['update-market', 'PATCH /pricing/market-groups/x', 'PATCH /markets/x', '2026-07-24'],
  ['delete-market', 'DELETE /pricing/market-groups/x', 'DELETE /markets/x', '2026-07-24'],
];

const NEWEST_ERA: ApiVersion = '2026-07-24';

const offered = (version: ApiVersion): string[] =>
  routes
    .filter(([, , , since = version]) => since <= version)
    .map(([, older, newest, since]) =>
      version < NEWEST_ERA || (since === NEWEST_ERA && version === since) ? older : newest,
    );

const everyRoute = [...new Set(routes.flatMap(([, older, newest]) => [older, newest]))];

onRest('versions', (server) => {
  let client: RestClient;
  beforeAll(async () => {
    client = await server().newClient();
  });

  it.each(apiVersions)(
    '%s offers its routes, and says of every other one who has it',
    async (version) => {
      expect(offered(version)).toHaveLength(
        version < '2026-06-07' ? 26 : version < '2026-06-10' ? 27 : version < NEWEST_ERA ? 29 : 34,
      );
      for (const route of everyRoute) {
        const [method = '', path = ''] = route.split(' ');
        const { body } = await client.call(method, path, undefined, { 'commet-version': version });
        const { code, message } = body.error ?? { code: 'none', message: '' };
        const outcome = ['endpoint_not_available', 'method_not_allowed', 'not_found'].includes(code)
          ? code
          : 'offered';
        const expected = offered(version).includes(route) ? 'offered' : 'endpoint_not_available';
        expect({ route, outcome }).toEqual({ route, outcome: expected });
        if (outcome !== 'offered')
          for (const other of apiVersions)
            expect(message.includes(other)).toBe(
              other === version || offered(other).includes(route),
            );
      }
    },
  );

  describe('are chosen', () => {
    it('by the header', async () => {
      const { body } = await client.call('GET', '/plans', undefined, {
        'commet-version': '2026-07-24',
      });
      expect(body).toEqual({ object: 'list', data: [], hasMore: false });
    });

    it('by the header even where it names a date that is no version: the newest', async () => {
      for (const date of ['2030-01-01', '2025-01-01', '2026-05-24', 'latest', '9'.repeat(500)]) {
        const { body } = await client.call('GET', '/plans', undefined, { 'commet-version': date });
        expect(body).toEqual({ object: 'list', data: [], hasMore: false });
      }
    });

    it('by the pin of the organization without one, and the header wins over the pin', async () => {
      const { world, gateway } = server();
      const organization = `Pinned ${Math.random()}`;
      const tenant = await world.tenantOf(organization, 'live');
      const pinned = new RestClient(
        gateway,
        await keyOf(world, tenant),
        new Catalogue(world, tenant),
      );
      expect((await pinned.call('GET', '/plans')).body).toEqual({
        success: true,
        data: [],
        hasMore: false,
      });
      await pinApiVersion(world.store, organization, '2026-07-24', anyone);
      pinned.pin = '2026-07-24';
      expect((await pinned.call('GET', '/plans')).body).toEqual({
        object: 'list',
        data: [],
        hasMore: false,
      });
      const { body } = await pinned.call('GET', '/features', undefined, {
        'commet-version': '2026-06-10',
      });
      expect(body).toEqual({ success: true, data: [], hasMore: false });
    });
  });

  it('of rate scale write amounts alike, digit by digit', async () => {
    const price = Number.MAX_SAFE_INTEGER;
    const plan = await client.catalogue.plan({ code: 'dear' });
    await client.catalogue.price(plan, { price });
    for (const version of apiVersions.filter((version) => version < NEWEST_ERA)) {
      const { body } = await client.call('GET', '/plans/dear', undefined, {
        'commet-version': version,
      });
      expect((body.data ?? body).prices[0].price).toBe(price);
    }
  });
});
