import { type Include, IncludeBuilder, including } from '../../db/read/include.ts';
import { byCreation, type PageSpec, type SortKey } from '../../db/read/keyset.ts';
import { Loaders } from '../../db/read/loaders.ts';
import { exchangeRatesOfPlan } from '../../db/records/exchange-rate.ts';
import { byPlace, featureById, listFeatures } from '../../db/records/feature.ts';
import { limitsOfFeature, limitsOfPlan } from '../../db/records/feature-limit.ts';
import {
  bySectionPosition,
  featureSectionById,
  listFeatureSections,
} from '../../db/records/feature-section.ts';
import { listMarkets } from '../../db/records/market.ts';
import { marketPricesOfPrice, marketUnitPricesOfPrice } from '../../db/records/market-price.ts';
import { currentRevision } from '../../db/records/organization.ts';
import { listPlans, planById, planSortKeys, plansOfGroup } from '../../db/records/plan.ts';
import { featuresOfPlan } from '../../db/records/plan-feature.ts';
import { listPlanGroups, planGroupById } from '../../db/records/plan-group.ts';
import { pricesOfPlan, variantsOfPrice } from '../../db/records/price.ts';
import { regionalOveragesOfPlan } from '../../db/records/regional-overage.ts';
import { regionalPricesOfPrice } from '../../db/records/regional-price.ts';
import {
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
  translationsOfPlanFeatures,
  translationsOfSection,
} from '../../db/records/translation.ts';
import { regionalUnitPricesOfPrice, unitPricesOfPrice } from '../../db/records/unit-price.ts';
import type {
  ExchangeRate,
  Feature,
  FeatureLimit,
  IntroOffer,
  Market,
  Plan,
  PlanFeature,
  PlanFeatureLimit,
  PlanPrice,
  Translation,
} from '../../db/tables.ts';
import { ApiError, LimitExceeded } from '../../errors.ts';
import type { Reader } from '../operation.ts';
import { canonical, canonicalInTurns } from './canonical.ts';
import type {
  Catalogue,
  CatalogueFeature,
  CatalogueMarketPrice,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
  CatalogueRegionalPrice,
  CatalogueTranslation,
  CatalogueUnitAmounts,
} from './document.ts';
import { takeTurn } from './turns.ts';

/** Plans that are read between two turns of the event loop. */
const PLANS_A_TURN = 10;
/** More would not fit into memory beside everything else. */
const MOST_PLANS = 1_000;
const PAGE = 500;

const wholePlan = (): Include => {
  const plan = new IncludeBuilder();
  for (const relation of [
    featuresOfPlan,
    limitsOfPlan,
    regionalOveragesOfPlan,
    exchangeRatesOfPlan,
    translationsOfPlan,
    translationsOfPlanFeatures,
  ])
    plan.add(relation);
  const price = plan.add(pricesOfPlan);
  for (const relation of [regionalPricesOfPrice, unitPricesOfPrice, regionalUnitPricesOfPrice])
    price.add(relation);
  for (const owner of [price, price.add(variantsOfPrice)]) {
    owner.add(marketPricesOfPrice);
    owner.add(marketUnitPricesOfPrice);
  }
  return plan.build();
};

const withAll = {
  plan: wholePlan(),
  feature: including(limitsOfFeature, translationsOfFeature),
  section: including(translationsOfSection),
  group: including(translationsOfGroup, plansOfGroup),
};

const allOf = async <Item>(
  sortKey: SortKey<Item>,
  list: (spec: PageSpec) => PromiseLike<Item[]> | Item[],
): Promise<Item[]> => {
  const items: Item[] = [];
  for (;;) {
    const last = items.at(-1);
    const found = await list({ limit: PAGE, after: last && sortKey.of(last) });
    items.push(...found.slice(0, PAGE));
    if (found.length <= PAGE) return items;
  }
};

const orUndefined = <Value>(value: Value | null): Value | undefined => value ?? undefined;

const byLocale = (
  translations: readonly Translation[],
): ReadonlyMap<string, CatalogueTranslation> =>
  new Map(
    translations.map((each) => [
      each.locale,
      {
        name: orUndefined(each.name),
        description: orUndefined(each.description),
        tagline: orUndefined(each.tagline),
        badge: orUndefined(each.badge),
        callToActionLabel: orUndefined(each.callToActionLabel),
        displayValue: orUndefined(each.displayValue),
        unitName: orUndefined(each.unitName),
        unitNamePlural: orUndefined(each.unitNamePlural),
      },
    ]),
  );

/** The codes of what is named by ids. */
type Codes = ReadonlyMap<string, string>;

const codesOf = (items: readonly { id: string; code: string }[]): Codes =>
  new Map(items.map(({ id, code }) => [id, code]));

const limitOf = (
  { name, unitName, unitNamePlural, decimals, period, perFeatureId }: FeatureLimit,
  codes: Codes,
) => ({
  name,
  unitName: orUndefined(unitName),
  unitNamePlural: orUndefined(unitNamePlural),
  decimals,
  period,
  per: perFeatureId === null ? undefined : codes.get(perFeatureId),
});

const featureOf = (
  loaders: Loaders,
  feature: Feature,
  codes: { sections: Codes; features: Codes },
): CatalogueFeature => ({
  name: feature.name,
  type: feature.type,
  description: orUndefined(feature.description),
  unitName: orUndefined(feature.unitName),
  unitNamePlural: orUndefined(feature.unitNamePlural),
  section: feature.sectionId === null ? undefined : codes.sections.get(feature.sectionId),
  limits: new Map(
    (loaders.peek(limitsOfFeature, feature.id) ?? []).map((limit) => [
      limit.code,
      limitOf(limit, codes.features),
    ]),
  ),
  translations: byLocale(loaders.peek(translationsOfFeature, feature.id) ?? []),
});

const marketOf = ({ name, countryCodes, taxBehavior, metadata }: Market) => ({
  name,
  countries: countryCodes,
  taxBehavior: orUndefined(taxBehavior),
  metadata,
});

type Discount = Pick<IntroOffer, 'discountType' | 'discountValue' | 'durationCycles'>;

const discountOf = ({ discountType, discountValue, durationCycles }: Discount) => ({
  ...(discountValue === null || discountType === null
    ? {}
    : { [discountType === 'percentage' ? 'percentage' : 'amount']: discountValue }),
  durationCycles: orUndefined(durationCycles),
});

const offerOf = ({ introOffer }: PlanPrice): CataloguePrice['introOffer'] =>
  introOffer ? { enabled: introOffer.enabled, ...discountOf(introOffer) } : undefined;

const amountsOf = ({
  unitPrice,
  tiersMode,
  tiers,
}: {
  unitPrice: number | null;
  tiersMode: CatalogueUnitAmounts['tiersMode'] | null;
  tiers: readonly { upTo: number | null; unitPrice: number; flatPrice: number }[];
}): CatalogueUnitAmounts => ({
  unitPrice: orUndefined(unitPrice),
  tiersMode: orUndefined(tiersMode) ?? undefined,
  tiers:
    tiers.length === 0
      ? undefined
      : tiers.map(({ upTo, ...tier }) => ({ ...tier, upTo: orUndefined(upTo) })),
});

/** Reads plans with all that belongs to them. */
class PlanReader {
  readonly #loaders: Loaders;
  readonly #features: Codes;
  readonly #markets: Codes;
  readonly #plans: Codes;
  readonly #limits: ReadonlyMap<string, readonly FeatureLimit[]>;

  constructor(
    loaders: Loaders,
    codes: { features: Codes; markets: Codes; plans: Codes },
    limits: ReadonlyMap<string, readonly FeatureLimit[]>,
  ) {
    this.#loaders = loaders;
    this.#features = codes.features;
    this.#markets = codes.markets;
    this.#plans = codes.plans;
    this.#limits = limits;
  }

  plan(plan: Plan): CataloguePlan {
    const { callToActionLabel: label, callToActionUrl: url, ...shown } = plan.presentation;
    const prices = this.#loaders.peek(pricesOfPlan, plan.id) ?? [];
    const rates = this.#loaders.peek(exchangeRatesOfPlan, plan.id) ?? [];
    return {
      name: plan.name,
      description: orUndefined(plan.description),
      consumptionModel: orUndefined(plan.consumptionModel),
      isPublic: plan.isPublic,
      isFree: plan.isFree,
      blockOnExhaustion: plan.blockOnExhaustion,
      availability: plan.availability,
      presentation: {
        tagline: orUndefined(shown.tagline),
        badge: orUndefined(shown.badge),
        highlighted: shown.highlighted,
        callToAction: label === null || url === null ? undefined : { label, url },
      },
      basedOn: plan.basedOnPlanId === null ? undefined : this.#plans.get(plan.basedOnPlanId),
      metadata: orUndefined(plan.metadata),
      publicMetadata: plan.publicMetadata,
      defaultInterval: prices.find(({ isDefault }) => isDefault)?.billingInterval,
      prices: new Map(prices.map((price) => [price.billingInterval, this.#price(price, rates)])),
      exchangeRates: new Map(
        rates.map(({ currency, exchangeRate }) => [currency, { exchangeRate }]),
      ),
      features: new Map(
        (this.#loaders.peek(featuresOfPlan, plan.id) ?? []).map((link) => [
          this.#featureCode(link.featureId),
          this.#feature(link, rates),
        ]),
      ),
      translations: byLocale(this.#loaders.peek(translationsOfPlan, plan.id) ?? []),
    };
  }

  /** Definitions and links are read in one transaction or revision: what is named is there. */
  #featureCode(id: string): string {
    return this.#features.get(id) ?? id;
  }

  #price(price: PlanPrice, rates: readonly ExchangeRate[]): CataloguePrice {
    const units = this.#loaders.peek(unitPricesOfPrice, price.id) ?? [];
    return {
      price: price.price,
      trialDays: price.trialDays,
      includedBalance: orUndefined(price.includedBalance),
      includedCredits: orUndefined(price.includedCredits),
      introOffer: offerOf(price),
      metadata: price.metadata,
      unitPrices: new Map(
        units.map((unit) => [
          this.#featureCode(unit.featureId),
          {
            ...amountsOf(unit),
            blockSize: unit.blockSize,
            minimum: unit.minimumQuantity,
            maximum: orUndefined(unit.maximumQuantity),
          },
        ]),
      ),
      regional: this.#regional(price, new Set(rates.map(({ currency }) => currency))),
      markets: this.#inMarkets(price),
      variants: new Map(
        (this.#loaders.peek(variantsOfPrice, price.id) ?? []).map((variant) => [
          variant.code ?? variant.id,
          {
            name: orUndefined(variant.name),
            metadata: variant.metadata,
            markets: this.#inMarkets(variant),
          },
        ]),
      ),
    };
  }

  /** What is set by hand, and what is left out though a rate could derive it. */
  #regional(
    price: PlanPrice,
    rates: ReadonlySet<string>,
  ): ReadonlyMap<string, CatalogueRegionalPrice> {
    const regional = new Map<string, CatalogueRegionalPrice>();
    for (const currency of rates) regional.set(currency, { omitted: true });
    for (const row of this.#loaders.peek(regionalPricesOfPrice, price.id) ?? []) {
      const isDerived = rates.has(row.currency);
      const { introOffer: offer } = row;
      regional.set(row.currency, {
        price: row.autoSynced && isDerived ? undefined : row.price,
        includedBalance:
          row.includedBalanceAutoSynced && isDerived ? undefined : orUndefined(row.includedBalance),
        introOffer: row.introOfferAutoSynced || !offer ? undefined : discountOf(offer),
      });
    }
    for (const row of this.#loaders.peek(regionalUnitPricesOfPrice, price.id) ?? []) {
      if (row.autoSynced && rates.has(row.currency)) continue;
      const known = regional.get(row.currency) ?? {};
      const code = this.#featureCode(row.featureId);
      const unitPrices = new Map([...(known.unitPrices ?? []), [code, amountsOf(row)] as const]);
      regional.set(row.currency, { ...known, unitPrices });
    }
    return regional;
  }

  #inMarkets({ id }: PlanPrice): ReadonlyMap<string, CatalogueMarketPrice> {
    const units = this.#loaders.peek(marketUnitPricesOfPrice, id) ?? [];
    return new Map(
      (this.#loaders.peek(marketPricesOfPrice, id) ?? []).map(({ marketId, currency, price }) => [
        this.#markets.get(marketId) ?? marketId,
        {
          currency,
          price,
          unitPrices: new Map(
            units
              .filter((unit) => unit.marketId === marketId)
              .map((unit) => [this.#featureCode(unit.featureId), amountsOf(unit)]),
          ),
        },
      ]),
    );
  }

  #feature(link: PlanFeature, rates: readonly ExchangeRate[]): CataloguePlanFeature {
    const { planId, featureId, overage } = link;
    const overages = (this.#loaders.peek(regionalOveragesOfPlan, planId) ?? []).filter(
      (row) =>
        row.featureId === featureId &&
        !(row.autoSynced && rates.some(({ currency }) => currency === row.currency)),
    );
    const limits = (this.#loaders.peek(limitsOfPlan, planId) ?? []).filter(
      (limit) => limit.featureId === featureId,
    );
    const translations = (this.#loaders.peek(translationsOfPlanFeatures, planId) ?? []).filter(
      ({ objectId }) => objectId === link.id,
    );
    return {
      enabled: link.enabled,
      includedAmount: link.includedAmount,
      unlimited: link.unlimited,
      overage,
      creditsPerUnit: orUndefined(link.creditsPerUnit),
      pricingMode: link.pricingMode,
      margin: orUndefined(link.margin),
      displayValue: orUndefined(link.displayValue),
      regionalOverages: new Map(
        overages.map(({ currency, unitPrice }) => [currency, { unitPrice }]),
      ),
      limits: new Map(limits.map((limit) => [limit.code, { amount: this.#limit(limit) }])),
      translations: byLocale(translations),
    };
  }

  #limit({ featureId, code, amount }: PlanFeatureLimit): string {
    if (amount === null) return 'unlimited';
    const defined = this.#limits.get(featureId)?.find((limit) => limit.code === code);
    return limitText(amount, defined?.decimals ?? 0);
  }
}

/** A whole number of last decimals as people write it. */
const limitText = (amount: number, decimals: number): string => {
  const digits = String(amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
};

const MOST_TRIES = 5;

/** The catalogue of one revision: writes in between have it read again. */
const pullWhole = async (reader: Reader, revision: number): Promise<Catalogue> => {
  let before = revision;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const catalogue = await pullCatalogue(reader.uncached());
    const after = await currentRevision(reader);
    if (after === before) return catalogue;
    before = after;
  }
  throw new ApiError(
    'service_unavailable',
    'The catalogue changes faster than it can be read; repeat the request.',
    { retryAfter: 1 },
  );
};

const read = new WeakMap<Reader, { revision: number; catalogue: Promise<Catalogue> }>();

/** The catalogue as it is: a request reads it again only when its revision has moved. */
export const catalogueOf = async (reader: Reader): Promise<Catalogue> => {
  const revision = await currentRevision(reader);
  const known = read.get(reader);
  if (known?.revision === revision) return known.catalogue;
  const catalogue = pullWhole(reader, revision);
  read.set(reader, { revision, catalogue });
  return catalogue;
};

/** Sections and features, of which everything else speaks. */
const readDefinitions = async (reader: Reader) => {
  const loaders = new Loaders(reader);
  const sections = await allOf(bySectionPosition, (spec) => listFeatureSections(reader, spec));
  await loaders.prefetch(featureSectionById, sections, withAll.section);
  const features = await allOf(byPlace, (spec) => listFeatures(reader, spec));
  await loaders.prefetch(featureById, features, withAll.feature);
  return { loaders, sections, features };
};

const definitionsOf = (
  { loaders, sections, features }: Awaited<ReturnType<typeof readDefinitions>>,
  codes: { sections: Codes; features: Codes },
): Pick<Catalogue, 'sections' | 'features'> => ({
  sections: new Map(
    sections.map(({ id, code, name }) => [
      code,
      { name, translations: byLocale(loaders.peek(translationsOfSection, id) ?? []) },
    ]),
  ),
  features: new Map(features.map((feature) => [feature.code, featureOf(loaders, feature, codes)])),
});

/** Sections and features alone. */
export const pullDefinitions = async (reader: Reader): Promise<Catalogue> => {
  const read = await readDefinitions(reader);
  const codes = { sections: codesOf(read.sections), features: codesOf(read.features) };
  return canonical(definitionsOf(read, codes));
};

/** The catalogue of a reader's tenant as it is, in its canonical form. */
export const pullCatalogue = async (reader: Reader): Promise<Catalogue> => {
  const definitions = await readDefinitions(reader);
  const { loaders, sections, features } = definitions;
  const markets = await allOf(byCreation, (spec) => listMarkets(reader, spec));
  const plans = await allOf(planSortKeys.createdAt, (spec) =>
    listPlans(reader, {}, { by: 'createdAt', descending: false }, spec),
  );
  if (plans.length > MOST_PLANS)
    throw new LimitExceeded(
      `A catalogue of ${plans.length} plans is too large for a file`,
      MOST_PLANS,
      plans.length,
    );
  const groups = await allOf(byCreation, (spec) => listPlanGroups(reader, spec));
  await loaders.prefetch(planGroupById, groups, withAll.group);

  const codes = {
    sections: codesOf(sections),
    features: codesOf(features),
    markets: codesOf(markets),
    plans: codesOf(plans),
  };
  const limits = new Map(
    features.map(({ id }) => [id, loaders.peek(limitsOfFeature, id) ?? []] as const),
  );
  const all = new Map<string, CataloguePlan>();
  for (let start = 0; start < plans.length; start += PLANS_A_TURN) {
    await takeTurn();
    reader.check();
    const slice = plans.slice(start, start + PLANS_A_TURN);
    const details = new Loaders(reader);
    await details.prefetch(planById, slice, withAll.plan);
    const planReader = new PlanReader(details, codes, limits);
    for (const plan of slice) all.set(plan.code, planReader.plan(plan));
  }
  return canonicalInTurns({
    catalogue: 1,
    baseCurrency: reader.tenant.baseCurrency,
    ...definitionsOf(definitions, codes),
    markets: new Map(markets.map((market) => [market.code, marketOf(market)])),
    plans: all,
    groups: new Map(
      groups.map(({ id, code, name, description, isPublic }) => [
        code,
        {
          name,
          description: orUndefined(description),
          isPublic,
          plans: (loaders.peek(plansOfGroup, id) ?? []).map((plan) => plan.code),
          translations: byLocale(loaders.peek(translationsOfGroup, id) ?? []),
        },
      ]),
    ),
  });
};
