import { z } from 'zod';
import { isCountry } from '../../countries.ts';
import { isCurrency } from '../../currencies.ts';
import { canonicalLocale } from '../../locale.ts';
import {
  billingIntervals,
  consumptionModels,
  featureTypes,
  limitPeriods,
  MAX_INT32,
  planAvailabilities,
  pricingModes,
  RATE_SCALE,
  taxBehaviors,
  tiersModes,
} from '../../vocabulary.ts';
import * as fields from '../fields.ts';
import { maxima } from '../maxima.ts';
import { callToActionUrl } from '../presentation.ts';
import { decimals, type EntryOf, level, type SentEntryOf } from './level.ts';

/** What a catalogue file says, level by level. docs/catalogue.md explains it to those who write one. */

const MOST_TIERS = 50;

/** Of a decimal with four places, what is stored is a whole number in rate scale. */
const amount = fields
  .wholeNumber(Number.MAX_SAFE_INTEGER)
  .register(decimals, { places: Math.log10(RATE_SCALE) })
  .describe('Amount in units of its currency with at most four decimals, such as 15.99.');
const percentage = fields
  .wholeNumber(10_000)
  .register(decimals, { places: 2 })
  .describe('Percentage from 0 to 100 with at most two decimals.');
const { code, count, label, name, quantity } = fields;

const currencyCode = z
  .string()
  .refine((text) => isCurrency(text), 'must be the lower-case code of an ISO 4217 currency');
const countryCode = z
  .string()
  .refine((text) => isCountry(text), 'must be the upper-case code of an ISO 3166-1 country');
const isCanonicalLocale = (tag: string): boolean => {
  try {
    return canonicalLocale(tag) === tag;
  } catch {
    return false;
  }
};
const localeTag = z
  .string()
  .refine(isCanonicalLocale, 'must be a language tag in canonical form, such as pt-BR');

const translation = level(
  'Translation',
  localeTag,
  {
    name,
    description: fields.description,
    tagline: label,
    badge: label,
    callToActionLabel: label,
    displayValue: fields.displayValue,
    unitName: label,
    unitNamePlural: fields.unitNamePlural,
  },
  {},
);
const translations = { translations: translation };

const section = level('FeatureSection', code, { name }, translations);

const featureLimit = level(
  'FeatureLimit',
  code,
  {
    name,
    unitName: fields.unitName,
    unitNamePlural: fields.unitNamePlural,
    decimals: fields.wholeNumber(4).describe('Decimals that amounts have, 0 to 4; 0 if omitted.'),
    period: z.enum(limitPeriods).describe('What the limit counts anew with; never if omitted.'),
    per: code.describe('Code of the feature of which each unit has the limit for itself.'),
  },
  {},
);

const feature = level(
  'Feature',
  code,
  {
    name,
    type: z.enum(featureTypes).describe('Final.'),
    description: fields.description,
    unitName: fields.unitName,
    unitNamePlural: fields.unitNamePlural,
    section: code.describe('Code of the section that it stands in.'),
  },
  { limits: featureLimit, ...translations },
);

const market = level(
  'Market',
  code,
  {
    name,
    countries: fields
      .list(countryCode, maxima.countriesOfMarket)
      .min(1, 'must have at least one country')
      .describe('ISO 3166-1 codes. A country is in one market at most.'),
    taxBehavior: z.enum(taxBehaviors),
    metadata: fields.metadata,
  },
  {},
);

const tier = z.strictObject({
  upTo: quantity.optional().describe('The last unit; left out in the last tier only.'),
  unitPrice: amount.describe('Price of one block.'),
  flatPrice: amount.optional().describe('Charged once, as soon as the tier is reached.'),
});

const unitAmounts = {
  unitPrice: amount.describe('Price of one block. Either this or `tiers`.'),
  tiersMode: z.enum(tiersModes).describe('How units are spread over the tiers.'),
  tiers: fields
    .list(tier, MOST_TIERS)
    .min(1, 'must have at least one tier')
    .describe('Tiers, which rise; the last one is open.'),
};
const unitPriceForPeople = { member: 'unitPrice', isCanonical: false };

const unitPrice = level(
  'UnitPrice',
  code,
  {
    ...unitAmounts,
    blockSize: quantity.min(1, 'must be at least 1').describe('Units sold together; 1 if omitted.'),
    minimum: quantity.describe('The least that a customer can buy; 0 if omitted.'),
    maximum: quantity.describe('The most that a customer can buy; no end if omitted.'),
  },
  {},
  unitPriceForPeople,
);
const regionalUnitPrice = level('RegionalUnitPrice', code, unitAmounts, {}, unitPriceForPeople);
const marketUnitPrice = level('MarketUnitPrice', code, unitAmounts, {}, unitPriceForPeople);

const discount = {
  percentage: percentage.optional().describe('Discount in percent. Either this or `amount`.'),
  amount: amount.optional().describe('Discount as an amount.'),
  durationCycles: count
    .optional()
    .describe('For how many billing cycles it lasts; for ever if omitted.'),
};

const regionalPrice = level(
  'RegionalPrice',
  currencyCode,
  {
    price: amount.describe('Set by hand. Left out, it is derived at the exchange rate.'),
    includedBalance: amount.describe('Left out, it is derived at the exchange rate.'),
    introOffer: z.strictObject(discount).describe('Left out, it is derived.'),
    omitted: z
      .boolean()
      .describe('True: no price in this currency, though the plan has an exchange rate for it.'),
  },
  { unitPrices: regionalUnitPrice },
  { member: 'price', isCanonical: false },
);

const marketPrice = level(
  'MarketPrice',
  code,
  { currency: currencyCode, price: amount },
  { unitPrices: marketUnitPrice },
);

const variant = level(
  'PlanPrice',
  code,
  { name, metadata: fields.metadata },
  { markets: marketPrice },
);

const price = level(
  'PlanPrice',
  z.enum(billingIntervals),
  {
    price: amount.describe('In the base currency.'),
    trialDays: count.describe('Days before the first charge; 0 if omitted.'),
    includedBalance: amount.describe('Balance granted each month.'),
    includedCredits: count.describe('Credits granted each month.'),
    introOffer: z
      .strictObject({
        enabled: z.boolean().optional().describe('True if omitted.'),
        ...discount,
      })
      .describe('A discount for the first billing cycles.'),
    metadata: fields.metadata,
  },
  {
    unitPrices: unitPrice,
    regional: regionalPrice,
    markets: marketPrice,
    variants: variant,
  },
  { member: 'price', isCanonical: false },
);

const exchangeRate = level(
  'ExchangeRate',
  currencyCode,
  {
    exchangeRate: z
      .number('must be a number')
      .positive('must be greater than 0')
      .describe('Units of the currency for one unit of the base currency.'),
  },
  {},
  { member: 'exchangeRate', isCanonical: true },
);

const regionalOverage = level(
  'RegionalOverage',
  currencyCode,
  { unitPrice: amount.describe('Set by hand. Left out, it is derived at the exchange rate.') },
  {},
  { member: 'unitPrice', isCanonical: true },
);

const planFeatureLimit = level(
  'PlanFeatureLimit',
  code,
  {
    amount: z
      .string()
      .regex(/^(unlimited|\d{1,16}(\.\d{1,4})?)$/, 'must be a number, or the word unlimited')
      .register(decimals, { places: 4, isText: true })
      .describe('How much the plan allows, or `unlimited`.'),
  },
  {},
  { member: 'amount', isCanonical: true },
);

const planFeature = level(
  'PlanFeature',
  code,
  {
    enabled: z.boolean().describe('True if omitted.'),
    includedAmount: quantity.describe('Units included in the price; 0 if omitted.'),
    unlimited: z.boolean().describe('No limit at all; false if omitted.'),
    overage: z
      .strictObject({
        enabled: z.boolean().optional().describe('True if omitted.'),
        unitPrice: amount.optional().describe('Price of one unit beyond the included amount.'),
      })
      .describe('What usage beyond the included amount costs.'),
    creditsPerUnit: count.describe('Credits that one unit costs on a credits plan.'),
    pricingMode: z.enum(pricingModes).describe('How a balance plan charges usage.'),
    margin: fields
      .wholeNumber(MAX_INT32)
      .register(decimals, { places: 2 })
      .describe('Margin on the cost of AI models in percent.'),
    displayValue: fields.displayValue,
  },
  { regionalOverages: regionalOverage, limits: planFeatureLimit, ...translations },
);

const plan = level(
  'Plan',
  code,
  {
    name,
    description: fields.description,
    consumptionModel: z.enum(consumptionModels).describe('How usage is charged. Final.'),
    isPublic: z.boolean().describe('Listed for everyone; true if omitted.'),
    isFree: z.boolean().describe('Takes only prices of 0; false if omitted. Final.'),
    blockOnExhaustion: z
      .boolean()
      .describe('Usage stops when the balance is used up; false if omitted. Final.'),
    availability: z.enum(planAvailabilities).describe('self_service if omitted.'),
    presentation: z
      .strictObject({
        tagline: label.optional(),
        badge: label.optional(),
        highlighted: z.boolean().optional(),
        callToAction: z.strictObject({ label, url: callToActionUrl }).optional(),
      })
      .describe('How a page shows it.'),
    basedOn: code.describe('Code of the plan whose features it has, and more.'),
    metadata: fields.metadata,
    publicMetadata: fields.publicMetadata,
    defaultInterval: z
      .enum(billingIntervals)
      .describe('Interval of the default price; the first price if omitted.'),
  },
  {
    prices: price,
    exchangeRates: exchangeRate,
    features: planFeature,
    ...translations,
  },
);

const group = level(
  'PlanGroup',
  code,
  {
    name,
    description: fields.description,
    isPublic: z.boolean().describe('Shown to everyone; true if omitted.'),
    plans: fields
      .list(code, maxima.plansOfGroup)
      .describe('Codes of its plans, in their order. A plan is in one group at most.'),
  },
  translations,
);

export const catalogueLevel = level(
  'Catalogue',
  z.string(),
  {
    catalogue: z.literal(1).describe('Version of the format.'),
    baseCurrency: currencyCode.describe(
      'Base currency of the organization, which a file never sets.',
    ),
  },
  { sections: section, features: feature, markets: market, plans: plan, groups: group },
);

/** A whole catalogue: no nulls, and what is left out has its default. */
export type Catalogue = EntryOf<typeof catalogueLevel>;
/** A catalogue file, which may speak of parts of a catalogue only. */
export type CatalogueFile = SentEntryOf<typeof catalogueLevel>;

export type CataloguePlan = EntryOf<typeof plan>;
export type CatalogueFeature = EntryOf<typeof feature>;
export type CatalogueMarket = EntryOf<typeof market>;
export type CatalogueGroup = EntryOf<typeof group>;
export type CataloguePrice = EntryOf<typeof price>;
export type CatalogueMarketPrice = EntryOf<typeof marketPrice>;
export type CatalogueRegionalPrice = EntryOf<typeof regionalPrice>;
export type CatalogueUnitPrice = EntryOf<typeof unitPrice>;
export type CatalogueUnitAmounts = EntryOf<typeof regionalUnitPrice>;
export type CataloguePlanFeature = EntryOf<typeof planFeature>;
export type CatalogueTranslation = EntryOf<typeof translation>;
export type CatalogueFeatureLimit = EntryOf<typeof featureLimit>;
