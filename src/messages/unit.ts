import type { PriceTier } from '../price-tiers.ts';
import type { Words } from './words.ts';

/** The name of one unit and of several, in the language of the page. A text stands for both. */
export type UnitName = string | { one: string; other: string };

/** What units of a feature cost: a unit price of its own, or its overage. */
export interface UnitCharge {
  unitName: UnitName | null;
  /** Units that are sold together. */
  blockSize: number;
  /** Of one block, in rate scale; null where tiers say it. */
  unitPrice: number | null;
  tiers: readonly PriceTier[];
}

/** Names in Han, Hiragana and Katakana follow a number without a space. */
const joinsNumbers = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The name of one unit, as it stands behind "per". */
export const singular = (name: UnitName): string => (typeof name === 'string' ? name : name.one);

const nameFor = (words: Words, name: UnitName, number: number, decimals: number): string => {
  if (typeof name === 'string') return name;
  return words.isSingular(number, decimals) ? name.one : name.other;
};

/**
 * A number of units, of which the last digits stand after the point: "1 user", "5 users", "0.5 GB";
 * "5" where the unit has no name.
 */
export const quantity = (
  words: Words,
  number: number,
  unitName: UnitName | null,
  decimals = 0,
): string => {
  const digits = words.number(number, decimals);
  if (unitName === null) return digits;
  const name = nameFor(words, unitName, number, decimals);
  return joinsNumbers.test(name) ? digits + name : `${digits} ${name}`;
};

/** An amount as it stands in a text, and what it is for. */
export interface Charge {
  amount: string;
  /** Null where the amount is for no unit: a flat price. */
  unit: string | null;
}

interface Lowest {
  amount: number;
  isFlat: boolean;
  /** The only amount that there is: nothing to say "from" of. */
  isAll: boolean;
}

/**
 * What "from" is said of: the lowest price of a unit that is not free. Where the first tier has a
 * flat price alone, this is what the first units cost.
 */
const lowestOf = (tiers: readonly PriceTier[]): Lowest => {
  const [first] = tiers;
  if (first && first.unitPrice === 0 && first.flatPrice > 0)
    return { amount: first.flatPrice, isFlat: true, isAll: tiers.length === 1 };
  const prices = tiers.map(({ unitPrice }) => unitPrice);
  const charged = prices.filter((price) => price > 0);
  const amount = charged.length > 0 ? Math.min(...charged) : 0;
  const isAll =
    prices.every((price) => price === amount) && tiers.every(({ flatPrice }) => flatPrice === 0);
  return { amount, isFlat: false, isAll };
};

/** Whether a charge is none at all. */
export const isFreeOfCharge = ({ unitPrice, tiers }: UnitCharge): boolean =>
  unitPrice === null
    ? tiers.every((tier) => tier.unitPrice === 0 && tier.flatPrice === 0)
    : unitPrice === 0;

export const chargeOf = (words: Words, charge: UnitCharge, currency: string): Charge => {
  const { unitName, blockSize, unitPrice, tiers } = charge;
  const { amount, isFlat, isAll } =
    unitPrice === null ? lowestOf(tiers) : { amount: unitPrice, isFlat: false, isAll: true };
  const plain = words.amount(amount, currency);
  const name = unitName ?? words.say('unit', { count: blockSize });
  return {
    amount: isAll ? plain : words.say('from', { amount: plain }),
    unit: isFlat ? null : blockSize === 1 ? singular(name) : quantity(words, blockSize, name),
  };
};

/** Where the time is clear: "$5 per user". */
export const chargePerUnit = (words: Words, charge: UnitCharge, currency: string): string => {
  const { amount, unit } = chargeOf(words, charge, currency);
  return unit === null ? amount : words.say('perUnit', { amount, unit });
};
