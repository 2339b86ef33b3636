import { describe, expect, it } from 'vitest';
import { type Change, cheapestAt, nearestChange, type Option } from '../../src/domain/cheapest.ts';
import { type CostPieces, costAt, costPieces, levelCost } from '../../src/domain/cost-pieces.ts';
import { costOfUnits, type Purchase, type UnitAmounts } from '../../src/domain/unit-cost.ts';
import { Random } from '../model/random.ts';

const LAST = 1_000_000_000n;
/** How far quantities are tried one by one. */
const TRIED = 5_000;

interface Subject {
  choice: string;
  amounts: UnitAmounts;
  terms: Omit<Purchase, 'quantity'>;
  base: number;
  factor: number;
  last: number;
}

const tiersOf = (random: Random, blockSize: number) => {
  let end = 0;
  const count = 1 + random.below(4);
  return Array.from({ length: count }, (_, place) => {
    end += blockSize * (1 + random.below(400));
    return {
      upTo: place === count - 1 ? null : end,
      unitPrice: random.below(30),
      flatPrice: random.chance(0.3) ? random.below(2_000) : 0,
    };
  });
};

const subjectOf = (random: Random, choice: string): Subject => {
  const blockSize = random.pick([1, 1, 1, 2, 3, 7, 50, 60]);
  const tiersMode = random.pick([null, null, 'graduated', 'volume'] as const);
  const factor = random.pick([12, 4, 1]);
  const isStanding = random.chance(0.5);
  return {
    choice,
    amounts: {
      unitPrice: tiersMode === null ? random.below(30) : null,
      tiersMode,
      tiers: tiersMode === null ? [] : tiersOf(random, blockSize),
    },
    terms: {
      minimumQuantity: random.chance(0.3) ? blockSize * random.below(20) : 0,
      includedAmount: random.chance(0.5) ? random.below(600) : 0,
      blockSize,
      months: isStanding ? 1 : 12 / factor,
    },
    base: random.below(4_000),
    factor,
    last: random.chance(0.2) ? blockSize * (20 + random.below(3_000 / blockSize)) : Number(LAST),
  };
};

const piecesOf = ({ amounts, terms, base, factor, last }: Subject): CostPieces =>
  costPieces(amounts, terms, {
    base: BigInt(base * factor),
    factor: BigInt(factor),
    last: BigInt(last),
  });

/** By the function that every other price of units comes from. */
const costOf = ({ amounts, terms, base, factor, last }: Subject, quantity: number) => {
  const units = costOfUnits(amounts, { ...terms, quantity });
  return units && quantity <= last ? factor * (base + units.amount) : undefined;
};

const cheapestOf = (subjects: readonly Subject[], quantity: number): string | undefined => {
  let cheapest: { choice: string; cost: number } | undefined;
  for (const subject of subjects) {
    const cost = costOf(subject, quantity);
    if (cost !== undefined && (!cheapest || cost < cheapest.cost))
      cheapest = { choice: subject.choice, cost };
  }
  return cheapest?.choice;
};

const optionsOf = (subjects: readonly Subject[]): Option[] =>
  subjects.map((subject, order) => ({ choice: subject.choice, order, pieces: piecesOf(subject) }));

const changeOf = (
  options: readonly Option[],
  quantity: number,
  direction: 'below' | 'above',
): Change<Option> | undefined => {
  const search = nearestChange(options, BigInt(quantity), direction);
  for (let step = search.next(); ; step = search.next()) if (step.done) return step.value;
};

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

describe('the pieces of a cost', () => {
  it.each(seeds)('are what each quantity costs (%i)', (seed) => {
    const random = new Random(15, seed);
    const subject = subjectOf(random, 'one');
    const pieces = piecesOf(subject);
    let next = 0n;
    for (const { from, to } of pieces) {
      expect(from).toBe(next);
      next = to + 1n;
    }
    expect(next).toBe(BigInt(subject.last) + 1n);
    for (let quantity = 0; quantity <= TRIED; quantity += 1) {
      const at = BigInt(quantity);
      const piece = pieces.find(({ from, to }) => from <= at && at <= to);
      expect(piece && Number(costAt(piece, at))).toBe(costOf(subject, quantity));
    }
  });
});

describe('where another choice becomes the cheapest', () => {
  it.each(seeds)('is what trying every quantity finds (%i)', (seed) => {
    const random = new Random(16, seed);
    const choices = ['a', 'b', 'c', 'd'].slice(0, 2 + random.below(3));
    const subjects = choices.flatMap((choice) =>
      Array.from({ length: 1 + random.below(3) }, () => subjectOf(random, choice)),
    );
    const options = optionsOf(subjects);
    const cheapest = Array.from({ length: TRIED + 1 }, (_, quantity) =>
      cheapestOf(subjects, quantity),
    );
    for (let times = 0; times < 12; times += 1) {
      const quantity = random.below(TRIED);
      const now = cheapest[quantity];
      expect(cheapestAt(options, BigInt(quantity))?.choice).toBe(now);
      if (now === undefined) continue;
      const differs = (choice: string | undefined) => choice !== undefined && choice !== now;
      const below = cheapest.slice(0, quantity).findLastIndex(differs);
      const found = changeOf(options, quantity, 'below');
      expect(found && Number(found.quantity)).toBe(below === -1 ? undefined : below);
      expect(found?.option.choice).toBe(below === -1 ? undefined : cheapest[below]);

      const above = cheapest.findIndex((choice, at) => at > quantity && differs(choice));
      const next = changeOf(options, quantity, 'above');
      if (above !== -1) {
        expect(next).toMatchObject({
          quantity: BigInt(above),
          option: { choice: cheapest[above] },
        });
      } else if (next) {
        const at = Number(next.quantity);
        expect(at).toBeGreaterThan(TRIED);
        expect(cheapestOf(subjects, at)).toBe(next.option.choice);
        expect([now, undefined]).toContain(cheapestOf(subjects, at - 1));
      }
    }
  });

  /** One price for every quantity beside one in blocks that is dearer by a little each time. */
  const flat = (unitPrice: number): UnitAmounts => ({ unitPrice, tiersMode: null, tiers: [] });
  const plain = { minimumQuantity: 0, includedAmount: 0, blockSize: 1, months: 1 };
  const inBlocks = (blockSize: number, unitPrice: number, base: number) =>
    costPieces(
      flat(unitPrice),
      { ...plain, blockSize },
      {
        base: BigInt(base),
        factor: 1n,
        last: LAST,
      },
    );
  const between = (one: CostPieces, other: CostPieces) => [
    { choice: 'one', order: 0, pieces: one },
    { choice: 'other', order: 1, pieces: other },
  ];

  it('is found after many steps that all but repeat themselves', () => {
    const options = between(inBlocks(1_000, 1_000, 0), inBlocks(999, 998, 1_000_000));
    const found = changeOf(options, 1, 'above');
    const at = Number(found?.quantity);
    const costs = (quantity: number) => [
      Math.ceil(quantity / 1_000) * 1_000,
      1_000_000 + Math.ceil(quantity / 999) * 998,
    ];
    expect(found?.option.choice).toBe('other');
    const [one = 0, other = 0] = costs(at);
    expect(other).toBeLessThan(one);
    const [oneBefore = 0, otherBefore = 0] = costs(at - 1);
    expect(otherBefore).toBeGreaterThanOrEqual(oneBefore);
    expect(at).toBeGreaterThan(900_000_000);
  });

  it('is nowhere between parallel prices, without trying each quantity', () => {
    const options = between(inBlocks(7, 70, 0), inBlocks(7, 70, 1));
    expect(changeOf(options, 3, 'above')).toBeUndefined();
    expect(changeOf(options, 1_000_000, 'below')).toBeUndefined();
  });

  it('is found at once between blocks whose steps never meet', () => {
    const options = between(inBlocks(31_627, 31_627, 0), inBlocks(31_643, 31_642, 5_000));
    const found = changeOf(options, 1, 'above');
    const at = Number(found?.quantity);
    const isCheaper = (quantity: number) =>
      5_000 + Math.ceil(quantity / 31_643) * 31_642 < Math.ceil(quantity / 31_627) * 31_627;
    let first = 1;
    while (!isCheaper(first)) first += 1;
    expect(at).toBe(first);
  });

  it('is not beyond a thousand million', () => {
    const dear = levelCost(2_000_000_001n, LAST);
    expect(changeOf(between(inBlocks(1, 1, 0), dear), 5, 'above')).toBeUndefined();
    const cheaper = levelCost(1_000_000_000n, LAST);
    expect(changeOf(between(cheaper, inBlocks(1, 1, 0)), 5, 'below')).toBeUndefined();
    const last = changeOf(between(inBlocks(1, 1, 1), levelCost(LAST, LAST)), 5, 'above');
    expect(last?.quantity).toBe(LAST);
  });
});
