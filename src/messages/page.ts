import type { BillingInterval, TaxBehavior } from '../vocabulary.ts';
import type { Words } from './words.ts';

/** "Monthly", for a switch between intervals. */
export const intervalName = (words: Words, interval: BillingInterval): string =>
  words.say('interval', { interval });

/** "incl. VAT"; empty where nothing is known. */
export const taxNote = (words: Words, behavior: TaxBehavior): string => {
  switch (behavior) {
    case 'inclusive':
      return words.say('taxIncluded');
    case 'exclusive':
      return words.say('taxExcluded');
    case 'unspecified':
      return '';
  }
};

/** The label of a button that has none of its own. */
export const contactSales = (words: Words): string => words.say('contactSales');

/** "Everything in Pro, plus": the heading of what a plan adds. */
export const everythingIn = (words: Words, planName: string): string =>
  words.say('everythingIn', { plan: planName });

/** The heading of features without a section. */
export const otherFeatures = (words: Words): string => words.say('otherFeatures');
