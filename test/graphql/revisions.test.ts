import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { arrange, cases, type Scene } from '../parity-cases.ts';
import { type Client, mutationOf, onEveryGateway } from './client.ts';

const fields = schema.getMutationType()?.getFields() ?? {};
const guarded = Object.values(fields)
  .filter(({ args }) => args.some(({ name }) => name === 'expectedRevision'))
  .map(({ name }) => name);

const words = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (key, word) =>
    ['billingInterval', 'consumptionModel', 'type', 'discountType'].includes(key)
      ? word.toUpperCase()
      : word,
  );

/** Of what REST does not have. */
const ofGraphqlOnly: Record<string, (scene: Scene) => Record<string, unknown>> = {
  setTranslation: ({ plan }) => ({ objectId: plan, locale: 'de', input: { name: 'Neu' } }),
  setExchangeRate: ({ plan }) => ({
    planId: plan,
    input: { currency: 'eur', exchangeRate: 0.9, overwrite: true },
  }),
  setRegionalOverage: ({ plan, feature }) => ({
    planId: plan,
    featureId: feature,
    input: { currency: 'eur', unitPrice: 1 },
  }),
  updateFeatureSection: ({ section }) => ({ sectionId: section, input: { name: 'New' } }),
  deleteFeatureSection: ({ section }) => ({ sectionId: section }),
  updateMarket: ({ market }) => ({ marketId: market, input: { name: 'New' } }),
  deleteMarket: ({ market }) => ({ marketId: market }),
  setMarketPrices: ({ plan, price, market }) => ({
    planId: plan,
    priceId: price,
    input: { marketPrices: [{ marketId: market, currency: 'brl', price: 1 }] },
  }),
  setFeatureLimits: ({ spare }) => ({
    featureId: spare,
    input: { limits: [{ code: 'size', name: 'Size' }] },
  }),
  setPlanFeatureLimits: ({ plan, feature }) => ({
    planId: plan,
    featureId: feature,
    input: { limits: [] },
  }),
  deriveRegionalPrice: ({ plan, price }) => ({ planId: plan, priceId: price, currency: 'eur' }),
  setUnitPrice: ({ plan, price, feature }) => ({
    planId: plan,
    priceId: price,
    input: { featureId: feature, unitPrice: 1 },
  }),
  removeUnitPrice: ({ plan, yearly, feature }) => ({
    planId: plan,
    priceId: yearly,
    featureId: feature,
  }),
  removePlanCurrency: ({ plan }) => ({ planId: plan, currency: 'eur' }),
};

/** A call of the mutation that is carried out. */
const callOf = (name: string, scene: Scene) => {
  const graphqlOnly = ofGraphqlOnly[name];
  if (graphqlOnly) return graphqlOnly(scene);
  const [, ids, input] = cases[name]?.find(([refused]) => refused === '') ?? [];
  const args = ['planGroupId', 'planId', 'priceId', 'featureId'].filter((arg) =>
    fields[name]?.args.some((known) => known.name === arg),
  );
  const named = args.map((arg, index) => [arg, ids?.(scene)[index]] as const);
  const variables: Record<string, unknown> = {
    ...Object.fromEntries(named),
    ...(input && { input: words(input(scene)) }),
  };
  return variables;
};

const ofPrices = /^(update|setDefault|delete)PlanPrice$|(Regional|Market)Prices?$|UnitPrice$/;

/** The nearest object on the mutation's path that has a revision of its own. */
const revisionOf = async (shop: Catalogue, name: string, call: Record<string, unknown>) => {
  if (ofPrices.test(name))
    return (await shop.rows('plan_price')).find(({ id }) => id === call.priceId)?.revision;
  if (/PlanFeature(Limits)?$|RegionalOverage$/.test(name))
    return (await shop.rows('plan_feature')).find(
      ({ plan_id, feature_id }) => plan_id === call.planId && feature_id === call.featureId,
    )?.revision;
  if (/Section$/.test(name))
    return (await shop.rows('feature_section')).find(({ id }) => id === call.sectionId)?.revision;
  if (/Market$/.test(name))
    return (await shop.rows('market')).find(({ id }) => id === call.marketId)?.revision;
  if (/Group$/.test(name))
    return (await shop.rows('plan_group')).find(({ id }) => id === call.planGroupId)?.revision;
  if (/Feature(Limits)?$/.test(name))
    return (await shop.rows('feature')).find(({ id, code }) =>
      [id, code].includes(String(call.featureId)),
    )?.revision;
  const planId = call.planId ?? call.objectId;
  return (await shop.rows('plan')).find(({ id }) => id === planId)?.revision;
};

onEveryGateway('revisions', (client) => {
  const send = (
    { gateway, key }: Client,
    name: string,
    variables: Record<string, unknown>,
    headers: Record<string, string> = {},
  ) =>
    gateway.graphql(
      key,
      mutationOf(name).replace(
        '__typename',
        '__typename ... on ConflictError { conflict: code currentRevision }',
      ),
      variables,
      headers,
    );

  it.each(guarded)('%s is refused where its object has changed since', async (name) => {
    const { catalogue } = client();
    const scene = await arrange(catalogue);
    const call = callOf(name, scene);
    const revision = await revisionOf(catalogue, name, call);
    expect(revision).toBeGreaterThanOrEqual(1);
    for (const expectedRevision of [0, Number(revision) + 1]) {
      const before = await catalogue.contents();
      const { data } = await send(client(), name, { ...call, expectedRevision });
      expect(data[name]).toMatchObject({
        conflict: 'revision_mismatch',
        param: 'expectedRevision',
        currentRevision: revision,
      });
      expect(await catalogue.contents()).toEqual(before);
    }
    const { data } = await send(client(), name, { ...call, expectedRevision: revision });
    expect(data[name]).not.toHaveProperty('conflict');
    expect(data[name]).not.toHaveProperty('code');
  });

  it.each(guarded)('%s is done once with its idempotency key, and so is refused', async (name) => {
    const { catalogue } = client();
    const call = callOf(name, await arrange(catalogue));
    const revision = await revisionOf(catalogue, name, call);
    const once = { 'idempotency-key': 'once' };
    const first = await send(client(), name, { ...call, expectedRevision: revision }, once);
    const written = await catalogue.revision();
    // The key is looked up first: by now the object has another revision.
    const again = await send(client(), name, { ...call, expectedRevision: revision }, once);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.data[name].__typename).toEqual(first.data[name].__typename);
    expect(await catalogue.revision()).toBe(written);
    // The guard is a part of what is compared.
    for (const other of [{ ...call }, { ...call, expectedRevision: Number(revision) + 7 }])
      expect((await send(client(), name, other, once)).data[name]).toMatchObject({
        conflict: 'idempotency_key_mismatch',
        currentRevision: null,
      });
  });

  it('tell of a mismatch again as it was then', async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan();
    const refuse = () =>
      send(
        client(),
        'updatePlan',
        { planId: plan.id, expectedRevision: 5, input: { name: 'New' } },
        { 'idempotency-key': 'refused' },
      );
    const mismatch = { conflict: 'revision_mismatch', currentRevision: 1 };
    expect((await refuse()).data.updatePlan).toMatchObject(mismatch);
    for (let times = 0; times < 4; times += 1)
      await client().mutate('updatePlan', { planId: plan.id, input: { name: `${times}` } });
    const again = await refuse();
    expect(again.data.updatePlan).toMatchObject(mismatch);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('say nothing of objects that are not there', async () => {
    const input = { name: 'New' };
    expect(
      await client().mutate('updatePlan', { planId: 'pln_none', expectedRevision: 1, input }),
    ).toMatchObject({ code: 'plan_not_found' });
  });

  describe('are shown', () => {
    it('on every object that has one', async () => {
      const { catalogue } = client();
      const { plan } = await arrange(catalogue);
      const shown = await client().data(
        `query($id: ID) { plan(id: $id) { revision prices { revision }
          features { revision feature { revision } } }
          planGroups { nodes { revision } } }`,
        { id: plan },
      );
      expect(shown).toEqual({
        plan: {
          revision: 8,
          prices: [{ revision: 3 }, { revision: 3 }],
          features: [{ revision: 3, feature: { revision: 2 } }],
        },
        planGroups: { nodes: [{ revision: 3 }] },
      });
    });

    it('by what a mutation answers, as they are stored', async () => {
      const { catalogue } = client();
      const { plan, price } = await arrange(catalogue);
      const { upsertRegionalPrices } = await client().data(
        mutationOf('upsertRegionalPrices', 'revision plan { revision }'),
        { planId: plan, priceId: price, input: { overrides: [{ currency: 'jpy', price: 1 }] } },
      );
      expect(upsertRegionalPrices).toMatchObject({ revision: 4, plan: { revision: 9 } });
      const stored = (await catalogue.rows('plan_price')).find(({ id }) => id === price);
      expect(stored?.revision).toBe(4);
    });
  });
});
