import { billingIntervals, taxBehaviors, tiersModes } from '../../src/vocabulary.ts';
import type { Random } from '../model/random.ts';
import { inCurrency } from '../model/reference/money.ts';
import type {
  Amounts,
  Context,
  FeatureOf,
  LinkOf,
  MarketOf,
  OfferOf,
  PlanOf,
  PricedCatalogue,
  PriceInMarket,
  PriceOf,
  UnitOf,
} from './priced-catalogue.ts';

/**
 * Small catalogues in which rules of prices meet each other. Few countries and currencies, so that
 * they meet often.
 */

const bases = ['usd', 'usd', 'usd', 'eur', 'jpy', 'kwd', 'brl'];
/** Ecuador pays in dollars, Antarctica in nothing, and Kuwait in thousandths. */
const countries = ['BR', 'AR', 'DE', 'FR', 'JP', 'EC', 'US', 'KW', 'CL', 'AQ'];
const currencies = ['brl', 'ars', 'eur', 'jpy', 'usd', 'kwd', 'clp', 'gbp', 'clf'];
const rates = [1, 0.92, 5.4321, 151.37, 0.307, 943.25, 0.0061, 1e-4, 33.333333];

const some = <Item>(random: Random, items: readonly Item[], most: number): Item[] =>
  random.shuffled(items).slice(0, random.below(most + 1));

const anyAmount = (random: Random): number =>
  random.pick([
    () => random.below(200) * 10_000,
    () => random.below(20_000) * 100,
    () => random.below(1_000_000),
    () => random.below(20),
    () => 10_000 * random.below(1_000_000),
  ])();

const anyAmounts = (random: Random, hasTiers: boolean): Amounts => {
  if (!hasTiers) return { unitPrice: anyAmount(random), tiers: [] };
  const ends = some(random, [10, 50, 100, 1_000], 3).toSorted((one, other) => one - other);
  return {
    unitPrice: null,
    tiers: [...ends, null].map((upTo) => ({
      upTo,
      unitPrice: anyAmount(random),
      flatPrice: random.chance(0.3) ? anyAmount(random) : 0,
    })),
  };
};

const anyMarkets = (random: Random): MarketOf[] => {
  const left = random.shuffled(countries);
  const names = ['South', 'North', 'Island'].slice(0, random.below(4));
  return names.map((name) => ({
    code: name.toLowerCase(),
    name,
    countries: left.splice(0, 1 + random.below(3)),
    taxBehavior: random.chance(0.5) ? random.pick(taxBehaviors) : null,
  }));
};

const anyFeatures = (random: Random): FeatureOf[] =>
  Array.from({ length: random.below(4) }, (_, place) => ({
    code: `feature_${place}`,
    name: random.pick(['Seats', 'Calls', 'Gigabytes & more', 'Größe']),
    type: random.pick(['seats', 'usage']),
  }));

/** Amounts in other currencies. The base currency is none, but for clients who write dollars. */
const anyElsewhere = <Value>(
  random: Random,
  baseCurrency: string,
  anyValue: (currency: string) => Value,
): Map<string, Value> => {
  const chosen = some(random, currencies, 3).filter(
    (currency) => currency !== baseCurrency || (currency === 'usd' && random.chance(0.5)),
  );
  return new Map(chosen.map((currency) => [currency, anyValue(currency)]));
};

const anyUnit = (random: Random, feature: FeatureOf, elsewhere: readonly string[]): UnitOf => {
  const tiersMode = random.chance(0.3) ? random.pick(tiersModes) : null;
  return {
    feature,
    tiersMode,
    ...anyAmounts(random, tiersMode !== null),
    byHand: new Map(
      some(random, elsewhere, 2).map((currency) => [
        currency,
        anyAmounts(random, tiersMode !== null),
      ]),
    ),
  };
};

const inMarkets = (
  random: Random,
  baseCurrency: string,
  { isFree }: { isFree: boolean },
  markets: readonly MarketOf[],
  units: readonly UnitOf[],
): PriceInMarket[] =>
  markets.map((market) => ({
    market,
    currency: random.chance(0.4) ? baseCurrency : random.pick(currencies),
    price: isFree ? 0 : anyAmount(random),
    units: new Map(
      some(random, units, units.length).map(({ feature, tiersMode }) => [
        feature.code,
        anyAmounts(random, tiersMode !== null),
      ]),
    ),
  }));

const anyOffer = (random: Random, price: number): OfferOf => {
  const isShare = price === 0 || random.chance(0.5);
  return {
    discountType: isShare ? 'percentage' : 'amount',
    discountValue: isShare ? 1 + random.below(10_000) : 1 + random.below(price),
    durationCycles: random.chance(0.5) ? 1 + random.below(12) : null,
  };
};

const offersIn = (
  random: Random,
  price: number,
  byHand: ReadonlyMap<string, number>,
  rated: ReadonlyMap<string, number>,
): PriceOf['offersByHand'] => {
  const offers = new Map<string, OfferOf & { durationCycles: number }>();
  for (const [currency, rate] of rated) {
    if (random.chance(0.7)) continue;
    const converted = inCurrency(price, rate, currency) ?? 0;
    // It is there before a price that is set by hand is.
    const most = Math.min(converted, byHand.get(currency) ?? converted);
    offers.set(currency, { ...anyOffer(random, most), durationCycles: 1 + random.below(12) });
  }
  return offers;
};

const anyPrice = (
  random: Random,
  { baseCurrency, markets }: Pick<PricedCatalogue, 'baseCurrency' | 'markets'>,
  plan: Pick<PlanOf, 'isFree' | 'rates' | 'features'>,
  interval: PriceOf['interval'],
): PriceOf => {
  const { isFree, rates } = plan;
  const price = isFree ? 0 : anyAmount(random);
  const byHand = anyElsewhere(random, baseCurrency, () => (isFree ? 0 : anyAmount(random)));
  const isOff = random.chance(0.15);
  const offer = random.chance(0.4) ? { enabled: !isOff, ...anyOffer(random, price) } : null;
  const offersByHand =
    offer?.enabled === false ? new Map() : offersIn(random, price, byHand, rates);
  const elsewhere = [...new Set([...byHand.keys(), ...rates.keys()])].filter(
    (currency) => currency !== baseCurrency || currency === 'usd',
  );
  const units = isFree
    ? []
    : plan.features
        .filter(() => random.chance(0.3))
        .map(({ feature }) => anyUnit(random, feature, elsewhere));
  const chosen = some(random, markets, markets.length);
  const variants = chosen.length === 0 ? [] : ['Partners', 'Schools'].slice(0, random.below(3));
  return {
    interval,
    price,
    formerPrice:
      !isFree && offer === null && offersByHand.size === 0 && random.chance(0.3)
        ? anyAmount(random)
        : undefined,
    offer,
    byHand,
    offersByHand,
    isDeletedElsewhere: random.chance(0.1),
    units,
    inMarkets: inMarkets(random, baseCurrency, plan, chosen, units),
    variants: variants.map((name) => ({
      name,
      inMarkets: inMarkets(
        random,
        baseCurrency,
        plan,
        random.shuffled(chosen).slice(0, 1 + random.below(chosen.length)),
        units,
      ),
    })),
  };
};

const anyLink = (
  random: Random,
  baseCurrency: string,
  feature: FeatureOf,
  isFree: boolean,
): LinkOf => {
  const overage =
    isFree || random.chance(0.7)
      ? { enabled: false, unitPrice: 0 }
      : { enabled: random.chance(0.7), unitPrice: 1 + random.below(10_000) };
  return {
    feature,
    overage,
    overagesByHand:
      overage.unitPrice === 0
        ? new Map()
        : anyElsewhere(random, baseCurrency, () => random.below(10_000)),
  };
};

export const anyCatalogue = (random: Random): PricedCatalogue => {
  const baseCurrency = random.pick(bases);
  const markets = anyMarkets(random);
  const features = anyFeatures(random);
  const plans = ['starter', 'pro', 'scale'].slice(0, 1 + random.below(3)).map((code): PlanOf => {
    const isFree = random.chance(0.1);
    const plan = {
      code,
      isFree,
      isPublic: random.chance(0.75),
      rates: anyElsewhere(random, baseCurrency, () => random.pick(rates)),
      features: features
        .filter(() => random.chance(0.7))
        .map((feature) => anyLink(random, baseCurrency, feature, isFree)),
    };
    const intervals = random.shuffled(billingIntervals).slice(0, 1 + random.below(2));
    const prices = intervals.map((interval) =>
      anyPrice(random, { baseCurrency, markets }, plan, interval),
    );
    return { ...plan, prices };
  });
  return { baseCurrency, taxBehavior: random.pick(taxBehaviors), markets, features, plans };
};

/** Mostly of countries and currencies that the catalogue says something about. */
export const anyContext = (random: Random, { markets, plans }: PricedCatalogue): Context => {
  const inMarkets = markets.flatMap((market) => market.countries);
  const priced = plans.flatMap(({ rates, prices }) => [
    ...rates.keys(),
    ...prices.flatMap(({ byHand, inMarkets }) => [
      ...byHand.keys(),
      ...inMarkets.map(({ currency }) => currency),
    ]),
  ]);
  const known = [inMarkets, inMarkets, countries].filter((codes) => codes.length > 0);
  const paid = [priced, currencies].filter((codes) => codes.length > 0);
  return {
    country: random.chance(0.2) ? null : random.pick(random.pick(known)),
    currency: random.chance(0.6) ? null : random.pick(random.pick(paid)),
  };
};
