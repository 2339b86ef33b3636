import { invalid } from '../errors.ts';

/** How much one object may hold. What holds more already stays as it is, and takes no more. */
export const maxima = {
  plansOfGroup: 200,
  featuresOfPlan: 500,
  limitsOfFeature: 10,
  sectionsOfCatalogue: 100,
  currenciesOfPrice: 200,
  variantsOfPrice: 20,
  marketsOfCatalogue: 250,
  countriesOfMarket: 250,
  originsOfKey: 20,
  localesOfObject: 50,
} as const;

export type Maximum = keyof typeof maxima;

const owners: Record<Maximum, string> = {
  plansOfGroup: 'a group has at most %d plans',
  featuresOfPlan: 'a plan has at most %d features',
  limitsOfFeature: 'a feature has at most %d limits',
  sectionsOfCatalogue: 'a catalogue has at most %d sections',
  currenciesOfPrice: 'a price has at most %d currencies',
  variantsOfPrice: 'a price has at most %d variants',
  marketsOfCatalogue: 'a catalogue has at most %d markets',
  countriesOfMarket: 'a market has at most %d countries',
  originsOfKey: 'must have at most %d entries',
  localesOfObject: 'an object has at most %d locales',
};

export const beyond = (maximum: Maximum): string =>
  owners[maximum].replace('%d', String(maxima[maximum]));

/** Refuses growth beyond a maximum; `field` is the one of the input that asks for it. */
export const refuseGrowth = (
  maximum: Maximum,
  before: number,
  after: number,
  field: string,
): void => {
  if (after > before && after > maxima[maximum]) throw invalid(field, beyond(maximum));
};
