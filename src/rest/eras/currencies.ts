import * as inputs from '../../domain/fields.ts';
import { SetPlanRegionalPricingInput } from '../../domain/regional-pricing.ts';
import { regionalCurrencies } from '../../vocabulary.ts';

/**
 * Currencies of which a version knows exchange rates. Its clients may fail on others: answers leave
 * out rates, and overages at such rates, in currencies that are not listed. Regional prices may be
 * in any currency in every version.
 */
export interface Currencies {
  has(currency: string): boolean;
}

export const withUsd: Currencies = new Set<string>(regionalCurrencies);
/** `usd` came with 2026-07-11. */
export const withoutUsd: Currencies = new Set<string>(
  regionalCurrencies.filter((currency) => currency !== 'usd'),
);

const currencyIn = (currencies: Currencies) =>
  inputs.currency.refine((currency) => currencies.has(currency.toLowerCase()), {
    error: 'is not a currency that regional pricing supports in this version',
  });

export const setPlanRegionalPricing = (currencies: Currencies) =>
  SetPlanRegionalPricingInput.extend({ currency: currencyIn(currencies) });
