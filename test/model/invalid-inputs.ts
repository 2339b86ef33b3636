import type { Random } from './random.ts';
import type { OperationName } from './reference/calls.ts';

/** A value that no answer but `validation_error` may follow, and the field that it stands in. */
export interface InvalidInput {
  field: string;
  value: unknown;
  /** The field to blame, where it is one within. */
  param?: string;
}

const tooDeep = { a: { b: { c: { d: { e: { f: 1 } } } } } };
const tooMany = Object.fromEntries(
  Array.from({ length: 51 }, (_, index) => [`key ${index}`, index]),
);

const of = (field: string, ...values: unknown[]): InvalidInput[] =>
  values.map((value) => ({ field, value }));
const within = (field: string, param: string, value: unknown): InvalidInput => ({
  field,
  value,
  param,
});

const names = of('name', '', ' ', '\u200b\ufeff', 'a'.repeat(256), 7, '\0', '\ud800');
const codes = of('code', '', 'Pro', 'a-b', 'a'.repeat(65), 7, 'é', 'a\n', null);
const amounts = (field: string) => of(field, -1, 1.5, 2 ** 53, '5', true);
const counts = (field: string) => of(field, -1, 0.5, 2 ** 31, '5');
const displayValues = of('displayValue', '', ' ', 'a'.repeat(256), 7);
const plurals = of('unitNamePlural', '', ' ', 'a'.repeat(256), 7);
const flags = (field: string) => of(field, 'true', 1);
const metadata = of(
  'metadata',
  [],
  'text',
  tooDeep,
  tooMany,
  { long: 'x'.repeat(16 * 1024) },
  { unsafe: 2 ** 53 },
);

const shownPlans = [
  ...of('availability', 'sold_out', 5),
  within('presentation', 'presentation.tagline', { tagline: '' }),
  within('presentation', 'presentation.badge', { badge: 'a'.repeat(256) }),
  ...['javascript:alert(1)', '//elsewhere.example'].map((url) =>
    within('presentation', 'presentation.callToAction.url', {
      callToAction: { label: 'Start', url },
    }),
  ),
];

const invalidInputs: { [Name in OperationName]?: InvalidInput[] } = {
  createPlan: [
    ...names,
    ...codes,
    ...of('name', null),
    ...of('description', 'a'.repeat(2001), 5),
    ...of('consumptionModel', 'prepaid', 'METERED '),
    ...flags('isFree'),
    ...metadata,
    ...shownPlans,
  ],
  updatePlan: [
    ...names,
    ...of('name', null),
    ...of('isPublic', null, 'no'),
    ...of('metadata', null),
    ...metadata,
    ...shownPlans,
  ],
  setPlanVisibility: of('isPublic', null, 'yes', undefined),
  addPlanFeature: [
    ...of('featureId', '', null, 5.5),
    ...amounts('includedAmount'),
    ...flags('unlimited'),
    ...counts('creditsPerUnit'),
    ...counts('margin'),
    ...displayValues,
    ...of('pricingMode', 'free'),
    within('overage', 'overage.unitPrice', { enabled: true, unitPrice: -1 }),
    within('overage', 'overage.enabled', { enabled: 'yes', unitPrice: 5 }),
  ],
  updatePlanFeature: [
    ...amounts('includedAmount'),
    ...of('enabled', null, 0),
    ...of('includedAmount', null),
    ...of('pricingMode', null, ''),
    ...displayValues,
    within('overage', 'overage.unitPrice', { unitPrice: null }),
    within('overage', 'overage.unitPrice', { unitPrice: 0.1 }),
  ],
  addPlanPrice: [
    ...of('billingInterval', 'fortnightly', null, '', undefined),
    ...amounts('price'),
    ...of('price', null, undefined),
    ...counts('trialDays'),
    ...amounts('includedBalance'),
    ...counts('includedCredits'),
    ...flags('isDefault'),
  ],
  updatePlanPrice: [
    ...amounts('price'),
    ...of('price', null),
    ...of('trialDays', null),
    ...counts('trialDays'),
    ...of('isDefault', null, 'true'),
    ...counts('includedCredits'),
  ],
  upsertRegionalPrices: [
    ...of('overrides', null, 5, undefined),
    within('overrides', 'overrides.0.currency', [{ currency: 'euro', price: 1 }]),
    within('overrides', 'overrides.0.currency', [{ currency: 'xxx', price: 1 }]),
    within('overrides', 'overrides.0.price', [{ currency: 'eur', price: -1 }]),
    within('overrides', 'overrides.1.price', [
      { currency: 'eur', price: 1 },
      { currency: 'jpy', price: 1.5 },
    ]),
    within('overrides', 'overrides.0.price', [{ currency: 'eur' }]),
  ],
  setPlanRegionalPricing: [
    ...of('currency', 'zzz', 'EURO', null, 7),
    ...of('exchangeRate', 0, -1, '1.5', null),
    within('prices', 'prices.0.price', [{ priceId: 'pp_x', price: -5 }]),
    within('features', 'features.0.featureId', [{ featureId: '', overageUnitPrice: 5 }]),
  ],
  setExchangeRate: [
    ...of('currency', 'zzz', 'EURO', null, 7),
    ...of('exchangeRate', 0, -1, '1.5', null),
    ...flags('overwrite'),
  ],
  setRegionalOverage: [
    ...of('currency', 'xxx', null),
    ...amounts('unitPrice'),
    ...of('unitPrice', null),
  ],
  createFeature: [
    ...names,
    ...codes,
    ...of('type', 'metered', null, ''),
    ...of('unitName', 5, 'a'.repeat(256)),
    ...plurals,
  ],
  updateFeature: [...names, ...plurals, ...of('name', null)],
  createFeatureSection: [...names, ...codes.slice(0, -1), ...of('name', null, undefined)],
  updateFeatureSection: [...names, ...of('name', null, undefined)],
  arrangeFeatures: [
    ...of('sections', [], null, undefined),
    within('sections', 'sections.0.featureIds', [{}]),
    within('sections', 'sections.0.featureIds.0', [{ featureIds: [''] }]),
    within('sections', 'sections.0.sectionId', [{ sectionId: '', featureIds: [] }]),
  ],
  setFeatureLimits: [
    ...of('limits', null, 5, undefined),
    within('limits', 'limits.0.code', [{ code: 'A', name: 'A' }]),
    within('limits', 'limits.0.name', [{ code: 'a', name: ' ' }]),
    within('limits', 'limits.1.decimals', [
      { code: 'a', name: 'A' },
      { code: 'b', name: 'B', decimals: 5 },
    ]),
    within('limits', 'limits.0.period', [{ code: 'a', name: 'A', period: 'monthly' }]),
  ],
  setPlanFeatureLimits: [
    ...of('limits', null, undefined),
    within('limits', 'limits.0.amount', [{ code: 'a' }]),
    within('limits', 'limits.0.amount', [{ code: 'a', amount: 1, unlimited: true }]),
    within('limits', 'limits.0.amount', [{ code: 'a', amount: 1.5 }]),
    within('limits', 'limits.0.code', [{ amount: 1 }]),
  ],
  setUnitPrice: [
    ...of('featureId', '', null, undefined),
    ...amounts('unitPrice'),
    ...of('unitPrice', null),
    ...amounts('blockSize'),
    ...of('blockSize', 0, null),
    ...amounts('minimumQuantity'),
    ...amounts('maximumQuantity'),
    ...of('tiersMode', null, 'stairs'),
    ...of('tiers', [], null),
    within('tiers', 'tiers.0.unitPrice', [{ unitPrice: -1 }]),
    within('regional', 'regional.0.currency', [{ currency: 'xxx', unitPrice: 1 }]),
  ],
  createMarket: [
    ...names,
    ...codes.slice(0, -1),
    ...of('name', null, undefined),
    ...of('countryCodes', [], null, 7, undefined),
    within('countryCodes', 'countryCodes.1', ['BR', 'XX']),
    within('countryCodes', 'countryCodes.0', ['']),
    ...of('taxBehavior', 'none'),
    ...metadata,
  ],
  updateMarket: [
    ...names,
    ...of('name', null),
    ...of('countryCodes', [], null),
    within('countryCodes', 'countryCodes.0', ['EU']),
    ...metadata,
  ],
  setMarketPrices: [
    ...of('marketPrices', null, 5, undefined),
    within('marketPrices', 'marketPrices.0.currency', [
      { marketId: 'a', currency: 'xxx', price: 1 },
    ]),
    within('marketPrices', 'marketPrices.0.price', [{ marketId: 'a', currency: 'eur' }]),
    within('marketPrices', 'marketPrices.0.unitPrices.0.featureId', [
      { marketId: 'a', currency: 'eur', price: 1, unitPrices: [{ featureId: '' }] },
    ]),
  ],
  addPriceVariant: [
    ...of('inheritsFromPriceId', '', null),
    ...of('marketPrices', [], null),
    within('marketPrices', 'marketPrices.0.price', [
      { marketId: 'pmg_a', currency: 'eur', price: -1 },
    ]),
  ],
  createPlanGroup: [...names, ...of('name', null, undefined), ...flags('isPublic')],
  updatePlanGroup: [...names, ...of('name', null), ...of('isPublic', null)],
  addPlanToGroup: [...of('planId', '', null), ...counts('sortOrder')],
  reorderPlansInGroup: [...of('planIds', [], null, 5.5), within('planIds', 'planIds.0', [''])],
};

const holdsNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value ?? {}).includes(null));

/**
 * Some SDKs send null for what was not set, and `[]` for an object without members: REST reads them
 * so.
 */
const isForgiven = (operation: OperationName, { field, value }: InvalidInput): boolean =>
  (operation.startsWith('update') && holdsNull(value)) ||
  (field === 'metadata' && Array.isArray(value)) ||
  (operation === 'createMarket' && ['code', 'taxBehavior'].includes(field)) ||
  // Without it, it is another operation.
  field === 'inheritsFromPriceId' ||
  // REST does not know them.
  ['displayValue', 'availability', 'presentation', 'unitNamePlural'].includes(field);

export const anyInvalidInput = (
  random: Random,
  operation: OperationName,
  isStrict: boolean,
): InvalidInput | undefined => {
  const known = invalidInputs[operation]?.filter(
    (invalidInput) => isStrict || !isForgiven(operation, invalidInput),
  );
  return known && known.length > 0 ? random.pick(known) : undefined;
};
