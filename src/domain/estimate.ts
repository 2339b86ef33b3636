import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import { limitsOfPlan } from '../db/records/feature-limit.ts';
import { featureOfPlanFeature, featuresOfPlan } from '../db/records/plan-feature.ts';
import type { Feature, Plan } from '../db/tables.ts';
import { invalid } from '../errors.ts';
import type { BillingInterval, TaxBehavior } from '../vocabulary.ts';
import { LAST_QUANTITY, nearestChange } from './cheapest.ts';
import { costPieces, levelCost } from './cost-pieces.ts';
import {
  amountPerMonth,
  type EffectivePrice,
  effectivePricesOfPlan,
  type PriceContext,
} from './effective-price.ts';
import * as fields from './fields.ts';
import type { Reader } from './operation.ts';
import { featuresOfPage, type Offerings, offeringsOf } from './page-features.ts';
import { choosePlans, type PlanChoice, readAhead } from './page-plans.ts';
import { type PricedOffer, pricePlans } from './page-prices.ts';
import { costOfUnits, monthsOf, type Purchase, type UnitAmounts } from './unit-cost.ts';
import { type EffectiveUnitPrice, isOverage } from './unit-price.ts';

/** What plans cost for a given usage. */

export const UsageInput = z.object({
  feature: fields.featureId.describe('Id or code of a feature.'),
  quantity: fields.quantity.describe(
    'How much of it is used: of usage features each month, of others at one time.',
  ),
});
export type UsageInput = z.infer<typeof UsageInput>;

export interface EstimateInput extends PlanChoice {
  usage: readonly UsageInput[];
  context: PriceContext;
  /** The organization's. */
  taxBehavior: TaxBehavior;
}

/** What a part of a price comes to. */
export interface EstimateLine {
  /** Null for the base price. */
  unitPrice: EffectiveUnitPrice | null;
  quantity: number;
  chargedQuantity: number;
  amount: number;
  currency: string;
}

/** Where another plan becomes the cheapest. */
export interface BreakEven {
  feature: Feature;
  /** The nearest quantity at which the plan is the cheapest, while the rest of the usage stays. */
  quantity: number;
  plan: Plan;
  billingInterval: BillingInterval;
}

export interface PlanEstimate {
  plan: Plan;
  billingInterval: BillingInterval;
  total: number;
  currency: string;
  perMonth: number;
  lines: readonly EstimateLine[];
  /** The same for all estimates of a list. */
  breakEvens(): Promise<readonly BreakEven[]>;
}

/** The billing intervals that are whole months: their prices can be compared. */
const compared: ReadonlySet<BillingInterval> = new Set(['monthly', 'quarterly', 'yearly']);
const LONGEST_MONTHS = 12;

/** What is read with plans, apart from their prices. */
const attached = including([featuresOfPlan, featureOfPlanFeature], limitsOfPlan);

/** Usage by the ids of features. */
type Usage = ReadonlyMap<string, number>;

/** How much of a feature there can be, and what it costs where it is charged. */
interface Supply {
  most: number;
  charged: ChargedUnits | undefined;
}

interface ChargedUnits {
  unitPrice: EffectiveUnitPrice;
  amounts: UnitAmounts;
  terms: Omit<Purchase, 'quantity'>;
}

const { MAX_SAFE_INTEGER } = Number;

/** A plan at one of its prices. */
class Candidate {
  readonly plan: Plan;
  readonly effective: EffectivePrice;
  readonly billingInterval: BillingInterval;
  readonly months: number;
  /** Of candidates that cost the same, the first is the cheapest. */
  readonly order: number;
  readonly #offerings: Offerings;
  /** What is charged by quantity, also where nothing is used: there may be a minimum. */
  readonly #charged: readonly ChargedUnits[];

  constructor(plan: Plan, { price, effective }: PricedOffer, offerings: Offerings, order: number) {
    this.plan = plan;
    this.effective = effective;
    this.billingInterval = price.billingInterval;
    this.months = monthsOf[price.billingInterval];
    this.order = order;
    this.#offerings = offerings;
    this.#charged = effective.unitPrices.flatMap(({ unitPrice, amounts }) =>
      unitPrice.planFeature.enabled && !this.#isPaidFromBalance(unitPrice)
        ? [{ unitPrice, amounts, terms: this.#termsOf(unitPrice) }]
        : [],
    );
  }

  /** What amounts are multiplied by, so that those of all intervals are for the same time. */
  get factor(): bigint {
    return BigInt(LONGEST_MONTHS / this.months);
  }

  supplyOf({ id, type }: Feature): Supply {
    const planFeature = this.#offerings.get(id)?.planFeature;
    if (!planFeature?.enabled) return { most: 0, charged: undefined };
    const charged = this.#charged.find(({ unitPrice }) => featureIdOf(unitPrice) === id);
    if (charged) return { most: charged.unitPrice.maximumQuantity ?? MAX_SAFE_INTEGER, charged };
    const isEndless = type === 'boolean' || planFeature.unlimited;
    return { most: isEndless ? MAX_SAFE_INTEGER : planFeature.includedAmount, charged };
  }

  /** Undefined where what it costs is no amount. `except` leaves out a feature. */
  linesOf(usage: Usage, except?: string): EstimateLine[] | undefined {
    const { currency, price } = this.effective;
    const lines = [
      { unitPrice: null, quantity: 1, chargedQuantity: 1, amount: price, currency },
    ] as EstimateLine[];
    for (const { unitPrice, amounts, terms } of this.#charged) {
      const featureId = featureIdOf(unitPrice);
      if (featureId === except) continue;
      const quantity = usage.get(featureId) ?? 0;
      const cost = costOfUnits(amounts, { ...terms, quantity });
      if (!cost) return undefined;
      const isShown = usage.has(featureId) || cost.chargedQuantity > 0;
      if (isShown) lines.push({ unitPrice, quantity, ...cost, currency });
    }
    return lines;
  }

  /** What a price includes as a balance pays for usage first: how far it goes is not known. */
  #isPaidFromBalance(unitPrice: EffectiveUnitPrice): boolean {
    const { includedBalance } = unitPrice.planPrice;
    return (
      this.plan.consumptionModel === 'balance' &&
      isOverage(unitPrice) &&
      ((includedBalance ?? 0) > 0 || unitPrice.planFeature.pricingMode === 'ai_model')
    );
  }

  #termsOf(unitPrice: EffectiveUnitPrice): Omit<Purchase, 'quantity'> {
    const { minimumQuantity, blockSize, planFeature, featureType } = unitPrice;
    const isMonthly = isOverage(unitPrice) || featureType === 'usage';
    return {
      minimumQuantity,
      blockSize,
      includedAmount: planFeature.includedAmount,
      months: isMonthly ? this.months : 1,
    };
  }
}

const featureIdOf = ({ planFeature }: EffectiveUnitPrice): string => planFeature.featureId;

/** What is used, by the features that the plans have. Undefined where none of them has one. */
const usageOf = (
  inputs: readonly UsageInput[],
  features: readonly Feature[],
): ReadonlyMap<Feature, number> | undefined => {
  const used = new Map<Feature, number>();
  const names = new Set<string>();
  let isServed = true;
  for (const [place, { feature: name, quantity }] of inputs.entries()) {
    const feature =
      features.find(({ id }) => id === name) ?? features.find(({ code }) => code === name);
    const key = feature?.id ?? name;
    if (names.has(key)) throw invalid(`usage.${place}.feature`, 'is named twice');
    names.add(key);
    if (feature) used.set(feature, quantity);
    else if (quantity > 0) isServed = false;
  }
  return isServed ? used : undefined;
};

const byId = (used: ReadonlyMap<Feature, number>): Usage =>
  new Map([...used].map(([{ id }, quantity]) => [id, quantity]));

const sumOf = (lines: readonly EstimateLine[]): bigint =>
  lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** What comparing an option takes. */
const POINTS_OF_AN_OPTION = 20;
/** How many options are compared before other requests take their turn. */
const OPTIONS_AT_ONCE = 20;

class Comparison {
  readonly #reader: Reader;
  readonly #candidates: readonly Candidate[];
  readonly #used: ReadonlyMap<Feature, number>;
  #breakEvens: Promise<readonly BreakEven[]> | undefined;

  constructor(
    reader: Reader,
    candidates: readonly Candidate[],
    used: ReadonlyMap<Feature, number>,
  ) {
    this.#reader = reader;
    this.#candidates = candidates;
    this.#used = used;
  }

  estimates(): PlanEstimate[] {
    const usage = byId(this.#used);
    const found = this.#candidates.flatMap((candidate) => {
      const lines = this.#isServed(candidate) ? candidate.linesOf(usage) : undefined;
      if (!lines) return [];
      const total = sumOf(lines);
      if (total > BigInt(MAX_SAFE_INTEGER)) return [];
      return [{ candidate, lines, total, compared: total * candidate.factor }];
    });
    found.sort((one, other) =>
      one.compared === other.compared
        ? one.candidate.order - other.candidate.order
        : one.compared < other.compared
          ? -1
          : 1,
    );
    return found.map(({ candidate, lines, total }) => {
      const { plan, billingInterval, effective, months } = candidate;
      const { currency } = effective;
      return {
        plan,
        billingInterval,
        total: Number(total),
        currency,
        perMonth: months === 1 ? Number(total) : amountPerMonth(Number(total), months, currency),
        lines,
        breakEvens: () => this.#breakEvensOnce(),
      };
    });
  }

  /** There is enough of everything that is used, but perhaps of one feature. */
  #isServed(candidate: Candidate, except?: Feature): boolean {
    for (const [feature, quantity] of this.#used)
      if (feature !== except && quantity > candidate.supplyOf(feature).most) return false;
    return true;
  }

  #breakEvensOnce(): Promise<readonly BreakEven[]> {
    this.#breakEvens ??= this.#findBreakEvens();
    return this.#breakEvens;
  }

  async #findBreakEvens(): Promise<readonly BreakEven[]> {
    const found: BreakEven[] = [];
    for (const [feature, quantity] of this.#used) {
      const options = this.#optionsBy(feature, quantity);
      for (const direction of ['below', 'above'] as const) {
        const search = nearestChange(options, BigInt(quantity), direction);
        let step = search.next();
        for (let tried = 1; !step.done; tried += 1) {
          this.#reader.addWork(POINTS_OF_AN_OPTION);
          if (tried % OPTIONS_AT_ONCE === 0) await nextTurn();
          step = search.next();
        }
        if (!step.value) continue;
        const { candidate } = step.value.option;
        found.push({
          feature,
          quantity: Number(step.value.quantity),
          plan: candidate.plan,
          billingInterval: candidate.billingInterval,
        });
      }
    }
    return found;
  }

  /** What each candidate costs at any quantity of a feature, while the rest of the usage stays. */
  #optionsBy(feature: Feature, quantity: number) {
    const usage = byId(this.#used);
    const last = BigInt(Math.max(quantity, Number(LAST_QUANTITY)));
    return this.#candidates.flatMap((candidate) => {
      const rest = this.#isServed(candidate, feature)
        ? candidate.linesOf(usage, feature.id)
        : undefined;
      if (!rest) return [];
      const { most, charged } = candidate.supplyOf(feature);
      const { factor, plan, order } = candidate;
      const base = sumOf(rest) * factor;
      const end = BigInt(most) < last ? BigInt(most) : last;
      const pieces = charged
        ? costPieces(charged.amounts, charged.terms, { base, factor, last: end })
        : levelCost(base, end);
      return [{ choice: plan, order, pieces, candidate }];
    });
  }
}

/**
 * What each plan costs at each billing interval of whole months, the cheapest first by what a month
 * costs. Left out are plans that are sold by contact, that lack a feature which is used or have too
 * little of it, and whose usage is paid in credits or from a balance: how far these go, no price
 * says. Trials and introductory offers do not count.
 */
export const estimate = async (
  reader: Reader,
  loaders: Loaders,
  input: EstimateInput,
): Promise<PlanEstimate[]> => {
  const plans = await choosePlans(reader, loaders, input);
  if (!plans) return [];
  await readAhead(reader, loaders, plans, [effectivePricesOfPlan, attached]);
  const { baseCurrency } = reader.tenant;
  const { priced } = await pricePlans(loaders, plans, { ...input, baseCurrency });
  const offerings = await offeringsOf(loaders, plans);
  const used = usageOf(input.usage, await featuresOfPage(loaders, offerings.values()));
  if (!used) return [];
  let order = 0;
  const candidates = priced.flatMap(({ plan, offers }) =>
    offers
      .filter(({ price }) => compared.has(price.billingInterval))
      .map((offer) => {
        order += 1;
        return new Candidate(plan, offer, offerings.get(plan.id) ?? new Map(), order);
      }),
  );
  return new Comparison(reader, candidates, used).estimates();
};
