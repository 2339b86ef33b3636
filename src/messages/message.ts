import type { BillingInterval, LimitPeriod } from '../vocabulary.ts';

/**
 * Every message, and the values that it is printed with. Amounts, numbers, lists and percentages
 * arrive as text, in the form of the locale; plain numbers only choose the plural form.
 */
export interface Messages {
  free: [];
  /** The base price alone: "$29 per month". */
  price: [values: { amount: string; interval: BillingInterval }];
  /** One unit price alone: "$10 per user and month". */
  unitPrice: [values: { amount: string; unit: string; interval: BillingInterval }];
  /** Several unit prices: "$10 per user and $2 per site each month". */
  unitPrices: [values: { units: string; interval: BillingInterval }];
  /** A base price and what units cost beside it: "$29 per month plus $5 per user". */
  priceAndUnits: [values: { price: string; units: string }];
  /** A price of one month where the bill comes less often. */
  billed: [values: { price: string; interval: 'quarterly' | 'yearly' }];
  /** A price of units where the time is clear: "$5 per user". */
  perUnit: [values: { amount: string; unit: string }];
  /** The lowest of several amounts. */
  from: [values: { amount: string }];
  /** What stands for the name of a unit that has none, after "per". */
  unit: [values: { count: number }];

  trial: [values: { days: number; number: string }];
  discount: [values: { discount: string }];
  discountFor: [values: { discount: string; time: string }];
  /** How long a discount lasts, as `discountFor` needs it. */
  time: [values: { count: number; number: string; unit: 'week' | 'month' | 'year' }];
  savings: [values: { percent: string }];

  included: [];
  notIncluded: [];
  unlimited: [];
  /** What a unit costs in credits: "5 credits per image". */
  credits: [values: { count: number; number: string; unit: string }];
  /** Charged by what is used, at a price that is not told. */
  byUsage: [];
  /** What units beyond the included ones cost: "10,000 calls, then $0.50 per call". */
  thenCharged: [values: { included: string; price: string }];
  /** A limit within a time: "60 calls per minute". */
  limit: [values: { amount: string; period: LimitPeriod }];
  /** A limit that each unit of another feature has for itself: "10 GB per user and month". */
  limitPerUnit: [values: { amount: string; unit: string; period: LimitPeriod }];
  /** A limit that needs its name: "Largest file: 2 GB". */
  named: [values: { name: string; text: string }];
  /** Limits after what is included: "20 GB; 5 GB per project". */
  withLimits: [values: { text: string; limits: string }];

  /** The label of a switch between billing intervals. */
  interval: [values: { interval: BillingInterval }];
  taxIncluded: [];
  taxExcluded: [];
  contactSales: [];
  /** The heading of what a plan adds to the one that it builds on. */
  everythingIn: [values: { plan: string }];
  /** The heading of features without a section. */
  otherFeatures: [];
}

export type MessageKey = keyof Messages;

/** The messages of one language in ICU MessageFormat; `other` of an interval is `one_time`. */
export type Catalogue = Readonly<Record<MessageKey, string>>;
