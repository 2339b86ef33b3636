import { describe, expect, it } from 'vitest';
import { costOfUnits, type Purchase, type UnitAmounts } from '../../src/domain/unit-cost.ts';
import { type PriceTier, tierFaults } from '../../src/price-tiers.ts';

const flat = (unitPrice: number): UnitAmounts => ({ unitPrice, tiersMode: null, tiers: [] });
const tiered = (
  tiersMode: 'graduated' | 'volume',
  ...tiers: [upTo: number | null, unitPrice: number, flatPrice?: number][]
): UnitAmounts => ({
  unitPrice: null,
  tiersMode,
  tiers: tiers.map(([upTo, unitPrice, flatPrice = 0]) => ({ upTo, unitPrice, flatPrice })),
});

type Terms = Omit<Purchase, 'quantity'>;
const plain: Terms = { minimumQuantity: 0, includedAmount: 0, blockSize: 1, months: 1 };

/** Counts block by block, as somebody with a pencil would. */
class Pencil {
  readonly #amounts: UnitAmounts;
  readonly #terms: Terms;
  /** What the first blocks cost together, where each costs what its own tier says. */
  readonly #sums = [0];

  constructor(amounts: UnitAmounts, terms: Terms) {
    this.#amounts = amounts;
    this.#terms = terms;
  }

  /** The tier of a unit, the first one being 1. */
  #tierOf(unit: number): PriceTier {
    for (const tier of this.#amounts.tiers)
      if (tier.upTo === null || unit <= tier.upTo) return tier;
    throw new Error('there is no open tier');
  }

  #sum(blocks: number): number {
    const { blockSize } = this.#terms;
    for (let block = this.#sums.length; block <= blocks; block += 1) {
      const first = (block - 1) * blockSize + 1;
      const tier = this.#tierOf(first);
      const isReached = block === 1 || this.#tierOf(first - 1) !== tier;
      const cost = tier.unitPrice + (isReached ? tier.flatPrice : 0);
      this.#sums.push((this.#sums[block - 1] ?? 0) + cost);
    }
    return this.#sums[blocks] ?? 0;
  }

  cost(quantity: number) {
    const { minimumQuantity, includedAmount, blockSize, months } = this.#terms;
    const bought = quantity < minimumQuantity ? minimumQuantity : quantity;
    let units = 0;
    for (let month = 0; month < months; month += 1)
      if (bought > includedAmount) units += bought - includedAmount;
    let blocks = 0;
    while (blocks * blockSize < units) blocks += 1;
    const charged = blocks * blockSize;
    return { chargedQuantity: charged, amount: this.#amount(blocks, charged) };
  }

  #amount(blocks: number, charged: number): number {
    const { unitPrice, tiersMode } = this.#amounts;
    if (charged === 0) return 0;
    if (unitPrice !== null) return blocks * unitPrice;
    if (tiersMode === 'graduated') return this.#sum(blocks);
    const tier = this.#tierOf(charged);
    return blocks * tier.unitPrice + tier.flatPrice;
  }
}

const seats = flat(120_000);
const contacts = flat(130_000);
const graduated = tiered('graduated', [1_000, 50], [2_000, 30, 7_000], [null, 10]);
const volume = tiered('volume', [1_000, 50], [2_000, 30, 7_000], [null, 10]);

const shapes: [name: string, amounts: UnitAmounts, terms: Terms][] = [
  ['flat', seats, plain],
  ['flat beyond an included amount', seats, { ...plain, includedAmount: 5 }],
  ['flat from a minimum on', seats, { ...plain, minimumQuantity: 3 }],
  ['a minimum below what is included', seats, { ...plain, minimumQuantity: 3, includedAmount: 9 }],
  ['a minimum above it', seats, { ...plain, minimumQuantity: 90, includedAmount: 40 }],
  ['for nothing', flat(0), plain],
  ['blocks', contacts, { ...plain, blockSize: 500 }],
  ['blocks beyond an included amount', contacts, { ...plain, blockSize: 500, includedAmount: 250 }],
  ['blocks of twelve months', contacts, { ...plain, blockSize: 7, includedAmount: 10, months: 12 }],
  ['graduated', graduated, plain],
  ['graduated beyond an included amount', graduated, { ...plain, includedAmount: 500 }],
  ['graduated in blocks', graduated, { ...plain, blockSize: 500, includedAmount: 3 }],
  ['graduated for a quarter', graduated, { ...plain, includedAmount: 100, months: 3 }],
  ['one tier', tiered('graduated', [null, 7, 3]), plain],
  ['tiers of one unit', tiered('graduated', [1, 9, 1], [2, 8, 2], [null, 7, 3]), plain],
  ['volume', volume, plain],
  ['volume beyond an included amount', volume, { ...plain, includedAmount: 500 }],
  [
    'volume in blocks from a minimum on',
    volume,
    { ...plain, blockSize: 100, minimumQuantity: 300 },
  ],
  ['volume for a year', volume, { ...plain, includedAmount: 1_200, months: 12 }],
];

describe('the cost of 0 to 5 000 units', () => {
  it.each(shapes)('is what counting says: %s', (_, amounts, terms) => {
    const pencil = new Pencil(amounts, terms);
    for (let quantity = 0; quantity <= 5_000; quantity += 1)
      expect(costOfUnits(amounts, { ...terms, quantity })).toEqual(pencil.cost(quantity));
  });
});

describe('the cost of a quantity', () => {
  it.each([
    ['3 seats at $12', seats, plain, 3, 360_000],
    ['1 seat where 3 are the least', seats, { ...plain, minimumQuantity: 3 }, 1, 360_000],
    ['501 contacts in blocks of 500', contacts, { ...plain, blockSize: 500 }, 501, 260_000],
    ['the last unit of a tier', graduated, plain, 1_000, 50_000],
    ['the first of the next, which has a flat price', graduated, plain, 1_001, 57_030],
    ['all three tiers', graduated, plain, 2_001, 50_000 + 30_000 + 7_000 + 10],
    ['the last unit of a volume tier', volume, plain, 1_000, 50_000],
    ['one more is cheaper a unit', volume, plain, 1_001, 30_030 + 7_000],
    ['what is included', graduated, { ...plain, includedAmount: 10 }, 10, 0],
  ])('%s', (_, amounts, terms, quantity, amount) => {
    expect(costOfUnits(amounts, { ...terms, quantity })?.amount).toBe(amount);
  });

  it('is exact beyond 2^53 on the way', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(costOfUnits(flat(1), { ...plain, quantity: most })?.amount).toBe(most);
    const terms = { ...plain, months: 12, includedAmount: most - 1 };
    expect(costOfUnits(flat(3), { ...terms, quantity: most })?.amount).toBe(36);
    const steep = tiered('volume', [1, most], [null, 1, most - 2]);
    expect(costOfUnits(steep, { ...plain, quantity: 2 })?.amount).toBe(most);
  });

  it('is none where the amount or the quantity would be no safe integer', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(costOfUnits(flat(2), { ...plain, quantity: most })).toBeUndefined();
    expect(costOfUnits(flat(0), { ...plain, quantity: most, months: 3 })).toBeUndefined();
    expect(costOfUnits(flat(0), { ...plain, quantity: most, blockSize: 2 })).toBeUndefined();
    const steep = tiered('graduated', [1, most], [null, 1]);
    expect(costOfUnits(steep, { ...plain, quantity: 2 })).toBeUndefined();
  });
});

describe('tiers', () => {
  const ending = (...ends: (number | null)[]) =>
    ends.map((upTo) => ({ upTo, unitPrice: 1, flatPrice: 0 }));

  it.each([
    [ending(null), 1],
    [ending(1, 2, null), 1],
    [ending(500, 1_500, null), 500],
  ])('rise in whole blocks to an open one', (tiers, blockSize) => {
    expect(tierFaults(tiers, blockSize)).toEqual([]);
  });

  it.each([
    ['do not rise', ending(10, 10, null), 1, [[1, 'must rise from tier to tier']]],
    ['fall', ending(10, 5, null), 1, [[1, 'must rise from tier to tier']]],
    ['begin with nothing', ending(0, null), 1, [[0, 'must be at least 1']]],
    ['do not end', ending(10, 20), 1, [[1, 'must be null in the last tier, which has no end']]],
    [
      'are open in between',
      ending(10, null, null),
      1,
      [[1, 'must be set in every tier but the last']],
    ],
    ['split blocks', ending(10, 15, null), 10, [[1, 'must be a multiple of the block size 10']]],
  ] as const)('are refused where they %s', (_, tiers, blockSize, faults) => {
    expect(tierFaults(tiers, blockSize).map(({ place, message }) => [place, message])).toEqual(
      faults,
    );
  });
});
