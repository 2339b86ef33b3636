import type { Feature, FeatureLimit, Plan, PlanFeature, PlanFeatureLimit } from '../db/tables.ts';
import { type CellLimit, cellText } from '../messages/cell.ts';
import type { UnitCharge, UnitName } from '../messages/unit.ts';
import type { Words } from '../messages/words.ts';

/** What a table of plans says of one feature of one plan. */

export const cellKinds = [
  'excluded',
  'included',
  'limited',
  'unlimited',
  'metered',
  'words',
] as const;
export type CellKind = (typeof cellKinds)[number];

/** What a plan has of a feature, beside the plan before it. */
export const cellChanges = ['first', 'same', 'more', 'less', 'other'] as const;
export type CellChange = (typeof cellChanges)[number];

/** A limit of a feature in the language of the page. */
export interface LimitOfFeature {
  limit: FeatureLimit;
  unit: UnitName | null;
  /** One unit of what it is counted per; null without one, or where the reader may not see it. */
  perUnitName: string | null;
}

/** What a plan has of a feature that is attached to it. */
export interface Offering {
  readonly planFeature: PlanFeature;
  /** What the plan allows of the limits of the feature. */
  readonly limits: ReadonlyMap<string, PlanFeatureLimit>;
}

const isOffered = (offering: Offering | undefined): offering is Offering =>
  offering?.planFeature.enabled === true;

/** Infinite where there is no limit at all. */
const amountOf = ({ unlimited, includedAmount }: PlanFeature): number =>
  unlimited ? Number.POSITIVE_INFINITY : includedAmount;

/** Without an amount there is no limit either. */
const allowed = ({ amount }: PlanFeatureLimit): number => amount ?? Number.POSITIVE_INFINITY;

/** Above 0 where the first is more. Infinite amounts are the same. */
const compareAmounts = (one: number, other: number): number =>
  one === other ? 0 : one > other ? 1 : -1;

/** Undefined where one of them has a limit that the other one does not speak of. */
const comparedLimits = (before: Offering, after: Offering): number[] | undefined => {
  if (before.limits.size !== after.limits.size) return undefined;
  const compared: number[] = [];
  for (const [code, limit] of after.limits) {
    const other = before.limits.get(code);
    if (!other) return undefined;
    compared.push(compareAmounts(allowed(limit), allowed(other)));
  }
  return compared;
};

/**
 * Compares what two plans have of a feature by inclusion, amounts and limits. What units beyond it
 * cost makes two that are equal otherwise different, and no more.
 */
export const changeOf = (
  before: Offering | undefined,
  after: Offering | undefined,
  isSameOtherwise: () => boolean,
): Exclude<CellChange, 'first'> => {
  if (!isOffered(before)) return isOffered(after) ? 'more' : 'same';
  if (!isOffered(after)) return 'less';
  const words = [before, after].map(({ planFeature }) => planFeature.displayValue);
  if (words[0] !== words[1]) return 'other';
  if (words[0] !== null) return 'same';
  const limits = comparedLimits(before, after);
  if (!limits) return 'other';
  const amounts = compareAmounts(amountOf(after.planFeature), amountOf(before.planFeature));
  const compared = [amounts, ...limits];
  const isMore = compared.some((sign) => sign > 0);
  const isLess = compared.some((sign) => sign < 0);
  if (isMore || isLess) return isMore && isLess ? 'other' : isMore ? 'more' : 'less';
  return isSameOtherwise() ? 'same' : 'other';
};

/** What units beyond the included amount are charged as; undefined where there are none to buy. */
export type CellRate =
  | { charge: UnitCharge; currency: string }
  | { credits: number }
  /** Charged, at a price that the page does not tell. */
  | 'usage';

/** A row's side of its cells. */
export interface CellsOfFeature {
  readonly feature: Feature;
  /** In the language of the page. */
  readonly unit: UnitName | null;
  readonly limits: readonly LimitOfFeature[];
  readonly words: Words;
}

const isSameRate = (one: CellRate | undefined, other: CellRate | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const kindOf = (
  offering: Offering | undefined,
  rate: CellRate | undefined,
  { type }: Feature,
): CellKind => {
  if (!isOffered(offering)) return 'excluded';
  const { displayValue, unlimited, includedAmount } = offering.planFeature;
  if (displayValue !== null) return 'words';
  if (unlimited) return 'unlimited';
  if (rate !== undefined) return 'metered';
  const hasOnlyLimits = includedAmount === 0 && offering.limits.size > 0;
  return type === 'boolean' || hasOnlyLimits ? 'included' : 'limited';
};

/** What one plan says of one feature. Its text is made when it is asked for. */
export class PricingCell {
  readonly plan: Plan;
  readonly kind: CellKind;
  readonly change: CellChange;
  readonly offering: Offering | undefined;
  readonly #row: CellsOfFeature;
  readonly #rate: CellRate | undefined;
  /** The display value in the language of the page. */
  readonly #displayValue: string | null;

  constructor(
    plan: Plan,
    row: CellsOfFeature,
    { offering, rate, displayValue }: CellContent,
    before: PricingCell | undefined,
  ) {
    this.plan = plan;
    this.offering = offering;
    this.#row = row;
    this.#rate = rate;
    this.#displayValue = displayValue;
    this.kind = kindOf(offering, rate, row.feature);
    this.change = before ? this.changeFrom(before) : 'first';
  }

  get planFeature(): PlanFeature | null {
    return this.offering?.planFeature ?? null;
  }

  changeFrom(other: PricingCell): Exclude<CellChange, 'first'> {
    return changeOf(other.offering, this.offering, () => isSameRate(other.#rate, this.#rate));
  }

  get text(): string {
    const { words } = this.#row;
    const { offering, kind } = this;
    if (!offering || kind === 'excluded') return cellText(words, { kind: 'excluded' });
    if (kind === 'words') return this.#displayValue ?? '';
    const limits = this.#limits(offering);
    if (kind === 'included' || kind === 'unlimited') return cellText(words, { kind, limits });
    const { includedAmount } = offering.planFeature;
    const { unit: unitName } = this.#row;
    const amount = { includedAmount, unitName, limits };
    const rate = this.#rate;
    if (rate === undefined) return cellText(words, { kind: 'limited', ...amount });
    if (rate === 'usage') return cellText(words, { kind: 'usage', ...amount });
    return 'credits' in rate
      ? cellText(words, { kind: 'credits', ...amount, ...rate })
      : cellText(words, { kind: 'metered', includedAmount, limits, ...rate });
  }

  #limits({ limits }: Offering): CellLimit[] {
    return this.#row.limits.flatMap(({ limit, unit, perUnitName }): CellLimit[] => {
      const own = limits.get(limit.code);
      if (!own) return [];
      const { name, decimals, period } = limit;
      return [{ name, amount: own.amount, decimals, unitName: unit, period, perUnitName }];
    });
  }
}

/** What a cell shows. */
export interface CellContent {
  offering: Offering | undefined;
  rate: CellRate | undefined;
  displayValue: string | null;
}
