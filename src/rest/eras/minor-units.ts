import { z } from 'zod';
import { fromMinorUnits, mostMinorUnits, toMinorUnits } from '../../domain/exchange.ts';
import * as inputs from '../../domain/fields.ts';
import { UpsertRegionalPricesInput } from '../../domain/regional-price.ts';
import { SetPlanRegionalPricingInput } from '../../domain/regional-pricing.ts';
import { setPlanRegionalPricing as pricingIn, withUsd } from './currencies.ts';

/**
 * Bodies with prices in minor units of their currency, as the newest versions have them. Balances,
 * and prices of single units of a feature, are in rate scale in every version.
 */

export const DESCRIPTION =
  'Price in minor units of its currency: 2900 is $29.00, 1500 is ¥1500. 0 on a free plan.';

/** Of the price itself, which is in the base currency. */
export const amountIn = (baseCurrency: string) =>
  inputs.wholeNumber(mostMinorUnits(baseCurrency)).describe(DESCRIPTION);

/** Makes a body once for each base currency. */
export const perBaseCurrency = <Body>(make: (baseCurrency: string) => Body) => {
  const made = new Map<string, Body>();
  return (baseCurrency: string): Body => {
    const body = made.get(baseCurrency) ?? make(baseCurrency);
    made.set(baseCurrency, body);
    return body;
  };
};

/**
 * Of a currency that only the body names; the body as a whole is checked for what is too much in
 * it.
 */
const anyAmount = inputs.wholeNumber(Number.MAX_SAFE_INTEGER).describe(DESCRIPTION);

export const refuseTooMuch = (
  price: number,
  currency: string,
  path: (string | number)[],
  context: z.RefinementCtx,
): void => {
  const most = mostMinorUnits(currency.toLowerCase());
  if (price > most) context.addIssue({ code: 'custom', path, message: `must be at most ${most}` });
};

const override = UpsertRegionalPricesInput.shape.overrides.element
  .extend({ price: anyAmount })
  .superRefine(({ price, currency }, context) =>
    refuseTooMuch(price, currency, ['price'], context),
  );

type Converting = (amount: number, currency: string) => number;

const converted = <Row extends { price: number }>(
  rows: Row[],
  currency: (row: Row) => string,
  convert: Converting,
) => rows.map((row) => ({ ...row, price: convert(row.price, currency(row).toLowerCase()) }));

export const upsertRegionalPrices = z.codec(
  z.object({
    overrides: inputs
      .list(override)
      .describe(UpsertRegionalPricesInput.shape.overrides.description ?? ''),
  }),
  UpsertRegionalPricesInput,
  {
    decode: ({ overrides }) => ({
      overrides: converted(overrides, (row) => row.currency, fromMinorUnits),
    }),
    encode: ({ overrides }) => ({
      overrides: converted(overrides, (row) => row.currency, toMinorUnits),
    }),
  },
);

const regionalPricing = pricingIn(withUsd).omit({ introOffers: true });
const manualPrices = regionalPricing.shape.prices.unwrap().unwrap();

const convertedPricing =
  (convert: Converting) =>
  ({ prices, ...body }: SetPlanRegionalPricingInput): SetPlanRegionalPricingInput => ({
    ...body,
    ...(prices && { prices: converted(prices, () => body.currency, convert) }),
  });

export const setPlanRegionalPricing = z.codec(
  regionalPricing
    .extend({
      prices: inputs
        .list(manualPrices.element.extend({ price: anyAmount }))
        .nullish()
        .describe(regionalPricing.shape.prices.description ?? ''),
    })
    .superRefine(({ currency, prices }, context) => {
      for (const [index, { price }] of (prices ?? []).entries())
        refuseTooMuch(price, currency, ['prices', index, 'price'], context);
    }),
  SetPlanRegionalPricingInput,
  { decode: convertedPricing(fromMinorUnits), encode: convertedPricing(toMinorUnits) },
);
