import type { Catalogue } from './message.ts';

export const en: Catalogue = {
  free: 'Free',
  price: `{interval, select,
    weekly {{amount} per week}
    monthly {{amount} per month}
    quarterly {{amount} per quarter}
    yearly {{amount} per year}
    other {{amount} once}}`,
  unitPrice: `{interval, select,
    weekly {{amount} per {unit} and week}
    monthly {{amount} per {unit} and month}
    quarterly {{amount} per {unit} and quarter}
    yearly {{amount} per {unit} and year}
    other {{amount} once per {unit}}}`,
  unitPrices: `{interval, select,
    weekly {{units} each week}
    monthly {{units} each month}
    quarterly {{units} each quarter}
    yearly {{units} each year}
    other {{units}, once}}`,
  priceAndUnits: '{price} plus {units}',
  billed: `{interval, select,
    quarterly {{price}, billed quarterly}
    other {{price}, billed yearly}}`,
  perUnit: '{amount} per {unit}',
  from: 'from {amount}',
  unit: '{count, plural, one {unit} other {units}}',

  trial: '{days, plural, one {{number} day free} other {{number} days free}}',
  discount: '{discount} off',
  discountFor: '{discount} off for {time}',
  time: `{unit, select,
    week {{count, plural, one {{number} week} other {{number} weeks}}}
    month {{count, plural, one {{number} month} other {{number} months}}}
    other {{count, plural, one {{number} year} other {{number} years}}}}`,
  savings: 'Save {percent}',

  included: 'Included',
  notIncluded: 'Not included',
  unlimited: 'Unlimited',
  credits: '{number} {count, plural, one {credit} other {credits}} per {unit}',
  byUsage: 'By usage',
  thenCharged: '{included}, then {price}',
  limit: `{period, select,
    billing_period {{amount} per billing period}
    minute {{amount} per minute}
    hour {{amount} per hour}
    day {{amount} per day}
    week {{amount} per week}
    month {{amount} per month}
    year {{amount} per year}
    event {{amount} per event}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{amount} per {unit} and billing period}
    minute {{amount} per {unit} and minute}
    hour {{amount} per {unit} and hour}
    day {{amount} per {unit} and day}
    week {{amount} per {unit} and week}
    month {{amount} per {unit} and month}
    year {{amount} per {unit} and year}
    event {{amount} per {unit} and event}
    other {{amount} per {unit}}}`,
  named: '{name}: {text}',
  withLimits: '{text}; {limits}',

  interval: `{interval, select,
    weekly {Weekly}
    monthly {Monthly}
    quarterly {Quarterly}
    yearly {Yearly}
    other {One-time}}`,
  taxIncluded: 'incl. VAT',
  taxExcluded: 'excl. VAT',
  contactSales: 'Contact sales',
  everythingIn: 'Everything in {plan}, plus',
  otherFeatures: 'Other features',
};
