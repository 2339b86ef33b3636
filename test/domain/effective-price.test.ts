import { describe, expect, it } from 'vitest';
import {
  candidateCurrencies,
  effectivePrice,
  type PriceContext,
  type PriceData,
  type PriceSettings,
} from '../../src/domain/effective-price.ts';
import type { Market } from '../../src/domain/market.ts';
import type { MarketPrice, MarketUnitPrice } from '../../src/domain/market-price.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { PlanFeature } from '../../src/domain/plan-feature.ts';
import type { IntroOffer, PlanPrice } from '../../src/domain/price.ts';
import type { RegionalPrice } from '../../src/domain/regional-price.ts';
import {
  type RegionalUnitPrice,
  type UnitPrice,
  unitPricesAt,
} from '../../src/domain/unit-price.ts';
import { priceRules } from '../../src/vocabulary.ts';

/** The rules on data that no database has to hold. */

const time = '2026-01-01T00:00:00.000Z';
const times = { createdAt: time, updatedAt: time, revision: 1 };

const plan: Plan = {
  id: 'pln_1',
  code: 'pro',
  name: 'Pro',
  description: null,
  consumptionModel: 'metered',
  isPublic: true,
  isFree: false,
  blockOnExhaustion: false,
  availability: 'self_service',
  presentation: {
    tagline: null,
    badge: null,
    highlighted: false,
    callToActionLabel: null,
    callToActionUrl: null,
  },
  basedOnPlanId: null,
  planGroupId: null,
  sortOrder: 0,
  metadata: null,
  publicMetadata: {},
  ...times,
};

const base: PlanPrice = {
  id: 'pp_1',
  planId: plan.id,
  billingInterval: 'monthly',
  price: 290_000,
  isDefault: true,
  trialDays: 0,
  includedBalance: null,
  includedCredits: null,
  introOffer: null,
  metadata: {},
  inheritsFromPriceId: null,
  code: null,
  name: null,
  ...times,
};
const variant: PlanPrice = {
  ...base,
  id: 'pp_2',
  isDefault: false,
  inheritsFromPriceId: base.id,
  code: 'partners',
  name: 'Partners',
};

const brazil: Market = {
  id: 'pmg_1',
  code: 'brazil',
  name: 'Brazil',
  countryCodes: ['BR'],
  taxBehavior: 'inclusive',
  metadata: {},
  ...times,
};

const row = (
  currency: string,
  price: number,
  more: Partial<RegionalPrice> = {},
): RegionalPrice => ({
  priceId: base.id,
  currency,
  price,
  includedBalance: null,
  autoSynced: false,
  includedBalanceAutoSynced: true,
  introOffer: null,
  introOfferAutoSynced: true,
  ...more,
});
const inBrazil = (currency: string, price: number, of: PlanPrice = base): MarketPrice => ({
  priceId: of.id,
  marketId: brazil.id,
  basePriceId: base.id,
  currency,
  price,
});

const flat = (unitPrice: number) => ({ unitPrice, tiersMode: null, tiers: [] });
const linked = (featureId: string, overage = { enabled: false, unitPrice: 0 }): PlanFeature => ({
  id: `plf_${featureId}`,
  planId: plan.id,
  featureId,
  enabled: true,
  includedAmount: 0,
  unlimited: false,
  overage,
  creditsPerUnit: null,
  pricingMode: 'fixed',
  margin: null,
  displayValue: null,
  ...times,
});
const seats = linked('ftr_seats');
const calls = linked('ftr_calls', { enabled: true, unitPrice: 20 });
const seatPrice: UnitPrice = {
  priceId: base.id,
  featureId: seats.featureId,
  planId: plan.id,
  ...flat(120_000),
  blockSize: 1,
  minimumQuantity: 0,
  maximumQuantity: null,
  featureType: 'seats',
};
const seatsIn = (currency: string, unitPrice: number): RegionalUnitPrice => ({
  priceId: base.id,
  featureId: seats.featureId,
  currency,
  ...flat(unitPrice),
  autoSynced: false,
});
const seatsInBrazil = (unitPrice: number, of: PlanPrice = base): MarketUnitPrice => ({
  priceId: of.id,
  featureId: seats.featureId,
  marketId: brazil.id,
  basePriceId: base.id,
  ...flat(unitPrice),
});
const callsIn = (currency: string, unitPrice: number) => ({
  planId: plan.id,
  featureId: calls.featureId,
  currency,
  unitPrice,
  autoSynced: true,
});

const dataOf = (parts: Partial<PriceData> = {}): PriceData => ({
  plan,
  price: base,
  base,
  regionalPrices: [],
  unitPrices: [],
  regionalUnitPrices: [],
  marketPrices: [],
  marketUnitPrices: [],
  variantMarketPrices: [],
  variantMarketUnitPrices: [],
  regionalOverages: [],
  exchangeRates: [],
  featureNames: new Map([
    [seats.featureId, 'Seats'],
    [calls.featureId, 'Calls'],
  ]),
  ...parts,
});
const withUnits = unitPricesAt(base, [seatPrice], [seats, calls]);

const resolve = (
  parts: Partial<PriceData>,
  context: PriceContext = {},
  settings: Partial<PriceSettings> = {},
) => {
  const market = context.country?.toUpperCase() === 'BR' ? brazil : null;
  return effectivePrice(dataOf(parts), context, {
    baseCurrency: 'usd',
    taxBehavior: 'exclusive',
    market,
    ...settings,
  });
};
const matchedOf = ({ explanation }: ReturnType<typeof resolve>) =>
  explanation.filter(({ outcome }) => outcome === 'matched').map(({ rule }) => rule);
const reasonsOf = ({ explanation }: ReturnType<typeof resolve>) =>
  Object.fromEntries(explanation.map(({ rule, reason }) => [rule, reason]));

describe('the explanation', () => {
  it('has every rule in its order, one of them matched, and nothing is tried twice', () => {
    const found = resolve({ marketPrices: [inBrazil('brl', 990_000)] }, { country: 'br' });
    expect(found.explanation.map(({ rule }) => rule)).toEqual(priceRules);
    expect(matchedOf(found)).toEqual(['market']);
    expect(found.explanation).toBe(found.explanation);
  });

  it('shows what rules after the one that matched would have found', () => {
    const { explanation } = resolve({ regionalPrices: [row('brl', 1)] }, { currency: 'BRL' });
    expect(explanation.slice(2)).toEqual([
      {
        rule: 'currency',
        outcome: 'matched',
        reason: 'The context asks for BRL, in which the price is set by hand: R$0.0001.',
        price: 1,
        currency: 'brl',
        exchangeRate: null,
      },
      {
        rule: 'country_currency',
        outcome: 'skipped',
        reason: 'The context names no country.',
        price: null,
        currency: null,
        exchangeRate: null,
      },
      {
        rule: 'base',
        outcome: 'skipped',
        reason: 'The price itself is $29.00. An earlier rule matched.',
        price: 290_000,
        currency: 'usd',
        exchangeRate: null,
      },
    ]);
  });

  it('says why each rule finds nothing', () => {
    expect(reasonsOf(resolve({}, { country: 'AQ', currency: 'gbp' }))).toEqual({
      variant_market: 'The price is not a variant.',
      market: 'Antarctica is in no market with a price.',
      currency: 'The context asks for GBP, in which this price has no amount.',
      country_currency: 'Antarctica has no currency of its own.',
      base: 'The price itself is $29.00.',
    });
    const ofVariant = { price: variant, marketPrices: [inBrazil('brl', 990_000)] };
    expect(reasonsOf(resolve(ofVariant, { country: 'BR', currency: 'eur' }))).toEqual({
      variant_market:
        'Brazil is in the market Brazil, where this variant has no amount of its own.',
      market:
        'Brazil is in the market Brazil, where this price is R$99.00. The context asks for EUR.',
      currency: 'The context asks for EUR, in which this price has no amount.',
      country_currency: 'People in Brazil pay in BRL, in which this price has no amount.',
      base: 'The price itself is $29.00.',
    });
  });

  it('shows the rate of a derived price, and of no other', () => {
    const rates = [{ planId: plan.id, currency: 'eur', exchangeRate: 0.92 }];
    const rateOf = (autoSynced: boolean, exchangeRates = rates) => {
      const parts = { regionalPrices: [row('eur', 266_800, { autoSynced })], exchangeRates };
      const { source, explanation } = resolve(parts, { currency: 'eur' });
      return [source, explanation[2]?.exchangeRate, explanation[2]?.reason];
    };
    expect(rateOf(true)).toEqual([
      'derived',
      0.92,
      "The context asks for EUR, to which the price is converted at the plan's exchange rate 0.92: €26.68.",
    ]);
    expect(rateOf(false)).toEqual([
      'regional',
      null,
      'The context asks for EUR, in which the price is set by hand: €26.68.',
    ]);
    expect(rateOf(true, [])).toEqual([
      'derived',
      null,
      'The context asks for EUR, to which the price was converted: €26.68.',
    ]);
  });
});

describe('unit prices', () => {
  const unitsOf = ({ unitPrices }: ReturnType<typeof resolve>) =>
    unitPrices.map(({ amounts, currency }) => [amounts.unitPrice, currency]);

  it('are those of the price and its overage, in the order of the features', () => {
    expect(unitsOf(resolve({ unitPrices: withUnits }))).toEqual([
      [120_000, 'usd'],
      [20, 'usd'],
    ]);
  });

  it('all need an amount in a currency, else the price does not count there', () => {
    const parts = { unitPrices: withUnits, regionalPrices: [row('eur', 260_000)] };
    const reasonOf = (more: Partial<PriceData>) => {
      const found = resolve({ ...parts, ...more }, { currency: 'eur' });
      return [matchedOf(found)[0], reasonsOf(found).currency];
    };
    const start = 'The context asks for EUR, in which the price is set by hand: €26.00.';
    expect(reasonOf({})).toEqual([
      'base',
      `${start} The unit prices of Seats and Calls have no amounts in this currency.`,
    ]);
    const bySeat = [seatsIn('eur', 110_000)];
    expect(reasonOf({ regionalUnitPrices: bySeat })).toEqual([
      'base',
      `${start} The unit price of Calls has no amount in this currency.`,
    ]);
    const regionalOverages = [callsIn('eur', 18)];
    expect(reasonOf({ regionalUnitPrices: bySeat, regionalOverages })).toEqual(['currency', start]);
    // A feature whose name is not known is called by its id.
    expect(reasonOf({ regionalUnitPrices: bySeat, featureNames: new Map() })[1]).toContain(
      'The unit price of ftr_calls has',
    );
  });

  it('in a market are those that were set there, else those in its currency', () => {
    const parts = {
      unitPrices: withUnits,
      regionalUnitPrices: [seatsIn('brl', 600_000)],
      regionalOverages: [callsIn('brl', 100)],
    };
    const marketPrices = [inBrazil('brl', 990_000)];
    expect(unitsOf(resolve({ ...parts, marketPrices }, { country: 'BR' }))).toEqual([
      [600_000, 'brl'],
      [100, 'brl'],
    ]);
    const elsewhere = { ...seatsInBrazil(1), marketId: 'pmg_2' };
    const marketUnitPrices = [seatsInBrazil(650_000), elsewhere];
    expect(
      unitsOf(resolve({ ...parts, marketPrices, marketUnitPrices }, { country: 'BR' })),
    ).toEqual([
      [650_000, 'brl'],
      [100, 'brl'],
    ]);
    // What is paid in the base currency has the amounts of the price itself.
    const inDollars = { unitPrices: withUnits, marketPrices: [inBrazil('usd', 319_000)] };
    expect(unitsOf(resolve(inDollars, { country: 'BR' }))).toEqual([
      [120_000, 'usd'],
      [20, 'usd'],
    ]);
    const other = { ...parts, marketPrices: [inBrazil('ars', 7)] };
    expect(matchedOf(resolve(other, { country: 'BR' }))).toEqual(['base']);
  });

  it('of a variant in a market are its own, else those of its base in the same currency', () => {
    const parts = {
      price: variant,
      unitPrices: unitPricesAt(base, [seatPrice], [seats]),
      marketPrices: [inBrazil('brl', 990_000)],
      marketUnitPrices: [seatsInBrazil(650_000)],
    };
    const own = { ...parts, variantMarketPrices: [inBrazil('brl', 890_000, variant)] };
    const inherited = resolve(own, { country: 'BR' });
    expect(matchedOf(inherited)).toEqual(['variant_market']);
    expect(inherited.price).toBe(890_000);
    expect(unitsOf(inherited)).toEqual([[650_000, 'brl']]);
    const variantMarketUnitPrices = [seatsInBrazil(550_000, variant)];
    expect(unitsOf(resolve({ ...own, variantMarketUnitPrices }, { country: 'BR' }))).toEqual([
      [550_000, 'brl'],
    ]);
    // In another currency the amounts of the base say nothing.
    const elsewhere = { ...parts, variantMarketPrices: [inBrazil('ars', 7, variant)] };
    const found = resolve(elsewhere, { country: 'BR' });
    expect(matchedOf(found)).toEqual(['market']);
    expect(reasonsOf(found).variant_market).toBe(
      'Brazil is in the market Brazil, where this variant is ARS\u00a00.0007. ' +
        'The unit price of Seats has no amount in this currency.',
    );
  });
});

describe('the base currency', () => {
  it('is a currency like any other where it is asked for', () => {
    const asked = resolve({}, { country: 'EC', currency: 'usd' });
    expect(asked).toMatchObject({ price: 290_000, source: 'base' });
    expect(matchedOf(asked)).toEqual(['currency']);
    expect(matchedOf(resolve({}, { country: 'EC' }))).toEqual(['country_currency']);
    expect(matchedOf(resolve({}))).toEqual(['base']);
  });

  it('has the amount of its row where clients wrote one', () => {
    const parts = { unitPrices: withUnits, regionalPrices: [row('usd', 310_000)] };
    for (const [context, rule] of [
      [{ currency: 'usd' }, 'currency'],
      [{ country: 'EC' }, 'country_currency'],
    ] as const) {
      const found = resolve(parts, context);
      expect(found).toMatchObject({ price: 310_000, source: 'regional', currency: 'usd' });
      expect(matchedOf(found)).toEqual([rule]);
      expect(found.unitPrices.map(({ amounts }) => amounts.unitPrice)).toEqual([120_000, 20]);
    }
    expect(resolve(parts)).toMatchObject({ price: 290_000, source: 'base' });
  });

  it('holds where the currency that is asked for has no amount', () => {
    expect(resolve({}, { currency: 'eur' })).toMatchObject({ currency: 'usd', source: 'base' });
  });
});

describe('a free plan', () => {
  const parts = { plan: { ...plan, isFree: true }, base: { ...base, price: 0 } };

  it('is 0 in every currency', () => {
    const found = resolve({ ...parts, price: parts.base }, { country: 'BR', currency: 'KRW' });
    expect(found).toMatchObject({ price: 0, currency: 'krw', source: 'base', market: null });
    expect(reasonsOf(found).currency).toBe(
      'The context asks for KRW. A free plan costs nothing in every currency.',
    );
    expect(reasonsOf(resolve({ ...parts, price: parts.base }, { currency: 'usd' })).currency).toBe(
      'The context asks for USD, which is the base currency: $0.00.',
    );
  });
});

describe('the introductory offer', () => {
  const percentage: IntroOffer = {
    enabled: true,
    discountType: 'percentage',
    discountValue: 5_000,
    durationCycles: 3,
  };
  const amount: IntroOffer = { ...percentage, discountType: 'amount', discountValue: 100_000 };
  const offering = (introOffer: IntroOffer | null, parts: Partial<PriceData> = {}) => {
    const offered = { ...base, introOffer };
    return { price: offered, base: offered, ...parts };
  };
  const inEuros = (introOffer: RegionalPrice['introOffer']) => [
    row('eur', 266_800, { introOffer }),
  ];
  const marketPrices = [inBrazil('brl', 90_000)];

  it('is that of the price in the base currency, unless it is off', () => {
    expect(resolve(offering(amount)).introOffer).toEqual(amount);
    expect(resolve(offering({ ...amount, enabled: false })).introOffer).toBeNull();
    expect(resolve(offering({ ...amount, discountValue: null })).introOffer).toBeNull();
    expect(resolve(offering(null)).introOffer).toBeNull();
  });

  it('is that of the row in another currency, even where the price has none', () => {
    const ofRow = { discountType: 'amount', discountValue: 92_000, durationCycles: 2 } as const;
    const regionalPrices = inEuros(ofRow);
    for (const own of [amount, percentage, null])
      expect(resolve(offering(own, { regionalPrices }), { currency: 'eur' }).introOffer).toEqual({
        enabled: true,
        ...ofRow,
      });
    const without = offering(amount, { regionalPrices: inEuros(null) });
    expect(resolve(without, { currency: 'eur' }).introOffer).toBeNull();
  });

  it('holds in a market as a percentage, and as an amount in a currency that has one', () => {
    const inMarket = (own: IntroOffer | null, parts: Partial<PriceData> = {}) =>
      resolve(offering(own, { marketPrices, ...parts }), { country: 'BR' }).introOffer;
    expect(inMarket(percentage)).toEqual(percentage);
    expect(inMarket(amount)).toBeNull();
    expect(inMarket(amount, { marketPrices: [inBrazil('usd', 319_000)] })).toEqual(amount);
    const ofRow = { discountType: 'amount', discountValue: 80_000, durationCycles: 3 } as const;
    const regionalPrices = [row('brl', 290_000, { introOffer: ofRow })];
    expect(inMarket(amount, { regionalPrices })).toEqual({ enabled: true, ...ofRow });
  });

  it('takes off no more than the price in the market', () => {
    const cheap = { marketPrices: [inBrazil('usd', 70_000)] };
    expect(resolve(offering(amount, cheap), { country: 'BR' }).introOffer).toEqual({
      ...amount,
      discountValue: 70_000,
    });
    // Basis points are no amount.
    const nearlyFree = { marketPrices: [inBrazil('usd', 10)] };
    expect(resolve(offering(percentage, nearlyFree), { country: 'BR' }).introOffer).toEqual(
      percentage,
    );
  });
});

describe('what stands beside the price', () => {
  it('is the tax of the market where its price counts, else that of the organization', () => {
    const marketPrices = [inBrazil('brl', 990_000)];
    const market = { ...brazil, taxBehavior: null };
    expect(resolve({ marketPrices }, { country: 'BR' }).taxBehavior).toBe('inclusive');
    expect(resolve({ marketPrices }, { country: 'BR' }, { market }).taxBehavior).toBe('exclusive');
    expect(resolve({}, { country: 'BR' })).toMatchObject({
      market: null,
      taxBehavior: 'exclusive',
    });
  });

  it.each([
    ['weekly', 290_000, 'usd', null],
    ['monthly', 290_000, 'usd', null],
    ['one_time', 290_000, 'usd', null],
    ['quarterly', 100_000, 'usd', 33_300],
    ['quarterly', 500, 'usd', 200],
    ['yearly', 2_999_900, 'usd', 250_000],
    ['yearly', 600, 'usd', 100],
    ['yearly', 599, 'usd', 0],
    ['yearly', 59_999, 'jpy', 0],
    ['yearly', 60_000, 'jpy', 10_000],
    ['yearly', 59, 'kwd', 0],
    ['yearly', 60, 'kwd', 10],
    ['yearly', Number.MAX_SAFE_INTEGER, 'clf', 750_599_937_895_083],
  ] as const)(
    'is the amount a month of %s %d %s: %j',
    (billingInterval, price, currency, perMonth) => {
      const own = { ...base, billingInterval, price };
      expect(resolve({ price: own, base: own }, {}, { baseCurrency: currency }).perMonth).toBe(
        perMonth,
      );
    },
  );
});

describe('candidate currencies', () => {
  const candidates = (prices: PriceData[], country?: string, market: Market | null = null) =>
    candidateCurrencies(
      prices,
      { country },
      { baseCurrency: 'usd', taxBehavior: 'exclusive', market },
    );

  it('are those of market prices, the own one of the country, and the base', () => {
    const prices = [inBrazil('eur', 1), inBrazil('ars', 1), inBrazil('eur', 2)].map((each) =>
      dataOf({ marketPrices: [each] }),
    );
    expect(candidates([...prices, dataOf()], 'br', brazil)).toEqual(['eur', 'ars', 'brl', 'usd']);
    expect(candidates(prices, 'br')).toEqual(['brl', 'usd']);
    expect(candidates(prices, 'EC')).toEqual(['usd']);
    expect(candidates(prices, 'AQ')).toEqual(['usd']);
    expect(candidates(prices)).toEqual(['usd']);
  });
});
