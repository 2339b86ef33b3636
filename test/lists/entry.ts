import { schema } from '../../schema/index.ts';
import type { Random } from '../model/random.ts';
import type {
  Feature,
  MarketPrice,
  Plan,
  PlanFeature,
  Price,
  PriceList,
  Texts,
  UnitAmount,
  UnitPrice,
} from './price-list.ts';

type Ask = (document: string, variables: Record<string, unknown>) => Promise<unknown>;

interface Write {
  name: string;
  args: Record<string, unknown>;
}

interface Written {
  id?: string;
  code?: string;
  message?: string;
}

/** As people do it who have one form for each of many fields. */
const MOST_WRITES_AT_ONCE = 10;

/** Mutations whose answers tell an id that later ones need. */
const makers = new Map([
  ['createPlanGroup', 'PlanGroup'],
  ['createFeature', 'Feature'],
  ['createPlan', 'Plan'],
  ['addPlanPrice', 'PlanPrice'],
]);

const fields = schema.getMutationType()?.getFields() ?? {};

/** One document for several writes, which the server does in their order. */
const documentOf = (writes: readonly Write[]) => {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const selected = writes.map(({ name, args }, place) => {
    const passed = Object.entries(args).map(([arg, value]) => {
      const type = fields[name]?.args.find((known) => known.name === arg)?.type;
      variables[`${arg}${place}`] = value;
      declared.push(`$${arg}${place}: ${type}`);
      return `${arg}: $${arg}${place}`;
    });
    const maker = makers.get(name);
    const made = maker ? `... on ${maker} { id }` : '';
    return `w${place}: ${name}(${passed}) { __typename ${made} ... on Error { code message } }`;
  });
  return { document: `mutation (${declared}) { ${selected.join('\n')} }`, variables };
};

/** Enters a price list write by write, with mutations only. */
export class Entry {
  readonly #ask: Ask;
  readonly #random: Random;
  /** How many mutations it took. */
  writes = 0;

  constructor(ask: Ask, random: Random) {
    this.#ask = ask;
    this.#random = random;
  }

  async enter({ group, sections, markets, features, plans }: PriceList): Promise<void> {
    await this.#write(markets.map((input) => ({ name: 'createMarket', args: { input } })));
    await this.#write(sections.map((input) => ({ name: 'createFeatureSection', args: { input } })));
    // Some enter what is in front of them and put it into its order later.
    const isInOrder = sections.length === 0 && this.#random.chance(0.5);
    const made = isInOrder ? features : this.#random.shuffled(features);

    const featureIds = await this.#write(
      made.map(({ code, type, unitName, unitNamePlural, section: sectionId, ...texts }) => ({
        name: 'createFeature',
        args: {
          input: { code, type, unitName, unitNamePlural, sectionId, ...stored(texts) },
        },
      })),
    );
    if (!isInOrder) await this.#write([arrangementOf(sections, features)]);
    await this.#write(features.flatMap(limitsOf));
    for (const [place, feature] of made.entries())
      await this.#translate(featureIds[place] ?? '', feature);
    const [groupId = ''] = await this.#write([
      { name: 'createPlanGroup', args: { input: stored(group) } },
    ]);
    await this.#translate(groupId, group);
    for (const plan of plans) await this.#enterPlan(plan, groupId);
  }

  async #enterPlan(plan: Plan, planGroupId: string): Promise<void> {
    const { code, isFree, isPublic, availability, presentation, consumptionModel } = plan;
    const { basedOn: basedOnPlanId, metadata, publicMetadata } = plan;
    const own = { code, isFree, isPublic, availability, presentation, basedOnPlanId };
    const input = {
      ...own,
      consumptionModel,
      metadata,
      publicMetadata,
      ...stored(plan),
      planGroupId,
    };
    const [id = ''] = await this.#write([{ name: 'createPlan', args: { input } }]);
    const planId = this.#random.pick([id, code]);
    // Some know their rates from the start, others add them once everything stands.
    const rates = plan.exchangeRates.map((input) => ({
      name: 'setExchangeRate',
      args: { planId, input },
    }));
    const areRatesFirst = this.#random.chance(0.5);
    if (areRatesFirst) await this.#write(rates);
    // Some say at once what a price is in markets, but not yet what units cost there.
    const saysMarkets = this.#random.chance(0.5);
    const priceIds = await this.#write(
      plan.prices.map((price) => priceOf(planId, price, saysMarkets)),
    );
    const links = this.#random.chance(0.5) ? plan.features : this.#random.shuffled(plan.features);
    await this.#write(links.map((link) => planFeatureOf(planId, link)));
    const unitPrices = plan.prices.flatMap((price, place) =>
      price.unitPrices
        .filter(({ isOverage }) => !isOverage)
        .map((unit) => ({ unit, write: unitPriceOf(planId, priceIds[place] ?? '', unit) })),
    );
    const isByHand = ({ unit }: { unit: UnitPrice }) =>
      unit.regional.some(({ autoSynced }) => !autoSynced);
    await this.#write(unitPrices.filter((each) => !isByHand(each)).map(({ write }) => write));
    if (!areRatesFirst) await this.#write(rates);
    await this.#write(
      plan.prices.flatMap(({ regionalPrices }, place) =>
        regionalPricesOf(planId, priceIds[place] ?? '', regionalPrices),
      ),
    );
    await this.#write(unitPrices.filter(isByHand).map(({ write }) => write));
    await this.#write(
      plan.prices.flatMap((price, place) => marketPricesOf(planId, priceIds[place] ?? '', price)),
    );
    await this.#write(plan.features.flatMap((link) => detailsOf(planId, link)));
    // A rate that is confirmed leaves what was set by hand.
    if (this.#random.chance(0.3)) await this.#write(rates);
    await this.#translate(id, plan);
  }

  async #translate(objectId: string, { german }: Texts): Promise<void> {
    if (Object.values(german).every((text) => text === null)) return;
    await this.#write([
      { name: 'setTranslation', args: { objectId, locale: 'de', input: german } },
    ]);
  }

  /** Sends the writes, several at once. Answers the ids that they made. */
  async #write(writes: readonly Write[]): Promise<string[]> {
    const ids: string[] = [];
    for (let done = 0; done < writes.length; ) {
      const some = writes.slice(done, done + 1 + this.#random.below(MOST_WRITES_AT_ONCE));
      const { document, variables } = documentOf(some);
      const data = (await this.#ask(document, variables)) as Record<string, Written | null>;
      for (const [place, write] of some.entries()) {
        const written = data[`w${place}`];
        if (!written || written.code)
          throw new Error(`${JSON.stringify(write)} was refused: ${JSON.stringify(written)}`);
        if (written.id) ids.push(written.id);
      }
      done += some.length;
    }
    this.writes += writes.length;
    return ids;
  }
}

const stored = ({ name, description }: Texts) => ({ name, description });

const limitsOf = ({ code: featureId, limits }: Feature): Write[] =>
  limits.length === 0
    ? []
    : [
        {
          name: 'setFeatureLimits',
          args: {
            featureId,
            input: {
              limits: limits.map(({ perFeature, ...limit }) => ({
                ...limit,
                perFeatureId: perFeature,
              })),
            },
          },
        },
      ];

const arrangementOf = (sections: PriceList['sections'], features: Feature[]): Write => ({
  name: 'arrangeFeatures',
  args: {
    input: {
      sections: [...sections.map(({ code }) => code), null].map((sectionId) => ({
        sectionId,
        featureIds: features.filter(({ section }) => section === sectionId).map(({ code }) => code),
      })),
    },
  },
});

const amountsOf = ({ unitPrice, tiers }: UnitAmount) =>
  unitPrice === null ? { tiers } : { unitPrice };

const unitPriceOf = (
  planId: string,
  priceId: string,
  {
    planFeature,
    blockSize,
    minimumQuantity,
    maximumQuantity,
    tiersMode,
    regional,
    ...unit
  }: UnitPrice,
): Write => ({
  name: 'setUnitPrice',
  args: {
    planId,
    priceId,
    input: {
      featureId: planFeature,
      ...amountsOf(unit),
      ...(tiersMode !== null && { tiersMode }),
      ...{ blockSize, minimumQuantity, maximumQuantity },
      regional: regional
        .filter(({ autoSynced }) => !autoSynced)
        .map(({ currency, ...row }) => ({ currency, ...amountsOf(row) })),
    },
  },
});

const priceOf = (
  planId: string,
  { regionalPrices: _, unitPrices: __, variants: ___, marketPrices, ...input }: Price,
  saysMarkets: boolean,
): Write => ({
  name: 'addPlanPrice',
  args: {
    planId,
    input: {
      ...input,
      ...(saysMarkets && {
        marketPrices: marketPrices.map(({ market: marketId, currency, price }) => ({
          marketId,
          currency,
          price,
        })),
      }),
    },
  },
});

const inMarket = ({ market: marketId, unitPrices, ...amount }: MarketPrice) => ({
  marketId,
  ...amount,
  unitPrices: unitPrices.map(({ feature: featureId, tiersMode, ...unit }) => ({
    featureId,
    ...amountsOf(unit),
    ...(tiersMode !== null && { tiersMode }),
  })),
});

const marketPricesOf = (
  planId: string,
  priceId: string,
  { marketPrices, variants }: Price,
): Write[] => [
  ...(marketPrices.length === 0
    ? []
    : [
        {
          name: 'setMarketPrices',
          args: { planId, priceId, input: { marketPrices: marketPrices.map(inMarket) } },
        },
      ]),
  ...variants.map(({ marketPrices, ...variant }) => ({
    name: 'addPriceVariant',
    args: {
      planId,
      input: {
        inheritsFromPriceId: priceId,
        ...variant,
        marketPrices: marketPrices.map(inMarket),
      },
    },
  })),
];

const regionalPricesOf = (
  planId: string,
  priceId: string,
  regionalPrices: Price['regionalPrices'],
): Write[] => {
  const overrides = regionalPrices
    .filter(({ autoSynced }) => !autoSynced)
    .map(({ currency, price }) => ({ currency, price }));
  return overrides.length === 0
    ? []
    : [{ name: 'upsertRegionalPrices', args: { planId, priceId, input: { overrides } } }];
};

const planFeatureOf = (
  planId: string,
  { feature: featureId, regionalOverages: _, limits: __, ...input }: PlanFeature,
): Write => ({ name: 'addPlanFeature', args: { planId, input: { featureId, ...input } } });

const detailsOf = (
  planId: string,
  { feature: featureId, regionalOverages, limits }: PlanFeature,
): Write[] => [
  ...regionalOverages
    .filter(({ autoSynced }) => !autoSynced)
    .map(({ currency, unitPrice }) => ({
      name: 'setRegionalOverage',
      args: { planId, featureId, input: { currency, unitPrice } },
    })),
  ...(limits.length === 0
    ? []
    : [{ name: 'setPlanFeatureLimits', args: { planId, featureId, input: { limits } } }]),
];
