import * as fields from '../domain/fields.ts';
import { SetPlanRegionalPricingInput } from '../domain/regional-pricing.ts';
import { regionalCurrencies } from '../vocabulary.ts';

const known = new Set<string>(regionalCurrencies);

/** REST's contract knows fewer currencies than the domain. */
export const regionalCurrency = fields.currency.refine((currency) => known.has(currency.toLowerCase()), {
  error: 'is not a currency that regional pricing supports',
});

export const SetPlanRegionalPricingBody = SetPlanRegionalPricingInput.extend({ currency: regionalCurrency });
