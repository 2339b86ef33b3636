import type { LintRule } from '../finding.ts';

/** What the page of a rule says. Backticks mark code. */
export interface RuleText {
  /** What the rule finds. */
  finds: string;
  /** Why that matters. */
  matters: string;
  remedy: string;
  /** A catalogue in which the rule finds one thing. */
  failing: string;
  /** The same without it. */
  passing: string;
}

/** An example without the line break at its beginning. */
const yaml = (text: string): string => text.replace(/^\n/, '');

export const ruleTexts: Readonly<Record<LintRule, RuleText>> = {
  'base-currency': {
    finds: 'A file whose `baseCurrency` is not the base currency of the organization.',
    matters:
      'Prices of the file have no currency beside them: they are in its base currency. The same ' +
      'numbers in another currency would be other prices.',
    remedy:
      'Convert the prices to the base currency of the organization and name that, or leave ' +
      '`baseCurrency` out. A file never changes the base currency.',
    failing: yaml(`
# The base currency of the organization is usd.
catalogue: 1
baseCurrency: eur
plans:
  pro: { name: Pro, prices: { monthly: 14 } }
`),
    passing: yaml(`
# The base currency of the organization is usd.
catalogue: 1
baseCurrency: usd
plans:
  pro: { name: Pro, prices: { monthly: 15 } }
`),
  },
  'final-field': {
    finds:
      'A change of what never changes: the `type` of a feature, and `consumptionModel`, `isFree` ' +
      'and `blockOnExhaustion` of a plan.',
    matters:
      'Customers have bought the plan as it is, and usage is counted by the type of its feature. ' +
      'Nothing is deleted and made anew behind your back.',
    remedy:
      'Keep the value that the catalogue has, or make a new feature or plan under a new code and ' +
      'move customers over.',
    failing: yaml(`
# In the catalogue, the type of calls is usage.
catalogue: 1
features:
  calls: { name: Calls, type: quota }
`),
    passing: yaml(`
# In the catalogue, the type of calls is usage.
catalogue: 1
features:
  calls: { name: Calls, type: usage }
  call_quota: { name: Call quota, type: quota }
`),
  },
  'missing-field': {
    finds:
      'An object without what it cannot do without: a name, the type of a feature, the countries ' +
      'of a market, the price of a price, the currency of a market price, a unit price without ' +
      '`unitPrice` or `tiers` (or with both), tiers without `tiersMode`, an introductory offer ' +
      'without a discount, a regional price that nothing says or derives.',
    matters: 'The catalogue takes no such object, so the change set could not be applied.',
    remedy: 'Add what is missing. If the object is not wanted, take it out of the file.',
    failing: yaml(`
catalogue: 1
plans:
  pro:
    prices: { monthly: 15 }
`),
    passing: yaml(`
catalogue: 1
plans:
  pro:
    name: Pro
    prices: { monthly: 15 }
`),
  },
  'unknown-reference': {
    finds:
      'A code that names nothing: of a feature, a limit, a section, a market, a plan in a group, ' +
      'the plan in `basedOn`, the feature in `per`. Also a unit price for a feature that the plan ' +
      'does not have, a unit price in another currency or a market without one in the base ' +
      'currency, and plans that are based on themselves.',
    matters:
      'Codes are what holds a catalogue together. One that leads nowhere is most often misspelled.',
    remedy: 'Correct the code, or add what it names.',
    failing: yaml(`
catalogue: 1
features:
  seats: { name: Seats, type: seats }
plans:
  pro:
    name: Pro
    features: { seats: {}, seat: {} }
`),
    passing: yaml(`
catalogue: 1
features:
  seats: { name: Seats, type: seats }
plans:
  pro:
    name: Pro
    features: { seats: {} }
`),
  },
  'duplicate-name': {
    finds:
      'Two features, plans, sections, markets or groups, two limits of a feature or two variants ' +
      'of a price with the same name. Names that differ by case or width only are the same.',
    matters:
      'People cannot tell them apart. Two features of the same name are an error, since a ' +
      'catalogue takes only one; the others are warnings.',
    remedy: 'Give each of them a name of its own, or drop the one that is there by mistake.',
    failing: yaml(`
catalogue: 1
features:
  calls: { name: API calls, type: usage }
  api_calls: { name: api Calls, type: usage }
plans:
  pro: { name: Pro, features: { calls: {}, api_calls: {} } }
`),
    passing: yaml(`
catalogue: 1
features:
  calls: { name: API calls, type: usage }
  exports: { name: Exports, type: usage }
plans:
  pro: { name: Pro, features: { calls: {}, exports: {} } }
`),
  },
  'priced-free-plan': {
    finds:
      'A plan with `isFree: true` that charges for something: a price other than 0 in any currency ' +
      'or market, a unit price, or overage.',
    matters: 'A free plan costs nothing, and the catalogue takes no other prices on it.',
    remedy: 'Set the prices to 0 and take unit prices and overage away, or drop `isFree`.',
    failing: yaml(`
catalogue: 1
plans:
  free:
    name: Free
    isFree: true
    prices: { monthly: 5 }
`),
    passing: yaml(`
catalogue: 1
plans:
  free:
    name: Free
    isFree: true
    prices: { monthly: 0 }
`),
  },
  'discount-above-price': {
    finds: 'An introductory offer that takes off more than the price, in any currency.',
    matters: 'The first invoice would be below zero.',
    remedy:
      'Lower the discount to the price at most. For a free first month, a percentage of 100 says ' +
      'the same in every currency.',
    failing: yaml(`
catalogue: 1
plans:
  pro:
    name: Pro
    prices:
      monthly: { price: 15, introOffer: { amount: 20, durationCycles: 1 } }
`),
    passing: yaml(`
catalogue: 1
plans:
  pro:
    name: Pro
    prices:
      monthly: { price: 15, introOffer: { amount: 5, durationCycles: 1 } }
`),
  },
  'refused-change': {
    finds:
      'A change that the catalogue refuses for any other reason. A draft is tried out, and the ' +
      'message says what came back.',
    matters: 'A change set is applied as a whole or not at all.',
    remedy: 'Do what the message says, and make a new draft.',
    failing: yaml(`
catalogue: 1
features:
  support: { name: Support, type: boolean }
plans:
  pro: { name: Pro, features: { support: { includedAmount: 5 } } }
`),
    passing: yaml(`
catalogue: 1
features:
  support: { name: Support, type: boolean }
plans:
  pro: { name: Pro, features: { support: {} } }
`),
  },
  'new-ids': {
    finds: 'A draft that reverts a change set and brings back what that set deleted.',
    matters:
      'What comes back has its code, its place and its content as before, but a new id. Whatever ' +
      'kept the old id does not find it.',
    remedy:
      'Look for the old ids in what reads the catalogue, and refer to objects by their codes. ' +
      'Nothing else needs to be done.',
    failing: yaml(`
# Another set has deleted the plan pro. Its revert makes a new plan:
catalogue: 1
plans:
  pro: { name: Pro, prices: { monthly: 15 } }
`),
    passing: yaml(`
# Instead of deleting it, the set hides the plan, which keeps its id:
catalogue: 1
plans:
  pro: { name: Pro, isPublic: false, prices: { monthly: 15 } }
`),
  },
  'amount-finer-than-currency': {
    finds:
      'A price, a balance or a discount that is no whole number of minor units of its currency: ' +
      '$14.995, or ¥99.5. Prices of units may be finer.',
    matters:
      'Nobody can pay it. Those who charge round it, each in their own way, and versions of the ' +
      'REST API that show minor units show another amount.',
    remedy: 'Round the amount yourself.',
    failing: yaml(`
catalogue: 1
baseCurrency: usd
plans:
  pro:
    name: Pro
    prices: { monthly: 14.995 }
`),
    passing: yaml(`
catalogue: 1
baseCurrency: usd
plans:
  pro:
    name: Pro
    prices: { monthly: 14.99 }
`),
  },
  'currency-missing-at-interval': {
    finds:
      'A plan that has a currency or a market at one interval and not at another. Where units have ' +
      'a price, a currency counts only if they have one in it, too.',
    matters:
      'A customer who pays in that currency cannot switch the interval, and a page that shows both ' +
      'intervals falls back to the base currency.',
    remedy:
      'Set the price at the other interval, too, or give the plan an exchange rate, at which all ' +
      'its prices are derived.',
    failing: yaml(`
catalogue: 1
plans:
  pro:
    name: Pro
    prices:
      monthly: { price: 15, regional: { eur: 14 } }
      yearly: { price: 150 }
`),
    passing: yaml(`
catalogue: 1
plans:
  pro:
    name: Pro
    prices:
      monthly: { price: 15, regional: { eur: 14 } }
      yearly: { price: 150, regional: { eur: 140 } }
`),
  },
  'year-dearer-than-months': {
    finds:
      'A yearly price above twelve monthly or four quarterly ones, or a quarterly price above three ' +
      'monthly ones, in any currency or market. Unit prices are compared, too: those of seats and ' +
      'quotas by the interval, those of usage by what the same usage comes to each month.',
    matters: 'Who commits for longer expects to pay less. Most often a number is wrong.',
    remedy: 'Lower the price of the longer interval, or raise that of the shorter one.',
    failing: yaml(`
catalogue: 1
baseCurrency: usd
plans:
  pro:
    name: Pro
    prices: { monthly: 14, yearly: 180 }
`),
    passing: yaml(`
catalogue: 1
baseCurrency: usd
plans:
  pro:
    name: Pro
    prices: { monthly: 14, yearly: 140 }
`),
  },
  'dearer-plan-lowers-limit': {
    finds:
      'A plan that costs more than another one of its group at the same interval and allows less of ' +
      'a feature, or sets a lower limit. Public plans are compared with public ones, plans of a ' +
      'consumption model with those of the same; seats and quotas with a price of their own count ' +
      'with their minimum.',
    matters: 'Customers who upgrade would lose something. Most often a number is wrong.',
    remedy:
      'Raise the limit to that of the cheaper plan at least. If it is meant, leave the finding: it ' +
      'is a warning.',
    failing: yaml(`
catalogue: 1
features:
  projects: { name: Projects, type: quota }
  support: { name: Support, type: boolean }
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
    features: { projects: { includedAmount: 50 } }
  pro:
    name: Pro
    prices: { monthly: 20 }
    features: { projects: { includedAmount: 5 }, support: {} }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
    passing: yaml(`
catalogue: 1
features:
  projects: { name: Projects, type: quota }
  support: { name: Support, type: boolean }
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
    features: { projects: { includedAmount: 50 } }
  pro:
    name: Pro
    prices: { monthly: 20 }
    features: { projects: { includedAmount: 500 }, support: {} }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
  },
  'dearer-plan-offers-less': {
    finds:
      'A plan that costs more than another one of its group at the same interval and has nothing ' +
      'that the other does not have: no feature, no higher limit, no cheaper unit, no larger ' +
      'balance, no offer. The same plans are compared as for `dearer-plan-lowers-limit`.',
    matters: 'Nobody has a reason to buy it.',
    remedy:
      'Give the plan what makes it worth more. What only words say, `displayValue` can say; what ' +
      'nothing says, the file leaves out.',
    failing: yaml(`
catalogue: 1
features:
  meetings: { name: Meetings, type: boolean }
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
    features: { meetings: {} }
  pro:
    name: Pro
    prices: { monthly: 20 }
    features: { meetings: {} }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
    passing: yaml(`
catalogue: 1
features:
  meetings: { name: Meetings, type: boolean }
  recordings: { name: Recordings, type: boolean }
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
    features: { meetings: {} }
  pro:
    name: Pro
    prices: { monthly: 20 }
    features: { meetings: {}, recordings: {} }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
  },
  'no-common-currency': {
    finds:
      'A currency or a market in which some plans of a group can be had and others cannot. Free ' +
      'plans, which cost nothing in every currency, private plans and plans sold by contact do not ' +
      'count.',
    matters:
      'A page shows plans side by side in one currency. With one plan that has no price in it, all ' +
      'of them are shown in the base currency.',
    remedy:
      'Give the other plans a price in that currency or market, or an exchange rate, at which it ' +
      'is derived.',
    failing: yaml(`
catalogue: 1
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
  pro:
    name: Pro
    prices: { monthly: { price: 20, regional: { eur: 18 } } }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
    passing: yaml(`
catalogue: 1
plans:
  basic:
    name: Basic
    prices: { monthly: 10 }
    exchangeRates: { eur: 0.9 }
  pro:
    name: Pro
    prices: { monthly: { price: 20, regional: { eur: 18 } } }
groups:
  ladder: { name: Plans, plans: [basic, pro] }
`),
  },
  'unused-feature': {
    finds: 'A feature that no plan has, and that no limit of another feature is counted per.',
    matters: 'No customer ever gets it. Either a plan forgot it, or it is left over.',
    remedy: 'Add it to a plan, or delete it.',
    failing: yaml(`
catalogue: 1
features:
  seats: { name: Seats, type: seats }
  fax: { name: Fax, type: boolean }
plans:
  pro: { name: Pro, features: { seats: {} } }
`),
    passing: yaml(`
catalogue: 1
features:
  seats: { name: Seats, type: seats }
  fax: { name: Fax, type: boolean }
plans:
  pro: { name: Pro, features: { seats: {}, fax: {} } }
`),
  },
  'unit-price-not-on-rest': {
    finds:
      'A unit price that the REST API does not show. It knows one price for a unit: the overage of ' +
      "the plan's feature. Tiers, blocks, a minimum and a maximum, and prices that differ from the " +
      'overage are in GraphQL and in this file only.',
    matters:
      'Clients of the REST API show, and charge, another price than the one that holds, or none.',
    remedy:
      'If such clients charge for units, say the price as overage. Otherwise leave the finding: it ' +
      'is a warning.',
    failing: yaml(`
catalogue: 1
features:
  calls: { name: Calls, type: usage }
plans:
  pro:
    name: Pro
    consumptionModel: metered
    prices:
      monthly: { price: 15, unitPrices: { calls: 0.02 } }
    features: { calls: {} }
`),
    passing: yaml(`
catalogue: 1
features:
  calls: { name: Calls, type: usage }
plans:
  pro:
    name: Pro
    consumptionModel: metered
    prices: { monthly: 15 }
    features: { calls: { overage: { unitPrice: 0.02 } } }
`),
  },
};
