import type { PriceTier } from '../price-tiers.ts';
import type { Words } from './words.ts';

/** What units of a feature cost: a unit price of its own, or its overage. */
export interface UnitCharge {
  /** As it is stored, in the language and number that the vendor chose. */
  unitName: string | null;
  /** Units that are sold together. */
  blockSize: number;
  /** Of one block, in rate scale; null where tiers say it. */
  unitPrice: number | null;
  tiers: readonly PriceTier[];
}

/** Names in Han, Hiragana and Katakana follow a number without a space. */
const joinsNumbers = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** A number of units: "5 users", "5 GB"; "5" where the unit has no name. */
export const quantity = (number: string, unitName: string | null): string => {
  if (unitName === null) return number;
  return joinsNumbers.test(unitName) ? number + unitName : `${number} ${unitName}`;
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
    unit: isFlat ? null : blockSize === 1 ? name : quantity(words.number(blockSize), name),
  };
};

/** Where the time is clear: "$5 per user". */
export const chargePerUnit = (words: Words, charge: UnitCharge, currency: string): string => {
  const { amount, unit } = chargeOf(words, charge, currency);
  return unit === null ? amount : words.say('perUnit', { amount, unit });
};
