import { isDeepStrictEqual } from 'node:util';
import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { bad } from '../refusals.ts';
import { arrange, type Ids } from './arrangement.ts';
import { Client, mutationOf } from './client.ts';

type Input = Record<string, unknown>;

const introOffer = { enabled: true, discountType: 'AMOUNT', discountValue: 1, durationCycles: 1 };
const presentation = {
  tagline: 'T',
  badge: 'B',
  highlighted: true,
  callToAction: { label: 'L', url: '/' },
};
const tier = { upTo: 1, unitPrice: 1, flatPrice: 1 };
const overage = { enabled: true, unitPrice: 1 };
const unitPrices = [{ featureId: 'feature', unitPrice: 1, tiersMode: 'VOLUME', tiers: [tier] }];
const marketPrice = { marketId: 'market', currency: 'brl', price: 1 };
const marketPrices = [{ ...marketPrice, unitPrices }];

/** An input with every field that it can have. Ids are told by what they are of. */
const full: Record<string, Input> = {
  createPlan: {
    name: 'N',
    code: 'n',
    description: 'D',
    consumptionModel: 'METERED',
    isPublic: true,
    isFree: false,
    blockOnExhaustion: true,
    planGroupId: 'planGroup',
    metadata: { a: 1 },
    publicMetadata: { b: 2 },
    availability: 'CONTACT_SALES',
    presentation,
    basedOnPlanId: 'ungrouped',
  },
  updatePlan: {
    name: 'N',
    description: 'D',
    metadata: { a: 1 },
    publicMetadata: { b: 2 },
    isPublic: false,
    availability: 'CONTACT_SALES',
    presentation,
    basedOnPlanId: 'ungrouped',
  },
  setPlanVisibility: { isPublic: false },
  addPlanPrice: {
    billingInterval: 'YEARLY',
    price: 1,
    trialDays: 1,
    isDefault: true,
    includedBalance: 1,
    includedCredits: 1,
    introOffer,
    metadata: { a: 1 },
    marketPrices,
  },
  updatePlanPrice: {
    price: 1,
    trialDays: 1,
    isDefault: true,
    includedBalance: 1,
    includedCredits: 1,
    introOffer,
    metadata: { a: 1 },
    name: 'N',
    marketPrices,
  },
  setMarketPrices: { marketPrices },
  addPriceVariant: {
    inheritsFromPriceId: 'price',
    name: 'N',
    code: 'n',
    marketPrices,
    metadata: { a: 1 },
  },
  createChangeSet: { document: 'catalogue: 1', scope: 'LISTED', name: 'N' },
  createMarket: {
    name: 'N',
    code: 'n',
    countryCodes: ['DE'],
    taxBehavior: 'INCLUSIVE',
    metadata: { a: 1 },
  },
  updateMarket: {
    name: 'N',
    countryCodes: ['DE'],
    taxBehavior: 'INCLUSIVE',
    metadata: { a: 1 },
  },
  upsertRegionalPrices: { overrides: [{ currency: 'eur', price: 1, includedBalance: 1 }] },
  setExchangeRate: { currency: 'eur', exchangeRate: 0.9, overwrite: true },
  setRegionalOverage: { currency: 'eur', unitPrice: 1 },
  setPlanRegionalPricing: {
    currency: 'eur',
    exchangeRate: 0.9,
    prices: [{ priceId: 'price', price: 1, includedBalance: 1 }],
    features: [{ featureId: 'feature', overageUnitPrice: 1 }],
    introOffers: [
      { priceId: 'price', discountType: 'AMOUNT', discountValue: 1, durationCycles: 1 },
    ],
  },
  addPlanFeature: {
    featureId: 'unattached',
    enabled: true,
    includedAmount: 1,
    unlimited: false,
    overage,
    creditsPerUnit: 1,
    pricingMode: 'FIXED',
    margin: 1,
    displayValue: 'D',
  },
  updatePlanFeature: {
    enabled: true,
    includedAmount: 1,
    unlimited: false,
    overage,
    creditsPerUnit: 1,
    pricingMode: 'FIXED',
    margin: 1,
    displayValue: 'D',
  },
  setFeatureLimits: {
    limits: [
      {
        code: 'limit',
        name: 'N',
        unitName: 'U',
        unitNamePlural: 'U',
        decimals: 1,
        period: 'DAY',
        perFeatureId: 'unattached',
      },
    ],
  },
  setPlanFeatureLimits: { limits: [{ code: 'limit', amount: 1, unlimited: false }] },
  createFeature: {
    name: 'N',
    code: 'n',
    type: 'USAGE',
    description: 'D',
    unitName: 'U',
    unitNamePlural: 'U',
    sectionId: 'section',
  },
  updateFeature: {
    name: 'N',
    description: 'D',
    unitName: 'U',
    unitNamePlural: 'U',
    sectionId: 'section',
  },
  createFeatureSection: { name: 'N', code: 'n' },
  updateFeatureSection: { name: 'N' },
  arrangeFeatures: { sections: [{ sectionId: 'section', featureIds: ['feature'] }] },
  createPlanGroup: { name: 'N', code: 'n', description: 'D', isPublic: true },
  updatePlanGroup: { name: 'N', description: 'D', isPublic: true },
  addPlanToGroup: { planId: 'ungrouped', sortOrder: 0 },
  reorderPlansInGroup: { planIds: ['plan'] },
  setUnitPrice: {
    featureId: 'feature',
    unitPrice: 1,
    tiersMode: 'VOLUME',
    tiers: [tier],
    blockSize: 1,
    minimumQuantity: 1,
    maximumQuantity: 1,
    regional: [{ currency: 'eur', unitPrice: 1, tiers: [tier] }],
  },
  setTranslation: {
    name: 'N',
    description: 'D',
    tagline: 'T',
    badge: 'B',
    callToActionLabel: 'L',
    displayValue: 'D',
    unitName: 'U',
    unitNamePlural: 'U',
  },
  createApiKey: { name: 'N', scope: 'READ', expiresAt: '2099-01-01T00:00:00.000Z' },
  createPublishableKey: {
    name: 'N',
    allowedOrigins: ['https://shop.example'],
    trustedDocumentsOnly: true,
    expiresAt: '2099-01-01T00:00:00.000Z',
  },
  rotateApiKey: { overlapSeconds: 60, expiresAt: '2099-01-01T00:00:00.000Z' },
};

/** What cannot be combined in one input is left out where all has to be right. */
const accepted: Record<string, Input> = {
  setTranslation: { name: 'N', description: 'D', tagline: 'T', badge: 'B', callToActionLabel: 'L' },
  setUnitPrice: { featureId: 'feature', tiersMode: 'VOLUME', tiers: [{ unitPrice: 1 }] },
  addPlanPrice: { billingInterval: 'YEARLY', price: 1, marketPrices: [marketPrice] },
  updatePlanPrice: { price: 1, marketPrices: [marketPrice] },
  setMarketPrices: { marketPrices: [marketPrice] },
  addPriceVariant: { inheritsFromPriceId: 'price', name: 'N', marketPrices: [marketPrice] },
};

/** Fields of variants, which have none of the others, stand in the input only to be spoilt. */
const ofVariants: Record<string, string[]> = { updatePlanPrice: ['name'] };

const cutText = ['\0', '\ud800', 'a\udfffb'];

/** By the field's own name where it says more than its type. */
const byName: Record<string, readonly unknown[]> = {
  name: bad.names,
  code: bad.codes,
  description: bad.descriptions,
  unitName: bad.unitNames,
  unitNamePlural: bad.names,
  displayValue: bad.names,
  tagline: bad.names,
  badge: bad.names,
  label: bad.names,
  callToActionLabel: bad.names,
  url: [
    '',
    ' ',
    'a',
    'javascript:alert(1)',
    '//a',
    '/\\a',
    'http://a',
    7,
    true,
    {},
    [],
    ...cutText,
  ],
};
const byType: Record<string, readonly unknown[]> = {
  RateAmount: bad.amounts,
  Quantity: bad.amounts,
  Int: bad.counts,
  Float: [0, -1, -0.1, '1', true, {}, []],
  Boolean: bad.flags,
  CurrencyCode: [...bad.currencies, ...cutText],
  CountryCode: ['', 'B', 'BRA', 'XX', 'ßR', 7, true, {}, ...cutText],
  DateTime: ['', 'soon', '2099-01-01', 7, true, {}, [], ...cutText],
  JSONObject: bad.metadata,
  ID: ['', true, {}, [], 1.5, 'none', 'x'.repeat(5_000), ...cutText],
  enum: ['', 'one_time', 'monthly', 'OTHER', 7, true, {}, ...cutText],
};

/** What JSON can carry as it is. */
const asJson = (values: readonly unknown[]): unknown[] =>
  values.filter((value) => isDeepStrictEqual(value, JSON.parse(JSON.stringify(value))));

interface Leaf {
  path: string[];
  isRequired: boolean;
  values: unknown[];
}

const leavesOf = (type: GraphQLInputType, path: string[] = [], isRequired = false): Leaf[] => {
  if (isNonNullType(type)) return leavesOf(type.ofType, path, true);
  if (isListType(type))
    return [{ path, isRequired, values: [7] }, ...leavesOf(type.ofType, [...path, '0'])];
  if (isInputObjectType(type)) {
    const inner = Object.values(type.getFields()).flatMap((field) =>
      leavesOf(field.type, [...path, field.name]),
    );
    return path.length === 0 ? inner : [{ path, isRequired, values: ['text', 7, true] }, ...inner];
  }
  const values = byName[path.at(-1) ?? ''] ?? byType[isEnumType(type) ? 'enum' : type.name] ?? [];
  return [{ path, isRequired, values: asJson(values) }];
};

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const inputOf = (name: string) =>
  mutations.find((field) => field.name === name)?.args.find((arg) => arg.name === 'input')?.type;
const leaves = Object.keys(full).flatMap((name) => {
  const type = inputOf(name);
  if (!type) throw new Error(`${name} has no input`);
  return leavesOf(type).map((leaf) => ({ name, field: leaf.path.join('.'), ...leaf }));
});

const withValue = (input: unknown, [step, ...rest]: string[], value: unknown): unknown => {
  if (step === undefined) return value;
  const copy: Record<string, unknown> = Object.assign(Array.isArray(input) ? [] : {}, input);
  copy[step] = withValue(copy[step], rest, value);
  return copy;
};
const valueAt = (input: unknown, path: string[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | undefined)?.[step],
    input,
  );

/** The error of a mutation or of the whole request, and how it came. */
const errorOf = async (client: Client, name: string, variables: Input) => {
  const { status, data, errors } = await client.answer(mutationOf(name), variables);
  expect(JSON.stringify({ data, errors })).not.toMatch(/internal_error|node_modules|\.ts:\d/);
  if (data) return { form: 'typed', status, ...data[name] };
  const [{ message, extensions }] = errors;
  return { form: 'top-level', status, message, ...extensions };
};

onEveryEngine('bad input', (world) => {
  let gateway: Gateway;
  let client: Client;
  let ids: Ids & Record<'unattached' | 'ungrouped', string>;
  const open = async () => {
    client = await Client.open(world(), gateway);
    const { id: unattached } = await client.catalogue.feature();
    const { id: ungrouped } = await client.catalogue.plan({ consumptionModel: 'metered' });
    ids = { ...(await arrange(client.catalogue)), unattached, ungrouped };
  };
  beforeAll(async () => {
    gateway = await Gateway.start(world());
    await open();
  });
  afterAll(() => gateway.close());

  /** The input with ids for their names. */
  const resolved = (value: unknown): unknown => {
    if (typeof value === 'string') return ids[value as keyof typeof ids] ?? value;
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item)]));
  };
  const argumentsOf = (name: string, input?: unknown): Input => {
    const {
      plan: planId,
      price: priceId,
      feature: featureId,
      planGroup: planGroupId,
      section: sectionId,
      market: marketId,
      apiKey: id,
    } = ids;
    const [objectId, locale, currency] = [planId, 'de', 'eur'];
    return {
      id,
      objectId,
      locale,
      currency,
      planId,
      priceId,
      featureId,
      planGroupId,
      sectionId,
      marketId,
      input: input ?? resolved(full[name]),
    };
  };

  it.each(leaves)('$name: $field', async ({ name, path, field, isRequired, values }) => {
    const tried = [...values, ...(isRequired ? [null, undefined] : [])];
    expect(tried).not.toHaveLength(0);
    const input = Object.entries(full[name] ?? {}).filter(
      ([key]) => key === path[0] || !ofVariants[name]?.includes(key),
    );
    const spoilt = (value: unknown) =>
      argumentsOf(name, withValue(resolved(Object.fromEntries(input)), path, value));
    const found = await client.changesNothing(() =>
      Promise.all(
        tried.map(async (value) => ({ value, error: await errorOf(client, name, spoilt(value)) })),
      ),
    );
    for (const { value, error } of found) {
      const typed = {
        form: 'typed',
        status: 200,
        __typename: expect.stringMatching(/^(Validation|NotFound)Error$/),
      };
      const topLevel = {
        form: 'top-level',
        status: 400,
        code: 'validation_error',
        type: 'validation_error',
        docUrl: expect.any(String),
      };
      expect({ value, ...error }).toMatchObject({
        value,
        ...(error.form === 'typed' ? typed : topLevel),
      });
      // The plans of a group are refused as a whole; an entry stands for a list of one.
      const places = field === 'planIds.0' ? ['planIds', field] : [field, `${field}.0`];
      expect(places).toContain(error.param);
      if (error.code === 'validation_error') expect(error.details[0].field).toBe(error.param);
    }
  });

  const inputs = (name: string, input: object) => ({ ...argumentsOf(name, input) });
  describe('against the rules names the field', () => {
    it.each([
      ['addPlanPrice', { billingInterval: 'MONTHLY', price: 1 }, 'billingInterval', 'duplicate'],
      [
        'addPlanPrice',
        { billingInterval: 'ONE_TIME', price: 1, introOffer: { enabled: true } },
        'introOffer.discountType',
      ],
      [
        'addPlanPrice',
        { billingInterval: 'YEARLY', price: 1, introOffer: { enabled: true } },
        'introOffer.discountType',
      ],
      [
        'addPlanPrice',
        {
          billingInterval: 'YEARLY',
          price: 1,
          introOffer: { enabled: true, discountType: 'AMOUNT' },
        },
        'introOffer.discountValue',
      ],
      [
        'addPlanPrice',
        {
          billingInterval: 'YEARLY',
          price: 1,
          introOffer: { enabled: true, discountType: 'PERCENTAGE', discountValue: 10_001 },
        },
        'introOffer.discountValue',
      ],
      ['updatePlanPrice', { isDefault: false }, 'isDefault'],
      ['updatePlanFeature', { unlimited: true }, 'overage.enabled'],
      ['updatePlanFeature', { pricingMode: 'AI_MODEL' }, 'pricingMode'],
      ['createPlan', { name: 'N', code: 'plan' }, 'code', 'duplicate'],
      [
        'createPlan',
        { name: 'N', code: 'n', consumptionModel: 'CREDITS', planGroupId: 'planGroup' },
        'planGroupId',
      ],
      [
        'createFeature',
        { name: 'N', code: 'feature', type: 'USAGE' },
        'code',
        'feature_already_exists',
      ],
      [
        'createFeature',
        { name: 'Feature', code: 'n', type: 'USAGE' },
        'name',
        'feature_already_exists',
      ],
      ['addPlanToGroup', { planId: 'plan' }, 'planId', 'duplicate'],
      ['setUnitPrice', { featureId: 'feature', unitPrice: 1, tiers: [{ unitPrice: 1 }] }, 'tiers'],
      [
        'setUnitPrice',
        {
          featureId: 'feature',
          tiersMode: 'GRADUATED',
          tiers: [{ upTo: 5, unitPrice: 1 }, { upTo: 4, unitPrice: 1 }, { unitPrice: 1 }],
        },
        'tiers.1.upTo',
      ],
      [
        'setUnitPrice',
        { featureId: 'feature', unitPrice: 1, minimumQuantity: 2, maximumQuantity: 1 },
        'minimumQuantity',
      ],
      ['setPlanRegionalPricing', { currency: 'eur', exchangeRate: 1e308 }, 'exchangeRate'],
      ['setExchangeRate', { currency: 'eur', exchangeRate: 1e308 }, 'exchangeRate'],
      [
        'upsertRegionalPrices',
        {
          overrides: [
            { currency: 'eur', price: 1 },
            { currency: 'EUR', price: 1 },
          ],
        },
        'overrides.1.currency',
      ],
    ] as const)('%s %j', async (name, input, param, code: string = 'validation_error') => {
      const ofTheirs =
        'code' in input || name === 'createFeature' ? input : (resolved(input) as object);
      const variables = inputs(name, {
        ...ofTheirs,
        ...('planGroupId' in input && { planGroupId: ids.planGroup }),
      });
      expect(await client.changesNothing(() => errorOf(client, name, variables))).toMatchObject({
        form: 'typed',
        code,
        param,
      });
    });

    it('of a free plan', async () => {
      const { catalogue } = client;
      const free = await catalogue.plan({ isFree: true, consumptionModel: 'metered' });
      const refused = async (name: string, input: object) =>
        (await client.changesNothing(() => errorOf(client, name, { planId: free.id, input })))
          .param;
      expect(await refused('addPlanPrice', { billingInterval: 'MONTHLY', price: 1 })).toBe('price');
      const overage = { enabled: true };
      expect(await refused('addPlanFeature', { featureId: ids.unattached, overage })).toBe(
        'overage.enabled',
      );
      expect(
        await refused('addPlanFeature', { featureId: ids.unattached, overage: { unitPrice: 1 } }),
      ).toBe('overage.unitPrice');
    });

    it('each of several', async () => {
      const input = {
        billingInterval: 'YEARLY',
        price: -1,
        trialDays: -1,
        introOffer: { enabled: true, discountValue: 0.5 },
        metadata: 7,
      };
      const { details } = await errorOf(client, 'addPlanPrice', inputs('addPlanPrice', input));
      expect(details.map(({ field }: { field: string }) => field)).toEqual([
        'price',
        'trialDays',
        'introOffer.discountValue',
        'metadata',
      ]);
    });
  });

  describe('in the document itself names the field', () => {
    const add = (input: string, more = '') =>
      `mutation { addPlanPrice(planId: "pln_0", input: ${input}${more}) { __typename } }`;
    it.each([
      ['price', add('{ billingInterval: MONTHLY, price: "1" }')],
      ['price', add('{ billingInterval: MONTHLY, price: [1] }')],
      ['price', add('{ billingInterval: MONTHLY }')],
      ['price', add('{ billingInterval: MONTHLY, price: null }')],
      ['billingInterval', add('{ billingInterval: "MONTHLY", price: 1 }')],
      ['billingInterval', add('{ billingInterval: monthly, price: 1 }')],
      ['trialDays', add('{ billingInterval: MONTHLY, price: 1, trialDays: 2147483648 }')],
      ['trialDays', add('{ billingInterval: MONTHLY, price: 1, trialDays: 1.5 }')],
      ['isDefault', add('{ billingInterval: MONTHLY, price: 1, isDefault: 1 }')],
      ['introOffer.enabled', add('{ billingInterval: MONTHLY, price: 1, introOffer: {} }')],
      [
        'introOffer.discountType',
        add(
          '{ billingInterval: MONTHLY, price: 1, introOffer: { enabled: true, discountType: 5 } }',
        ),
      ],
      ['other', add('{ billingInterval: MONTHLY, price: 1, other: 5 }')],
      [
        'introOffer.other',
        add('{ billingInterval: MONTHLY, price: 1, introOffer: { enabled: true, other: 5 } }'),
      ],
      ['price', add('{ billingInterval: MONTHLY, price: 1, price: 2 }')],
      ['input', add('5')],
      ['input', add('null')],
      ['input', add('[]')],
      ['other', add('{ billingInterval: MONTHLY, price: 1 }', ', other: 5')],
      ['input', 'mutation { addPlanPrice(planId: "pln_0") { __typename } }'],
      ['planId', 'mutation { deletePlan { __typename } }'],
      ['planId', 'mutation { deletePlan(planId: null) { __typename } }'],
      ['planId', 'mutation { deletePlan(planId: 1.5) { __typename } }'],
      ['planId', 'mutation($id: Int!) { deletePlan(planId: $id) { __typename } }'],
      ['planId', 'mutation { deletePlan(planId: $id) { __typename } }'],
      [
        'overrides.0.currency',
        'mutation { upsertRegionalPrices(planId: "a", priceId: "b", input: { overrides: [{ price: ' +
          '1 }] }) { __typename } }',
      ],
      [
        'overrides.0.currency',
        'mutation { upsertRegionalPrices(planId: "a", priceId: "b", input: { overrides: [{ price: ' +
          '1, currency: 5 }] }) { __typename } }',
      ],
      ['isFree', '{ plans(filter: { isFree: "yes" }) { totalCount } }'],
      ['metadata.key', '{ plans(filter: { metadata: { value: "v" } }) { totalCount } }'],
      ['field', '{ plans(orderBy: {}) { totalCount } }'],
      ['first', '{ plans(first: "1") { totalCount } }'],
      ['first', '{ plans(first: 99999999999999999999) { totalCount } }'],
      ['billingInterval', '{ plan(id: "a") { price(billingInterval: DAILY) { id } } }'],
      ['locale', '{ plan(id: "a") { prices { formattedPrice(locale: 5) } } }'],
      ['locale', '{ plan(id: "a") { prices { formattedPrice(locale: "nonsense-") } } }'],
      ['currency', '{ plan(id: "a") { prices { regionalPrice(currency: "euro") { price } } } }'],
      [
        'currency',
        '{ plan(id: "a") { features { regionalOverage(currency: "zzz") { unitPrice } } } }',
      ],
      ['currency', '{ plan(id: "a") { prices { regionalPrice { price } } } }'],
    ])('%s in %s', async (param, document) => {
      const [error] = (await client.changesNothing(() => client.answer(document))).errors;
      expect(error.extensions).toMatchObject({
        code: 'validation_error',
        type: 'validation_error',
        param,
        details: [{ field: param, message: error.message }],
      });
    });
  });

  describe('in a variable names the field', () => {
    const add =
      'mutation($planId: ID!, $input: AddPlanPriceInput!) { addPlanPrice(planId: $planId, input: ' +
      '$input) { __typename } }';
    const input = { billingInterval: 'MONTHLY', price: 1 };
    it.each([
      ['planId', { input }],
      ['planId', { planId: null, input }],
      ['planId', { planId: {}, input }],
      ['input', { planId: 'a' }],
      ['input', { planId: 'a', input: null }],
      ['input', { planId: 'a', input: 'text at "input.price"; ' }],
      ['price', { planId: 'a', input: { billingInterval: 'MONTHLY' } }],
      ['other', { planId: 'a', input: { ...input, other: 1 } }],
      [
        'introOffer.other',
        { planId: 'a', input: { ...input, introOffer: { enabled: true, other: 1 } } },
      ],
      ['introOffer.enabled', { planId: 'a', input: { ...input, introOffer: {} } }],
      [
        '__proto__',
        {
          planId: 'a',
          input: JSON.parse('{"billingInterval":"MONTHLY","price":1,"__proto__":{"price":2}}'),
        },
      ],
      ['constructor', { planId: 'a', input: { ...input, constructor: 1 } }],
      ['toString', { planId: 'a', input: { ...input, toString: 1 } }],
    ])('%s in %j', async (param, variables) => {
      const { status, errors } = await client.changesNothing(() => client.answer(add, variables));
      expect(status).toBe(400);
      expect(errors[0].extensions).toMatchObject({
        code: 'validation_error',
        param,
        details: [{ field: param }],
      });
    });

    it('and its place in a list', async () => {
      const document = mutationOf('upsertRegionalPrices');
      const overrides = [{ currency: 'eur', price: 1 }, { currency: 'jpy' }];
      const { errors } = await client.answer(document, {
        ...argumentsOf('upsertRegionalPrices', { overrides }),
      });
      expect(errors[0].extensions).toMatchObject({ param: 'overrides.1.price' });
    });

    it('every one of them', async () => {
      const { errors } = await client.answer(add, { planId: 'a', input: { trialDays: 1.5 } });
      const params = errors.map(
        ({ extensions }: { extensions: { param: string } }) => extensions.param,
      );
      expect(params.sort()).toEqual(['billingInterval', 'price', 'trialDays']);
    });
  });

  it('in a query names the argument, and finds nothing where it is only strange', async () => {
    const plans = (filter: object) =>
      client.refusal('query($filter: PlanFilter) { plans(filter: $filter) { totalCount } }', {
        filter,
      });
    for (const text of ['', 'x'.repeat(256), ...cutText])
      expect(await plans({ text })).toMatchObject({ code: 'validation_error', param: 'text' });
    expect(await plans({ codes: Array.from({ length: 101 }, () => 'a') })).toMatchObject({
      param: 'codes',
    });
    for (const key of ['x'.repeat(256), ...cutText])
      expect(await plans({ metadata: { key, value: 'a' } })).toMatchObject({
        param: 'metadata.key',
      });
    for (const value of ['x'.repeat(2_001), ...cutText])
      expect(await plans({ metadata: { key: 'a', value } })).toMatchObject({
        param: 'metadata.value',
      });
    for (const strange of ['', '%', 'x'.repeat(5_000), ...cutText])
      expect(
        await client.data(
          `query($strange: String!, $id: ID!, $known: ID!) {
            plan(code: $strange) { id }
            byId: plan(id: $id) { id }
            feature(code: $strange) { id }
            planGroup(id: $id) { id }
            plans(filter: { codes: [$strange], visibility: ALL }) { totalCount }
            ofGroup: plans(filter: { planGroupId: $id, visibility: ALL }) { totalCount }
            known: plan(id: $known) { feature(code: $strange) { enabled } }
          }`,
          { strange, id: strange, known: ids.plan },
        ),
      ).toEqual({
        plan: null,
        byId: null,
        feature: null,
        planGroup: null,
        plans: { totalCount: 0 },
        ofGroup: { totalCount: 0 },
        known: { feature: null },
      });
  });

  describe('is none in what these tests spoil', () => {
    beforeEach(open);
    it.each(Object.keys(full))('%s', async (name) => {
      const type = inputOf(name);
      for (const { path } of type ? leavesOf(type) : [])
        expect({ path, value: valueAt(full[name], path) }).not.toEqual({ path, value: undefined });
      const input = argumentsOf(name, accepted[name] && resolved(accepted[name]));
      expect((await client.mutate(name, input)).__typename).not.toMatch(/Error$/);
    });

    it('all mutations with an input are there', () => {
      const withInput = mutations.filter(({ args }) => args.some(({ name }) => name === 'input'));
      expect(Object.keys(full).sort()).toEqual(withInput.map(({ name }) => name).sort());
    });
  });
});
