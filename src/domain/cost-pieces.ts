import type { Purchase, UnitAmounts } from './unit-cost.ts';

/**
 * What an option costs as the quantity of one feature changes: stretches of quantities in each of
 * which the cost rises by whole blocks. BigInt, because products pass 2^53.
 */
export interface CostPiece {
  /** The first and the last quantity. */
  readonly from: bigint;
  readonly to: bigint;
  /** The cost is `constant + slope × ⌈months × (quantity − origin) ÷ blockSize⌉`. */
  readonly constant: bigint;
  readonly slope: bigint;
  readonly months: bigint;
  readonly origin: bigint;
  readonly blockSize: bigint;
}

/** Pieces that follow on each other from quantity 0 on. */
export type CostPieces = readonly CostPiece[];

const level = (from: bigint, to: bigint, constant: bigint): CostPiece => ({
  from,
  to,
  constant,
  slope: 0n,
  months: 1n,
  origin: 0n,
  blockSize: 1n,
});

/** The same cost for every quantity up to the last one. */
export const levelCost = (constant: bigint, to: bigint): CostPieces => [level(0n, to, constant)];

export const blocksAt = ({ months, origin, blockSize }: CostPiece, quantity: bigint): bigint =>
  (months * (quantity - origin) + blockSize - 1n) / blockSize;

export const costAt = (piece: CostPiece, quantity: bigint): bigint =>
  piece.slope === 0n ? piece.constant : piece.constant + piece.slope * blocksAt(piece, quantity);

/** The last quantity that takes no more than so many blocks. */
export const lastWithin = ({ months, origin, blockSize }: CostPiece, blocks: bigint): bigint =>
  origin + (blocks * blockSize) / months;

interface Slope {
  /** The blocks at which it begins and ends; undefined for no end. */
  start: bigint;
  end: bigint | undefined;
  constant: bigint;
  slope: bigint;
}

/** Tier by tier, what blocks cost. */
const slopesOf = (
  { unitPrice, tiersMode, tiers }: UnitAmounts,
  blockSize: bigint,
): readonly Slope[] => {
  if (unitPrice !== null)
    return [{ start: 0n, end: undefined, constant: 0n, slope: BigInt(unitPrice) }];
  let before = 0n;
  let start = 0n;
  return tiers.map((tier) => {
    const end = tier.upTo === null ? undefined : BigInt(tier.upTo) / blockSize;
    const slope = BigInt(tier.unitPrice);
    const flat = BigInt(tier.flatPrice);
    const constant = tiersMode === 'graduated' ? before + flat - start * slope : flat;
    const piece = { start, end, constant, slope };
    if (end !== undefined) {
      before = constant + end * slope;
      start = end;
    }
    return piece;
  });
};

/**
 * What quantities up to the last one cost, `base` included. All amounts are multiplied by `factor`,
 * so that intervals of different lengths can be compared.
 */
export const costPieces = (
  amounts: UnitAmounts,
  terms: Omit<Purchase, 'quantity'>,
  { base, factor, last }: { base: bigint; factor: bigint; last: bigint },
): CostPieces => {
  const origin = BigInt(terms.includedAmount);
  const minimum = BigInt(terms.minimumQuantity);
  const blockSize = BigInt(terms.blockSize);
  const months = BigInt(terms.months);
  const grid = { months, origin, blockSize };
  const sloped = slopesOf(amounts, blockSize).map(({ start, end, constant, slope }): CostPiece => {
    const piece = { ...grid, constant: base + factor * constant, slope: factor * slope };
    return {
      ...piece,
      from: lastWithin({ ...piece, from: 0n, to: 0n }, start) + 1n,
      to: end === undefined ? last : lastWithin({ ...piece, from: 0n, to: 0n }, end),
    };
  });
  // Below what is included and below the minimum, the cost is that of the larger one.
  const free = minimum > origin ? minimum : origin;
  const atMinimum = sloped.find(({ from, to }) => from <= minimum && minimum <= to);
  const floor = minimum > origin && atMinimum ? costAt(atMinimum, minimum) : base;
  return [level(0n, free, floor), ...sloped]
    .map((piece, place) => ({
      ...piece,
      from: place > 0 && piece.from <= free ? free + 1n : piece.from,
      to: piece.to < last ? piece.to : last,
    }))
    .filter(({ from, to }) => from <= to);
};
