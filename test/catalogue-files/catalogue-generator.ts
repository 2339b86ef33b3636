import { canonical } from '../../src/domain/catalogue/canonical.ts';
import type {
  Catalogue,
  CatalogueFeature,
  CatalogueMarket,
  CatalogueMarketPrice,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
  CatalogueRegionalPrice,
  CatalogueTranslation,
  CatalogueUnitAmounts,
  CatalogueUnitPrice,
} from '../../src/domain/catalogue/document.ts';
import type { FeatureType, JsonObject } from '../../src/vocabulary.ts';
import { billingIntervals, limitPeriods } from '../../src/vocabulary.ts';
import type { Random } from '../model/random.ts';

/**
 * Random catalogues that break no rule. What is final follows from the code, so that any of them can
 * become any other.
 */

const texts = [
  'Plain',
  '24/7',
  'yes',
  'null',
  '~',
  '1e3',
  '0x1F',
  '- dash',
  '# hash',
  'a: b',
  '{brace}',
  "it's",
  '"quoted"',
  'Größe',
  '日本語',
  '🙂 emoji',
  'trailing\\',
  '@at `tick` %percent',
  '!bang &and *star',
  'tab\there',
  '2026-11-27',
  '...',
  '---',
];
const longTexts = [...texts, 'two\nlines', '  spaces around  ', 'ends with a line\n', '\n', ''];

const featureTypesByCode: Readonly<Record<string, FeatureType>> = {
  seats: 'seats',
  storage: 'quota',
  calls: 'usage',
  tokens: 'usage',
  sso: 'boolean',
  '404': 'boolean',
  ['__proto__']: 'quota',
};
const sectionCodes = ['main', 'more', 'true'];
const planCodes = {
  free: { consumptionModel: 'metered', isFree: true },
  pro: { consumptionModel: 'metered' },
  flat: {},
  credits: { consumptionModel: 'credits' },
  ai: { consumptionModel: 'balance', blockOnExhaustion: true },
  '007': { consumptionModel: 'metered' },
} as const satisfies Record<string, Partial<CataloguePlan>>;
const groupCodes = ['ladder', 'null'];
const markets: Readonly<Record<string, readonly string[]>> = {
  south: ['BR', 'AR'],
  north: ['DE', 'FR'],
  east: ['JP', 'KR'],
};
const currencies = ['eur', 'brl', 'jpy', 'kwd', 'clf'];
const locales = ['de', 'pt-BR', 'zh-Hant'];
const rates = [0.92, 5.4321, 151.37, 0.307, 1, 33.333333, 1e-3];

const some = <Item>(random: Random, items: readonly Item[], most = items.length): Item[] =>
  random.shuffled([...items]).slice(0, random.below(Math.min(most, items.length) + 1));

const maybe = <Value>(random: Random, chance: number, value: () => Value): Value | undefined =>
  random.chance(chance) ? value() : undefined;

const anyAmount = (random: Random): number =>
  random.pick([
    () => random.below(300) * 10_000,
    () => random.below(30_000) * 100,
    () => random.below(1_000_000),
    () => random.below(20),
  ])();

const anyJson = (random: Random): JsonObject =>
  random.pick<JsonObject>([
    {},
    { note: random.pick(texts) },
    { b: 1.5, a: [true, null, 'x', { deep: -0.25 }] },
    { big: 9007199254740991, none: null, 10: 'ten' },
  ]);

type Text = 'description' | 'displayValue' | 'unitName' | 'plan';

const anyTranslations = (
  random: Random,
  ...may: Text[]
): ReadonlyMap<string, CatalogueTranslation> => {
  const text = () => random.pick(texts);
  const translations = new Map<string, CatalogueTranslation>();
  for (const locale of some(random, locales, 2)) {
    const unitName = may.includes('unitName') ? maybe(random, 0.4, text) : undefined;
    const isNamed = !may.includes('displayValue');
    translations.set(locale, {
      name: isNamed ? maybe(random, 0.7, text) : undefined,
      displayValue: isNamed ? undefined : text(),
      description: may.includes('description')
        ? maybe(random, 0.4, () => random.pick(longTexts))
        : undefined,
      tagline: may.includes('plan') ? maybe(random, 0.3, text) : undefined,
      callToActionLabel: may.includes('plan') ? maybe(random, 0.3, text) : undefined,
      unitName,
      unitNamePlural: unitName && maybe(random, 0.5, text),
    });
  }
  return translations;
};

const anyFeature = (
  random: Random,
  code: string,
  sections: readonly string[],
  others: readonly string[],
): CatalogueFeature => {
  const unitName = maybe(random, 0.5, () => random.pick(texts));
  const limits = some(random, ['rate', 'size', '12'], 2).map((limit) => {
    const unit = maybe(random, 0.5, () => random.pick(texts));
    return [
      limit,
      {
        name: random.pick(texts),
        unitName: unit,
        unitNamePlural: unit && maybe(random, 0.5, () => random.pick(texts)),
        decimals: random.below(4),
        period: random.pick(limitPeriods),
        per: others.length > 0 ? maybe(random, 0.3, () => random.pick(others)) : undefined,
      },
    ] as const;
  });
  return {
    name: `${code} ${random.pick(texts)}`,
    type: featureTypesByCode[code] ?? 'boolean',
    description: maybe(random, 0.4, () => random.pick(longTexts)),
    unitName,
    unitNamePlural: unitName && maybe(random, 0.5, () => random.pick(texts)),
    section: sections.length > 0 ? maybe(random, 0.7, () => random.pick(sections)) : undefined,
    limits: new Map(limits),
    translations: anyTranslations(random, 'description', 'unitName'),
  };
};

const anyLink = (
  random: Random,
  feature: CatalogueFeature,
  plan: Partial<CataloguePlan>,
): CataloguePlanFeature => {
  const { consumptionModel: model, isFree } = plan;
  const isBoolean = feature.type === 'boolean';
  const unlimited = !isBoolean && random.chance(0.2);
  const mayOverage =
    !isBoolean && !isFree && !unlimited && (model === 'metered' || model === 'balance');
  const overage = mayOverage
    ? maybe(random, 0.4, () => ({
        enabled: maybe(random, 0.2, () => false),
        unitPrice: anyAmount(random) + 1,
      }))
    : undefined;
  const limits = [...(feature.limits ?? [])]
    .filter(() => random.chance(0.6))
    .map(([code, { decimals = 0 }]) => {
      const whole = random.below(50);
      const fraction = decimals > 0 && random.chance(0.5) ? `.${1 + random.below(9)}` : '';
      return [code, { amount: random.chance(0.2) ? 'unlimited' : `${whole}${fraction}` }] as const;
    });
  return {
    enabled: maybe(random, 0.2, () => false),
    includedAmount: isBoolean ? undefined : maybe(random, 0.5, () => random.below(10_000)),
    unlimited: unlimited || undefined,
    overage,
    creditsPerUnit: isBoolean ? undefined : maybe(random, 0.2, () => random.below(50)),
    pricingMode: model === 'balance' ? maybe(random, 0.3, () => 'ai_model' as const) : undefined,
    margin: isBoolean ? undefined : maybe(random, 0.2, () => random.below(5_000)),
    displayValue: maybe(random, 0.2, () => random.pick(texts)),
    regionalOverages: overage
      ? new Map(some(random, currencies, 2).map((each) => [each, { unitPrice: anyAmount(random) }]))
      : undefined,
    limits: new Map(limits),
    translations: anyTranslations(random, 'displayValue'),
  };
};

const anyAmounts = (
  random: Random,
  mode: CatalogueUnitAmounts['tiersMode'],
  blockSize: number,
): CatalogueUnitAmounts => {
  if (!mode) return { unitPrice: anyAmount(random) };
  const ends = some(random, [10, 50, 100], 2).toSorted((one, other) => one - other);
  return {
    tiersMode: mode,
    tiers: [...ends, undefined].map((upTo) => ({
      upTo: upTo && upTo * blockSize,
      unitPrice: anyAmount(random),
      flatPrice: maybe(random, 0.3, () => anyAmount(random)),
    })),
  };
};

const anyUnitPrice = (random: Random): CatalogueUnitPrice => {
  const blockSize = random.pick([1, 1, 10]);
  const mode = maybe(random, 0.5, () => random.pick(['graduated', 'volume'] as const));
  const minimum = maybe(random, 0.3, () => blockSize * (1 + random.below(3)));
  return {
    ...anyAmounts(random, mode, blockSize),
    blockSize,
    minimum,
    maximum: maybe(random, 0.3, () => (minimum ?? 0) + blockSize * (1 + random.below(5))),
  };
};

type Units = ReadonlyMap<string, CatalogueUnitPrice>;

const unitsLike = (random: Random, units: Units): ReadonlyMap<string, CatalogueUnitAmounts> =>
  new Map(
    [...units]
      .filter(() => random.chance(0.4))
      .map(([code, { tiersMode, blockSize = 1 }]) => [
        code,
        anyAmounts(random, tiersMode, blockSize),
      ]),
  );

const anyMarketPrices = (
  random: Random,
  codes: readonly string[],
  units: Units,
  isFree: boolean | undefined,
): ReadonlyMap<string, CatalogueMarketPrice> =>
  new Map(
    codes.map((code) => [
      code,
      {
        currency: random.pick([...currencies, 'usd']),
        price: isFree ? 0 : anyAmount(random),
        unitPrices: unitsLike(random, units),
      },
    ]),
  );

const anyRegional = (
  random: Random,
  price: CataloguePrice,
  hasRate: boolean,
  isFree: boolean | undefined,
): CatalogueRegionalPrice => {
  if (hasRate && random.chance(0.15)) return { omitted: true };
  const isByHand = !hasRate || random.chance(0.6);
  const mayOffer = hasRate && price.introOffer?.enabled !== false;
  return {
    price: isByHand ? (isFree ? 0 : anyAmount(random)) : undefined,
    includedBalance: isByHand ? maybe(random, 0.2, () => anyAmount(random)) : undefined,
    introOffer: mayOffer
      ? maybe(random, 0.2, () => ({
          percentage: random.below(10_001),
          durationCycles: maybe(random, 0.5, () => 1 + random.below(5)),
        }))
      : undefined,
    unitPrices: unitsLike(random, price.unitPrices ?? new Map()),
  };
};

const anyPrice = (
  random: Random,
  priceable: readonly string[],
  marketCodes: readonly string[],
  currenciesWithRate: ReadonlySet<string>,
  isFree: boolean | undefined,
): CataloguePrice => {
  const amount = isFree ? 0 : anyAmount(random);
  const units: Units = isFree
    ? new Map()
    : new Map(some(random, priceable, 2).map((code) => [code, anyUnitPrice(random)]));
  const discount = random.chance(0.5)
    ? { percentage: random.below(10_001) }
    : { amount: random.below(amount + 1) };
  const inMarkets = some(random, marketCodes);
  const variants = inMarkets.length === 0 ? [] : some(random, ['second', '2'], 2);
  const price: CataloguePrice = {
    price: amount,
    trialDays: maybe(random, 0.3, () => random.below(60)),
    includedBalance: maybe(random, 0.2, () => anyAmount(random)),
    includedCredits: maybe(random, 0.2, () => random.below(1_000)),
    introOffer: maybe(random, 0.3, () => ({
      enabled: maybe(random, 0.3, () => false),
      ...discount,
      durationCycles: maybe(random, 0.5, () => 1 + random.below(5)),
    })),
    metadata: maybe(random, 0.3, () => anyJson(random)),
    unitPrices: units,
    markets: anyMarketPrices(random, inMarkets, units, isFree),
    variants: new Map(
      variants.map((code) => [
        code,
        {
          name: random.pick(texts),
          metadata: maybe(random, 0.3, () => anyJson(random)),
          markets: anyMarketPrices(
            random,
            random.shuffled([...inMarkets]).slice(0, 1 + random.below(inMarkets.length)),
            units,
            isFree,
          ),
        },
      ]),
    ),
  };
  const regional = some(random, currencies, 3).map(
    (currency) =>
      [currency, anyRegional(random, price, currenciesWithRate.has(currency), isFree)] as const,
  );
  return { ...price, regional: new Map(regional) };
};

const anyPlan = (
  random: Random,
  code: keyof typeof planCodes,
  features: ReadonlyMap<string, CatalogueFeature>,
  marketCodes: readonly string[],
  earlier: readonly string[],
): CataloguePlan => {
  const final: Partial<CataloguePlan> = planCodes[code];
  const links = new Map(
    some(random, [...features]).map(([name, feature]) => [name, anyLink(random, feature, final)]),
  );
  const priceable = [...links]
    .filter(([name, { unlimited }]) => !unlimited && features.get(name)?.type !== 'boolean')
    .map(([name]) => name);
  const exchangeRates = new Map(
    some(random, currencies, 3).map((each) => [each, { exchangeRate: random.pick(rates) }]),
  );
  const withRate = new Set(exchangeRates.keys());
  const prices = new Map(
    some(random, billingIntervals, 3).map((interval) => [
      interval,
      anyPrice(random, priceable, marketCodes, withRate, final.isFree),
    ]),
  );
  return {
    ...final,
    name: random.pick(texts),
    description: maybe(random, 0.5, () => random.pick(longTexts)),
    isPublic: maybe(random, 0.2, () => false),
    availability: maybe(random, 0.2, () => 'contact_sales' as const),
    presentation: {
      tagline: maybe(random, 0.3, () => random.pick(texts)),
      badge: maybe(random, 0.2, () => random.pick(texts)),
      highlighted: random.chance(0.2),
      callToAction: maybe(random, 0.3, () => ({ label: random.pick(texts), url: '/signup?a=b#c' })),
    },
    basedOn: earlier.length > 0 ? maybe(random, 0.3, () => random.pick(earlier)) : undefined,
    metadata: maybe(random, 0.3, () => anyJson(random)),
    publicMetadata: maybe(random, 0.3, () => anyJson(random)),
    defaultInterval: prices.size > 0 ? random.pick([...prices.keys()]) : undefined,
    prices,
    exchangeRates,
    features: links,
    translations: anyTranslations(random, 'description', 'plan'),
  };
};

const anyMarkets = (random: Random): ReadonlyMap<string, CatalogueMarket> => {
  const codes = some(random, Object.keys(markets));
  // A country that goes from one market to another.
  const guest = codes.length > 0 ? random.pick(codes) : undefined;
  return new Map(
    codes.map((code) => [
      code,
      {
        name: random.pick(texts),
        countries: [...(markets[code] ?? []), ...(code === guest ? ['US'] : [])],
        taxBehavior: maybe(random, 0.3, () => 'inclusive' as const),
        metadata: maybe(random, 0.3, () => anyJson(random)),
      },
    ]),
  );
};

export const anyCatalogue = (random: Random): Catalogue => {
  const sections = some(random, sectionCodes);
  const featureCodes = some(random, Object.keys(featureTypesByCode));
  const features = new Map(
    featureCodes.map((code) => {
      const others = featureCodes.filter((each) => each !== code);
      return [code, anyFeature(random, code, sections, others)];
    }),
  );
  const inMarkets = anyMarkets(random);
  const names = some(random, Object.keys(planCodes) as (keyof typeof planCodes)[]);
  const plans = new Map<string, CataloguePlan>();
  for (const code of names)
    plans.set(code, anyPlan(random, code, features, [...inMarkets.keys()], [...plans.keys()]));
  const metered = random.shuffled(
    names.filter((code) => {
      const model = (planCodes[code] as Partial<CataloguePlan>).consumptionModel;
      return model === undefined || model === 'metered';
    }),
  );
  const cut = random.below(metered.length + 1);
  const members = [metered.slice(0, cut), metered.slice(cut)];
  const groups = some(random, groupCodes).map(
    (code, place) =>
      [
        code,
        {
          name: random.pick(texts),
          description: maybe(random, 0.3, () => random.pick(longTexts)),
          isPublic: maybe(random, 0.2, () => false),
          plans: members[place] ?? [],
          translations: anyTranslations(random, 'description'),
        },
      ] as const,
  );
  return canonical({
    catalogue: 1,
    baseCurrency: 'usd',
    sections: new Map(
      sections.map((code) => [
        code,
        { name: random.pick(texts), translations: anyTranslations(random) },
      ]),
    ),
    features,
    markets: inMarkets,
    plans,
    groups: new Map(groups),
  });
};
