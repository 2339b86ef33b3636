import { createHash, type Hash } from 'node:crypto';
import type { Reader } from '../domain/operation.ts';
import { type Body, LongBody } from '../response.ts';
import type { Answer, Era } from './eras/era.ts';
import { Rows } from './operation.ts';

/**
 * Long lists are read, written and sent in slices: between two of them, others get their turn, and
 * no more is in memory.
 */
const MOST_RECORDS = 100;
const MOST_ROWS = 4_000;
/** Shorter lists are always one slice. */
const SHORT_LIST = 10;
/** What is longer is not held as a whole. */
const MOST_HELD_BYTES = 4 * 2 ** 20;

const waiting: (() => void)[] = [];

const goOn = (): void => {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
};

/**
 * Of all lists, one slice is worked on in a turn of the event loop: many lists together keep others
 * waiting no longer than one.
 */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });

type Weigh<Row> = (records: Row[]) => Promise<number[]> | undefined;

/** Cuts a list by how much there is to read for it. */
export async function* slicesOf<Row>(records: Row[], weigh: Weigh<Row>): AsyncGenerator<Row[]> {
  if (records.length <= SHORT_LIST) {
    if (records.length > 0) yield records;
    return;
  }
  for (let start = 0; start < records.length; start += MOST_RECORDS) {
    if (records.length > MOST_RECORDS) await turn();
    const candidates = records.slice(start, start + MOST_RECORDS);
    const weights = (await weigh(candidates)) ?? [];
    for (const [place, slice] of cut(candidates, weights).entries()) {
      if (place > 0) await turn();
      yield slice;
    }
  }
}

const cut = <Row>(records: Row[], weights: number[]): Row[][] => {
  const slices: Row[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const [place, record] of records.entries()) {
    const weight = weights[place] ?? 0;
    if (rows + weight > MOST_ROWS) {
      slices.push([]);
      rows = 0;
    }
    slices.at(-1)?.push(record);
    rows += weight;
  }
  return slices;
};

const memberOf = ([name, value]: [string, unknown]): string =>
  `${JSON.stringify(name)}:${JSON.stringify(value)}`;

/** The JSON of a list, slice by slice. `envelope` is the list with no items in `data`. */
export async function* printList<Row>(
  envelope: object,
  slices: AsyncIterable<Row[]>,
  write: (records: Row[]) => Promise<object[]>,
): AsyncGenerator<string> {
  const members = Object.entries(envelope).filter(([, value]) => value !== undefined);
  const place = members.findIndex(([name]) => name === 'data');
  const before = members.slice(0, place).map((member) => `${memberOf(member)},`);
  const after = members.slice(place + 1).map((member) => `,${memberOf(member)}`);
  let start = `{${before.join('')}"data":[`;
  for await (const slice of slices) {
    const items = (await write(slice)).map((item) => JSON.stringify(item));
    yield start + items.join(',');
    start = ',';
  }
  yield `${start === ',' ? '' : start}]${after.join('')}}`;
}

/**
 * The text in one piece, where it is short enough. A longer one is written to its end all the same,
 * for its tag.
 */
export const inOnePiece = async (
  pieces: () => AsyncIterable<string>,
): Promise<Uint8Array | LongBody> => {
  let held: Uint8Array[] = [];
  let size = 0;
  let hash: Hash | undefined;
  for await (const piece of pieces()) {
    const bytes = Buffer.from(piece);
    held.push(bytes);
    size += bytes.byteLength;
    if (size <= MOST_HELD_BYTES) continue;
    hash ??= createHash('sha256');
    for (const part of held) hash.update(part);
    held = [];
  }
  return hash ? new LongBody(hash.digest('base64url'), size, pieces) : Buffer.concat(held);
};

export const CONTENT_TYPE = 'application/json';

const stampedBy =
  (answer: Answer<unknown>, era: Era, reader: Reader) =>
  async (records: unknown[]): Promise<object[]> => {
    const stamp = { object: answer.object, livemode: reader.tenant.mode === 'live' };
    return (await answer.fieldsOf(records, reader)).map((fields) => era.stamp(stamp, fields));
  };

/** One object, as the era writes it. */
export const printObject = async (
  answer: Answer<unknown>,
  era: Era,
  record: unknown,
  reader: Reader,
): Promise<string> => {
  const [only = {}] = await stampedBy(answer, era, reader)([record]);
  return JSON.stringify(era.envelope.one(only));
};

/** Tells the operator of a failure. */
interface Reporter {
  report(thrown: unknown): void;
}

/** What an operation came to, as the era writes it. */
export const printAnswer = async (
  answer: Answer<unknown>,
  era: Era,
  result: unknown,
  reader: Reader,
  reporter: Reporter,
): Promise<Body> => {
  if (!(result instanceof Rows)) return printObject(answer, era, result, reader);
  const { items, nextCursor } = result;
  const slices = () => slicesOf(items, (records) => answer.weigh?.(reader, records));
  const pieces = () =>
    printList(era.envelope.many([], nextCursor), slices(), stampedBy(answer, era, reader));
  return inOnePiece(reporting(pieces, reporter));
};

/**
 * What goes wrong once the answer has begun can only break the connection off: the operator is
 * told why.
 */
const reporting = (pieces: () => AsyncIterable<string>, reporter: Reporter) =>
  async function* () {
    try {
      yield* pieces();
    } catch (thrown) {
      reporter.report(thrown);
      throw thrown;
    }
  };
