import { billingIntervals } from '../../../vocabulary.ts';
import { costOfUnits } from '../../unit-cost.ts';
import type {
  Catalogue,
  CatalogueFeature,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
} from '../document.ts';
import type { Rule } from './rule.ts';
import { hasOverage, unitAmounts } from './sales.ts';
import { money, named, perInterval } from './wording.ts';

/**
 * Plans of a group from the cheapest to the dearest. What counts is the least that each of them
 * costs: its price, and its minimum, or one unit, of seats and quotas that have a price of their own.
 */

interface Rung {
  code: string;
  plan: CataloguePlan;
  name: string;
  interval: string;
  price: CataloguePrice;
  cost: number;
}

/** Undefined where it is too large to be an amount. */
const leastCost = (
  plan: CataloguePlan,
  { price, unitPrices }: CataloguePrice,
  features: Catalogue['features'],
): number | undefined => {
  let cost = price;
  for (const [code, unit] of unitPrices ?? []) {
    const type = features?.get(code)?.type;
    if (type !== 'seats' && type !== 'quota') continue;
    const units = costOfUnits(unitAmounts(unit), {
      quantity: 1,
      minimumQuantity: unit.minimum ?? 0,
      includedAmount: plan.features?.get(code)?.includedAmount ?? 0,
      blockSize: unit.blockSize ?? 1,
      months: 1,
    });
    cost = cost === undefined || units === undefined ? undefined : cost + units.amount;
  }
  return cost !== undefined && Number.isSafeInteger(cost) ? cost : undefined;
};

/** Only plans that charge alike, and that the same people see, are compared. */
const kindOf = ({ consumptionModel, isPublic = true }: CataloguePlan): string =>
  `${consumptionModel} ${isPublic}`;

const laddersOf = function* ({ groups, plans, features }: Catalogue): Generator<Rung[]> {
  for (const { plans: codes = [] } of groups?.values() ?? [])
    for (const interval of billingIntervals) {
      const ladders = new Map<string, Rung[]>();
      for (const code of new Set(codes)) {
        const plan = plans?.get(code);
        const price = plan?.prices?.get(interval);
        if (!plan || !price) continue;
        const cost = leastCost(plan, price, features);
        if (cost === undefined) continue;
        const rung = { code, plan, name: named(plan, code), interval, price, cost };
        const ladder = ladders.get(kindOf(plan));
        if (ladder) ladder.push(rung);
        else ladders.set(kindOf(plan), [rung]);
      }
      for (const ladder of ladders.values()) yield ladder.sort((a, b) => a.cost - b.cost);
    }
};

/** "$36 a month at least", where units are part of the cost. */
const costOf = ({ cost, price, interval }: Rung, baseCurrency: string): string => {
  const amount = `${money(cost, baseCurrency)} ${perInterval[interval]}`;
  return cost === price.price ? amount : `${amount} at least`;
};

/** Of the same cost, in the order of the cost. */
const steps = (ladder: readonly Rung[]): Rung[][] => {
  const found: Rung[][] = [];
  for (const rung of ladder) {
    const last = found.at(-1);
    if (last?.[0]?.cost === rung.cost) last.push(rung);
    else found.push([rung]);
  }
  return found;
};

const amountOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
};

/** How many units of a feature a customer can have at most; undefined where no number says it. */
const mostOf = (
  { price }: Rung,
  code: string,
  link: CataloguePlanFeature,
  type: CatalogueFeature['type'],
): number | undefined => {
  if (type === 'boolean') return undefined;
  if (link.unlimited) return Number.POSITIVE_INFINITY;
  const unit = price.unitPrices?.get(code);
  if (unit) return unit.maximum ?? Number.POSITIVE_INFINITY;
  if (hasOverage(link)) return Number.POSITIVE_INFINITY;
  // Words that a page shows in place of the number say what it is.
  return link.displayValue === undefined ? (link.includedAmount ?? 0) : undefined;
};

interface Limit {
  /** The path below the plan. */
  at: string;
  what: string;
  amount: number;
}

const limitsOf = (rung: Rung, features: Catalogue['features']): Limit[] => {
  const limits: Limit[] = [];
  for (const [code, link] of rung.plan.features ?? []) {
    const feature = features?.get(code);
    if (!feature || link.enabled === false) continue;
    const at = `features.${code}`;
    const what = named(feature, code);
    const most = mostOf(rung, code, link, feature.type);
    if (most !== undefined) limits.push({ at, what, amount: most });
    for (const [limitCode, { amount: text }] of link.limits ?? []) {
      const amount = amountOf(text);
      const limit = named(feature.limits?.get(limitCode), limitCode);
      if (amount !== undefined)
        limits.push({ at: `${at}.limits.${limitCode}`, what: `${limit} of ${what}`, amount });
    }
  }
  return limits;
};

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });
const shown = (amount: number): string =>
  amount === Number.POSITIVE_INFINITY ? 'unlimited' : numbers.format(amount);

/** The highest that a limit has been so far. */
interface Peak {
  amount: number;
  by: Rung;
}

export const dearerPlanLowersLimit: Rule = {
  name: 'dearer-plan-lowers-limit',
  check: (catalogue, report, { baseCurrency }) => {
    const reported = new Set<string>();
    for (const ladder of laddersOf(catalogue)) {
      const highest = new Map<string, Peak>();
      for (const step of steps(ladder)) {
        const found = step.map((rung) => ({ rung, limits: limitsOf(rung, catalogue.features) }));
        for (const { rung, limits } of found)
          for (const { at, what, amount } of limits) {
            const peak = highest.get(at);
            const path = `plans.${rung.code}.${at}`;
            if (!peak || amount >= peak.amount || reported.has(path)) continue;
            reported.add(path);
            const { by } = peak;
            report(
              path,
              `${rung.name} costs ${costOf(rung, baseCurrency)} and ${by.name} ` +
                `${costOf(by, baseCurrency)}, but ${what} is ${shown(amount)} in ` +
                `${rung.name} and ${shown(peak.amount)} in ${by.name}.`,
            );
          }
        for (const { rung, limits } of found)
          for (const { at, amount } of limits)
            if (amount > (highest.get(at)?.amount ?? -1)) highest.set(at, { amount, by: rung });
      }
    }
  },
};

/** What a plan offers at an interval. More is better, and so is what others do not have. */
type Offered = ReadonlyMap<string, number>;

const offeredBy = (rung: Rung, features: Catalogue['features']): Offered => {
  const { plan, price } = rung;
  const offered = new Map<string, number>();
  const put = (what: string, amount: number | undefined) => {
    if (amount !== undefined) offered.set(what, amount);
  };
  for (const [code, link] of plan.features ?? []) {
    if (link.enabled === false) continue;
    put(code, 1);
    put(`${code} most`, mostOf(rung, code, link, features?.get(code)?.type));
    put(`${code} included`, link.unlimited ? Number.POSITIVE_INFINITY : (link.includedAmount ?? 0));
    if (link.displayValue !== undefined) put(`${code} shows ${link.displayValue}`, 1);
    // Units that cost less are worth more.
    const unit = price.unitPrices?.get(code);
    if (unit?.unitPrice !== undefined)
      put(`${code} blocks of ${unit.blockSize ?? 1}`, -unit.unitPrice);
    else if (unit) put(`${code} ${unit.tiersMode} ${JSON.stringify(unit.tiers)}`, 1);
    else if (hasOverage(link)) put(`${code} overage`, -(link.overage?.unitPrice ?? 0));
    put(`${code} credits`, link.creditsPerUnit === undefined ? undefined : -link.creditsPerUnit);
    put(`${code} margin`, link.margin === undefined ? undefined : -link.margin);
    for (const [limit, { amount }] of link.limits ?? [])
      put(`${code} limit ${limit}`, amountOf(amount));
  }
  if (offered.size > 0) {
    put(' balance', price.includedBalance);
    put(' credits', price.includedCredits);
    put(' trial', price.trialDays || undefined);
    if (price.introOffer && price.introOffer.enabled !== false)
      put(` offer ${JSON.stringify(price.introOffer)}`, 1);
  }
  return offered;
};

const isWithin = (less: Offered, more: Offered): boolean => {
  for (const [what, amount] of less) if ((more.get(what) ?? -Infinity) < amount) return false;
  return true;
};

export const dearerPlanOffersLess: Rule = {
  name: 'dearer-plan-offers-less',
  check: (catalogue, report, { baseCurrency }) => {
    const reported = new Set<string>();
    for (const ladder of laddersOf(catalogue)) {
      // Cheaper plans of which none offers all that another one does.
      let best: { rung: Rung; offered: Offered }[] = [];
      for (const step of steps(ladder)) {
        const found = step.map((rung) => ({ rung, offered: offeredBy(rung, catalogue.features) }));
        for (const { rung, offered } of found) {
          // Where a plan lists nothing, nothing is known of it.
          const better = best.find((other) => isWithin(offered, other.offered));
          if (!better || reported.has(rung.code)) continue;
          reported.add(rung.code);
          const { rung: by } = better;
          report(
            `plans.${rung.code}`,
            `${rung.name} costs ${costOf(rung, baseCurrency)} and offers nothing that ${by.name} ` +
              `does not offer for ${costOf(by, baseCurrency)}.`,
          );
        }
        for (const rung of found) {
          if (rung.offered.size === 0) continue;
          if (best.some(({ offered }) => isWithin(rung.offered, offered))) continue;
          best = best.filter(({ offered }) => !isWithin(offered, rung.offered));
          best.push(rung);
        }
      }
    }
  },
};
