import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../schema/index.ts';
import { digitsOf } from '../src/currencies.ts';
import { endpointsOf } from '../src/rest/endpoints.ts';
import { operationIds } from '../src/rest/routes.ts';
import type { ApiVersion } from '../src/vocabulary.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from './catalogue.ts';
import { onEveryEngine } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { mutationOf } from './graphql/client.ts';
import { arrange, type Case, cases, type Json, type Scene } from './parity-cases.ts';
import { beforeLastWrite, sortedRows, storedOf } from './restore.ts';

/**
 * The same operation with the same input, through GraphQL and through REST in each era, on two
 * catalogues that are alike.
 */

const ID = /(?<![0-9a-z])[a-z]{2,3}_[0-9a-z]{26}(?![0-9a-z])/g;
/** The end of a key's secret, which differs by nature; however often its quotes are escaped. */
const KEY_HINT = /hint\\*":\\*"[\w-]{4}/g;

/** Ours: each request has another one. */
const REQUEST_ID = /\breq_[0-9a-f]{32}\b/g;

const NOON = new Date('2026-03-01T12:00:00.000Z');

/**
 * What is stored, with ids told by their rank: they grow, so that equal catalogues have equal
 * ranks.
 */
const withoutIds = (contents: unknown): Json => {
  const text = JSON.stringify(contents, (key, value) => (key === 'api_key' ? undefined : value))
    .replaceAll(KEY_HINT, '')
    .replaceAll(REQUEST_ID, 'req');
  const ids = [...new Set(text.match(ID))].sort();
  const ranked = text.replaceAll(ID, (id) => {
    const [prefix = ''] = id.split('_');
    return `${prefix}#${ids.filter((other) => other.startsWith(prefix)).indexOf(id)}`;
  });
  const tables: Json = JSON.parse(ranked);
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      Array.isArray(rows) ? rows.sort() : rows,
    ]),
  );
};

const shouted = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map((item) => shouted(item));
  if (typeof value === 'object' && value !== null)
    return key === 'metadata'
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([name, item]) => [name, shouted(item, name)]),
        );
  const isWord = [
    'billingInterval',
    'consumptionModel',
    'type',
    'pricingMode',
    'discountType',
  ].includes(key);
  return isWord && typeof value === 'string' ? value.toUpperCase() : value;
};

interface Failure {
  code: string;
  param?: string | undefined;
}

interface Client {
  catalogue: Catalogue;
  key: string;
}

const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** REST has one operation for prices and their variants. */
const operationOf = (name: string): string =>
  name === 'addPriceVariant' ? 'add-plan-price' : kebab(name);

const throughGraphql = async (
  gateway: Gateway,
  key: string,
  name: string,
  ids: string[],
  input: Json | undefined,
): Promise<Failure | undefined> => {
  const args =
    schema
      .getMutationType()
      ?.getFields()
      [name]?.args.map((arg) => arg.name) ?? [];
  const idArgs = ['planGroupId', 'planId', 'priceId', 'featureId', 'marketId'].filter((arg) =>
    args.includes(arg),
  );
  const variables = {
    ...Object.fromEntries(idArgs.map((arg, index) => [arg, ids[index]])),
    ...(input && { input: shouted(input) }),
  };
  const { data, errors } = await gateway.graphql(key, mutationOf(name), variables, {
    'x-request-id': 'parity',
  });
  const failure =
    errors?.[0]?.extensions ?? (data?.[name]?.code === undefined ? undefined : data[name]);
  return failure && { code: failure.code, param: failure.param ?? undefined };
};

const throughRest = async (
  gateway: Gateway,
  key: string,
  version: ApiVersion,
  name: string,
  ids: string[],
  input: Json | undefined,
): Promise<Failure | undefined> => {
  const endpoint = endpointsOf(version).find(({ id }) => id === operationOf(name));
  if (!endpoint) throw new Error(`${version} has no ${name}`);
  const rest = [...ids];
  const path = endpoint.path.replaceAll(/\{\w+\}/g, () => rest.shift() ?? '');
  const response = await fetch(`${gateway.url}/api/v1${path}`, {
    method: endpoint.method,
    headers: {
      'content-type': 'application/json',
      'x-api-key': key,
      'commet-version': version,
      'x-request-id': 'parity',
    },
    ...(input && {
      body: JSON.stringify(
        inVersion(version, name === 'addPriceVariant' ? asNewPrice(input) : input),
      ),
    }),
  });
  const { error } = (await response.json()) as { error?: Failure };
  return error && { code: error.code, param: error.param };
};

/** A variant of a monthly price as REST adds one. */
const asNewPrice = ({ name, metadata, ...input }: Json): Json => ({
  ...input,
  billingInterval: 'monthly',
  metadata: { ...Object(metadata), ...(name !== undefined && { name }) },
});

const inVersion = (version: ApiVersion, input: Json): Json => {
  if (version < '2026-06-07') return flat(input);
  return version < '2026-07-24' ? input : inMinorUnits(input, 'usd');
};

/** Prices as era C writes them. One that is finer than a minor unit is refused there as it is. */
const inMinorUnits = (input: Json, inherited: string): Json => {
  const currency = String(input.currency ?? inherited).toLowerCase();
  const unit = 10_000 / 10 ** digitsOf(currency);
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      if (key === 'price' && typeof value === 'number')
        return [key, value % unit === 0 ? value / unit : value];
      if (key === 'marketId') return ['marketGroupId', value];
      if (!['overrides', 'prices', 'marketPrices'].includes(key)) return [key, value];
      return [key, (value as Json[]).map((row) => inMinorUnits(row, currency))];
    }),
  );
};

/**
 * Era A writes members of nested objects next to the others: `overage.unitPrice` is
 * `overageUnitPrice`.
 */
const flat = (input: Json): Json =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, value]) =>
      key === 'overage' || key === 'introOffer'
        ? Object.entries(value ?? {}).map(([member, item]) => [`${key}${capital(member)}`, item])
        : [[key, value]],
    ),
  );
const flatName = (param: string | undefined) =>
  param?.replace(
    /^(overage|introOffer)\.(\w)/,
    (_, holder: string, letter: string) => holder + letter.toUpperCase(),
  );

const versions = { A: '2026-05-25', B: '2026-07-11', C: '2026-08-27' } as const;
const sinceB = new Set(['setPlanRegionalPricing']);
const sinceC = new Set(['createMarket', 'updateMarket', 'deleteMarket', 'addPriceVariant']);
const namesMarkets = (input: Json | undefined) => input !== undefined && 'marketPrices' in input;
const nameInC = (param: string | undefined) =>
  param?.replace(/^(marketPrices\.\d+\.)marketId$/, '$1marketGroupId');
const withoutIntroOffer = (input: Json | undefined) => !input || !('introOffer' in input);

const RATE = { currency: 'eur', exchangeRate: 1 };
const OFFER = { priceId: 'pp_x', discountType: 'percentage', discountValue: 1, durationCycles: 1 };

onEveryEngine('GraphQL and REST do the same', (world) => {
  keepsInvariants(world);
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start(world());
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    world().time = NOON;
  });

  const newClient = async (): Promise<Client & { scene: Scene }> => {
    const catalogue = await newCatalogue(world());
    return {
      catalogue,
      key: await keyOf(world(), catalogue.tenant),
      scene: await arrange(catalogue),
    };
  };

  for (const [name, rows] of Object.entries(cases))
    describe(name, () => {
      it.each<[string, number, Case]>(rows.map((row, index) => [row[0] || 'is done', index, row]))(
        '%s (%i)',
        async (_title, _index, [expected, ids, input]) => {
          const graphql = await newClient();
          const stored = await storedOf(graphql.catalogue);
          const failure = await throughGraphql(
            gateway,
            graphql.key,
            name,
            ids(graphql.scene),
            input?.(graphql.scene),
          );
          expect(failure?.code ?? '').toBe(expected);
          if (!failure)
            expect(sortedRows(await beforeLastWrite(graphql.catalogue))).toEqual(
              sortedRows(stored),
            );
          const contents = withoutIds(await graphql.catalogue.contents());
          for (const [era, version] of Object.entries(versions)) {
            if (era === 'A' && sinceB.has(name)) continue;
            if (era !== 'C' && sinceC.has(name)) continue;
            const rest = await newClient();
            const body = input?.(rest.scene);
            // Introductory offers left the plans in era C.
            if (era === 'C' && !withoutIntroOffer(body)) continue;
            if (era !== 'C' && namesMarkets(body)) continue;
            const before = await storedOf(rest.catalogue);
            const refused = await throughRest(
              gateway,
              rest.key,
              version,
              name,
              ids(rest.scene),
              body,
            );
            const named = era === 'C' ? nameInC(failure?.param) : failure?.param;
            const param = era === 'A' ? flatName(named) : named;
            expect({ era, refused }).toEqual({
              era,
              refused: failure && { code: failure.code, param },
            });
            expect({ era, contents: withoutIds(await rest.catalogue.contents()) }).toEqual({
              era,
              contents,
            });
            if (!refused)
              expect(sortedRows(await beforeLastWrite(rest.catalogue))).toEqual(sortedRows(before));
          }
        },
      );
    });

  it.each<
    [operation: string, list: string, longest: number, item: (index: number) => unknown, rest: Json]
  >([
    ['upsertRegionalPrices', 'overrides', 200, () => ({ currency: 'eur', price: 100 }), {}],
    ['setPlanRegionalPricing', 'prices', 200, () => ({ priceId: 'pp_x', price: 100 }), RATE],
    [
      'setPlanRegionalPricing',
      'features',
      500,
      () => ({ featureId: 'ftr_x', overageUnitPrice: 1 }),
      RATE,
    ],
    ['setPlanRegionalPricing', 'introOffers', 200, () => OFFER, RATE],
    ['reorderPlansInGroup', 'planIds', 1_000, (index) => `pln_${index}`, {}],
  ])('takes as many entries: %s %s', async (name, list, longest, item, rest) => {
    const { key, scene } = await newClient();
    const ids =
      name === 'reorderPlansInGroup'
        ? [scene.group]
        : [scene.plan, scene.price].slice(0, name === 'upsertRegionalPrices' ? 2 : 1);
    const refusals = async (length: number) => {
      const input = { ...rest, [list]: Array.from({ length }, (_, index) => item(index)) };
      return [
        await throughGraphql(gateway, key, name, ids, input),
        await throughRest(gateway, key, versions.B, name, ids, input),
      ];
    };
    const beyond = { code: 'validation_error', param: list };
    expect(await refusals(longest + 1)).toEqual([beyond, beyond]);
    expect(await refusals(60_000 / JSON.stringify(item(0)).length + 1_000)).toEqual([
      beyond,
      beyond,
    ]);
    const [graphql, throughB] = await refusals(longest);
    expect(graphql).toEqual(throughB);
    if (list !== 'planIds') expect(graphql?.param).not.toBe(list);
  });

  it('covers every writing operation, done and refused', () => {
    const reading = operationIds.filter((id) => /^(get|list)-/.test(id));
    expect([...new Set(Object.keys(cases).map(operationOf))].sort()).toEqual(
      operationIds.filter((id) => !reading.includes(id)).sort(),
    );
    for (const [name, rows] of Object.entries(cases)) {
      expect(
        rows.some(([expected]) => expected === ''),
        `${name} done`,
      ).toBe(true);
      expect(
        rows.some(([expected]) => expected !== ''),
        `${name} refused`,
      ).toBe(true);
    }
  });

  describe('reading', () => {
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are compared.
    const read = async (key: string, path: string): Promise<any> => {
      const headers = { 'x-api-key': key, 'commet-version': versions.C };
      const response = await fetch(`${gateway.url}/api/v1${path}`, { headers });
      return response.json();
    };

    interface OfferedFeature {
      feature: Json;
      overage: Json;
      regionalOverages: { currency: string; unitPrice: number; autoSynced: boolean }[];
    }

    it('a plan with all that belongs to it', async () => {
      const { key, scene } = await newClient();
      const { data } = await gateway.graphql(
        key,
        `query($id: ID!) { plan(id: $id) {
          id code name description isPublic isFree blockOnExhaustion sortOrder metadata createdAt updatedAt
          exchangeRates { currency exchangeRate }
          prices { id price isDefault trialDays includedBalance includedCredits metadata
            regionalPrices { currency price includedBalance autoSynced } }
          features { enabled includedAmount unlimited overage { enabled unitPrice } feature { code name unitName }
            regionalOverages { currency unitPrice autoSynced } }
        } }`,
        { id: scene.plan },
      );
      const { features, prices, ...plan } = data.plan;
      const wire = await read(key, `/plans/${scene.plan}`);
      expect(wire).toMatchObject(plan);
      expect(wire.prices).toMatchObject(
        prices.map((price: Json & { regionalPrices: Json[] }) => ({
          ...inMinorUnits(price, 'usd'),
          regionalPrices: price.regionalPrices.map((row) => inMinorUnits(row, 'usd')),
        })),
      );
      expect(wire.features).toMatchObject(
        features.map(({ feature, regionalOverages, overage, ...link }: OfferedFeature) => ({
          ...link,
          ...feature,
          overage,
          regionalPrices: regionalOverages.map(({ currency, unitPrice, autoSynced }) => ({
            currency,
            overageUnitPrice: unitPrice,
            autoSynced,
          })),
        })),
      );
      expect(await read(key, '/plans/pro')).toEqual(wire);
    });

    it('lists in the same order, and single objects', async () => {
      const { key, scene } = await newClient();
      const { data } = await gateway.graphql(
        key,
        `query($feature: ID!, $group: ID!) {
          plans(first: 100, filter: { visibility: ALL }) { nodes { id } }
          features(first: 100) { nodes { id code name unitName } }
          planGroups(first: 100) { nodes { id name } }
          feature(id: $feature) { id code name description unitName createdAt updatedAt }
          planGroup(id: $group) { id name description isPublic plans { id name sortOrder } }
        }`,
        { feature: scene.feature, group: scene.group },
      );
      const ids = async (path: string) => idsOf({ nodes: (await read(key, path)).data });
      const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id);
      expect(await ids('/plans?includePrivate=true')).toEqual(idsOf(data.plans));
      expect(await ids('/features')).toEqual(idsOf(data.features));
      expect(await ids('/plan-groups')).toEqual(idsOf(data.planGroups));
      expect(await read(key, `/features/${scene.feature}`)).toMatchObject(data.feature);
      expect(await read(key, `/plan-groups/${scene.group}`)).toMatchObject(data.planGroup);
    });

    it('nothing where there is nothing', async () => {
      const { key } = await newClient();
      const { data } = await gateway.graphql(
        key,
        '{ plan(id: "pln_x") { id } feature(id: "ftr_x") { id } planGroup(id: "plg_x") { id } }',
      );
      expect(data).toEqual({ plan: null, feature: null, planGroup: null });
      const codes = await Promise.all(
        ['/plans/pln_x', '/features/ftr_x', '/plan-groups/plg_x'].map(
          async (path) => (await read(key, path)).error,
        ),
      );
      expect(codes).toMatchObject([
        { code: 'plan_not_found' },
        { code: 'feature_not_found' },
        { code: 'plan_group_not_found' },
      ]);
    });
  });
});
