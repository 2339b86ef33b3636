import type { PriceTier } from '../price-tiers.ts';
import type { BillingInterval, TiersMode } from '../vocabulary.ts';

/** What a quantity of units costs. Integers only; BigInt, because products pass 2^53. */

/** What units cost in one currency: flat, or in tiers. */
export interface UnitAmounts {
  /** Of one block; null where tiers say it. */
  unitPrice: number | null;
  tiersMode: TiersMode | null;
  tiers: readonly PriceTier[];
}

export interface Purchase {
  quantity: number;
  /** The least quantity that can be bought. */
  minimumQuantity: number;
  /** What the plan includes of it. */
  includedAmount: number;
  blockSize: number;
  /** How many months the quantity and the included amount are counted for; 1 for standing ones. */
  months: number;
}

export interface UnitCost {
  /** Units that are charged: those beyond the included amount, in whole blocks. */
  chargedQuantity: number;
  amount: number;
}

/** The months of a billing interval; intervals that are no whole months count once. */
export const monthsOf: Readonly<Record<BillingInterval, number>> = {
  weekly: 1,
  monthly: 1,
  quarterly: 3,
  yearly: 12,
  one_time: 1,
};

const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** How many blocks are charged; a begun block counts whole. */
const chargedBlocks = (purchase: Purchase): bigint => {
  const { quantity, minimumQuantity, includedAmount, months } = purchase;
  const beyond = BigInt(Math.max(quantity, minimumQuantity)) - BigInt(includedAmount);
  const blockSize = BigInt(purchase.blockSize);
  return (most(beyond, 0n) * BigInt(months) + blockSize - 1n) / blockSize;
};

/** The end of a tier in blocks. The last one has none, so that it holds all that there are. */
const endOf = ({ upTo }: PriceTier, blockSize: number, blocks: bigint): bigint =>
  upTo === null ? blocks : least(BigInt(upTo) / BigInt(blockSize), blocks);

const amountOf = (amounts: UnitAmounts, blocks: bigint, blockSize: number): bigint => {
  const { unitPrice, tiersMode, tiers } = amounts;
  if (blocks === 0n) return 0n;
  if (unitPrice !== null) return blocks * BigInt(unitPrice);
  let amount = 0n;
  let start = 0n;
  for (const tier of tiers) {
    const end = endOf(tier, blockSize, blocks);
    const isLast = end === blocks;
    if (tiersMode === 'graduated' || isLast) {
      const counted = tiersMode === 'graduated' ? end - start : blocks;
      amount += counted * BigInt(tier.unitPrice) + BigInt(tier.flatPrice);
    }
    if (isLast) break;
    start = end;
  }
  return amount;
};

const isSafe = (number: bigint): boolean => number <= BigInt(Number.MAX_SAFE_INTEGER);

/** Undefined where the cost, or what is charged, is too large to be an amount. */
export const costOfUnits = (amounts: UnitAmounts, purchase: Purchase): UnitCost | undefined => {
  const blocks = chargedBlocks(purchase);
  const charged = blocks * BigInt(purchase.blockSize);
  const amount = amountOf(amounts, blocks, purchase.blockSize);
  return isSafe(charged) && isSafe(amount)
    ? { chargedQuantity: Number(charged), amount: Number(amount) }
    : undefined;
};
