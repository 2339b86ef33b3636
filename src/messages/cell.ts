import type { LimitPeriod } from '../vocabulary.ts';
import { chargePerUnit, quantity, singular, type UnitCharge, type UnitName } from './unit.ts';
import type { Words } from './words.ts';

/** How much a plan allows of a limit of a feature. */
export interface CellLimit {
  name: string;
  /** A whole number of the last decimal; null where it is unlimited. */
  amount: number | null;
  /** How many of the last digits stand after the point. */
  decimals: number;
  unitName: UnitName | null;
  period: LimitPeriod;
  /** The name of one unit of the feature of which each has the limit for itself, or null. */
  perUnitName: string | null;
}

interface WithLimits {
  limits: readonly CellLimit[];
}

/** What a plan says of one feature; values in words are printed as they are stored. */
export type Cell =
  | { kind: 'excluded' }
  | ({ kind: 'included' | 'unlimited' } & WithLimits)
  | ({ kind: 'limited'; includedAmount: number; unitName: UnitName | null } & WithLimits)
  | ({
      kind: 'metered';
      /** 0 where every unit is charged. */
      includedAmount: number;
      charge: UnitCharge;
      currency: string;
    } & WithLimits)
  | ({
      kind: 'credits';
      includedAmount: number;
      unitName: UnitName | null;
      credits: number;
    } & WithLimits)
  /** Charged, at a price that is not told. */
  | ({ kind: 'usage'; includedAmount: number; unitName: UnitName | null } & WithLimits);

const limitText = (words: Words, limit: CellLimit): string => {
  const { amount: number, decimals, unitName, period, perUnitName: unit } = limit;
  if (number === null) return words.say('unlimited');
  const amount = quantity(words, number, unitName, decimals);
  return unit === null
    ? words.say('limit', { amount, period })
    : words.say('limitPerUnit', { amount, unit, period });
};

type Measure = Pick<CellLimit, 'unitName' | 'period' | 'perUnitName'>;

const measureOf = ({ unitName, period, perUnitName }: Measure): string =>
  JSON.stringify([
    unitName && singular(unitName),
    period === 'billing_period' ? 'never' : period,
    perUnitName,
  ]);

const included = (unitName: UnitName | null): Measure => ({
  unitName,
  period: 'never',
  perUnitName: null,
});

/**
 * A limit is named where its number alone does not tell it: without a unit, beside another number
 * with the same measure, and where there is no number.
 */
const limitTexts = (
  words: Words,
  limits: readonly CellLimit[],
  beside: readonly Measure[] = [],
): string[] => {
  const measures = [...beside, ...limits].map(measureOf);
  const isAmbiguous = (limit: CellLimit): boolean =>
    limit.amount === null
      ? measures.length > 1
      : limit.unitName === null ||
        measures.filter((measure) => measure === measureOf(limit)).length > 1;
  return limits.map((limit) => {
    const text = limitText(words, limit);
    return isAmbiguous(limit) ? words.say('named', { name: limit.name, text }) : text;
  });
};

const withLimits = (words: Words, text: string, limits: readonly CellLimit[], unit: Measure) =>
  limits.length === 0
    ? text
    : words.say('withLimits', {
        text,
        limits: words.list(limitTexts(words, limits, [unit]), 'narrow'),
      });

interface Included extends WithLimits {
  includedAmount: number;
  unitName: UnitName | null;
}

/** What is included, then what more of it costs. */
const charged = (
  words: Words,
  price: string,
  { includedAmount, unitName, limits }: Included,
): string => {
  const amount = quantity(words, includedAmount, unitName);
  const text = includedAmount === 0 ? price : words.say('thenCharged', { included: amount, price });
  return withLimits(words, text, limits, included(unitName));
};

/** "Not included", "Unlimited", "5 users", "10,000 calls, then $0.50 per call", … */
export const cellText = (words: Words, cell: Cell): string => {
  switch (cell.kind) {
    case 'excluded':
      return words.say('notIncluded');
    case 'included':
      return cell.limits.length === 0
        ? words.say('included')
        : words.list(limitTexts(words, cell.limits), 'narrow');
    case 'unlimited':
      return withLimits(words, words.say('unlimited'), cell.limits, included(null));
    case 'limited': {
      const { includedAmount, unitName, limits } = cell;
      const amount = quantity(words, includedAmount, unitName);
      return withLimits(words, amount, limits, included(unitName));
    }
    case 'metered': {
      const { includedAmount, charge, currency, limits } = cell;
      const { unitName } = charge;
      const price = chargePerUnit(words, charge, currency);
      return charged(words, price, { includedAmount, unitName, limits });
    }
    case 'credits': {
      const { credits, unitName } = cell;
      const unit = unitName === null ? words.say('unit', { count: 1 }) : singular(unitName);
      const number = words.number(credits);
      return charged(words, words.say('credits', { count: credits, number, unit }), cell);
    }
    case 'usage':
      return cell.includedAmount === 0
        ? withLimits(words, words.say('byUsage'), cell.limits, included(cell.unitName))
        : cellText(words, { ...cell, kind: 'limited' });
  }
};
