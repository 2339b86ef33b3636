import { convertAmount, convertUnitPrice } from '../../exchange.ts';
import type { UnitAmounts } from '../../unit-cost.ts';
import type {
  Catalogue,
  CatalogueMarketPrice,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
  CatalogueUnitAmounts,
} from '../document.ts';

/** Prices of a catalogue as rules look at them. */

export interface PlacedPrice {
  readonly planCode: string;
  readonly plan: CataloguePlan;
  readonly interval: string;
  readonly price: CataloguePrice;
  readonly path: string;
}

export const pricesOf = ({ plans }: Catalogue): PlacedPrice[] =>
  [...(plans ?? [])].flatMap(([planCode, plan]) =>
    [...(plan.prices ?? [])].map(([interval, price]) => ({
      planCode,
      plan,
      interval,
      price,
      path: `plans.${planCode}.prices.${interval}`,
    })),
  );

export interface PlacedMarketPrice {
  readonly market: string;
  readonly row: CatalogueMarketPrice;
  readonly path: string;
  /** Of the variant that it belongs to. */
  readonly variant?: string;
}

/** In markets, those of variants included. */
export const marketPricesOf = ({ price, path }: PlacedPrice): PlacedMarketPrice[] => [
  ...[...(price.markets ?? [])].map(([market, row]) => ({
    market,
    row,
    path: `${path}.markets.${market}`,
  })),
  ...[...(price.variants ?? [])].flatMap(([variant, { markets }]) =>
    [...(markets ?? [])].map(([market, row]) => ({
      market,
      row,
      path: `${path}.variants.${variant}.markets.${market}`,
      variant,
    })),
  ),
];

/** What a price comes to in the base currency, in another currency, or in a market. */
export interface Sale {
  /** The path below the price; empty for the price itself. */
  readonly at: string;
  readonly currency: string;
  readonly market?: string;
  /** Undefined where it is too large. Derived when it is asked for, since few rules need it. */
  readonly amount: () => number | undefined;
  /** The price follows the one in the base currency at an exchange rate. */
  readonly isDerived: boolean;
  /** What units of a feature cost; undefined where nothing says it. */
  readonly units: (feature: string) => SoldUnits | undefined;
}

export interface SoldUnits {
  /** Undefined where one of them is too large. */
  readonly amounts: () => CatalogueUnitAmounts | undefined;
  readonly isDerived: boolean;
}

const derivedUnits = (
  { unitPrice, tiersMode, tiers }: CatalogueUnitAmounts,
  rate: number,
): CatalogueUnitAmounts | undefined => {
  const converted = (amount: number) => convertUnitPrice(amount, rate);
  if (unitPrice !== undefined) {
    const amount = converted(unitPrice);
    return amount === undefined ? undefined : { unitPrice: amount };
  }
  const derived = [];
  for (const tier of tiers ?? []) {
    const own = converted(tier.unitPrice);
    const flatPrice = converted(tier.flatPrice ?? 0);
    if (own === undefined || flatPrice === undefined) return undefined;
    derived.push({ ...tier, unitPrice: own, flatPrice });
  }
  return { tiersMode, tiers: derived };
};

const byHand = (amounts: CatalogueUnitAmounts | undefined): SoldUnits | undefined =>
  amounts && { amounts: () => amounts, isDerived: false };

/** In the currency of a row, or of a rate alone; undefined where the price has no amount in it. */
export const saleIn = (
  { plan, price }: Pick<PlacedPrice, 'plan' | 'price'>,
  currency: string,
): Sale | undefined => {
  const row = price.regional?.get(currency);
  if (row?.omitted) return undefined;
  const rate = plan.exchangeRates?.get(currency)?.exchangeRate;
  const set = row?.price;
  const { price: base } = price;
  const follows = (at: number, exchangeRate: number) => () =>
    convertAmount(at, exchangeRate, currency);
  const derive = base === undefined || rate === undefined ? undefined : follows(base, rate);
  const amount = set === undefined ? derive : () => set;
  if (!amount) return undefined;
  const units = (feature: string): SoldUnits | undefined => {
    const own = byHand(row?.unitPrices?.get(feature));
    const base = price.unitPrices?.get(feature);
    if (own || !base || rate === undefined) return own;
    return { amounts: () => derivedUnits(base, rate), isDerived: true };
  };
  return { at: `.regional.${currency}`, currency, amount, isDerived: set === undefined, units };
};

/** The currencies besides the base currency in which a price may have an amount. */
export const currenciesOf = ({ plan, price }: Pick<PlacedPrice, 'plan' | 'price'>): Set<string> =>
  new Set([...(price.regional?.keys() ?? []), ...(plan.exchangeRates?.keys() ?? [])]);

export const salesOf = (placed: PlacedPrice, baseCurrency: string): Sale[] => {
  const { price, path } = placed;
  const sales: Sale[] = [];
  const { price: base } = price;
  if (base !== undefined)
    sales.push({
      at: '',
      currency: baseCurrency,
      amount: () => base,
      isDerived: false,
      units: (feature) => byHand(price.unitPrices?.get(feature)),
    });
  for (const currency of currenciesOf(placed)) {
    const sale = saleIn(placed, currency);
    if (sale) sales.push(sale);
  }
  for (const { market, row, path: at } of marketPricesOf(placed))
    if (row.price !== undefined && row.currency !== undefined)
      sales.push({
        at: at.slice(path.length),
        currency: row.currency,
        market,
        amount: () => row.price,
        isDerived: false,
        units: (feature) => byHand(row.unitPrices?.get(feature)),
      });
  return sales;
};

/** Zero and false count as absent, as they do for operations. */
export const hasOverage = ({ overage }: CataloguePlanFeature): boolean =>
  overage !== undefined && (overage.enabled !== false || (overage.unitPrice ?? 0) > 0);

/** As costs are computed from them. */
export const unitAmounts = ({
  unitPrice,
  tiersMode,
  tiers,
}: CatalogueUnitAmounts): UnitAmounts => ({
  unitPrice: unitPrice ?? null,
  tiersMode: tiersMode ?? null,
  tiers: (tiers ?? []).map((tier) => ({
    upTo: tier.upTo ?? null,
    unitPrice: tier.unitPrice,
    flatPrice: tier.flatPrice ?? 0,
  })),
});
