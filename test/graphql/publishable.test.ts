import { isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway, type GraphqlAnswer, keyOf } from '../gateway.ts';
import { ORIGIN, Shop } from '../hidden.ts';
import { mutationOf } from './client.ts';
import { type IsOpen, type Step, Walk } from './walk.ts';

/** What publishable keys are refused. Every other field is walked, and has to answer. */
const closed = [
  'Query.apiKeys',
  'Query.auditLog',
  'Query.catalogue',
  'Query.catalogueHash',
  'Query.lint',
  'Query.changeSet',
  'Query.changeSets',
  'Plan.metadata',
  'PlanPrice.metadata',
  'PlanFeature.margin',
  'Plan.revision',
  'PlanPrice.revision',
  'PlanFeature.revision',
  'Feature.revision',
  'FeatureSection.revision',
  'PlanGroup.revision',
  'Market.metadata',
  'Market.revision',
];
const isOpen: IsOpen = (type, field) => !closed.includes(`${type}.${field}`);

/** Arguments that anyone is refused, and the one that publishable keys are. */
const refusedArguments =
  /(id|group): is required, unless|is not a cursor of this list|does not search metadata/;

const AT_ONCE = 20;
const PATIENCE_MS = 120_000;

const answersTo = async (steps: Step[], ask: (document: string) => Promise<GraphqlAnswer>) => {
  const answers: { document: string; answer: string }[] = [];
  for (let start = 0; start < steps.length; start += AT_ONCE) {
    const some = steps.slice(start, start + AT_ONCE).map(async ({ document }) => {
      const { data, errors } = await ask(document);
      return { document, answer: JSON.stringify({ data, errors }) };
    });
    answers.push(...(await Promise.all(some)));
  }
  return answers;
};

onEveryEngine('a publishable key in GraphQL', (world) => {
  let gateway: Gateway;
  let shop: Shop;
  beforeAll(async () => {
    gateway = await Gateway.start(world(), { RATE_LIMIT: 'off', GRAPHQL_MAX_COST: '10000000' });
  });
  beforeEach(async () => {
    shop = await Shop.open(world());
  });
  afterAll(() => gateway.close());

  const fromPage = { origin: ORIGIN };
  const ask = (document: string, variables = {}, headers: Record<string, string> = fromPage) =>
    gateway.graphql(shop.key, document, variables, headers);

  /** The error, and the fields on the way to it. */
  const refusalOf = async (document: string) => {
    const { data, errors } = await ask(document);
    expect(errors).toHaveLength(1);
    const { path, message, extensions } = errors[0];
    return {
      data,
      message,
      code: extensions.code,
      place: path.filter((step: unknown) => typeof step === 'string'),
    };
  };

  it(
    'finds nothing that is hidden on a walk through the whole schema, nor learns that there was ' +
      'something',
    async () => {
      const { steps } = new Walk(shop, isOpen);
      const answers = () => answersTo(steps, (document) => ask(document));
      const before = await answers();
      expect(
        before.filter(({ answer }) => shop.canaries.some((canary) => answer.includes(canary))),
      ).toEqual([]);
      const refused = before.filter(({ answer }) => answer.includes('"errors":'));
      expect(refused.filter(({ answer }) => !refusedArguments.test(answer))).toEqual([]);
      for (const text of [
        '"Pro"',
        '"Calls"',
        '"Teams"',
        '490000',
        '"$49.00"',
        '"exchangeRate":0.92',
        '"totalCount":3',
        '4,321',
        '"perFeature":null',
        '"Brazil"',
        '319000',
        '"For partners"',
      ])
        expect(before.some(({ answer }) => answer.includes(text))).toBe(true);
      await shop.removeHidden();
      expect(await answers()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'shows the same walk, by a secret key, all that is hidden',
    async () => {
      const key = await keyOf(world(), shop.catalogue.tenant, 'read');
      const { steps } = new Walk(shop, isOpen);
      const answers = await answersTo(steps, (document) => gateway.graphql(key, document));
      const { plan, other, price, variant, feature, loose, group, others, market, unpriced } =
        shop.hidden;
      const things = [plan, other, price, variant, feature, loose, group, others, market, unpriced];
      const ours = things.map(({ id }) => id);
      for (const canary of ['canary', '987654321', '98,765', '7.654321', ...ours])
        expect({ canary, isSeen: answers.some(({ answer }) => answer.includes(canary)) }).toEqual({
          canary,
          isSeen: true,
        });
    },
    PATIENCE_MS,
  );

  it('sees no more on a pricing page and in an estimate than in the plans themselves', async () => {
    const { group, lonely } = shop.seen;
    const document = `query ($group: ID, $plans: [ID!], $usage: [UsageInput!]!) {
      pricingPage(group: $group, plans: $plans, context: { country: "DE" }) {
        columns { plan { code } texts { name } basedOn { code } gainsTitle gains { id } }
        sections { section { code } rows { feature { code } cells { plan { code } text } } }
        contentHash
      }
      estimate(group: $group, plans: $plans, usage: $usage, context: { country: "DE" }) {
        plan { code } total lines { amount } breakEvens { quantity plan { code } }
      }
    }`;
    const usage = (feature: string) => [{ feature, quantity: 3 }];
    const page = await ask(document, { group: group.id, usage: usage('calls') });
    expect(page.errors).toBeUndefined();
    expect(
      page.data.pricingPage.columns.map(({ plan }: { plan: { code: string } }) => plan.code),
    ).toEqual(['pro', 'team']);
    expect(page.data.estimate).toMatchObject([{ plan: { code: 'pro' } }]);
    const { plan, feature } = shop.hidden;
    const named = await ask(document, {
      plans: [plan.id, 'canary_plan', lonely.id],
      usage: usage('calls'),
    });
    expect(named.data).toMatchObject({
      pricingPage: { columns: [{ plan: { code: 'lonely' }, basedOn: null, gainsTitle: null }] },
      estimate: [],
    });
    for (const hidden of [feature.id, 'canary_feature'])
      expect(
        (await ask(document, { group: group.id, usage: usage(hidden) })).data.estimate,
      ).toEqual([]);
    const before = JSON.stringify([page.data, named.data]);
    expect(shop.canaries.filter((canary) => before.includes(canary))).toEqual([]);
    await shop.removeHidden();
    const after = await ask(document, { group: group.id, usage: usage('calls') });
    expect(after.data).toEqual(page.data);
  });

  it('is not told by explanations that there are markets of private plans', async () => {
    const document = `query ($context: PriceContext!) { plan(code: "pro") {
      prices { effective(context: $context) { price currency source explanation { rule reason } }
        variants { effective(context: $context) { price explanation { rule reason } } } }
    } }`;
    const key = await keyOf(world(), shop.catalogue.tenant, 'read');
    const answers = async () => {
      const found = [];
      for (const country of ['AR', 'UY', 'BR', 'EC']) {
        const { data, errors } = await ask(document, { context: { country, currency: 'brl' } });
        expect(errors).toBeUndefined();
        found.push(data.plan.prices[0]);
      }
      return found;
    };
    const before = await answers();
    const [argentine, uruguayan, brazilian] = before;
    expect(argentine.effective.explanation[1].reason).toBe(
      'Argentina is in no market with a price.',
    );
    expect(uruguayan.effective.explanation[1].reason).toBe('Uruguay is in no market with a price.');
    expect(brazilian.effective).toMatchObject({ price: 319_000, source: 'MARKET' });
    expect(brazilian.variants[0].effective.explanation[0].reason).toContain('the market Brazil');
    const text = JSON.stringify(before);
    expect(shop.canaries.filter((canary) => text.includes(canary))).toEqual([]);
    // A secret key is told.
    const { data } = await gateway.graphql(key, document, { context: { country: 'AR' } });
    expect(data.plan.prices[0].effective.explanation[1].reason).toBe(
      'Argentina is in the market canary market, where this price has no amount of its own.',
    );
    await shop.removeHidden();
    expect(await answers()).toEqual(before);
  });

  it('is refused margins, and keeps the rest of the feature', async () => {
    const { data, errors } = await ask(
      '{ plan(code: "pro") { features { includedAmount margin } } }',
    );
    expect(data).toEqual({ plan: { features: [{ includedAmount: 0, margin: null }] } });
    expect(errors).toMatchObject([
      { message: 'A publishable key does not show margin.', extensions: { code: 'forbidden' } },
    ]);
  });

  it('is refused metadata of a price, and keeps the rest of the price', async () => {
    const { data } = await ask('{ plan(code: "pro") { prices { price metadata } } }');
    expect(data).toEqual({ plan: { prices: [{ price: 490_000, metadata: null }] } });
  });

  it.each([
    ['{ plans { nodes { code metadata } } }', ['plans', 'nodes', 'metadata'], 3],
    ['{ plan(code: "pro") { code metadata } }', ['plan', 'metadata'], 1],
    ['{ plan(code: "pro") { prices { metadata } } }', ['plan', 'prices', 'metadata'], 1],
  ])('is refused metadata: %s', async (document, place, times) => {
    const { data, errors } = await ask(document);
    expect(errors).toHaveLength(times);
    for (const { message, path, extensions } of errors) {
      expect(message).toBe('A publishable key does not show metadata.');
      expect(extensions).toMatchObject({ code: 'forbidden', type: 'authentication_error' });
      expect(path.filter((step: unknown) => typeof step === 'string')).toEqual(place);
    }
    expect(JSON.stringify(data)).not.toContain('canary');
  });

  it.each([
    ['{ apiKeys { totalCount } }', 'apiKeys'],
    ['{ auditLog { totalCount } }', 'auditLog'],
    [
      '{ plans(filter: { metadata: { key: "canary_of_ours", value: "canary value" } }) { ' +
        'totalCount } }',
      'plans',
    ],
    ['{ plans(filter: { metadata: { key: "no", value: "no" } }) { totalCount } }', 'plans'],
  ])('is refused %s', async (document, field) => {
    expect(await refusalOf(document)).toMatchObject({
      data: null,
      code: 'forbidden',
      place: [field],
    });
  });

  it('shows what is open to everyone, in an order that tells nothing', async () => {
    const shown = `nodes { code isPublic sortOrder group { name plans { code sortOrder } } }`;
    const { data } = await ask(`{ plans(filter: { visibility: ALL }) { totalCount ${shown} } }`);
    const group = {
      name: 'Teams',
      plans: [
        { code: 'pro', sortOrder: 0 },
        { code: 'team', sortOrder: 1 },
      ],
    };
    expect(data.plans).toEqual({
      totalCount: 3,
      nodes: [
        { code: 'pro', isPublic: true, sortOrder: 0, group },
        { code: 'lonely', isPublic: true, sortOrder: 0, group: null },
        { code: 'team', isPublic: true, sortOrder: 1, group },
      ],
    });
    const page = '{ edges { cursor } pageInfo { endCursor } }';
    const cursors = JSON.stringify(
      (await ask(`{ plans ${page} features ${page} planGroups ${page} }`)).data,
    ).matchAll(/"cur_([\w-]+)"/g);
    const places = [...cursors].map(([, text = '']) =>
      JSON.parse(Buffer.from(text, 'base64url').toString()),
    );
    expect(
      places.filter(([list]) => list.startsWith('plans')).map(([, position]) => position),
    ).toEqual([0, 0, 1, 1]);
  });

  it('is told what it is', async () => {
    expect((await ask('{ viewer { keyKind scopes mode } }')).data.viewer).toEqual({
      keyKind: 'PUBLISHABLE',
      scopes: ['READ'],
      mode: 'LIVE',
    });
  });

  it('pages through the public plans only', async () => {
    const codes: string[] = [];
    for (let after = 'null', goesOn = true; goesOn; ) {
      const { data } = await ask(
        `{ plans(first: 1, after: ${after}) { nodes { code } pageInfo { endCursor hasNextPage } } }`,
      );
      codes.push(data.plans.nodes[0].code);
      after = JSON.stringify(data.plans.pageInfo.endCursor);
      goesOn = data.plans.pageInfo.hasNextPage;
    }
    expect(codes).toEqual(['pro', 'lonely', 'team']);
  });

  describe('at another origin', () => {
    it.each([
      [undefined],
      ['https://shop.example.evil.example'],
      ['http://shop.example'],
      ['https://shop.example:8443'],
      ['https://SHOP.example'],
      ['https://www.shop.example'],
      ['null'],
      [''],
    ])('%s is refused', async (origin) => {
      const { status, data, errors } = await ask(
        '{ plans { totalCount } }',
        {},
        origin === undefined ? {} : { origin },
      );
      expect(status).toBe(403);
      expect(data).toBeUndefined();
      expect(errors[0].extensions).toMatchObject({
        code: 'forbidden',
        type: 'authentication_error',
      });
      expect(errors[0].message).toMatch(
        /^This publishable key (works in web pages only|does not work at the origin)/,
      );
    });
  });

  it.each(Object.keys(schema.getMutationType()?.getFields() ?? {}))('cannot %s', async (name) => {
    const before = await shop.catalogue.contents();
    const inputs: Record<string, object> = {
      createPlan: { name: 'N', code: 'c' },
      createFeature: { name: 'N', code: 'c', type: 'USAGE' },
      createFeatureSection: { name: 'N' },
      updateFeatureSection: { name: 'N' },
      arrangeFeatures: { sections: [{ featureIds: [shop.hidden.feature.id] }] },
      createPlanGroup: { name: 'N' },
      createApiKey: { name: 'N', scope: 'READ' },
      createPublishableKey: { name: 'N', allowedOrigins: [ORIGIN] },
      addPlanPrice: { billingInterval: 'MONTHLY', price: 1 },
      addPlanFeature: { featureId: shop.hidden.feature.id },
      addPlanToGroup: { planId: shop.hidden.plan.id },
      reorderPlansInGroup: { planIds: [shop.hidden.plan.id] },
      createMarket: { name: 'N', countryCodes: ['DE'] },
      createChangeSet: { document: 'catalogue: 1' },
      setMarketPrices: { marketPrices: [] },
      addPriceVariant: {
        inheritsFromPriceId: shop.hidden.price.id,
        marketPrices: [{ marketId: shop.hidden.market.id, currency: 'brl', price: 1 }],
      },
      setUnitPrice: { featureId: shop.hidden.feature.id, unitPrice: 1 },
      setPlanVisibility: { isPublic: true },
      setFeatureLimits: { limits: [] },
      setPlanFeatureLimits: { limits: [] },
      upsertRegionalPrices: { overrides: [] },
      setExchangeRate: { currency: 'eur', exchangeRate: 1 },
      setRegionalOverage: { currency: 'eur', unitPrice: 1 },
      setPlanRegionalPricing: { currency: 'eur', exchangeRate: 1 },
    };
    const { plan, price, feature, group, section, market, apiKey } = shop.hidden;
    const ids = {
      planId: plan.id,
      priceId: price.id,
      featureId: feature.id,
      planGroupId: group.id,
      sectionId: section.id,
      marketId: market.id,
      id: apiKey.id,
      objectId: plan.id,
      locale: 'de',
      currency: 'eur',
      expectedHash: 'a',
      appliesAt: '2099-01-01T00:00:00.000Z',
    };
    const variables = { ...ids, input: inputs[name] ?? {} };
    const { data } = await ask(mutationOf(name), variables, {
      ...fromPage,
      'idempotency-key': 'k',
    });
    expect(data[name]).toMatchObject({ __typename: 'ForbiddenError', code: 'forbidden' });
    expect(JSON.stringify(data)).not.toContain('canary');
    expect(await shop.catalogue.contents()).toEqual(before);
  });
});

it('no field is out of reach of the walk', () => {
  const { reached } = new Walk({ ids: ['pln_0'], codes: ['code'] }, isOpen);
  const changes = schema.getMutationType()?.getFields() ?? {};
  expect(Object.keys(changes).length).toBeGreaterThan(25);
  const beyond =
    /^(__|Mutation$|.*Error$|CreatedApiKey$|RotatedApiKey$|Deleted|FeatureArrangement$|Translation$|ApiKey|Audit|ChangeSet|Catalogue|Finding$)/;
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !beyond.test(name))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
  expect(fields.filter((field) => !reached.has(field) && !closed.includes(field))).toEqual([]);
});
