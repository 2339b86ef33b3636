import { convertAmount, convertUnitPrice } from '../../domain/exchange.ts';
import type { CreateFeatureInput, Feature } from '../../domain/feature.ts';
import type { PlanFeatureLimit, SetFeatureLimitsInput } from '../../domain/feature-limit.ts';
import type { CreateFeatureSectionInput } from '../../domain/feature-section.ts';
import type { CreateMarketInput } from '../../domain/market.ts';
import type { MarketPrice, MarketUnitPrice } from '../../domain/market-price.ts';
import type { Writer } from '../../domain/operation.ts';
import type { Plan } from '../../domain/plan.ts';
import type { PlanFeature } from '../../domain/plan-feature.ts';
import { presented } from '../../domain/presentation.ts';
import type { PlanPrice } from '../../domain/price.ts';
import type { RegionalPrice } from '../../domain/regional-price.ts';
import type { RegionalUnitPrice, UnitPrice } from '../../domain/unit-price.ts';
import { type FeatureType, RATE_SCALE } from '../../vocabulary.ts';

/**
 * What a load test's catalogue consists of. Everything but ids and times follows from the number of
 * a plan.
 */

const models = ['metered', 'balance', 'credits', null] as const;
const segments = ['self_serve', 'team', 'company'];

/** Interval, and how many months' price it costs in percent. */
const intervals = [
  ['monthly', 100],
  ['weekly', 30],
  ['quarterly', 285],
  ['yearly', 1_000],
] as const;

/** At monthly and at yearly prices. */
const pricedByTheUnit = ['monthly', 'yearly'];
const unitCurrencies = ['eur', 'jpy'] as const;

export interface SeedMarket extends CreateMarketInput {
  code: string;
  currency: keyof typeof exchangeRates;
}

const exchangeRates = { eur: 0.92, brl: 5.42, jpy: 155, inr: 83.5, mxn: 18.1, cad: 1.37 };

export const seedMarkets: SeedMarket[] = [
  { code: 'seed_brazil', name: 'Seed Brazil', countryCodes: ['BR'], currency: 'brl' },
  { code: 'seed_india', name: 'Seed India', countryCodes: ['IN'], currency: 'inr' },
];

const featureTypes: FeatureType[] = [
  ...Array<FeatureType>(5).fill('usage'),
  ...Array<FeatureType>(2).fill('seats'),
  ...Array<FeatureType>(2).fill('quota'),
  ...Array<FeatureType>(3).fill('boolean'),
];

export const seedSections: (CreateFeatureSectionInput & { code: string })[] = ['Usage', 'Team'].map(
  (name) => ({
    code: `seed_${name.toLowerCase()}`,
    name: `Seed ${name.toLowerCase()}`,
  }),
);

/** The boolean ones stand in no section. */
const sectionOf: Partial<Record<FeatureType, string>> = {
  usage: 'seed_usage',
  seats: 'seed_team',
  quota: 'seed_team',
};

export const seedFeatures: CreateFeatureInput[] = featureTypes.map((type, index) => ({
  code: `seed_feature_${String(index + 1).padStart(2, '0')}`,
  name: `Seed feature ${index + 1}`,
  type,
  sectionId: sectionOf[type] ?? null,
}));

const limitCodes = ['size', 'rate'];

/** What plans may limit of a quota feature besides its amount. */
export const seedLimits = ({ type }: { type: FeatureType }): SetFeatureLimitsInput['limits'] =>
  type === 'quota'
    ? limitCodes.map((code) => ({ code, name: `Seed ${code}`, unitName: 'GB', decimals: 1 }))
    : [];

export const codeOfPlan = (number: number): string => `seed_${String(number).padStart(6, '0')}`;

export const seedPlan = (writer: Writer, number: number): Plan => ({
  id: writer.newId('plan'),
  code: codeOfPlan(number),
  name: `Seed plan ${number}`,
  description: `Plan ${number} of a catalogue for load tests.`,
  consumptionModel: models[number % models.length] ?? null,
  isPublic: number % 10 !== 0,
  isFree: number % 25 === 0,
  blockOnExhaustion: false,
  availability: number % 20 === 1 ? 'contact_sales' : 'self_service',
  presentation: presented({
    tagline: `Plan ${number} in one line.`,
    badge: number % 7 === 0 ? 'Most popular' : null,
    highlighted: number % 7 === 0,
    callToAction: { label: 'Start', url: `/signup/${number}` },
  }),
  basedOnPlanId: null,
  planGroupId: null,
  sortOrder: 0,
  metadata: { segment: segments[number % segments.length] ?? null, number },
  publicMetadata: {},
  createdAt: writer.now,
  updatedAt: writer.now,
  revision: 1,
});

export const seedPrices = (writer: Writer, plan: Plan, number: number): PlanPrice[] =>
  intervals.map(([billingInterval, percent], index) => ({
    id: writer.newId('price'),
    planId: plan.id,
    billingInterval,
    price: plan.isFree ? 0 : (5 + (number % 200)) * percent * (RATE_SCALE / 100),
    isDefault: index === 0,
    trialDays: number % 3 === 0 ? 14 : 0,
    includedBalance: plan.consumptionModel === 'balance' ? 10 * RATE_SCALE : null,
    includedCredits: plan.consumptionModel === 'credits' ? 1_000 : null,
    introOffer: null,
    metadata: {},
    createdAt: writer.now,
    updatedAt: writer.now,
    revision: 1,
    inheritsFromPriceId: null,
    code: null,
    name: null,
  }));

/** Set by hand, as far as the gateway knows. */
export const seedRegionalPrices = ({ id, price }: PlanPrice): RegionalPrice[] =>
  Object.entries(exchangeRates).map(([currency, rate]) => ({
    priceId: id,
    currency,
    price: convertAmount(price, rate, currency) ?? Number.MAX_SAFE_INTEGER,
    includedBalance: null,
    autoSynced: false,
    includedBalanceAutoSynced: false,
    introOffer: null,
    introOfferAutoSynced: true,
  }));

export const seedPlanFeature = (
  writer: Writer,
  plan: Plan,
  feature: Feature,
  number: number,
): PlanFeature => {
  const isCounted = feature.type !== 'boolean';
  const hasOverage =
    feature.type === 'usage' &&
    !plan.isFree &&
    (plan.consumptionModel === 'metered' || plan.consumptionModel === 'balance');
  return {
    id: writer.newId('planFeature'),
    planId: plan.id,
    featureId: feature.id,
    enabled: true,
    includedAmount: isCounted ? 100 * (1 + (number % 10)) : 0,
    unlimited: false,
    overage: { enabled: hasOverage, unitPrice: hasOverage ? 10 + (number % 90) : 0 },
    creditsPerUnit: isCounted && plan.consumptionModel === 'credits' ? 1 + (number % 5) : null,
    pricingMode: 'fixed',
    margin: null,
    displayValue: feature.type === 'boolean' && number % 4 === 0 ? 'By email' : null,
    createdAt: writer.now,
    updatedAt: writer.now,
    revision: 1,
  };
};

/** Seats cost the same each, quota in tiers. */
export const seedUnitPrices = (
  plan: Plan,
  prices: readonly PlanPrice[],
  features: readonly Feature[],
  number: number,
): UnitPrice[] =>
  prices
    .filter(({ billingInterval }) => !plan.isFree && pricedByTheUnit.includes(billingInterval))
    .flatMap(({ id: priceId, billingInterval }) =>
      features
        .filter(({ type }) => type === 'seats' || type === 'quota')
        .map(({ id: featureId, type: featureType }): UnitPrice => {
          const unitPrice =
            (1 + (number % 20)) * (billingInterval === 'yearly' ? 10 : 1) * RATE_SCALE;
          const base = { priceId, featureId, planId: plan.id, featureType, maximumQuantity: null };
          return featureType === 'seats'
            ? { ...base, unitPrice, tiersMode: null, tiers: [], blockSize: 1, minimumQuantity: 3 }
            : {
                ...base,
                unitPrice: null,
                tiersMode: 'graduated',
                tiers: [
                  { upTo: 1_000, unitPrice, flatPrice: 0 },
                  { upTo: null, unitPrice: unitPrice / 2, flatPrice: 0 },
                ],
                blockSize: 100,
                minimumQuantity: 0,
              };
        }),
    );

const converted = (amount: number, currency: keyof typeof exchangeRates): number =>
  convertUnitPrice(amount, exchangeRates[currency]) ?? Number.MAX_SAFE_INTEGER;

/** Set by hand, as far as the gateway knows. */
export const seedRegionalUnitPrices = ({
  priceId,
  featureId,
  unitPrice,
  tiersMode,
  tiers,
}: UnitPrice): RegionalUnitPrice[] =>
  unitCurrencies.map((currency) => ({
    priceId,
    featureId,
    currency,
    unitPrice: unitPrice === null ? null : converted(unitPrice, currency),
    tiersMode,
    tiers: tiers.map((tier) => ({ ...tier, unitPrice: converted(tier.unitPrice, currency) })),
    autoSynced: false,
  }));

export const seedPlanLimits = (plan: Plan, feature: Feature, number: number): PlanFeatureLimit[] =>
  seedLimits(feature).map(({ code }, index) => ({
    planId: plan.id,
    featureId: feature.id,
    code,
    amount: index === 0 ? 5 + (number % 50) : null,
    unlimited: index !== 0,
  }));

/** A market as it is stored, and the currency that is paid in there. */
export type MarketInPlace = Pick<SeedMarket, 'currency'> & { marketId: string };

/** What prices by the unit are in markets. */
export const seedMarketPrices = (
  { id: priceId, price, billingInterval, inheritsFromPriceId }: PlanPrice,
  markets: readonly MarketInPlace[],
): MarketPrice[] =>
  pricedByTheUnit.includes(billingInterval)
    ? markets.map(({ marketId, currency }) => ({
        priceId,
        marketId,
        basePriceId: inheritsFromPriceId ?? priceId,
        currency,
        price: convertAmount(price, exchangeRates[currency], currency) ?? Number.MAX_SAFE_INTEGER,
      }))
    : [];

export const seedMarketUnitPrices = (
  { priceId, featureId, unitPrice, tiersMode, tiers }: UnitPrice,
  markets: readonly MarketInPlace[],
): MarketUnitPrice[] =>
  markets.map(({ marketId, currency }) => ({
    priceId,
    featureId,
    marketId,
    basePriceId: priceId,
    unitPrice: unitPrice === null ? null : converted(unitPrice, currency),
    tiersMode,
    tiers: tiers.map((tier) => ({ ...tier, unitPrice: converted(tier.unitPrice, currency) })),
  }));

/** Of yearly prices of every fifth plan. */
export const seedVariants = (writer: Writer, price: PlanPrice, number: number): PlanPrice[] =>
  price.billingInterval === 'yearly' && number % 5 === 0
    ? [
        {
          ...price,
          id: writer.newId('price'),
          isDefault: false,
          inheritsFromPriceId: price.id,
          code: 'partners',
          name: 'Partners',
        },
      ]
    : [];
