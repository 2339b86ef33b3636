import { blocksAt, type CostPiece, type CostPieces, costAt, lastWithin } from './cost-pieces.ts';

/**
 * Finds the quantities at which another option becomes the cheapest one, exactly. Costs rise in
 * steps of whole blocks, so that two of them may cross many times: within one pair of pieces their
 * difference repeats itself with the common period of their steps, but for a constant change.
 */

/** The last quantity that is looked at. */
export const LAST_QUANTITY = 1_000_000_000n;

const greatestCommonDivisor = (one: bigint, other: bigint): bigint =>
  other === 0n ? one : greatestCommonDivisor(other, one % other);

/** After how many units the steps of a piece repeat themselves. */
const periodOf = ({ slope, months, blockSize }: CostPiece): bigint =>
  slope === 0n ? 1n : blockSize / greatestCommonDivisor(months, blockSize);

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** Quantities from `near` to `far`, upwards or downwards. */
interface Stretch {
  near: bigint;
  far: bigint;
  step: 1n | -1n;
}

const nearer = (one: bigint, other: bigint, step: 1n | -1n): bigint =>
  step === 1n ? least(one, other) : most(one, other);

const isPast = (quantity: bigint, { far, step }: Stretch): boolean =>
  step === 1n ? quantity > far : quantity < far;

/** The end of the step that a quantity is on, in the direction of the stretch. */
const endOfStep = (piece: CostPiece, quantity: bigint, { far, step }: Stretch): bigint => {
  if (piece.slope === 0n) return far;
  const blocks = blocksAt(piece, quantity);
  const end = step === 1n ? lastWithin(piece, blocks) : lastWithin(piece, blocks - 1n) + 1n;
  return nearer(end, far, step);
};

/** Two costs side by side, where neither changes from piece to piece. */
class Pair {
  readonly #one: CostPiece;
  readonly #other: CostPiece;
  /** Of a difference that is less, the one is cheaper. */
  readonly #bound: bigint;
  /** The cost with the longer steps. */
  readonly #wide: CostPiece;
  readonly #period: bigint;

  /** At the same cost, the one is cheaper if it wins ties. */
  constructor(one: CostPiece, other: CostPiece, winsTies: boolean) {
    this.#one = one;
    this.#other = other;
    this.#bound = winsTies ? 1n : 0n;
    const [period, otherPeriod] = [periodOf(one), periodOf(other)];
    this.#wide = one.slope === 0n || (other.slope !== 0n && period >= otherPeriod) ? one : other;
    this.#period = (period * otherPeriod) / greatestCommonDivisor(period, otherPeriod);
  }

  /** The first quantity of a stretch at which the one is cheaper. */
  first(stretch: Stretch): bigint | undefined {
    const { near, far, step } = stretch;
    const window = this.#windowFrom(near, stretch);
    const found = this.#scan(window);
    if (found !== undefined || window.far === far) return found;
    const change = this.#difference(near + step * this.#period) - this.#difference(near);
    if (change >= 0n) return undefined;
    const windows = (this.#least(window) - this.#bound) / -change + 1n;
    const start = near + step * windows * this.#period;
    return isPast(start, stretch) ? undefined : this.#scan(this.#windowFrom(start, stretch));
  }

  /** One period of a stretch. */
  #windowFrom(near: bigint, { far, step }: Stretch): Stretch {
    return { near, far: nearer(near + step * (this.#period - 1n), far, step), step };
  }

  #difference(quantity: bigint): bigint {
    return costAt(this.#one, quantity) - costAt(this.#other, quantity);
  }

  #isCheaper(quantity: bigint): boolean {
    return this.#difference(quantity) < this.#bound;
  }

  /** On one step of the wide cost, the difference only rises or only falls. */
  *#steps(window: Stretch): Generator<Stretch> {
    const { step } = window;
    for (let near = window.near; !isPast(near, window); ) {
      const far = endOfStep(this.#wide, near, window);
      yield { near, far, step };
      near = far + step;
    }
  }

  #scan(window: Stretch): bigint | undefined {
    for (const { near, far, step } of this.#steps(window)) {
      if (this.#isCheaper(near)) return near;
      if (!this.#isCheaper(far)) continue;
      let [no, yes] = [near, far];
      while (no + step !== yes) {
        const middle = (no + yes) / 2n;
        if (this.#isCheaper(middle)) yes = middle;
        else no = middle;
      }
      return yes;
    }
    return undefined;
  }

  #least(window: Stretch): bigint {
    let found = this.#difference(window.near);
    for (const { near, far } of this.#steps(window))
      found = least(found, least(this.#difference(near), this.#difference(far)));
    return found;
  }
}

/** Something to choose, with what it costs; of those that cost the same, the earlier one wins. */
export interface Option {
  readonly choice: unknown;
  readonly order: number;
  /** Where the pieces end, the option does. */
  readonly pieces: CostPieces;
}

const endOf = ({ pieces }: Option): bigint => pieces.at(-1)?.to ?? -1n;

const pieceAt = ({ pieces }: Option, quantity: bigint): CostPiece | undefined =>
  pieces.find(({ from, to }) => from <= quantity && quantity <= to);

/** The cheapest option at a quantity. */
export const cheapestAt = <Of extends Option>(
  options: readonly Of[],
  quantity: bigint,
): Of | undefined => {
  let cheapest: Of | undefined;
  let cost = 0n;
  for (const option of options) {
    const piece = pieceAt(option, quantity);
    if (!piece) continue;
    const own = costAt(piece, quantity);
    if (cheapest && (own > cost || (own === cost && option.order > cheapest.order))) continue;
    cheapest = option;
    cost = own;
  }
  return cheapest;
};

/** The first quantity of a stretch at which one option is cheaper than another, or alone. */
const firstCheaper = (one: Option, other: Option, stretch: Stretch): bigint | undefined => {
  const { step } = stretch;
  let { near } = stretch;
  while (!isPast(near, stretch)) {
    const piece = pieceAt(one, near);
    if (!piece) {
      if (step === 1n) return undefined;
      near = endOf(one);
      continue;
    }
    const otherPiece = pieceAt(other, near);
    if (!otherPiece) return near;
    const [end, otherEnd] = step === 1n ? [piece.to, otherPiece.to] : [piece.from, otherPiece.from];
    const far = nearer(nearer(end, otherEnd, step), stretch.far, step);
    const found = new Pair(piece, otherPiece, one.order < other.order).first({ near, far, step });
    if (found !== undefined) return found;
    near = far + step;
  }
  return undefined;
};

/** The first quantity of a stretch at which an option is cheaper than each of its rivals. */
const firstCheapest = (
  option: Option,
  rivals: readonly Option[],
  stretch: Stretch,
): bigint | undefined => {
  let near: bigint | undefined;
  for (let next: bigint | undefined = stretch.near; near !== next; ) {
    near = next;
    for (const rival of rivals) {
      next = firstCheaper(option, rival, { ...stretch, near: next });
      if (next === undefined) return undefined;
    }
  }
  return near;
};

/** Where another choice becomes the cheapest one. */
export interface Change<Of extends Option> {
  quantity: bigint;
  option: Of;
}

/**
 * The nearest quantity above or below at which the cheapest option is another choice than that at
 * the quantity.
 */
export function* nearestChange<Of extends Option>(
  options: readonly Of[],
  quantity: bigint,
  direction: 'below' | 'above',
): Generator<undefined, Change<Of> | undefined> {
  const now = cheapestAt(options, quantity);
  if (!now) return undefined;
  const rivals = options.filter(({ choice }) => choice === now.choice);
  let stretch: Stretch =
    direction === 'above'
      ? { near: quantity + 1n, far: LAST_QUANTITY, step: 1n }
      : { near: least(quantity - 1n, LAST_QUANTITY), far: 0n, step: -1n };
  let nearest: bigint | undefined;
  for (const option of options) {
    if (option.choice === now.choice || isPast(stretch.near, stretch)) continue;
    const found = firstCheapest(option, rivals, stretch);
    yield;
    if (found === undefined) continue;
    nearest = found;
    stretch = { ...stretch, far: found };
  }
  const option = nearest === undefined ? undefined : cheapestAt(options, nearest);
  return nearest === undefined || !option ? undefined : { quantity: nearest, option };
}
