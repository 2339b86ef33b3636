import { cellChanges, cellKinds } from '../src/domain/pricing-cell.ts';
import {
  apiKeyKinds,
  billingIntervals,
  catalogueScopes,
  changeKinds,
  changeSetStatuses,
  consumptionModels,
  discountTypes,
  featureTypes,
  limitPeriods,
  modes,
  planAvailabilities,
  priceRules,
  priceSources,
  pricingModes,
  scopes,
  severities,
  stepOutcomes,
  taxBehaviors,
  tiersModes,
  visibilities,
} from '../src/vocabulary.ts';
import { builder } from './builder.ts';

/**
 * The one mapping between our words and GraphQL's: `one_time` is `ONE_TIME`. Answers the words as
 * values of an enum.
 */
const words = <Word extends string>(words: readonly Word[], meanings: Record<Word, string>) =>
  Object.fromEntries(
    words.map((word) => [word.toUpperCase(), { value: word, description: meanings[word] }]),
  ) as Record<string, { value: Word; description: string }>;

export const BillingInterval = builder.enumType('BillingInterval', {
  description: 'How often a price is charged.',
  values: words(billingIntervals, {
    weekly: 'Every week.',
    monthly: 'Every month.',
    quarterly: 'Every three months.',
    yearly: 'Every year.',
    one_time: 'Once.',
  }),
});

export const PlanAvailability = builder.enumType('PlanAvailability', {
  description: 'How customers get a plan.',
  values: words(planAvailabilities, {
    self_service: 'They subscribe on their own.',
    contact_sales: 'They talk to sales first. Such a plan needs no price.',
  }),
});

export const ConsumptionModel = builder.enumType('ConsumptionModel', {
  description: 'How a plan charges usage.',
  values: words(consumptionModels, {
    metered:
      'An included amount for each feature; usage beyond it is charged at the end of the period.',
    credits: 'Usage consumes credits that the price grants each month.',
    balance: 'Usage consumes a balance of money that the price grants each month.',
  }),
});

export const FeatureType = builder.enumType('FeatureType', {
  description: 'What kind of thing a feature counts.',
  values: words(featureTypes, {
    boolean: 'On or off.',
    usage: 'A quantity that is used up in a period.',
    seats: 'Licences for people.',
    quota: 'A lasting quantity that may rise and fall.',
  }),
});

export const LimitPeriod = builder.enumType('LimitPeriod', {
  description: 'What a limit counts anew with.',
  values: words(limitPeriods, {
    billing_period: 'With each billing period of the price.',
    minute: 'Every minute.',
    hour: 'Every hour.',
    day: 'Every day.',
    week: 'Every week.',
    month: 'Every month, however the price is charged.',
    year: 'Every year.',
    event: 'With each event: a limit of one file, request or run.',
    never: 'Never: a standing limit.',
  }),
});

export const PricingMode = builder.enumType('PricingMode', {
  description: 'How a balance plan charges the usage of a feature.',
  values: words(pricingModes, {
    fixed: 'By unit.',
    ai_model: 'By the cost of the AI model, plus a margin.',
  }),
});

export const TiersMode = builder.enumType('TiersMode', {
  description: 'How units are spread over tiers.',
  values: words(tiersModes, {
    graduated: 'Each unit costs the price of the tier that it is in.',
    volume: 'All units cost the price of the tier that the last one is in.',
  }),
});

export const DiscountType = builder.enumType('DiscountType', {
  description: 'How a discount is counted.',
  values: words(discountTypes, {
    percentage: 'A share of the price, in basis points.',
    amount: 'An amount of money, in rate scale.',
  }),
});

export const TaxBehavior = builder.enumType('TaxBehavior', {
  description: 'Whether amounts include tax. Pages show it; nothing is computed from it.',
  values: words(taxBehaviors, {
    inclusive: 'They do.',
    exclusive: 'Tax is added to them.',
    unspecified: 'The organization has not said.',
  }),
});

export const PriceSource = builder.enumType('PriceSource', {
  description: 'Where the price for a visitor is from.',
  values: words(priceSources, {
    market: 'Set for the market of the country.',
    regional: 'Set by hand in the currency.',
    derived: 'Derived at the exchange rate of the plan.',
    base: 'The price itself, in the base currency.',
  }),
});

export const PriceRule = builder.enumType('PriceRule', {
  description: 'The rules that decide what a price comes to, in the order in which they are tried.',
  values: words(priceRules, {
    variant_market: 'The price of the variant in the market of the country.',
    market: 'The price of the base price in the market of the country.',
    currency: 'The price in the currency that is asked for.',
    country_currency: "The price in the country's own currency.",
    base: 'The price itself.',
  }),
});

export const StepOutcome = builder.enumType('StepOutcome', {
  description: 'Whether a rule decided.',
  values: words(stepOutcomes, {
    matched: 'It decided.',
    skipped: 'It did not; the reason says why.',
  }),
});

export const ChangeSetStatus = builder.enumType('ChangeSetStatus', {
  description: 'How far a change set has come.',
  values: words(changeSetStatuses, {
    draft: 'Looked at, not applied.',
    scheduled: 'Applies at its time.',
    applied: 'Its changes are made.',
    discarded: 'Dropped; it cannot be applied any more.',
    failed: 'Could not be applied at its time. Nothing was changed.',
  }),
});

export const CatalogueScope = builder.enumType('CatalogueScope', {
  description: 'How much a catalogue file speaks of.',
  values: words(catalogueScopes, {
    listed: 'What the file does not name stays as it is; null takes away.',
    whole: 'What the file does not name is deleted.',
  }),
});

export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'What a change set does to an object.',
  values: words(changeKinds, {
    create: 'A new object.',
    update: 'Other members of its own.',
    delete: 'It goes.',
  }),
});

export const Severity = builder.enumType('Severity', {
  description: 'How much a finding matters.',
  values: words(severities, {
    error: 'Keeps a change set from being applied.',
    warning: 'Probably not what was meant.',
  }),
});

export const Mode = builder.enumType('Mode', {
  description: 'Which of the two catalogues of an organization.',
  values: words(modes, {
    live: 'The one that customers see.',
    sandbox: 'The one to try things in.',
  }),
});

export const Scope = builder.enumType('Scope', {
  description:
    'What an API key may do. ADMIN includes all others, WRITE includes READ, and AUDIT stands ' +
    'alone.',
  values: words(scopes, {
    read: 'Read the catalogue.',
    write: 'Change the catalogue.',
    admin: 'Manage API keys.',
    audit: 'Read the audit log, and nothing else.',
  }),
});

export const ApiKeyKind = builder.enumType('ApiKeyKind', {
  description: 'Who may know the secret of an API key.',
  values: words(apiKeyKinds, {
    secret: 'Servers and operators only.',
    publishable:
      'Everyone: it stands in web pages, reads public plans, no metadata and no margins, and ' +
      'works at its origins only.',
  }),
});

export const Visibility = builder.enumType('Visibility', {
  description: 'Which plans a list shows.',
  values: words(visibilities, {
    public: 'Public plans only.',
    private: 'Private plans only.',
    all: 'Public and private plans.',
  }),
});

export const CellKind = builder.enumType('CellKind', {
  description: 'What a cell of a pricing page says.',
  values: words(cellKinds, {
    excluded: 'The plan does not have the feature.',
    included: 'It has the feature, perhaps with limits.',
    limited: 'It includes an amount of it, and no more.',
    unlimited: 'There is no limit at all.',
    metered: 'Units beyond what is included are charged.',
    words: 'What it has is said in words, e.g. "24/7".',
  }),
});

export const CellChange = builder.enumType('CellChange', {
  description: 'How a plan compares with the one before it in one feature.',
  values: words(cellChanges, {
    first: 'There is no plan before it.',
    same: 'It has the same.',
    more: 'It has more: the feature is new, or its amounts or limits are higher.',
    less: 'It has less.',
    other: 'It has something else: other words, more of this and less of that, or another price.',
  }),
});
