import type { PageContent } from '../../domain/pricing-page-content.ts';
import { decimalAmount } from '../../formatting.ts';
import type { BillingInterval, TaxBehavior } from '../../vocabulary.ts';

/** A pricing page in the words of schema.org, for search engines. */

type Column = PageContent['columns'][number];
type Offer = Column['offers'][number];
type Unit = Offer['unitPrices'][number];

/** Codes of UN/CEFACT for the time that a price is for. What is paid once has none. */
const times: Readonly<Record<BillingInterval, { value: number; unitCode: string } | null>> = {
  weekly: { value: 1, unitCode: 'WEE' },
  monthly: { value: 1, unitCode: 'MON' },
  quarterly: { value: 3, unitCode: 'MON' },
  yearly: { value: 1, unitCode: 'ANN' },
  one_time: null,
};

const taxOf = (behavior: TaxBehavior) =>
  behavior === 'unspecified' ? {} : { valueAddedTaxIncluded: behavior === 'inclusive' };

const amountOf = (amount: number, { currency, taxBehavior }: Offer) => ({
  price: decimalAmount(amount, currency),
  priceCurrency: currency.toUpperCase(),
  ...taxOf(taxBehavior),
});

const timeOf = ({ billingInterval }: Offer) => {
  const time = times[billingInterval];
  return time ? { billingDuration: { '@type': 'QuantitativeValue', ...time } } : {};
};

/** Units are counted beyond what is included. */
const boundsOf = (minValue: number | null, maxValue: number | null) =>
  minValue === null && maxValue === null
    ? {}
    : {
        eligibleQuantity: {
          '@type': 'QuantitativeValue',
          ...(minValue === null ? {} : { minValue }),
          ...(maxValue === null ? {} : { maxValue }),
        },
      };

const unitOf = ({ blockSize, unitText }: { blockSize: number; unitText: string }) => ({
  referenceQuantity: { '@type': 'QuantitativeValue', value: blockSize, unitText },
});

const unitPricesOf = (unit: Unit, offer: Offer, unitText: string) => {
  const { blockSize, minimumQuantity, maximumQuantity, unitPrice, tiers } = unit;
  const units = unitOf({ blockSize, unitText });
  if (unitPrice !== null)
    return [
      {
        '@type': 'UnitPriceSpecification',
        ...amountOf(unitPrice, offer),
        ...timeOf(offer),
        ...units,
        ...boundsOf(minimumQuantity === 0 ? null : minimumQuantity, maximumQuantity),
      },
    ];
  return tiers.flatMap((tier, place) => {
    const bounds = boundsOf((tiers[place - 1]?.upTo ?? 0) + 1, tier.upTo);
    const ofUnits = {
      '@type': 'UnitPriceSpecification',
      ...amountOf(tier.unitPrice, offer),
      ...timeOf(offer),
      ...units,
      ...bounds,
    };
    const flat = {
      '@type': 'UnitPriceSpecification',
      ...amountOf(tier.flatPrice, offer),
      ...timeOf(offer),
      ...bounds,
    };
    return tier.flatPrice === 0 ? [ofUnits] : [ofUnits, flat];
  });
};

/** What units of a feature are called. */
type UnitNames = ReadonlyMap<string | null, string>;

const specificationsOf = (offer: Offer, unitNames: UnitNames) => {
  const base = {
    '@type': 'UnitPriceSpecification',
    ...amountOf(offer.price, offer),
    ...timeOf(offer),
  };
  const units = offer.unitPrices.flatMap((unit) =>
    unitPricesOf(unit, offer, unitNames.get(unit.feature) ?? ''),
  );
  // Where only units cost anything, a price of 0 would be wrong.
  return offer.price === 0 && units.length > 0 ? units : [base, ...units];
};

const isPage = (url: string): boolean => url.startsWith('/') || url.startsWith('https:');

const offerOf = (offer: Offer, { callToAction: { url } }: Column, unitNames: UnitNames) => {
  const specifications = specificationsOf(offer, unitNames);
  const [first] = specifications;
  return {
    '@type': 'Offer',
    name: offer.intervalName,
    description: offer.headline,
    ...(first && 'referenceQuantity' in first ? {} : priceOf(offer)),
    priceCurrency: offer.currency.toUpperCase(),
    priceSpecification: specifications,
    ...(url !== null && isPage(url) ? { url } : {}),
  };
};

const priceOf = ({ price, currency }: Offer) => ({ price: decimalAmount(price, currency) });

const offersOf = (column: Column, currency: string, unitNames: UnitNames) => {
  const offers = column.offers.map((offer) => offerOf(offer, column, unitNames));
  const prices = column.offers.map(({ price }) => price);
  if (offers.length < 2 || !offers.every((offer) => 'price' in offer)) return offers;
  return {
    '@type': 'AggregateOffer',
    lowPrice: decimalAmount(Math.min(...prices), currency),
    highPrice: decimalAmount(Math.max(...prices), currency),
    priceCurrency: currency.toUpperCase(),
    offerCount: offers.length,
    offers,
  };
};

const productOf = (column: Column, place: number, page: PageContent, unitNames: UnitNames) => {
  const { plan, name, description, tagline, offers } = column;
  // A description may be empty.
  const about = description || tagline;
  return {
    '@type': 'Product',
    productID: plan.code,
    name,
    ...(about ? { description: about } : {}),
    ...(offers.length === 0 ? {} : { offers: offersOf(column, page.currency, unitNames) }),
    additionalProperty: page.sections.flatMap(({ rows }) =>
      rows.flatMap((row) => {
        const cell = row.cells[place];
        return !cell || cell.kind === 'excluded'
          ? []
          : [{ '@type': 'PropertyValue', name: row.name, value: cell.text }];
      }),
    ),
  };
};

export const jsonLdOf = (page: PageContent): object => {
  const unitNames = new Map(
    page.sections.flatMap(({ rows }) =>
      rows.map(({ feature, name, unitName }): [string, string] => [feature.code, unitName ?? name]),
    ),
  );
  return {
    '@context': 'https://schema.org',
    '@graph': page.columns.map((column, place) => productOf(column, place, page, unitNames)),
  };
};
