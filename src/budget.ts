import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ApiError, LimitExceeded, Timeout } from './errors.ts';

/**
 * One point stands for about a microsecond of work: a field of an answer, or a row that a filter or
 * a count looks at. A write is a transaction, and the wait until it is durable.
 */
export const POINTS_OF_A_WRITE = 100;

/** Bytes of an answer that cost as much as a field. */
const BYTES_OF_A_POINT = 50;

/** How many fields are answered before other requests take their turn: about 20 ms of work. */
const FIELDS_AT_ONCE = 10_000;

export interface BudgetLimits {
  /** Fields of the answer. */
  fields: number;
  /** Characters of text read from the database: in memory, records take some four times as much. */
  charactersRead: number;
  seconds: number;
}

const UNLIMITED: BudgetLimits = {
  fields: Number.POSITIVE_INFINITY,
  charactersRead: Number.POSITIVE_INFINITY,
  seconds: Number.POSITIVE_INFINITY,
};

/** What a selection answers at most, without what stands in lists. */
export interface Size {
  readonly fields: number;
  readonly bytes: number;
}

/** What one request has done so far, and how much more it may do. */
export class Budget {
  #fields = 0;
  #rows = 0;
  #writes = 0;
  #bytes = 0;
  #bytesAtMost = 0;
  #charactersRead = 0;
  #fieldsSincePause = 0;
  #pause: Promise<void> | undefined;
  #limits: BudgetLimits = UNLIMITED;
  #deadline = Number.POSITIVE_INFINITY;
  #field: string | undefined;
  #refusal: ApiError | undefined;
  #refusedField: string | undefined;

  /** The time runs from now on. */
  limitTo(limits: BudgetLimits): void {
    this.#limits = limits;
    this.#deadline = performance.now() + limits.seconds * 1_000;
  }

  /**
   * How many bytes the answer has at most, as far as the schema tells; infinite where it does not.
   */
  get bytesAtMost(): number {
    return this.#bytesAtMost;
  }

  /** Why the request must not go on; undefined while it may. */
  get refusal(): ApiError | undefined {
    return this.#refusal;
  }

  /** The field of the operation that was executed when the work had to end. */
  get refusedField(): string | undefined {
    return this.#refusedField;
  }

  /** The request must not go on. */
  get isOver(): boolean {
    if (!this.#refusal && performance.now() > this.#deadline)
      this.#refuse(new Timeout(this.#limits.seconds));
    return this.#refusal !== undefined;
  }

  /** On the clock of `performance.now()`. */
  get deadline(): number {
    return this.#deadline;
  }

  /** What the work so far has cost. */
  get points(): number {
    const answered = Math.max(this.#fields, Math.ceil(this.#bytes / BYTES_OF_A_POINT));
    return answered + this.#rows + this.#writes * POINTS_OF_A_WRITE;
  }

  /** Throws once the request must not go on. */
  check(): void {
    if (this.isOver) throw this.#refusal;
  }

  /** A field of the operation is executed from now on. Throws once the request must not go on. */
  beginField(name: string): void {
    this.check();
    this.#field = name;
  }

  /**
   * Counts fields before they are answered. What comes back has to be waited for, so that other
   * requests get a turn.
   */
  addFields(count: number): Promise<void> | undefined {
    const { fields } = this.#limits;
    this.#fields += count;
    if (this.#fields > fields)
      this.#refuse(
        new LimitExceeded(`The answer has ${this.#fields} fields`, fields, this.#fields),
      );
    this.#fieldsSincePause += count;
    if (this.#fieldsSincePause > FIELDS_AT_ONCE) {
      this.#fieldsSincePause = 0;
      this.#pauseOnceMore();
    }
    return this.#pause;
  }

  /** The same for the objects of a list. */
  addObjects(count: number, each: Size): Promise<void> | undefined {
    // Infinitely many bytes for each of none are none.
    if (count > 0) this.#bytesAtMost += count * each.bytes;
    return this.addFields(count * each.fields);
  }

  /** Lists that come at once are answered one pause after the other. */
  #pauseOnceMore(): void {
    const pause = (this.#pause ?? Promise.resolve())
      .then(() => nextTurn())
      .then(() => void this.isOver);
    this.#pause = pause;
    void pause.then(() => {
      if (this.#pause === pause) this.#pause = undefined;
    });
  }

  /** An answer is begun, with so much outside lists. An attempt before it is forgotten. */
  begin({ fields, bytes }: Size): void {
    this.#fields = fields;
    this.#bytesAtMost = bytes;
  }

  /** Counts rows that a filter or a count has looked at. */
  addRows(count: number): void {
    this.#rows += count;
    this.check();
  }

  /** Counts text that the database has answered. */
  addCharactersRead(count: number): void {
    const { charactersRead } = this.#limits;
    this.#charactersRead += count;
    if (this.#charactersRead > charactersRead)
      this.#refuse(
        new LimitExceeded('The request reads too much', charactersRead, this.#charactersRead),
      );
    this.check();
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  addWrite(): void {
    this.#writes += 1;
  }

  #refuse(refusal: ApiError): void {
    this.#refusal ??= refusal;
    this.#refusedField ??= this.#field;
  }
}
