import { beforeEach, expect, it } from 'vitest';
import { endpointsOf } from '../../src/rest/endpoints.ts';
import type { OperationId } from '../../src/rest/routes.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient, versionsWhere } from './raw.ts';

const isEraB = (version: ApiVersion) => !isEraA(version) && !isEraC(version);

const flatOffer = [
  'introOfferEnabled',
  'introOfferDiscountType',
  'introOfferDiscountValue',
  'introOfferDurationCycles',
];

/**
 * Members that some versions of an operation have and others have not, with a value that fits, as
 * the contract has them.
 */
const members: [
  id: OperationId,
  has: (version: ApiVersion) => boolean,
  names: string[],
  value: string,
][] = [
  ['add-plan-feature', isEraA, ['overageEnabled', 'overageUnitPrice'], '1'],
  ['add-plan-feature', (version) => !isEraA(version), ['overage'], '{"unitPrice":5}'],
  ['update-plan-feature', isEraA, ['overageEnabled', 'overageUnitPrice'], '1'],
  ['update-plan-feature', (version) => !isEraA(version), ['overage'], '{"unitPrice":5}'],
  ['add-plan-price', isEraA, flatOffer, '1'],
  ['add-plan-price', isEraB, ['introOffer'], '{"enabled":false}'],
  ['add-plan-price', isEraC, ['metadata', 'marketPrices', 'inheritsFromPriceId'], '[]'],
  ['update-plan-price', isEraA, flatOffer, '1'],
  ['update-plan-price', isEraB, ['introOffer'], '{"enabled":false}'],
  ['update-plan-price', isEraC, ['metadata', 'marketPrices', 'inheritsFromPriceId'], '[]'],
  ['set-plan-regional-pricing', isEraB, ['introOffers'], '[]'],
];

onRest('members of bodies', (server) => {
  let client: RestClient;
  let ids: { plan: string; price: string; feature: string };

  beforeEach(async () => {
    client = await server().newClient();
    const { catalogue } = client;
    const plan = await catalogue.plan({ code: 'pro', consumptionModel: 'metered', isFree: false });
    const price = await catalogue.price(plan, { billingInterval: 'monthly', price: 290_000 });
    const feature = await catalogue.feature({ code: 'calls', type: 'usage' });
    ids = { plan: plan.id, price: price.id, feature: feature.id };
  });

  const pathOf = (id: OperationId): string[] => {
    if (id === 'update-plan-feature') return [ids.plan, ids.feature];
    return id === 'update-plan-price' ? [ids.plan, ids.price] : [ids.plan];
  };

  const required: Partial<Record<OperationId, string>> = {
    'add-plan-feature': '"featureId":"calls"',
    'add-plan-price': '"billingInterval":"yearly","price":0',
    'set-plan-regional-pricing': '"currency":"eur","exchangeRate":1',
  };

  it.each(apiVersions)(
    'that %s does not have are refused with the versions that have them',
    async (version) => {
      const raw = new RawClient(client, version);
      const before = await client.catalogue.contents();
      for (const [id, has, names, value] of members) {
        if (has(version) || !raw.has(id)) continue;
        for (const name of names) {
          const start = required[id] === undefined ? '' : `${required[id]},`;
          const { status, body } = await raw.call(id, pathOf(id), `{${start}"${name}":${value}}`);
          expect({ id, name, status, code: body.error?.code, param: body.error?.param }).toEqual({
            ...{ id, name, status: 400 },
            code: 'validation_error',
            param: name,
          });
          const versions = versionsWhere(
            (other) => has(other) && (other >= '2026-06-07' || id !== 'set-plan-regional-pricing'),
          );
          const [{ message }] = body.error.details;
          expect(message).toBe(
            `is not in the API version ${version}, but in ${versions.join(', ')}`,
          );
        }
      }
      expect(await client.catalogue.contents()).toEqual(before);
    },
  );

  it('are the only ones that differ from version to version', () => {
    const listed = members.flatMap(([id, , names]) => names.map((name) => `${id} ${name}`));
    for (const version of apiVersions)
      for (const { id, members: own, final } of endpointsOf(version))
        for (const name of [...own, ...final]) {
          const everywhere = apiVersions.every((other) => {
            const endpoint = endpointsOf(other).find((endpoint) => endpoint.id === id);
            return !endpoint || [...endpoint.members, ...endpoint.final].includes(name);
          });
          if (!everywhere) expect(listed).toContain(`${id} ${name}`);
        }
  });

  it.each(apiVersions)('that no version knows are ignored in %s', async (version) => {
    const raw = new RawClient(client, version);
    await raw.done(
      'update-plan',
      [ids.plan],
      '{"name":"Renamed","colour":"red","overrides":[1],"object":"plan"}',
    );
    await raw.done('update-plan-price', [ids.plan, ids.price], '{"trialDays":3,"colour":"red"}');
  });

  it.each(apiVersions)(
    'that cannot be changed may be repeated in %s, and nothing else',
    async (version) => {
      const raw = new RawClient(client, version);
      const type = version < '2026-05-18' ? 'metered' : 'usage';
      const finals: [
        id: OperationId,
        path: string[],
        present: string,
        others: [name: string, value: string][],
      ][] = [
        [
          'update-plan',
          [ids.plan],
          '"code":"pro","isFree":false,"consumptionModel":"metered","blockOnExhaustion":false',
          [
            ['code', '"other"'],
            ['isFree', 'true'],
            ['consumptionModel', '"credits"'],
            ['blockOnExhaustion', 'true'],
            ['planGroupId', '"plg_x"'],
          ],
        ],
        [
          'update-plan-price',
          [ids.plan, ids.price],
          '"billingInterval":"monthly"',
          [
            ['billingInterval', '"yearly"'],
            ...(isEraC(version) ? [['inheritsFromPriceId', '"pp_x"'] as [string, string]] : []),
          ],
        ],
        [
          'update-feature',
          [ids.feature],
          `"name":"Calls","code":"calls","type":"${type}"`,
          [
            ['code', '"other"'],
            ['type', version < '2026-05-18' ? '"usage"' : '"metered"'],
            ['type', '"seats"'],
          ],
        ],
      ];
      for (const [id, path, present, others] of finals) {
        await raw.done(id, path, `{${present}}`);
        const nulls = others.map(([name]) => `"${name}":null`).join();
        await raw.done(id, path, `{"name":"Calls",${nulls}}`);
        const before = await client.catalogue.contents();
        for (const [name, value] of others) {
          const { status, body } = await raw.call(
            id,
            path,
            `{"name":"Changed","${name}":${value}}`,
          );
          expect({ id, name, status, error: body.error }).toMatchObject({
            ...{ id, name, status: 400 },
            error: {
              code: 'validation_error',
              param: name,
              details: [{ field: name, message: 'cannot be changed' }],
            },
          });
        }
        expect(await client.catalogue.contents()).toEqual(before);
      }
    },
  );

  it('that are repeated belong to what an idempotency key stands for', async () => {
    const raw = new RawClient(client, '2026-05-25');
    const update = (body: string) =>
      raw.call('update-plan', [ids.plan], body, { 'idempotency-key': 'one' });
    expect((await update('{"name":"A","code":"pro"}')).status).toBe(200);
    expect((await update('{"name":"A","code":"pro"}')).headers.get('idempotent-replayed')).toBe(
      'true',
    );
    expect((await update('{"name":"A","code":"no"}')).body.error.code).toBe(
      'idempotency_key_mismatch',
    );
  });

  it('do not make a plan that is missing one that cannot be changed', async () => {
    for (const version of apiVersions) {
      const { status } = await new RawClient(client, version).call(
        'update-plan',
        ['pln_x'],
        '{"code":"x"}',
      );
      expect(status).toBe(404);
    }
  });
});
