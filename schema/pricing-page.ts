import type { PricingCell as PricingCellRecord } from '../src/domain/pricing-cell.ts';
import type { PricingOffer as PricingOfferRecord } from '../src/domain/pricing-offer.ts';
import {
  type PricingColumn as PricingColumnRecord,
  type PricingPage as PricingPageRecord,
  type PricingRow as PricingRowRecord,
  type PricingSection as PricingSectionRecord,
  plansOn,
  pricingPage,
} from '../src/domain/pricing-page.ts';
import { contentHash } from '../src/domain/pricing-page-content.ts';
import { planById } from '../src/domain/relations.ts';
import { builder } from './builder.ts';
import { COST_OF_ROWS } from './cost.ts';
import { EffectivePrice, PriceContext } from './effective-price.ts';
import { includeOf } from './include.ts';
import { linked } from './lookup.ts';
import { Feature, FeatureSection, Plan, PlanFeature } from './refs.ts';
import { LocalizedTexts } from './translation.ts';
import { BillingInterval, CellChange, CellKind, TaxBehavior } from './vocabulary.ts';

const PricingOffer = builder.objectRef<PricingOfferRecord>('PricingOffer').implement({
  description: 'What a plan costs at one billing interval, ready to print.',
  fields: (t) => ({
    billingInterval: t.expose('billingInterval', {
      type: BillingInterval,
      description: 'How often it is charged.',
    }),
    intervalName: t.exposeString('intervalName', {
      description: 'The name of the billing interval: "Yearly".',
    }),
    effective: t.expose('effective', {
      type: EffectivePrice,
      description: 'The price, in the currency of the page.',
    }),
    headline: t.exposeString('headline', {
      description: 'The price in words: "$13.33 per user and month, billed yearly".',
    }),
    headlineAmount: t.exposeString('headlineAmount', {
      nullable: true,
      description:
        'The amount in the headline, as it stands there, for pages that print it larger: "$13.33". ' +
        'Null where the headline is a word or has several amounts of equal rank.',
    }),
    trial: t.exposeString('trial', {
      nullable: true,
      description: 'The free trial in words: "14 days free"; null without one.',
    }),
    introOffer: t.exposeString('introOffer', {
      nullable: true,
      description: 'The discount for new subscribers in words: "50% off for 3 months".',
    }),
    savingsBasisPoints: t.exposeInt('savingsBasisPoints', {
      nullable: true,
      description:
        'What is saved against the same time at the monthly price of the plan, in basis points, ' +
        'rounded down (1666 = 16.66 %); where units have prices of their own, the least that is ' +
        'saved on any of them. Null where nothing is.',
    }),
    savings: t.exposeString('savings', {
      nullable: true,
      description: 'The same in words, in whole percent: "Save 16%".',
    }),
  }),
});

const PricingColumn = builder.objectRef<PricingColumnRecord>('PricingColumn').implement({
  description: 'A plan on a pricing page.',
  fields: (t) => ({
    plan: t.field({
      type: Plan,
      description: 'The plan.',
      resolve: ({ plan }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, plan.id, includeOf(info)), 'plan_not_found'),
    }),
    texts: t.expose('texts', {
      type: LocalizedTexts,
      description:
        'The texts of the plan in the language of the page. A plan that is sold by contact has a ' +
        'label of its call to action in any case.',
    }),
    offers: t.expose('offers', {
      type: [PricingOffer],
      description:
        'What it costs, from the shortest interval to the longest; none where it is sold by ' +
        'contact.',
    }),
    basedOn: t.field({
      type: Plan,
      nullable: true,
      description:
        'The plan whose features it has, and more. Null where the key may not see that plan.',
      resolve: ({ basedOn }, _, { loaders }, info) =>
        basedOn && loaders.loadWith(planById, basedOn.id, includeOf(info)),
    }),
    gainsTitle: t.exposeString('gainsTitle', {
      nullable: true,
      description: 'A title of the gains: "Everything in Pro, plus"; null without `basedOn`.',
    }),
    gains: t.expose('gains', {
      type: [PlanFeature],
      complexity: COST_OF_ROWS,
      description:
        'Features of which it has more than the plan that it is based on, else than the column ' +
        'before: those that are new, and those with higher amounts or limits.',
    }),
  }),
});

const PricingCell = builder.objectRef<PricingCellRecord>('PricingCell').implement({
  description: 'What one plan has of one feature.',
  fields: (t) => ({
    plan: t.field({
      type: Plan,
      description: 'The plan of the column.',
      resolve: ({ plan }, _, { loaders }, info) =>
        linked(loaders.loadWith(planById, plan.id, includeOf(info)), 'plan_not_found'),
    }),
    kind: t.expose('kind', { type: CellKind, description: 'What kind of thing the text says.' }),
    text: t.exposeString('text', {
      description: 'Ready to print: "Unlimited", "10,000 calls, then $0.50 per 1,000 calls".',
    }),
    change: t.expose('change', {
      type: CellChange,
      description: 'How it compares with the column to the left.',
    }),
    planFeature: t.expose('planFeature', {
      type: PlanFeature,
      nullable: true,
      description: 'The feature as the plan offers it; null where it is not attached to the plan.',
    }),
  }),
});

const PricingRow = builder.objectRef<PricingRowRecord>('PricingRow').implement({
  description: 'A feature on a pricing page.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'The feature.' }),
    name: t.exposeString('name', { description: 'Its name in the language of the page.' }),
    unitName: t.exposeString('unitName', {
      nullable: true,
      description: 'What one unit is called in the language of the page; null where nobody said.',
    }),
    differs: t.exposeBoolean('differs', { description: 'The plans do not all have the same.' }),
    cells: t.expose('cells', {
      type: [PricingCell],
      description: 'What each plan has of it, in the order of the columns.',
    }),
  }),
});

const PricingSection = builder.objectRef<PricingSectionRecord>('PricingSection').implement({
  description: 'Features that stand together on a pricing page.',
  fields: (t) => ({
    section: t.expose('section', {
      type: FeatureSection,
      nullable: true,
      description: 'The section; null for the features without one, which come last.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description:
        'Its name in the language of the page. Features without a section stand under "Other ' +
        'features", or under no name where no feature has one.',
    }),
    rows: t.expose('rows', {
      type: [PricingRow],
      complexity: COST_OF_ROWS,
      description: 'The features that any of the plans has, in the order of features.',
    }),
  }),
});

const PricingPage = builder.objectRef<PricingPageRecord>('PricingPage').implement({
  description:
    'Plans side by side, ready to print in one language and one currency. It has no id: caches ' +
    'keep it where it stands.',
  fields: (t) => ({
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      description:
        'The currency of every amount: the first of those that fit the context in which each ' +
        'offer has its amounts, else the base currency.',
    }),
    taxBehavior: t.expose('taxBehavior', {
      type: TaxBehavior,
      description: 'Whether the prices include tax.',
    }),
    taxNote: t.exposeString('taxNote', {
      nullable: true,
      description: 'The same in words: "incl. VAT"; null where nothing is known.',
    }),
    intervals: t.expose('intervals', {
      type: [BillingInterval],
      description: 'The billing intervals that any of the plans has an offer of.',
    }),
    columns: t.expose('columns', {
      type: [PricingColumn],
      description: 'The plans, in the order of the group or as they were named.',
    }),
    sections: t.expose('sections', {
      type: [PricingSection],
      description: 'The features of the plans, section by section.',
    }),
    contentHash: t.string({
      description: 'SHA-256 of all that the page says, in hexadecimal.',
      resolve: contentHash,
    }),
  }),
});

/** The arguments that choose plans. */
export const planChoice = builder.args((t) => ({
  group: t.id({ description: 'Id or code of a plan group. Either this or `plans`.' }),
  plans: t.idList({
    description:
      'Ids or codes of plans, in the order of the columns, at most 300. Either this or `group`. ' +
      'Plans that there are not, or that the key may not see, are left out.',
  }),
}));

export const priceContext = builder.args((t) => ({
  context: t.field({
    type: PriceContext,
    required: true,
    description: 'For whom the prices are: the country of a visitor, and a currency to prefer.',
  }),
}));

builder.queryFields((t) => ({
  pricingPage: t.field({
    type: PricingPage,
    nullable: true,
    description:
      'A page that compares the plans of a group, or plans that are named. Null when there is no ' +
      'such group, or none of the plans, that the key may see.',
    args: {
      ...planChoice,
      ...priceContext,
      locale: t.arg({
        type: 'Locale',
        required: true,
        defaultValue: 'en-US',
        description: 'The language and region to write for, e.g. "pt-BR".',
      }),
    },
    resolve: async (_, args, { reader, loaders, caller, shownPlans }) => {
      const { taxBehavior } = caller.organization;
      const page = await pricingPage(reader, loaders, { ...args, taxBehavior });
      if (page && shownPlans) for (const id of plansOn(page)) shownPlans.add(id);
      return page;
    },
  }),
}));
