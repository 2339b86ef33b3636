import { inCurrency, unitPriceAt } from '../model/reference/money.ts';
import type {
  Amounts,
  Context,
  LinkOf,
  OfferOf,
  PlanOf,
  PricedCatalogue,
  PriceInMarket,
  PriceOf,
  UnitOf,
} from './priced-catalogue.ts';

/** What a price comes to, by the letter of the rules and from what was set by hand alone. */

const ownCurrencies: Readonly<Record<string, string | undefined>> = {
  BR: 'brl',
  AR: 'ars',
  DE: 'eur',
  FR: 'eur',
  JP: 'jpy',
  EC: 'usd',
  US: 'usd',
  KW: 'kwd',
  CL: 'clp',
};

export interface Answer<Each extends Step = Step> {
  price: number;
  currency: string;
  source: 'MARKET' | 'REGIONAL' | 'DERIVED' | 'BASE';
  market: { code: string } | null;
  taxBehavior: string;
  perMonth: number | null;
  unitPrices: {
    unitPrice: { planFeature: { feature: { code: string } } };
    amount: number | null;
    tiers: Amounts['tiers'];
    currency: string;
  }[];
  introOffer: (Omit<OfferOf, 'discountType'> & { discountType: string }) | null;
  explanation: Each[];
}

export interface Step {
  rule: 'VARIANT_MARKET' | 'MARKET' | 'CURRENCY' | 'COUNTRY_CURRENCY' | 'BASE';
  outcome: 'MATCHED' | 'SKIPPED';
  price: number | null;
  currency: string | null;
  exchangeRate: number | null;
}

/** What a rule finds. Units are null where one of them has no amount. */
interface Attempt {
  price: number;
  currency: string;
  source: Answer['source'];
  exchangeRate: number | null;
  inMarket?: PriceInMarket;
  units: Map<string, Amounts> | null;
  offer: OfferOf | null;
}

const months: Readonly<Record<string, bigint | undefined>> = { quarterly: 3n, yearly: 12n };

const monthly = (price: number, interval: string, currency: string): number | null => {
  const count = months[interval];
  if (count === undefined) return null;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const unit = 10_000n / 10n ** BigInt(maximumFractionDigits);
  const share = BigInt(price) / (count * unit);
  const rest = BigInt(price) - share * count * unit;
  return Number((2n * rest >= count * unit ? share + 1n : share) * unit);
};

const convertedAmounts = ({ unitPrice, tiers }: Amounts, rate: number): Amounts => {
  const at = (amount: number) => unitPriceAt(amount, rate) ?? Number.NaN;
  return {
    unitPrice: unitPrice === null ? null : at(unitPrice),
    tiers: tiers.map((tier) => ({
      upTo: tier.upTo,
      unitPrice: at(tier.unitPrice),
      flatPrice: at(tier.flatPrice),
    })),
  };
};

export class Reference {
  readonly #catalogue: PricedCatalogue;
  readonly #plan: PlanOf;
  readonly #price: PriceOf;
  readonly #ofVariant: readonly PriceInMarket[] | null;

  constructor(
    catalogue: PricedCatalogue,
    plan: PlanOf,
    price: PriceOf,
    ofVariant: readonly PriceInMarket[] | null,
  ) {
    this.#catalogue = catalogue;
    this.#plan = plan;
    this.#price = price;
    this.#ofVariant = ofVariant;
  }

  answer({ country, currency }: Context): Answer {
    const own = country === null ? undefined : ownCurrencies[country];
    const attempts: [Step['rule'], Attempt | null][] = [
      ['VARIANT_MARKET', this.#inMarket(country, this.#ofVariant ?? [])],
      ['MARKET', this.#inMarket(country, this.#price.inMarkets)],
      ['CURRENCY', currency === null ? null : this.#inCurrency(currency)],
      ['COUNTRY_CURRENCY', own === undefined ? null : this.#inCurrency(own)],
      ['BASE', this.#base()],
    ];
    const counts = ([rule, attempt]: (typeof attempts)[number]) =>
      attempt !== null &&
      (rule === 'BASE' ||
        (attempt.units !== null && (currency === null || attempt.currency === currency)));
    const place = attempts.findIndex(counts);
    const found = attempts[place]?.[1];
    if (!found) throw new Error('there is no base price');
    return {
      ...this.#told(found),
      explanation: attempts.map(([rule, attempt], index) => ({
        rule,
        outcome: index === place ? 'MATCHED' : 'SKIPPED',
        price: attempt?.price ?? null,
        currency: attempt?.currency ?? null,
        exchangeRate: attempt?.exchangeRate ?? null,
      })),
    };
  }

  #told({ price, currency, source, inMarket, units, offer }: Attempt): Omit<Answer, 'explanation'> {
    const { taxBehavior } = this.#catalogue;
    return {
      price,
      currency,
      source,
      market: inMarket ? { code: inMarket.market.code } : null,
      taxBehavior: (inMarket?.market.taxBehavior ?? taxBehavior).toUpperCase(),
      perMonth: monthly(price, this.#price.interval, currency),
      unitPrices: [...(units ?? [])].map(([code, { unitPrice: amount, tiers }]) => ({
        unitPrice: { planFeature: { feature: { code } } },
        amount,
        tiers,
        currency,
      })),
      introOffer: offer && { ...offer, discountType: offer.discountType.toUpperCase() },
    };
  }

  #base(): Attempt {
    const { price } = this.#price;
    const currency = this.#catalogue.baseCurrency;
    return {
      price,
      currency,
      source: 'BASE',
      exchangeRate: null,
      units: this.#unitsWith((_, own) => own),
      offer: this.#ownOffer,
    };
  }

  /** A row set by hand or derived; the base price in its own currency. */
  #inCurrency(currency: string): Attempt | null {
    const row = this.#row(currency);
    if (row)
      return {
        price: row.price,
        currency,
        source: row.rate === null ? 'REGIONAL' : 'DERIVED',
        exchangeRate: row.rate,
        units: this.#unitsIn(currency),
        offer: this.#offerIn(currency),
      };
    if (currency === this.#catalogue.baseCurrency) return this.#base();
    return this.#plan.isFree ? { ...this.#base(), currency } : null;
  }

  #inMarket(country: string | null, rows: readonly PriceInMarket[]): Attempt | null {
    const inMarket = rows.find(({ market }) => country && market.countries.includes(country));
    if (!inMarket) return null;
    const { price, currency, market } = inMarket;
    const ofBase = this.#price.inMarkets.find((each) => each.market === market);
    const known =
      ofBase?.currency === currency ? [...ofBase.units, ...inMarket.units] : inMarket.units;
    const offer = this.#offerIn(currency);
    const isTooMuch = offer?.discountType === 'amount' && offer.discountValue > price;
    return {
      price,
      currency,
      source: 'MARKET',
      exchangeRate: null,
      inMarket,
      units: this.#unitsIn(currency, new Map(known)),
      offer: offer && isTooMuch ? { ...offer, discountValue: price } : offer,
    };
  }

  #row(currency: string): { price: number; rate: number | null } | null {
    const { price, byHand, isDeletedElsewhere } = this.#price;
    if (isDeletedElsewhere) return null;
    const set = byHand.get(currency);
    if (set !== undefined) return { price: set, rate: null };
    const rate = this.#plan.rates.get(currency);
    return rate === undefined
      ? null
      : { price: inCurrency(price, rate, currency) ?? Number.NaN, rate };
  }

  get #ownOffer(): OfferOf | null {
    const { offer } = this.#price;
    if (!offer?.enabled) return null;
    const { enabled: _, ...made } = offer;
    return made;
  }

  #offerIn(currency: string): OfferOf | null {
    const own = this.#ownOffer;
    const row = this.#row(currency);
    const rate = this.#plan.rates.get(currency);
    if (row) {
      const set = this.#price.offersByHand.get(currency);
      if (set || own?.discountType !== 'amount') return set ?? own;
      if (rate === undefined) return null;
      const discount = inCurrency(own.discountValue, rate, currency) ?? Number.NaN;
      return { ...own, discountValue: Math.min(discount, row.price) };
    }
    const holds = own?.discountType === 'percentage' || currency === this.#catalogue.baseCurrency;
    return holds ? own : null;
  }

  /** Amounts of every feature that is charged by the unit; null where one has none. */
  #unitsWith(
    amountsOf: (link: LinkOf, own: Amounts, unit: UnitOf | undefined) => Amounts | null,
  ): Map<string, Amounts> | null {
    const found = new Map<string, Amounts>();
    for (const link of this.#plan.features) {
      const unit = this.#price.units.find(({ feature }) => feature === link.feature);
      if (!unit && !link.overage.enabled) continue;
      const own = unit ?? { unitPrice: link.overage.unitPrice, tiers: [] };
      const amounts = amountsOf(link, own, unit);
      if (!amounts) return null;
      found.set(link.feature.code, amounts);
    }
    return found;
  }

  #unitsIn(currency: string, ofMarket?: ReadonlyMap<string, Amounts>): Map<string, Amounts> | null {
    const rate = this.#plan.rates.get(currency);
    const { byHand, isDeletedElsewhere } = this.#price;
    return this.#unitsWith((link, own, unit) => {
      const inMarket = ofMarket?.get(link.feature.code);
      if (inMarket) return inMarket;
      if (unit) {
        const stays = rate !== undefined || (byHand.has(currency) && !isDeletedElsewhere);
        const set = unit.byHand.get(currency);
        if (set && stays) return set;
      } else {
        const set = link.overagesByHand.get(currency);
        if (set !== undefined) return { unitPrice: set, tiers: [] };
      }
      if (rate !== undefined) return convertedAmounts(own, rate);
      return currency === this.#catalogue.baseCurrency ? own : null;
    });
  }
}
