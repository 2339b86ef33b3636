import type { ErrorCode } from '../../../src/errors.ts';
import type {
  ChangeSet,
  Feature,
  FeatureLimit,
  Group,
  Market,
  MarketPrice,
  PlacedPlan,
  Plan,
  PlanFeature,
  PlanFeatureLimit,
  Price,
  Rate,
  RegionalOverage,
  RegionalPrice,
  Section,
  UnitPrice,
} from './records.ts';

/**
 * Why a call changes nothing. `params` are the fields that may be blamed; empty where it does not
 * matter which.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly params: string[];

  constructor(code: ErrorCode, ...params: string[]) {
    super(`${code} ${params}`);
    this.code = code;
    this.params = params;
  }
}

export const invalid = (...params: string[]): Refusal => new Refusal('validation_error', ...params);

/** What an answer is made of. */
export type Result =
  | { plan: PlacedPlan }
  | { price: Price }
  | { planFeature: PlanFeature }
  | { feature: Feature }
  | { group: Group }
  | { section: Section }
  | { sections: string[] }
  | { market: Market }
  | { changeSet: ChangeSet; isQuiet: boolean }
  | { id: string }
  | { id: string; plan: PlacedPlan }
  | { price: Price; overrides: RegionalPrice[] }
  | { plan: PlacedPlan; rate: Rate; pricesConfigured: number; featuresConfigured: number };

/** When a write happens, and the id that the server chose for what it makes. */
export interface Stamp {
  now: string;
  id: string;
  /** Of a change set. */
  hash?: string | undefined;
}

/** How a call names a price. */
interface PriceOfCall {
  planId: string;
  priceId: string;
  knowsNoVariants?: true;
}

const byAge = (a: { createdAt: string }, b: { createdAt: string }): number =>
  a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0;

/**
 * What one tenant's catalogue should hold. Lists are in the order of creation unless they say
 * otherwise; what is deleted is gone.
 */
export class ReferenceTenant {
  plans: Plan[] = [];
  /** With variants. */
  prices: Price[] = [];
  /** In their order, but for the sections. */
  features: Feature[] = [];
  /** In their order. */
  sections: Section[] = [];
  /** Ids of sections, by feature. */
  sectionOf = new Map<string, string>();
  planFeatures: PlanFeature[] = [];
  /** In the order of their features. */
  limits: FeatureLimit[] = [];
  planLimits: PlanFeatureLimit[] = [];
  groups: Group[] = [];
  /** Ids of plans in their order, by group. */
  members = new Map<string, string[]>();
  rates: Rate[] = [];
  regionalPrices: RegionalPrice[] = [];
  regionalOverages: RegionalOverage[] = [];
  unitPrices: UnitPrice[] = [];
  markets: Market[] = [];
  marketPrices: MarketPrice[] = [];
  changeSets: ChangeSet[] = [];
  /** Ids that named something once. */
  gone: string[] = [];
  revision = 0;
  readonly baseCurrency: string;

  constructor(baseCurrency: string) {
    this.baseCurrency = baseCurrency;
  }

  /** To try something on. */
  copy(): ReferenceTenant {
    return Object.assign(new ReferenceTenant(this.baseCurrency), structuredClone({ ...this }));
  }

  /** Clients of the contract write US dollars beside US dollars. */
  refuseBaseCurrency(code: string, param: string): void {
    const currency = code.toLowerCase();
    if (currency === this.baseCurrency && currency !== 'usd') throw invalid(param);
  }

  plan(id: string, param = 'planId'): Plan {
    const plan = this.plans.find((plan) => plan.id === id);
    if (!plan) throw new Refusal('plan_not_found', param);
    return plan;
  }

  /** Of a plan; variants as well, unless the client knows nothing of them. */
  price(planId: string, id: string, param = 'priceId', knowsNoVariants = false): Price {
    const price = this.prices.find((price) => price.id === id && price.planId === planId);
    if (!price || (knowsNoVariants && price.inheritsFromPriceId !== null))
      throw new Refusal('price_not_found', param);
    return price;
  }

  /** One that is no variant. */
  basePrice({ planId, priceId, knowsNoVariants }: PriceOfCall): Price {
    const price = this.price(planId, priceId, 'priceId', knowsNoVariants);
    if (price.inheritsFromPriceId !== null) throw invalid('priceId');
    return price;
  }

  changeSet(id: string): ChangeSet {
    const changeSet = this.changeSets.find((each) => each.id === id);
    if (!changeSet) throw new Refusal('change_set_not_found', 'id');
    return changeSet;
  }

  get listedChangeSets(): ChangeSet[] {
    return [...this.changeSets].sort(byAge).reverse();
  }

  findMarket(idOrCode: string): Market | undefined {
    return (
      this.markets.find(({ id }) => id === idOrCode) ??
      this.markets.find(({ code }) => code === idOrCode)
    );
  }

  market(idOrCode: string): Market {
    const market = this.findMarket(idOrCode);
    if (!market) throw new Refusal('market_not_found', 'marketId');
    return market;
  }

  feature(idOrCode: string, param = 'featureId'): Feature {
    const feature =
      this.features.find(({ id }) => id === idOrCode) ??
      this.features.find(({ code }) => code === idOrCode);
    if (!feature) throw new Refusal('feature_not_found', param);
    return feature;
  }

  planFeature(planId: string, featureId: string): PlanFeature {
    const found = this.planFeatures.find(
      (link) => link.planId === planId && link.featureId === featureId,
    );
    if (!found) throw new Refusal('feature_not_found', 'featureId');
    return found;
  }

  section(idOrCode: string, param = 'sectionId'): Section {
    const section =
      this.sections.find(({ id }) => id === idOrCode) ??
      this.sections.find(({ code }) => code === idOrCode);
    if (!section) throw new Refusal('feature_section_not_found', param);
    return section;
  }

  group(id: string): Group {
    const group = this.groups.find((group) => group.id === id);
    if (!group) throw new Refusal('plan_group_not_found', 'planGroupId');
    return group;
  }

  groupOf(planId: string): string | null {
    for (const [groupId, members] of this.members) if (members.includes(planId)) return groupId;
    return null;
  }

  membersOf(groupId: string): string[] {
    return this.members.get(groupId) ?? [];
  }

  placed(plan: Plan): PlacedPlan {
    const planGroupId = this.groupOf(plan.id);
    return {
      ...plan,
      planGroupId,
      sortOrder: planGroupId ? this.membersOf(planGroupId).indexOf(plan.id) : 0,
    };
  }

  /** Every plan, as lists show them. */
  get listedPlans(): PlacedPlan[] {
    const placed = [...this.plans].sort(byAge).map((plan) => this.placed(plan));
    return placed.sort((a, b) => a.sortOrder - b.sortOrder);
  }

  /** A new one is the last of its section, whatever the clock says. */
  get listedFeatures(): Feature[] {
    return [...this.sections.map(({ id }) => id), undefined].flatMap((sectionId) =>
      this.featuresIn(sectionId),
    );
  }

  /** In their order; those without a section where none is named. */
  featuresIn(sectionId: string | undefined): Feature[] {
    return this.features.filter(({ id }) => this.sectionOf.get(id) === sectionId);
  }

  get listedGroups(): Group[] {
    return [...this.groups].sort(byAge);
  }

  /** Without variants. */
  pricesOf(planId: string): Price[] {
    return this.prices
      .filter((price) => price.planId === planId && price.inheritsFromPriceId === null)
      .sort(byAge);
  }

  variantsOf(priceId: string): Price[] {
    return this.prices.filter((price) => price.inheritsFromPriceId === priceId).sort(byAge);
  }

  get listedMarkets(): Market[] {
    return [...this.markets].sort(byAge);
  }

  /** In the order of markets. */
  marketPricesOf(priceId: string): MarketPrice[] {
    return this.listedMarkets.flatMap(({ id }) =>
      this.marketPrices.filter((row) => row.priceId === priceId && row.marketId === id),
    );
  }

  /** In the order of features. */
  featuresOf(planId: string): PlanFeature[] {
    return this.listedFeatures.flatMap(({ id }) =>
      this.planFeatures.filter((link) => link.planId === planId && link.featureId === id),
    );
  }

  limitsOf(featureId: string): FeatureLimit[] {
    return this.limits.filter((limit) => limit.featureId === featureId);
  }

  /** In the order of the feature. */
  planLimitsOf(planId: string, featureId: string): PlanFeatureLimit[] {
    return this.limitsOf(featureId).flatMap(({ code }) =>
      this.planLimits.filter(
        (row) => row.planId === planId && row.featureId === featureId && row.code === code,
      ),
    );
  }

  ratesOf(planId: string): Rate[] {
    return this.rates
      .filter((rate) => rate.planId === planId)
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }

  regionalPricesOf(priceId: string): RegionalPrice[] {
    return this.regionalPrices
      .filter((row) => row.priceId === priceId)
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }

  regionalOveragesOf(planId: string, featureId: string): RegionalOverage[] {
    return this.regionalOverages
      .filter((row) => row.planId === planId && row.featureId === featureId)
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

/** Time never goes back on a record, even when the clock does. */
export const touch = (record: { updatedAt: string }, now: string): void => {
  if (now > record.updatedAt) record.updatedAt = now;
};
