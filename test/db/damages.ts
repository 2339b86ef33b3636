import { createFeature, deleteFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { createFeatureSection } from '../../src/domain/feature-section.ts';
import { createMarket, deleteMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, deletePlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';

/** A little of everything, written as one operation. */
export const createCatalogue = operation('createCatalogue', async (writer) => {
  const group = await createPlanGroup(writer, { name: 'Teams' });
  const others = await createPlanGroup(writer, { name: 'Others' });
  const inGroup = { planGroupId: group.id, consumptionModel: 'metered' } as const;
  const free = await createPlan(writer, { ...inGroup, name: 'Free', code: 'free', isFree: true });
  const pro = await createPlan(writer, {
    ...inGroup,
    name: 'Pro',
    code: 'pro',
    metadata: { badge: 'new' },
    basedOnPlanId: free.id,
    presentation: { tagline: 'For teams', callToAction: { label: 'Start', url: '/start' } },
  });
  const gone = await createPlan(writer, { ...inGroup, name: 'Gone', code: 'gone' });
  const limits = await createFeatureSection(writer, { name: 'Limits' });
  const extras = await createFeatureSection(writer, { name: 'Extras' });
  const calls = await createFeature(writer, {
    name: 'Calls',
    code: 'calls',
    type: 'usage',
    sectionId: limits.id,
  });
  const seats = await createFeature(writer, { name: 'Seats', code: 'seats', type: 'seats' });
  const members = await createFeature(writer, { name: 'Members', code: 'members', type: 'seats' });
  const login = await createFeature(writer, { name: 'Login', code: 'login', type: 'boolean' });
  const nothing = await addPlanPrice(writer, free.id, { billingInterval: 'monthly', price: 0 });
  const monthly = await addPlanPrice(writer, pro.id, {
    billingInterval: 'monthly',
    price: 490_000,
    trialDays: 14,
  });
  const off = { enabled: false, discountType: 'amount', discountValue: 1 } as const;
  const yearly = await addPlanPrice(writer, pro.id, {
    billingInterval: 'yearly',
    price: 4_900_000,
    introOffer: off,
  });
  const weekly = await addPlanPrice(writer, pro.id, { billingInterval: 'weekly', price: 150_000 });
  await addPlanPrice(writer, gone.id, { billingInterval: 'monthly', price: 1 });
  await addPlanFeature(writer, free.id, { featureId: calls.id, includedAmount: 10 });
  const link = await addPlanFeature(writer, pro.id, {
    featureId: calls.id,
    overage: { enabled: true, unitPrice: 20 },
  });
  await addPlanFeature(writer, pro.id, { featureId: login.id });
  const size = { code: 'size', name: 'Size', decimals: 1, perFeatureId: login.id };
  const rate = { code: 'rate', name: 'Rate', period: 'minute' } as const;
  await setFeatureLimits(writer, calls.id, { limits: [size, rate] });
  await setPlanFeatureLimits(writer, pro.id, calls.id, {
    limits: [
      { code: 'size', amount: 5 },
      { code: 'rate', unlimited: true },
    ],
  });
  await addPlanFeature(writer, pro.id, { featureId: members.id });
  await setPlanRegionalPricing(writer, free.id, { currency: 'eur', exchangeRate: 0.92 });
  await setPlanRegionalPricing(writer, pro.id, { currency: 'eur', exchangeRate: 0.92 });
  await setUnitPrice(writer, pro.id, yearly.id, {
    featureId: members.id,
    tiersMode: 'graduated',
    tiers: [{ upTo: 10, unitPrice: 100 }, { unitPrice: 50 }],
    blockSize: 5,
    minimumQuantity: 5,
    maximumQuantity: 500,
  });
  const sold = await createPlan(writer, {
    name: 'Sold in markets',
    code: 'sold',
    consumptionModel: 'metered',
  });
  await addPlanFeature(writer, sold.id, { featureId: members.id });
  const base = await addPlanPrice(writer, sold.id, {
    billingInterval: 'monthly',
    price: 100,
    trialDays: 7,
  });
  const market = (name: string, ...countryCodes: string[]) =>
    createMarket(writer, { name, countryCodes });
  const brazil = await market('Brazil', 'BR', 'AR');
  const chile = await market('Chile', 'CL');
  const left = await market('Left', 'UY');
  await setUnitPrice(writer, sold.id, base.id, {
    featureId: members.id,
    unitPrice: 5,
    blockSize: 5,
  });
  const inMarket = ({ id: marketId }: { id: string }) => ({
    marketId,
    currency: 'brl',
    price: 200,
    unitPrices: [
      {
        featureId: members.id,
        tiersMode: 'volume' as const,
        tiers: [{ upTo: 10, unitPrice: 2 }, { unitPrice: 1 }],
      },
    ],
  });
  await setMarketPrices(writer, sold.id, base.id, {
    marketPrices: [inMarket(brazil), { marketId: chile.id, currency: 'clp', price: 300 }],
  });
  const variants = [];
  for (const name of ['Partners', 'Resellers'])
    variants.push(
      await addPriceVariant(writer, sold.id, {
        inheritsFromPriceId: base.id,
        name,
        marketPrices: [inMarket(brazil)],
      }),
    );
  const [partners, resellers] = variants;
  await deleteMarket(writer, left.id);
  for (const { id } of [pro, login, group, limits])
    await setTranslation(writer, id, 'de', { name: 'Neu' });
  await setTranslation(writer, link.id, 'de', { displayValue: 'Neu' });
  await deletePlanPrice(writer, pro.id, weekly.id);
  await deletePlan(writer, gone.id);
  await deleteFeature(writer, seats.id);
  writer.about(group.id);
  return {
    group: group.id,
    others: others.id,
    free: free.id,
    pro: pro.id,
    gone: gone.id,
    calls: calls.id,
    seats: seats.id,
    members: members.id,
    login: login.id,
    limits: limits.id,
    extras: extras.id,
    nothing: nothing.id,
    monthly: monthly.id,
    yearly: yearly.id,
    weekly: weekly.id,
    base: base.id,
    partners: partners?.id ?? '',
    resellers: resellers?.id ?? '',
    brazil: brazil.id,
    chile: chile.id,
    left: left.id,
  };
});
export type Catalogue = Awaited<ReturnType<typeof createCatalogue>> & {
  tenant: string;
  organization: string;
  key: string;
};

/** How a row comes to break an invariant, and what the audit says then. */
export interface Damage {
  what: string;
  by: (catalogue: Catalogue) => string;
  findings: [invariant: number, wrong: string][];
  /** The other engine's columns cannot hold it. */
  only?: 'sqlite';
}

const set = (table: string, id: keyof Catalogue, assignment: string) => (catalogue: Catalogue) =>
  `update ${table} set ${assignment} where id = '${catalogue[id]}'`;

/** Another row like an existing one. */
const again =
  (table: string, condition: (catalogue: Catalogue) => string = () => '1 = 1') =>
  (catalogue: Catalogue) =>
    `insert into ${table} select * from ${table} where tenant_id = '${catalogue.tenant}' and ${condition(catalogue)}`;

const link =
  (plan: keyof Catalogue, feature: keyof Catalogue, assignment: string) => (catalogue: Catalogue) =>
    `update plan_feature set ${assignment} where plan_id = '${catalogue[plan]}' and feature_id = '${catalogue[feature]}'`;

const limit = (code: string, assignment: string) => (catalogue: Catalogue) =>
  `update feature_limit set ${assignment} where feature_id = '${catalogue.calls}' and code = '${code}'`;

const allowed = (code: string, assignment: string) => (catalogue: Catalogue) =>
  `update plan_feature_limit set ${assignment} where plan_id = '${catalogue.pro}' and code = '${code}'`;

const amountOff = `intro_offer_enabled = 1, intro_offer_discount_type = 'amount', intro_offer_discount_value = 10`;

const unitPrice = (assignment: (catalogue: Catalogue) => string) => (catalogue: Catalogue) =>
  `update unit_price set ${assignment(catalogue)} where price_id = '${catalogue.yearly}'`;

const regionalUnitPrice = (assignment: string) =>
  inTenant(`update regional_unit_price set ${assignment}`);

/** The last tier as it is stored. */
const open = '{"upTo":null,"unitPrice":1,"flatPrice":0}';

const marketPrice =
  (price: keyof Catalogue, market: keyof Catalogue, assignment: string) => (catalogue: Catalogue) =>
    `update market_price set ${assignment}
      where price_id = '${catalogue[price]}' and market_id = '${catalogue[market]}'`;

const marketUnitPrice = (assignment: string) => (catalogue: Catalogue) =>
  `update market_unit_price set ${assignment} where price_id = '${catalogue.partners}'`;

const inTenant = (statement: string) => (catalogue: Catalogue) =>
  `${statement} where tenant_id = '${catalogue.tenant}'`;

const future = `'2999-01-01T00:00:00.000Z'`;

/** A change set as nothing else would store it. */
const changeSet =
  (status: string, values: { appliesAt?: string; revision?: number; failure?: string } = {}) =>
  ({ tenant }: Catalogue) => {
    const { appliesAt = 'null', revision = 'null', failure = 'null' } = values;
    const appliedAt = revision === 'null' ? 'null' : future;
    return `insert into change_set (tenant_id, id, status, hash, changes, needs, orders, findings,
        applies_at, applied_at, applied_revision, failure, created_at, updated_at)
      values ('${tenant}', 'chs_1', '${status}', 'hash', '[]', '[]', '{}', '[]',
        ${appliesAt}, ${appliedAt}, ${revision}, ${failure}, ${future}, ${future})`;
  };

export const damages: Damage[] = [
  {
    what: 'a second default price',
    by: set('plan_price', 'yearly', 'is_default = 1'),
    findings: [[1, 'the plan has several default prices']],
  },
  {
    what: 'an archived default price next to a live one',
    by: set('plan_price', 'weekly', 'is_default = 1'),
    findings: [
      [1, 'the plan has several default prices'],
      [2, 'the default price is archived'],
    ],
  },
  {
    what: 'no default price',
    by: set('plan_price', 'monthly', 'is_default = 0'),
    findings: [[3, 'the plan has live prices, but no default']],
  },
  {
    what: 'two prices for one interval',
    by: set('plan_price', 'yearly', `billing_interval = 'monthly'`),
    findings: [[4, 'the plan has several live prices for one interval']],
  },
  {
    what: 'a repeated regional price',
    by: again('regional_price', ({ monthly }) => `price_id = '${monthly}'`),
    findings: [[5, 'regional_price has several rows for one currency']],
  },
  {
    what: 'a repeated exchange rate',
    by: again('exchange_rate', ({ pro }) => `plan_id = '${pro}'`),
    findings: [[5, 'exchange_rate has several rows for one currency']],
  },
  {
    what: 'a repeated regional overage',
    by: again('regional_overage'),
    findings: [[5, 'regional_overage has several rows for one currency']],
  },
  {
    what: 'a regional price of no price',
    by: ({ monthly }) =>
      `update regional_price set price_id = 'pp_none' where price_id = '${monthly}'`,
    findings: [[5, 'the row of regional_price names no plan_price of its tenant']],
  },
  {
    what: 'an exchange rate of no plan',
    by: ({ pro }) => `update exchange_rate set plan_id = 'pln_none' where plan_id = '${pro}'`,
    findings: [[5, 'the row of exchange_rate names no plan of its tenant']],
  },
  {
    what: 'a regional overage of a feature that is not attached',
    by: ({ pro, login }) =>
      `update regional_overage set feature_id = '${login}x' where plan_id = '${pro}'`,
    findings: [[5, 'the row of regional_overage names no plan_feature of its tenant']],
  },
  {
    what: 'a translation of a plan that was deleted',
    by: ({ pro, gone }) =>
      `update translation set object_id = '${gone}', plan_id = '${gone}' where object_id = '${pro}'`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a translation of a feature that was deleted',
    by: ({ login, seats }) =>
      `update translation set object_id = '${seats}', feature_id = '${seats}'
        where object_id = '${login}'`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a translation of a group that is not there',
    by: ({ group }) =>
      `update translation set plan_group_id = 'plg_none' where object_id = '${group}'`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a translation of a section that is not there',
    by: ({ limits }) =>
      `update translation set feature_section_id = 'fse_none' where object_id = '${limits}'`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a translation of another feature of a plan than it names',
    by: ({ pro, login }) =>
      `update translation set feature_id = '${login}'
        where plan_id = '${pro}' and feature_id is not null`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a translated value in words of a plan',
    by: ({ pro }) => `update translation set display_value = 'Neu' where object_id = '${pro}'`,
    findings: [[5, 'the translation has a text that its object has not']],
  },
  {
    what: 'a translated badge of a feature',
    by: ({ login }) => `update translation set badge = 'Neu' where object_id = '${login}'`,
    findings: [[5, 'the translation has a text that its object has not']],
  },
  {
    what: 'a translated unit of a plan',
    by: ({ pro }) => `update translation set unit_name = 'Stück' where object_id = '${pro}'`,
    findings: [[5, 'the translation has a text that its object has not']],
  },
  {
    what: 'a plural of the unit of a feature without a singular',
    by: set('feature', 'calls', `unit_name_plural = 'calls'`),
    findings: [[7, 'the unit of the feature has a plural without a singular']],
  },
  {
    what: 'a plural of the unit of a limit without a singular',
    by: limit('rate', `unit_name_plural = 'calls'`),
    findings: [[7, 'the unit of the feature_limit has a plural without a singular']],
  },
  {
    what: 'a translated plural without a singular',
    by: ({ login }) =>
      `update translation set unit_name_plural = 'Aufrufe' where object_id = '${login}'`,
    findings: [[7, 'the unit of the translation has a plural without a singular']],
  },
  {
    what: 'a translated description of a section',
    by: ({ limits }) => `update translation set description = 'Neu' where object_id = '${limits}'`,
    findings: [[5, 'the translation has a text that its object has not']],
  },
  {
    what: 'a translation of another plan than it names',
    by: ({ pro, free }) => `update translation set plan_id = '${free}' where object_id = '${pro}'`,
    findings: [[5, 'the translation is of no live object of its tenant']],
  },
  {
    what: 'a negative price',
    by: set('plan_price', 'monthly', 'price = -1'),
    findings: [[6, 'plan_price.price is not a whole number from 0 to 9007199254740991']],
  },
  {
    what: 'an amount beyond the safe integers',
    by: link('pro', 'calls', 'included_amount = 9007199254740992'),
    findings: [
      [6, 'plan_feature.included_amount is not a whole number from 0 to 9007199254740991'],
    ],
  },
  {
    what: 'half a day of trial',
    by: set('plan_price', 'monthly', 'trial_days = 0.5'),
    findings: [[6, 'plan_price.trial_days is not a whole number from 0 to 2147483647']],
    only: 'sqlite',
  },
  {
    what: 'a negative margin',
    by: link('pro', 'calls', 'margin = -1'),
    findings: [[6, 'plan_feature.margin is not a whole number from 0 to 2147483647']],
  },
  {
    what: 'a code with capitals',
    by: set('plan', 'pro', `code = 'Pro'`),
    findings: [[7, 'the code of the plan is malformed']],
  },
  {
    what: 'a code of 65 characters',
    by: set('feature', 'calls', `code = '${'c'.repeat(65)}'`),
    findings: [[7, 'the code of the feature is malformed']],
  },
  {
    what: 'an empty code',
    by: set('feature', 'calls', `code = ''`),
    findings: [[7, 'the code of the feature is malformed']],
  },
  {
    what: 'two plans with one code',
    by: set('plan', 'pro', `code = 'free'`),
    findings: [[7, 'several live rows of plan have one code']],
  },
  {
    what: 'two features with one code',
    by: set('feature', 'calls', `code = 'login'`),
    findings: [[7, 'several live rows of feature have one code']],
  },
  {
    what: 'two features with one name',
    by: set('feature', 'calls', `name = 'Login'`),
    findings: [
      [7, 'several live rows of feature have one name'],
      [7, 'the name of the feature is folded wrongly'],
    ],
  },
  {
    what: 'a limit of a feature that is not there',
    by: limit('rate', `feature_id = 'ftr_none'`),
    findings: [
      [21, 'the limit is of no live feature of its tenant'],
      [21, 'the order of the limits of the feature has gaps or repeats'],
      [21, 'the amount has no limit on its feature'],
    ],
  },
  {
    what: 'a limit per a feature that is not there',
    by: limit('size', `per_feature_id = 'ftr_none'`),
    findings: [[21, 'the limit is counted per no other live feature of its tenant']],
  },
  {
    what: 'a limit per a feature that was deleted',
    by: (catalogue) => limit('size', `per_feature_id = '${catalogue.seats}'`)(catalogue),
    findings: [[21, 'the limit is counted per no other live feature of its tenant']],
  },
  {
    what: 'a limit per itself',
    by: limit('size', 'per_feature_id = feature_id'),
    findings: [[21, 'the limit is counted per no other live feature of its tenant']],
  },
  {
    what: 'a name of a limit with spaces around it',
    by: limit('size', `name = ' Size'`),
    findings: [[21, 'the limit has no name, or spaces around it']],
  },
  {
    what: 'a limit with five decimals',
    by: limit('size', 'decimals = 5'),
    findings: [[21, 'the limit has more decimals than 4']],
  },
  {
    what: 'two limits in one place',
    by: limit('rate', 'position = 0'),
    findings: [[21, 'the order of the limits of the feature has gaps or repeats']],
  },
  {
    what: 'a limit in no place',
    by: limit('rate', 'position = -1'),
    findings: [
      [6, 'feature_limit.position is not a whole number from 0 to 2147483647'],
      [21, 'the order of the limits of the feature has gaps or repeats'],
    ],
  },
  {
    what: 'a limit with capitals in its code',
    by: limit('size', `code = 'Size'`),
    findings: [
      [7, 'the code of the feature_limit is malformed'],
      [21, 'the amount has no limit on its feature'],
    ],
  },
  {
    what: 'an amount below 0 of a limit',
    by: allowed('size', 'amount = -1'),
    findings: [[6, 'plan_feature_limit.amount is not a whole number from 0 to 9007199254740991']],
  },
  {
    what: 'an amount without its limit',
    by: allowed('size', `code = 'none'`),
    findings: [[21, 'the amount has no limit on its feature']],
  },
  {
    what: 'an amount on a deleted plan',
    by: (catalogue) => allowed('size', `plan_id = '${catalogue.gone}'`)(catalogue),
    findings: [[21, 'the amount is of no feature of a live plan of its tenant']],
  },
  {
    what: 'an amount of a feature that its plan has not',
    by: (catalogue) =>
      `delete from plan_feature where plan_id = '${catalogue.pro}' and feature_id = '${catalogue.calls}'`,
    findings: [
      [5, 'the row of regional_overage names no plan_feature of its tenant'],
      [5, 'the translation is of no live object of its tenant'],
      [21, 'the amount is of no feature of a live plan of its tenant'],
      [21, 'the amount is of no feature of a live plan of its tenant'],
    ],
  },
  {
    what: 'an amount beside unlimited',
    by: allowed('size', 'unlimited = 1'),
    findings: [[21, 'the limit is neither an amount nor unlimited, or both']],
  },
  {
    what: 'a display value that nobody sees',
    by: link('pro', 'login', `display_value = ' '`),
    findings: [[7, 'the display value of the plan feature has no character that can be seen']],
  },
  {
    what: 'a deleted feature on a live plan',
    by: ({ login }) =>
      `update feature set deleted_at = updated_at, position = 0 where id = '${login}'`,
    findings: [
      [5, 'the translation is of no live object of its tenant'],
      [7, 'a live plan has a deleted feature'],
      [21, 'the limit is counted per no other live feature of its tenant'],
    ],
  },
  {
    what: 'a deleted plan in a group',
    by: (catalogue) =>
      set('plan', 'gone', `plan_group_id = '${catalogue.group}', sort_order = 2`)(catalogue),
    findings: [
      [8, 'the deleted plan is in a group'],
      [10, 'the public sees the plan at a wrong place'],
    ],
  },
  {
    what: 'a deleted plan that changes',
    by: set('plan', 'gone', `updated_at = ${future}`),
    findings: [[8, 'the deleted plan was changed']],
  },
  {
    what: 'a price on a free plan',
    by: set('plan_price', 'nothing', 'price = 1'),
    findings: [[9, 'the price of a free plan is not 0']],
  },
  {
    what: 'a regional price on a free plan',
    by: ({ nothing }) => `update regional_price set price = 1 where price_id = '${nothing}'`,
    findings: [[9, 'the regional price of a free plan is not 0']],
  },
  {
    what: 'a discount above its price',
    by: set('plan_price', 'monthly', `price = 9, ${amountOff}`),
    findings: [[18, 'the introductory discount is larger than the price']],
  },
  {
    what: 'a discount above its price in one currency',
    by: ({ monthly }) =>
      `update regional_price set intro_offer_discount_type = 'amount', intro_offer_discount_value = price + 1
        where price_id = '${monthly}'`,
    findings: [[18, 'the introductory discount is larger than the regional price']],
  },
  {
    what: 'an offer that is off and goes on in one currency',
    by: ({ yearly }) =>
      `update regional_price set intro_offer_discount_type = 'amount', intro_offer_discount_value = 1
        where price_id = (select id from plan_price where id = '${yearly}' and intro_offer_enabled = 0)`,
    findings: [[18, 'an introductory offer that is off is made in the currency']],
  },
  {
    what: 'an offer that lasts no cycle',
    by: set('plan_price', 'monthly', `${amountOff}, intro_offer_duration_cycles = 0`),
    findings: [[18, 'the introductory offer lasts no cycle']],
  },
  {
    what: 'overage on an unlimited feature',
    by: link('pro', 'calls', 'unlimited = 1'),
    findings: [[9, 'the unlimited feature has overage']],
  },
  {
    what: 'overage on a free plan',
    by: link('free', 'calls', 'overage_enabled = 1'),
    findings: [[9, 'the plan takes no overage']],
  },
  {
    what: 'a regional overage without overage',
    by: link('pro', 'calls', 'overage_enabled = 0, overage_unit_price = 0'),
    findings: [[9, 'the feature with a regional overage has no overage']],
  },
  {
    what: 'an amount of a boolean feature',
    by: link('pro', 'login', 'credits_per_unit = 1'),
    findings: [[9, 'the boolean feature has amounts']],
  },
  {
    what: 'AI model pricing on a metered plan',
    by: link('pro', 'calls', `pricing_mode = 'ai_model'`),
    findings: [[9, 'the plan takes no AI model pricing']],
  },
  {
    what: 'a price that takes its plan for a free one',
    by: set('plan_price', 'yearly', 'plan_is_free = 1'),
    findings: [[9, 'the price repeats the kind of its plan wrongly']],
  },
  {
    what: 'a plan feature that takes its feature for another type',
    by: link('pro', 'login', `feature_type = 'usage'`),
    findings: [[9, 'the plan feature repeats the kind of its plan or feature wrongly']],
  },
  {
    what: 'a gap in the order of a group',
    by: set('plan', 'pro', 'sort_order = 2'),
    findings: [[10, 'the order in the group has gaps or repeats']],
  },
  {
    what: 'two plans at one place of a group',
    by: set('plan', 'pro', 'sort_order = 0'),
    findings: [
      [10, 'the order in the group has gaps or repeats'],
      [10, 'the public sees the plan at a wrong place'],
    ],
  },
  {
    what: 'a place that the public should not see',
    by: set('plan', 'pro', 'is_public = 0'),
    findings: [[10, 'the public sees the plan at a wrong place']],
  },
  {
    what: 'a place in a group that the public should not see',
    by: set('plan_group', 'group', 'is_public = 0'),
    findings: [[10, 'the public sees the plan at a wrong place']],
  },
  {
    what: 'a place outside groups',
    by: set('plan', 'gone', 'sort_order = 1'),
    findings: [[10, 'the plan is in no group, but has a position']],
  },
  {
    what: 'a plan in a group of nobody',
    by: ({ group }) => `update plan_group set id = '${group}x' where id = '${group}'`,
    findings: [
      [5, 'the translation is of no live object of its tenant'],
      [10, 'the public sees the plan at a wrong place'],
      [11, 'the row of plan names no plan_group of its tenant'],
      [11, 'the row of plan names no plan_group of its tenant'],
    ],
  },
  {
    what: 'a price of no plan',
    by: set('plan_price', 'weekly', `plan_id = 'pln_none'`),
    findings: [[11, 'the row of plan_price names no plan of its tenant']],
  },
  {
    what: 'a feature attached to no plan',
    by: link('free', 'calls', `plan_id = 'pln_none'`),
    findings: [[11, 'the row of plan_feature names no plan of its tenant']],
  },
  {
    what: 'an attached feature that does not exist',
    by: link('free', 'calls', `feature_id = 'ftr_none'`),
    findings: [[11, 'the row of plan_feature names no feature of its tenant']],
  },
  {
    what: 'a write by a key of nobody',
    by: set('api_key', 'key', `id = 'key_none'`),
    findings: [[11, 'the row of audit_log names no api_key of its tenant']],
  },
  {
    what: 'a tenant of no organization',
    by: ({ tenant }) => `update tenant set organization_id = 'org_none' where id = '${tenant}'`,
    findings: [[11, 'the tenant belongs to no organization']],
  },
  {
    what: 'metadata that is no object',
    by: set('plan', 'pro', `metadata = '[1]'`),
    findings: [[12, 'plan.metadata must be a JSON object']],
  },
  {
    what: 'metadata that is no JSON',
    by: set('plan_price', 'yearly', `metadata = '{'`),
    findings: [[12, 'plan_price.metadata must be JSON']],
  },
  {
    what: 'metadata that is not compact',
    by: set('plan', 'pro', `metadata = '{ }'`),
    findings: [[12, 'plan.metadata must be compact JSON']],
  },
  {
    what: 'metadata that is too deep',
    by: set('plan', 'pro', `metadata = '{"a":{"b":{"c":{"d":{"e":{}}}}}}'`),
    findings: [[12, 'plan.metadata must not be nested deeper than 5 levels']],
  },
  {
    what: 'two idempotency records for one key',
    by: ({
      tenant,
    }) => `insert into idempotency_record (tenant_id, key, operation, input_hash, outcome, created_at, expires_at)
      values ('${tenant}', 'k', 'createPlan', 'h', '{}', 'a', 'b'), ('${tenant}', 'k', 'createPlan', 'h', '{}', 'a', 'b')`,
    findings: [[13, 'the idempotency key has several records']],
  },
  {
    what: 'a write without an audit row',
    by: inTenant('delete from audit_log'),
    findings: [[14, 'a write to the catalogue has no audit row']],
  },
  {
    what: 'a purge of an audit entry that is still there',
    by: ({ tenant }) => `update tenant set audit_purged_through = 1 where id = '${tenant}'`,
    findings: [
      [
        14,
        'the audit entries are not numbered from 1, or from the last purged one on, without gaps or repeats',
      ],
    ],
  },
  {
    what: 'an audit entry with a wrong number',
    by: ({ tenant }) =>
      `update audit_log set sequence = 7 where tenant_id = '${tenant}' and sequence = 1`,
    findings: [
      [
        14,
        'the audit entries are not numbered from 1, or from the last purged one on, without gaps or repeats',
      ],
      [14, 'the audit entry is not found by its object'],
    ],
  },
  {
    what: 'an audit entry of another revision',
    by: inTenant('update audit_log set revision = revision + 1'),
    findings: [[14, 'the audit entry names another revision than the one that its write led to']],
  },
  {
    what: 'a plan whose changes nobody counts',
    by: set('plan', 'pro', 'revision = 0'),
    findings: [[15, 'the row of plan has no count of its changes']],
  },
  {
    what: 'an update before the creation',
    by: set('plan_group', 'group', `created_at = ${future}`),
    findings: [[15, 'the row of plan_group was updated before it was created']],
  },
  {
    what: 'a feature deleted before its creation',
    by: set('feature', 'seats', `deleted_at = '1999-01-01T00:00:00.000Z'`),
    findings: [[15, 'the row of feature was deleted before it was created']],
  },
  {
    what: 'a price archived before its creation',
    by: set('plan_price', 'weekly', `archived_at = '1999-01-01T00:00:00.000Z'`),
    findings: [[15, 'the row of plan_price was archived before it was created']],
  },
  {
    what: 'a key revoked before its creation',
    by: set('api_key', 'key', `revoked_at = '1999-01-01T00:00:00.000Z'`),
    findings: [[15, 'the row of api_key was revoked before it was created']],
  },
  {
    what: 'an organization updated before its creation',
    by: set('organization', 'organization', `created_at = ${future}`),
    findings: [[15, 'the organization was updated before it was created']],
  },
  {
    what: 'a feature of a plan without an id',
    by: link('pro', 'calls', 'id = null'),
    findings: [
      [5, 'the translation is of no live object of its tenant'],
      [15, 'the row of plan_feature has no id'],
    ],
  },
  {
    what: 'an id of two features of a plan',
    by: ({ pro, members, tenant }) =>
      `update plan_feature set id = 'plf_${tenant}'
        where plan_id = '${pro}' and feature_id <> '${members}'`,
    findings: [
      [5, 'the translation is of no live object of its tenant'],
      [15, 'the id of a row of plan_feature is used in another tenant'],
      [15, 'the id of a row of plan_feature is used in another tenant'],
    ],
  },
  {
    what: 'an id that is used in two tenants, one of which does not exist',
    by: ({
      tenant,
      group,
    }) => `insert into plan_group (tenant_id, id, code, name, is_public, created_at, updated_at, revision)
      select '${tenant}x', id, code, name, is_public, created_at, updated_at, revision from plan_group where id = '${group}'`,
    findings: [
      [11, 'the row of plan_group belongs to no tenant'],
      [15, 'the id of a row of plan_group is used in another tenant'],
      [15, 'the id of a row of plan_group is used in another tenant'],
    ],
  },
  {
    what: 'a group without a code',
    by: set('plan_group', 'group', 'code = null'),
    findings: [[25, 'the group has no code']],
  },
  {
    what: 'two groups with one code',
    by: set('plan_group', 'others', `code = 'teams'`),
    findings: [[25, 'several groups have one code']],
  },
  {
    what: 'a group with a code that is none',
    by: set('plan_group', 'others', `code = 'O'`),
    findings: [[7, 'the code of the plan_group is malformed']],
  },
  {
    what: 'a plan that is based on a deleted one',
    by: ({ pro, gone }) => `update plan set based_on_plan_id = '${gone}' where id = '${pro}'`,
    findings: [[22, 'the plan is based on no live plan of its tenant']],
  },
  {
    what: 'a plan that is based on itself',
    by: ({ pro }) => `update plan set based_on_plan_id = id where id = '${pro}'`,
    findings: [[22, 'the plan is based on itself, through others or not']],
  },
  {
    what: 'two plans that are based on each other',
    by: ({ free, pro }) => `update plan set based_on_plan_id = '${pro}' where id = '${free}'`,
    findings: [
      [22, 'the plan is based on itself, through others or not'],
      [22, 'the plan is based on itself, through others or not'],
    ],
  },
  {
    what: 'a deleted plan that is based on another one',
    by: ({ free, gone }) => `update plan set based_on_plan_id = '${free}' where id = '${gone}'`,
    findings: [[22, 'the deleted plan is based on another one']],
  },
  {
    what: 'a tagline that nobody can see',
    by: set('plan', 'pro', `presentation_tagline = ' '`),
    findings: [[7, 'a text of the plan has no character that can be seen']],
  },
  {
    what: 'a call to action that runs a script',
    by: set('plan', 'pro', `presentation_call_to_action_url = 'javascript:alert(1)'`),
    findings: [[7, 'the plan leads to no link']],
  },
  {
    what: 'a call to action that leads nowhere',
    by: set('plan', 'pro', 'presentation_call_to_action_url = null'),
    findings: [[7, 'half a call to action']],
  },
  {
    what: 'two sections with one code',
    by: set('feature_section', 'extras', `code = 'limits'`),
    findings: [[25, 'several sections have one code']],
  },
  {
    what: 'a section with a code that is none',
    by: set('feature_section', 'extras', `code = 'E'`),
    findings: [[7, 'the code of the feature_section is malformed']],
  },
  {
    what: 'a gap in the order of sections',
    by: set('feature_section', 'extras', 'position = 2'),
    findings: [[25, 'the order of the sections has gaps or repeats']],
  },
  {
    what: 'two sections at one place',
    by: set('feature_section', 'extras', 'position = 0'),
    findings: [[25, 'the order of the sections has gaps or repeats']],
  },
  {
    what: 'a gap in the order of a section',
    by: set('feature', 'calls', 'position = 1'),
    findings: [[25, 'the order of the features in a section, or without one, has gaps or repeats']],
  },
  {
    what: 'a gap in the order of features without a section',
    by: set('feature', 'login', 'position = 2'),
    findings: [[25, 'the order of the features in a section, or without one, has gaps or repeats']],
  },
  {
    what: 'a feature that takes its section for another one',
    by: set('feature', 'calls', 'section_position = 1'),
    findings: [[25, 'the feature repeats the position of its section wrongly']],
  },
  {
    what: 'a feature without a section that is not at the end',
    by: set('feature', 'login', 'section_position = 1'),
    findings: [[25, 'the feature repeats the position of its section wrongly']],
  },
  {
    what: 'a feature in a section of nobody',
    by: set('feature', 'calls', `section_id = 'fse_none', section_position = 2147483647`),
    findings: [[25, 'the row of feature names no feature_section of its tenant']],
  },
  {
    what: 'a deleted feature with a place',
    by: set('feature', 'seats', 'position = 1'),
    findings: [[25, 'the deleted feature has a place']],
  },
  {
    what: 'a key that becomes publishable',
    by: set('api_key', 'key', `kind = 'publishable'`),
    findings: [[17, 'the publishable key does not read only, at origins that are named']],
  },
  {
    what: 'a publishable key that writes',
    by: set(
      'api_key',
      'key',
      `kind = 'publishable', allowed_origins = '["https://shop.example"]', scope = 'write'`,
    ),
    findings: [[17, 'the publishable key does not read only, at origins that are named']],
  },
  {
    what: 'a unit price of an archived price',
    by: unitPrice(({ weekly }) => `price_id = '${weekly}'`),
    findings: [
      [20, 'the unit price is of no live price of its plan'],
      [20, 'the regional unit price has another mode than its unit price, or none'],
    ],
  },
  {
    what: 'a unit price of a price of another plan',
    by: unitPrice(({ free }) => `plan_id = '${free}'`),
    findings: [
      [20, 'the unit price is of no live price of its plan'],
      [20, 'the unit price is of no feature of its plan'],
      [20, 'the plan with a unit price is free'],
    ],
  },
  {
    what: 'a unit price of a feature that is not attached',
    by: ({ pro, members }) =>
      `delete from plan_feature where plan_id = '${pro}' and feature_id = '${members}'`,
    findings: [[20, 'the unit price is of no feature of its plan']],
  },
  {
    what: 'a unit price of an unlimited feature',
    by: link('pro', 'members', 'unlimited = 1'),
    findings: [[20, 'the feature with a unit price is unlimited']],
  },
  {
    what: 'a unit price of a boolean feature',
    by: unitPrice(({ login }) => `feature_id = '${login}'`),
    findings: [
      [20, 'the feature with a unit price is boolean'],
      [20, 'the unit price repeats the kind of its plan or feature wrongly'],
      [20, 'the regional unit price has another mode than its unit price, or none'],
    ],
  },
  {
    what: 'a unit price that calls its plan free',
    by: unitPrice(() => 'plan_is_free = 1'),
    findings: [[20, 'the unit price repeats the kind of its plan or feature wrongly']],
  },
  {
    what: 'a unit price that is flat as well',
    by: unitPrice(() => 'unit_price = 1'),
    findings: [[20, 'the unit price is neither flat nor in tiers, or both']],
  },
  {
    what: 'a unit price in tiers without any',
    by: unitPrice(() => `tiers = '[]'`),
    findings: [[20, 'the unit price is neither flat nor in tiers, or both']],
  },
  {
    what: 'a minimum that is no whole block',
    by: unitPrice(() => 'minimum_quantity = 6'),
    findings: [[20, 'the unit price has quantities that are no whole blocks']],
  },
  {
    what: 'a block of nothing',
    by: unitPrice(() => 'block_size = 0'),
    findings: [
      [20, 'the unit price has quantities that are no whole blocks'],
      [20, 'the tiers of unit_price do not rise to an open one'],
      [20, 'the tiers of regional_unit_price do not rise to an open one'],
    ],
  },
  {
    what: 'a minimum above the maximum',
    by: unitPrice(() => 'minimum_quantity = 505'),
    findings: [[20, 'the minimum of the unit price is above its maximum']],
  },
  {
    what: 'a negative price of a block',
    by: unitPrice(() => `tiers_mode = 'none', tiers = '[]', unit_price = -1`),
    findings: [
      [6, 'unit_price.unit_price is not a whole number from 0 to 9007199254740991'],
      [20, 'the regional unit price has another mode than its unit price, or none'],
    ],
  },
  ...(
    [
      ['are no JSON', '[{'],
      ['are not canonical', '[{"upTo":10,"flatPrice":0,"unitPrice":1},{"upTo":null}]'],
      ['are too many', `[${'{"upTo":1,"unitPrice":1,"flatPrice":0},'.repeat(50)}${open}]`],
      ['have a number that is no amount', `[{"upTo":10,"unitPrice":-1,"flatPrice":0},${open}]`],
      ['do not rise to an open one', `[{"upTo":10,"unitPrice":1,"flatPrice":0}]`],
      [
        'do not rise to an open one',
        `[${'{"upTo":10,"unitPrice":1,"flatPrice":0},'.repeat(2)}${open}]`,
      ],
      ['do not rise to an open one', `[{"upTo":12,"unitPrice":1,"flatPrice":0},${open}]`],
    ] as const
  ).map(
    ([fault, tiers]): Damage => ({
      what: `tiers that ${fault}: ${tiers}`,
      by: unitPrice(() => `tiers = '${tiers}'`),
      findings: [[20, `the tiers of unit_price ${fault}`]],
    }),
  ),
  {
    what: 'tiers in another currency that do not rise',
    by: regionalUnitPrice(
      `tiers = '[${'{"upTo":10,"unitPrice":1,"flatPrice":0},'.repeat(2)}${open}]'`,
    ),
    findings: [[20, 'the tiers of regional_unit_price do not rise to an open one']],
  },
  {
    what: 'a regional unit price of no unit price',
    by: ({ yearly }) => `delete from unit_price where price_id = '${yearly}'`,
    findings: [[20, 'the regional unit price has another mode than its unit price, or none']],
  },
  {
    what: 'a regional unit price of another mode',
    by: regionalUnitPrice(`tiers_mode = 'volume'`),
    findings: [[20, 'the regional unit price has another mode than its unit price, or none']],
  },
  {
    what: 'a regional unit price that is flat and in tiers',
    by: regionalUnitPrice('unit_price = 1'),
    findings: [[20, 'the regional unit price is neither flat nor in tiers, or both']],
  },
  {
    what: 'a regional unit price in a currency without price and rate',
    by: regionalUnitPrice(`currency = 'jpy'`),
    findings: [[20, 'the regional unit price has no price and no rate in its currency']],
  },
  {
    what: 'a repeated regional unit price',
    by: again('regional_unit_price'),
    findings: [[5, 'regional_unit_price has several rows for one currency']],
  },
  {
    what: 'a country in two markets',
    by: ({ tenant, chile }) =>
      `insert into market_country (tenant_id, country_code, market_id)
        values ('${tenant}', 'BR', '${chile}')`,
    findings: [
      [23, 'the country is in several markets'],
      [23, 'the country is in no live market that names it'],
      [23, 'the market names a country that is not in it, or one twice, or none'],
    ],
  },
  {
    what: 'a country of a deleted market',
    by: ({ tenant, left }) =>
      `insert into market_country (tenant_id, country_code, market_id)
        values ('${tenant}', 'UY', '${left}')`,
    findings: [[23, 'the country is in no live market that names it']],
  },
  {
    what: 'a market that says nothing of its country',
    by: set('market', 'brazil', `country_codes = '["BR"]'`),
    findings: [
      [23, 'the country is in no live market that names it'],
      [23, 'the market names a country that is not in it, or one twice, or none'],
    ],
  },
  {
    what: 'a market that names a country that is not in it',
    by: ({ chile }) => `delete from market_country where market_id = '${chile}'`,
    findings: [[23, 'the market names a country that is not in it, or one twice, or none']],
  },
  {
    what: 'a market of no country',
    by: ({ tenant, left }) =>
      `insert into market select tenant_id, '${left}x', 'none', name, '[]', tax_behavior, metadata,
        created_at, updated_at, revision, public_updated_at, null
        from market where tenant_id = '${tenant}' and id = '${left}'`,
    findings: [[23, 'the market names a country that is not in it, or one twice, or none']],
  },
  {
    what: 'two markets with one code',
    by: set('market', 'chile', `code = 'brazil'`),
    findings: [[23, 'several live markets have one code']],
  },
  {
    what: 'a market with a code that is none',
    by: set('market', 'chile', `code = 'C'`),
    findings: [[7, 'the code of the market is malformed']],
  },
  {
    what: 'a market with a name that nobody sees',
    by: set('market', 'chile', `name = ' '`),
    findings: [[7, 'the name of the market has no character that can be seen']],
  },
  {
    what: 'a market with metadata that is no object',
    by: set('market', 'chile', `metadata = '7'`),
    findings: [[12, 'market.metadata must be a JSON object']],
  },
  {
    what: 'a market that was deleted before it was created',
    by: set('market', 'left', `deleted_at = '1999-01-01T00:00:00.000Z'`),
    findings: [[15, 'the row of market was deleted before it was created']],
  },
  {
    what: 'a market whose changes nobody counts',
    by: set('market', 'left', 'revision = 0'),
    findings: [[15, 'the row of market has no count of its changes']],
  },
  {
    what: 'two amounts of a price in one market',
    by: again(
      'market_price',
      ({ base, chile }) => `price_id = '${base}' and market_id = '${chile}'`,
    ),
    findings: [[23, 'the price has several amounts in one market']],
  },
  {
    what: 'a negative amount in a market',
    by: marketPrice('base', 'chile', 'price = -1'),
    findings: [[6, 'market_price.price is not a whole number from 0 to 9007199254740991']],
  },
  {
    what: 'an amount in a market in a currency that is none',
    by: marketPrice('base', 'chile', `currency = 'zzz'`),
    findings: [[5, 'market_price has a currency that is none of ISO 4217']],
  },
  {
    what: 'an amount in a market that was deleted',
    by: (catalogue) => marketPrice('base', 'chile', `market_id = '${catalogue.left}'`)(catalogue),
    findings: [[23, 'the market price is in no live market of its tenant']],
  },
  {
    what: 'an amount in a market of an archived price',
    by: (catalogue) =>
      marketPrice(
        'base',
        'chile',
        `price_id = '${catalogue.weekly}', base_price_id = '${catalogue.weekly}'`,
      )(catalogue),
    findings: [[23, 'the market price is of no live price of its tenant']],
  },
  {
    what: 'an amount in a market of a free plan',
    by: (catalogue) =>
      marketPrice(
        'base',
        'chile',
        `price_id = '${catalogue.nothing}', base_price_id = '${catalogue.nothing}'`,
      )(catalogue),
    findings: [[9, 'the market price of a free plan is not 0']],
  },
  {
    what: 'an amount of a variant in a market that its base has not',
    by: (catalogue) => marketPrice('base', 'brazil', `market_id = '${catalogue.left}'`)(catalogue),
    findings: [
      [20, 'the unit price in a market has no market price'],
      [23, 'the market price is in no live market of its tenant'],
      [24, 'the variant overrides a market that its base price has not'],
      [24, 'the variant overrides a market that its base price has not'],
    ],
  },
  {
    what: 'an amount of a variant that takes another price for its base',
    by: (catalogue) =>
      marketPrice('partners', 'brazil', `base_price_id = '${catalogue.partners}'`)(catalogue),
    findings: [
      [20, 'the unit price in a market has no market price'],
      [24, 'the market price is of another price than its row says'],
    ],
  },
  {
    what: 'a unit price in a market that is flat as well',
    by: marketUnitPrice('unit_price = 1'),
    findings: [[20, 'the unit price in a market is neither flat nor in tiers, or both']],
  },
  {
    what: 'a negative unit price in a market',
    by: marketUnitPrice(`tiers_mode = 'none', tiers = '[]', unit_price = -1`),
    findings: [
      [6, 'market_unit_price.unit_price is not a whole number from 0 to 9007199254740991'],
    ],
  },
  {
    what: 'tiers in a market that are no whole blocks',
    by: marketUnitPrice(`tiers = '[{"upTo":12,"unitPrice":1,"flatPrice":0},${open}]'`),
    findings: [[20, 'the tiers of market_unit_price do not rise to an open one']],
  },
  {
    what: 'a unit price in a market without one at the price',
    by: ({ base }) => `delete from unit_price where price_id = '${base}'`,
    findings: Array.from({ length: 3 }, () => [20, 'the unit price in a market stands on none']),
  },
  {
    what: 'a unit price in a market in which the price has no amount',
    by: ({ resellers }) => `delete from market_price where price_id = '${resellers}'`,
    findings: [
      [20, 'the unit price in a market has no market price'],
      [24, 'the variant overrides no market'],
    ],
  },
  {
    what: 'a variant of another interval',
    by: set('plan_price', 'partners', `billing_interval = 'yearly'`),
    findings: [[24, 'the variant inherits from no live price of its plan and interval']],
  },
  {
    what: 'a variant of a variant',
    by: (catalogue) =>
      set('plan_price', 'partners', `inherits_from_price_id = '${catalogue.resellers}'`)(catalogue),
    findings: [
      [24, 'the market price is of another price than its row says'],
      [24, 'the variant inherits from no live price of its plan and interval'],
    ],
  },
  {
    what: 'a variant that is the default price',
    by: set('plan_price', 'partners', 'is_default = 1'),
    findings: [
      [1, 'the plan has several default prices'],
      [24, 'the variant is the default price'],
    ],
  },
  {
    what: 'a variant with a price of its own',
    by: set('plan_price', 'partners', 'price = 101'),
    findings: [[24, 'the variant differs from what it inherits']],
  },
  {
    what: 'a base price that its variants do not follow',
    by: set('plan_price', 'base', 'included_balance = 1'),
    findings: [
      [24, 'the variant differs from what it inherits'],
      [24, 'the variant differs from what it inherits'],
    ],
  },
  {
    what: 'a variant with a regional price',
    by: ({ tenant, partners }) =>
      `update regional_price set price_id = '${partners}'
        where tenant_id = '${tenant}' and price_id = (select max(price_id) from regional_price
          where tenant_id = '${tenant}')`,
    findings: [[24, 'the variant has a row of regional_price']],
  },
  {
    what: 'a variant with a unit price',
    by: ({ partners, base }) =>
      `insert into unit_price (tenant_id, price_id, feature_id, plan_id, unit_price, tiers_mode, tiers,
        block_size, minimum_quantity, feature_type, unlimited, plan_is_free)
      select tenant_id, '${partners}', feature_id, plan_id, unit_price, tiers_mode, tiers, block_size,
        minimum_quantity, feature_type, unlimited, plan_is_free
      from unit_price where price_id = '${base}'`,
    findings: [[24, 'the variant has a row of unit_price']],
  },
  {
    what: 'a variant without a name',
    by: set('plan_price', 'partners', 'name = null'),
    findings: [[24, 'the price has a name or a code and is no variant, or is one without']],
  },
  {
    what: 'a price with a code that is no variant',
    by: set('plan_price', 'base', `code = 'base'`),
    findings: [[24, 'the price has a name or a code and is no variant, or is one without']],
  },
  {
    what: 'a variant with a name that nobody sees',
    by: set('plan_price', 'partners', `name = ' '`),
    findings: [[7, 'the name of the plan_price has no character that can be seen']],
  },
  {
    what: 'a variant with a code that is none',
    by: set('plan_price', 'partners', `code = 'P'`),
    findings: [[7, 'the code of the plan_price is malformed']],
  },
  {
    what: 'two variants with one code',
    by: set('plan_price', 'partners', `code = 'resellers'`),
    findings: [[24, 'several live variants of a price have one code']],
  },
  {
    what: 'an applied change set of which nothing tells',
    by: changeSet('applied', { revision: 7 }),
    findings: [[26, 'the applied change set has no audit entry with its revision']],
  },
  {
    what: 'a scheduled change set without a time',
    by: changeSet('scheduled'),
    findings: [[26, 'the scheduled change set has no time']],
  },
  {
    what: 'a scheduled change set that its tenant does not know of',
    by: changeSet('scheduled', { appliesAt: future }),
    findings: [[26, 'the tenant does not know the time of its next change set']],
  },
  {
    what: 'a draft that failed',
    by: changeSet('draft', { failure: `'why'` }),
    findings: [
      [26, 'the change set has a time, a revision or a reason that its status does not have'],
    ],
  },
  {
    what: 'a revision that lags behind',
    by: ({ tenant }) => `update tenant set revision = 0 where id = '${tenant}'`,
    findings: [[16, 'the revision did not grow with a write to the catalogue']],
  },
  {
    what: 'a base currency that rates and regional rows are in',
    by: set('organization', 'organization', `base_currency = 'eur'`),
    findings: [
      [19, 'regional_price has a row in the base currency'],
      [19, 'regional_price has a row in the base currency'],
      [19, 'regional_price has a row in the base currency'],
      [19, 'regional_price has a row in the base currency'],
      [19, 'exchange_rate has a row in the base currency'],
      [19, 'exchange_rate has a row in the base currency'],
      [19, 'regional_overage has a row in the base currency'],
      [19, 'regional_unit_price has a row in the base currency'],
    ],
  },
  {
    what: 'a base currency outside ISO 4217',
    by: set('organization', 'organization', `base_currency = 'zzz'`),
    findings: [[19, 'the base currency is none of ISO 4217']],
  },
];
