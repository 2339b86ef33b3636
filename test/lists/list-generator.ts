import { limitPeriods } from '../../src/vocabulary.ts';
import type { Random } from '../model/random.ts';
import { inCurrency, unitPriceAt } from '../model/reference/money.ts';
import type {
  Feature,
  Limit,
  Market,
  MarketPrice,
  Offer,
  Plan,
  PlanFeature,
  Price,
  PriceList,
  UnitAmount,
  UnitPrice,
  Variant,
} from './price-list.ts';
import * as words from './words.ts';

/**
 * Shares of 238 price lists of 37 vendors, 2019 to 2025. A list has what it has with these chances.
 */
const shares = {
  unitPrices: 0.77,
  contactSales: 0.39,
  severalLimits: 0.36,
  words: 0.31,
  sections: 0.15,
  otherBase: 0.07,
  /** A guess: the lists are those of one country each. */
  markets: 0.25,
};

const otherBases = ['eur', 'gbp', 'inr', 'brl', 'jpy', 'aud', 'kwd'];
const markets: Market[] = [
  { code: 'brazil', name: 'Brazil', countryCodes: ['BR'], taxBehavior: 'INCLUSIVE' },
  { code: 'europe', name: 'Europe', countryCodes: ['DE', 'FR', 'AT'], taxBehavior: null },
  { code: 'india', name: 'India', countryCodes: ['IN', 'LK'], taxBehavior: 'EXCLUSIVE' },
  { code: 'japan', name: 'Japan', countryCodes: ['JP'], taxBehavior: 'UNSPECIFIED' },
];
const marketCurrencies = ['usd', 'eur', 'brl', 'inr', 'jpy'];
const rates: Record<string, number> = {
  usd: 1.09,
  eur: 0.92,
  gbp: 0.79,
  inr: 83.52,
  brl: 5.4321,
  jpy: 151.37,
  aud: 1.53,
  kwd: 0.307,
  clp: 943.25,
};
/** Of the currencies above, those that are not paid in cents. */
const withoutCents = new Set(['jpy']);

/** Whole numbers about `median`, few of them far from it. */
const about = (random: Random, median: number, least: number, most: number): number => {
  const spread = random.next() + random.next() + random.next() + random.next() - 2;
  return Math.min(Math.max(Math.round(median * 2.6 ** spread), least), most);
};

const derived = ({ unitPrice, tiers }: UnitAmount, rate: number): UnitAmount => {
  const at = (amount: number) => unitPriceAt(amount, rate) ?? 0;
  return {
    unitPrice: unitPrice === null ? null : at(unitPrice),
    tiers: tiers.map((tier) => ({
      ...tier,
      unitPrice: at(tier.unitPrice),
      flatPrice: at(tier.flatPrice),
    })),
  };
};

/** What units beyond the included amount cost where the price says nothing about them. */
const overageOf = ({ feature, overage, regionalOverages }: PlanFeature): UnitPrice => ({
  planFeature: feature,
  unitPrice: overage.unitPrice,
  blockSize: 1,
  minimumQuantity: 0,
  maximumQuantity: null,
  tiersMode: null,
  tiers: [],
  isOverage: true,
  regional: regionalOverages.map((row) => ({ ...row, tiers: [] })),
});

const noUnit = { unitName: null, unitNamePlural: null };

const unitOf = (random: Random): Pick<Limit, 'unitName' | 'unitNamePlural'> => {
  if (random.chance(0.3)) return noUnit;
  const { unitName, unitNamePlural } = random.pick(words.units);
  return { unitName, unitNamePlural };
};

const texts = (random: Random, name: string, isTranslated: boolean) => ({
  name,
  description: words.description(random),
  german: {
    name: isTranslated && random.chance(0.8) ? `${name} (deutsch)` : null,
    description: isTranslated && random.chance(0.5) ? `Auf Deutsch: ${name} – „für Sie“` : null,
    ...noUnit,
  },
});

/** Makes one price list. */
class ListGenerator {
  readonly #random: Random;
  readonly #baseCurrency: string;
  readonly #isMetered: boolean;
  readonly #isTranslated: boolean;
  readonly #hasWords: boolean;
  readonly #hasCents: boolean;
  readonly #markets: Market[];

  constructor(random: Random) {
    this.#random = random;
    this.#baseCurrency = random.chance(shares.otherBase) ? random.pick(otherBases) : 'usd';
    this.#isMetered = random.chance(0.5);
    this.#isTranslated = random.chance(0.2);
    this.#hasWords = random.chance(shares.words);
    this.#hasCents = !withoutCents.has(this.#baseCurrency);
    this.#markets = random.chance(shares.markets) ? markets.filter(() => random.chance(0.6)) : [];
  }

  list(): PriceList {
    const random = this.#random;
    const sections = random.chance(shares.sections)
      ? words.sections
          .slice(0, 3 + random.below(5))
          .map((name) => ({ code: words.codeOf(name), name }))
      : [];
    const features = this.#features(sections.map(({ code }) => code));
    const names = words.planNames.slice(random.below(2), 3 + random.below(4));
    return {
      baseCurrency: this.#baseCurrency,
      group: texts(random, 'Pricing', this.#isTranslated),
      sections,
      markets: this.#markets,
      features,
      plans: this.#plans(names, features),
    };
  }

  #features(sections: string[]): Feature[] {
    const random = this.#random;
    const count = about(random, 30, 5, 160);
    const made = Array.from({ length: count }, (_, number): Feature => {
      const name = words.featureName(number);
      const type = random.weighted({ BOOLEAN: 5, USAGE: 3, QUOTA: 2, SEATS: 0.5 });
      const hasUnit = type !== 'BOOLEAN' && random.chance(0.7);
      const { german: unitInGerman, ...unit } = hasUnit
        ? random.pick(words.units)
        : { ...noUnit, german: null };
      const { german, ...own } = texts(random, name, this.#isTranslated);
      return {
        code: words.codeOf(name),
        type,
        ...unit,
        section: sections.length === 0 || random.chance(0.1) ? null : random.pick(sections),
        limits: [],
        ...own,
        german: { ...german, ...(this.#isTranslated && unitInGerman) },
      };
    });
    const features = [...sections, null].flatMap((code) =>
      made.filter(({ section }) => section === code),
    );
    const limited = features.filter(({ type }) => type !== 'BOOLEAN');
    const most = random.chance(shares.severalLimits) ? 4 : 1;
    for (const feature of random.shuffled(limited).slice(0, random.below(2) + most))
      feature.limits = this.#limits(feature, features, most === 1 ? 1 : 2 + random.below(3));
    return features;
  }

  #limits({ code: own }: Feature, features: Feature[], count: number): Limit[] {
    const random = this.#random;
    const others = features.map(({ code }) => code).filter((code) => code !== own);
    return Array.from({ length: count }, (_, number) => ({
      code: `limit_${number}`,
      name: random.pick(['File size', 'Calls', 'Retention', 'Seats', 'Requests']),
      ...unitOf(random),
      decimals: random.chance(0.7) ? 0 : random.below(5),
      period: random.pick(limitPeriods.map((period) => period.toUpperCase() as Limit['period'])),
      perFeature: random.chance(0.2) ? random.pick(others) : null,
    }));
  }

  #plans(names: string[], features: Feature[]): Plan[] {
    const random = this.#random;
    const currencies = Object.keys(rates).filter((currency) => currency !== this.#baseCurrency);
    const regional = random.chance(0.25)
      ? random
          .shuffled(currencies)
          .slice(0, 1 + random.below(4))
          .sort()
      : [];
    const lastIsOnRequest = random.chance(shares.contactSales);
    return names.map((name, place): Plan => {
      const isFree = name === 'Free';
      const isOnRequest = lastIsOnRequest && place === names.length - 1;
      const before = names[place - 1];
      const exchangeRates = regional.map((currency) => ({
        currency,
        exchangeRate: rates[currency] ?? 1,
      }));
      const plan: Plan = {
        code: words.codeOf(name),
        isFree,
        isPublic: random.chance(0.9),
        availability: isOnRequest ? 'CONTACT_SALES' : 'SELF_SERVICE',
        presentation: {
          tagline: random.chance(0.5) ? `${name} in one line` : null,
          badge: random.chance(0.2) ? 'Most popular' : null,
          highlighted: random.chance(0.2),
          callToAction: isOnRequest ? random.pick(words.contacts) : null,
        },
        basedOn: before !== undefined && random.chance(0.3) ? words.codeOf(before) : null,
        consumptionModel: this.#isMetered ? 'METERED' : null,
        metadata: random.some({ tier: name, place: random.below(9), nested: { list: [1, null] } }),
        publicMetadata: random.chance(0.7) ? {} : { color: 'blue', order: [3, 1, 2] },
        exchangeRates,
        prices: [],
        features: [],
        ...texts(random, name, this.#isTranslated),
      };
      plan.features = features
        .filter(() => random.chance(0.9))
        .map((feature) => this.#planFeature(plan, feature));
      const sold = this.#soldByTheUnit(plan, features);
      plan.prices = isOnRequest ? [] : this.#prices(plan, sold);
      return plan;
    });
  }

  /** Codes of features. */
  #soldByTheUnit({ isFree, features }: Plan, all: Feature[]): string[] {
    const random = this.#random;
    if (isFree || !random.chance(shares.unitPrices)) return [];
    const isSellable = ({ feature, unlimited }: PlanFeature) =>
      !unlimited && all.some(({ code, type }) => code === feature && type !== 'BOOLEAN');
    const sellable = random.shuffled(features.filter(isSellable).map(({ feature }) => feature));
    return sellable.slice(0, random.chance(0.8) ? 1 : 3);
  }

  #unitPrice(planFeature: string, exchangeRates: Plan['exchangeRates']): UnitPrice {
    const random = this.#random;
    const blockSize = random.chance(0.8) ? 1 : random.pick([10, 100, 500]);
    const tiersMode = random.chance(0.7) ? null : random.pick(['GRADUATED', 'VOLUME'] as const);
    const ends = Array.from(
      { length: 1 + random.below(5) },
      (_, place) => (place + 1) * blockSize * (1 + random.below(3)) * 10 ** place,
    );
    const rising = [...new Set(ends)].sort((a, b) => a - b);
    const amounts = (): UnitAmount =>
      tiersMode === null
        ? { unitPrice: words.amount(random, 60, this.#hasCents), tiers: [] }
        : {
            unitPrice: null,
            tiers: [...rising, null].map((upTo) => ({
              upTo,
              unitPrice: random.below(90_000),
              flatPrice: random.chance(0.7) ? 0 : words.amount(random, 99, false),
            })),
          };
    const own = amounts();
    return {
      planFeature,
      ...own,
      blockSize,
      tiersMode,
      minimumQuantity: random.chance(0.6) ? 0 : blockSize * random.below(5),
      maximumQuantity: random.chance(0.7) ? null : blockSize * (5 + random.below(500)),
      isOverage: false,
      regional: exchangeRates.map(({ currency, exchangeRate }) =>
        random.chance(0.2)
          ? { currency, ...amounts(), autoSynced: false }
          : { currency, ...derived(own, exchangeRate), autoSynced: true },
      ),
    };
  }

  #prices({ isFree, exchangeRates, features }: Plan, sold: string[]): Price[] {
    const random = this.#random;
    const monthly = isFree ? 0 : words.amount(random, 400, this.#hasCents);
    const intervals: [Price['billingInterval'], number][] = [['MONTHLY', monthly]];
    if (random.chance(0.8)) intervals.push(['YEARLY', monthly * 10]);
    if (random.chance(0.05)) intervals.unshift(['QUARTERLY', monthly * 3]);
    const standard = random.below(intervals.length);
    return intervals.map(([billingInterval, price], place) => {
      const unitPrices = features.flatMap((link) => {
        if (sold.includes(link.feature)) return [this.#unitPrice(link.feature, exchangeRates)];
        return link.overage.enabled ? [overageOf(link)] : [];
      });
      const inMarkets = (chosen: readonly Market[]) =>
        chosen.map(({ code }) => this.#marketPrice(code, isFree, unitPrices));
      const marketPrices = inMarkets(this.#markets.filter(() => random.chance(0.7)));
      const overridden = this.#markets.filter(({ code }) =>
        marketPrices.some(({ market }) => market === code),
      );
      return {
        billingInterval,
        price,
        isDefault: place === standard,
        trialDays: random.chance(0.3) ? 14 : 0,
        includedCredits: random.chance(0.1) ? 1_000 : null,
        introOffer: isFree || random.chance(0.9) ? null : this.#offer(price),
        unitPrices,
        marketPrices,
        variants: ['Partners', 'Schools'].flatMap((name): Variant[] => {
          const some = overridden.filter(() => random.chance(0.5));
          return some.length === 0
            ? []
            : [{ code: words.codeOf(name), name, marketPrices: inMarkets(some) }];
        }),
        regionalPrices: exchangeRates.map(({ currency, exchangeRate }) =>
          !isFree && random.chance(0.3)
            ? { currency, price: words.amount(random, 4_000, false) + price, autoSynced: false }
            : {
                currency,
                price: inCurrency(price, exchangeRate, currency) ?? 0,
                autoSynced: true,
              },
        ),
      };
    });
  }

  #marketPrice(market: string, isFree: boolean, unitPrices: UnitPrice[]): MarketPrice {
    const random = this.#random;
    const own = unitPrices.filter(({ isOverage }) => !isOverage && random.chance(0.6));
    return {
      market,
      currency: random.pick(marketCurrencies),
      price: isFree ? 0 : words.amount(random, 4_000, false),
      unitPrices: own
        .map(({ planFeature: feature, tiersMode, tiers }) =>
          tiersMode !== null && random.chance(0.5)
            ? {
                feature,
                tiersMode,
                unitPrice: null,
                tiers: tiers.map((tier) => ({ ...tier, unitPrice: random.below(90_000) })),
              }
            : { feature, tiersMode: null, unitPrice: random.below(90_000), tiers: [] },
        )
        .sort((a, b) => (a.feature < b.feature ? -1 : 1)),
    };
  }

  #offer(price: number): Offer {
    const random = this.#random;
    const discountType = random.pick(['AMOUNT', 'PERCENTAGE'] as const);
    return {
      enabled: random.chance(0.9),
      discountType,
      discountValue: discountType === 'AMOUNT' ? Math.floor(price / 2) : 500 * random.below(20),
      durationCycles: random.chance(0.2) ? null : 1 + random.below(12),
    };
  }

  #planFeature({ isFree, consumptionModel, exchangeRates }: Plan, feature: Feature): PlanFeature {
    const random = this.#random;
    const { type, code, limits } = feature;
    const isCounted = type !== 'BOOLEAN';
    const unlimited = isCounted && random.chance(0.15);
    const isCharged =
      isCounted && !unlimited && !isFree && consumptionModel !== null && random.chance(0.2);
    const overage = isCharged
      ? { enabled: random.chance(0.9), unitPrice: 1 + random.below(5_000) }
      : { enabled: false, unitPrice: 0 };
    return {
      feature: code,
      enabled: random.chance(0.8),
      includedAmount: isCounted && !unlimited ? random.below(5) * 10 ** random.below(6) : 0,
      unlimited,
      displayValue: this.#hasWords && random.chance(0.15) ? random.pick(words.values) : null,
      overage,
      regionalOverages: isCharged
        ? exchangeRates.map(({ currency, exchangeRate }) =>
            random.chance(0.2)
              ? { currency, unitPrice: random.below(9_999), autoSynced: false }
              : {
                  currency,
                  unitPrice: unitPriceAt(overage.unitPrice, exchangeRate) ?? 0,
                  autoSynced: true,
                },
          )
        : [],
      limits: limits
        .filter(() => random.chance(0.8))
        .map((limit) => {
          const isUnlimited = random.chance(0.2);
          return {
            code: limit.code,
            amount: isUnlimited ? null : random.below(5) * 10 ** random.below(6),
            unlimited: isUnlimited,
          };
        }),
    };
  }
}

export const anyList = (random: Random): PriceList => new ListGenerator(random).list();
