import type { PageSpec, Position, SortKey } from '../db/read/keyset.ts';
import { invalid } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import { isStorable } from '../metadata.ts';
import { MAX_INT32 } from '../vocabulary.ts';

/**
 * A page of a list, counted from the start (`first`, `after`) or from the end (`last`, `before`).
 */
export interface PageRequest {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

export interface Page<Item> {
  items: Item[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  cursorOf(item: Item): string;
}

interface Listing<Item> {
  /** Names the list and its order. */
  list: string;
  sortKey: SortKey<Item>;
  fetch(spec: PageSpec): MaybePromise<Item[]>;
}

export const DEFAULT_SIZE = 20;
/** What a surface may allow at most. */
const LONGEST_PAGE = 1_000;

/**
 * Cursors are opaque to clients. They name their list, so that one list's cursor is refused by
 * another.
 */
const encodeCursor = (list: string, position: Position): string =>
  `cur_${Buffer.from(JSON.stringify([list, ...position])).toString('base64url')}`;

const fits = {
  text: (value: unknown) => typeof value === 'string' && isStorable(value),
  int32: (value: unknown) => Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INT32,
};

const decodeCursor = <Item>(
  cursor: string,
  { list, sortKey }: Listing<Item>,
  param: string,
): Position => {
  const refused = () => invalid(param, 'is not a cursor of this list');
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor.replace(/^cur_/, ''), 'base64url').toString());
  } catch {
    throw refused();
  }
  if (!Array.isArray(decoded) || decoded[0] !== list) throw refused();
  const kinds = Object.values(sortKey.columns);
  const isPosition = (values: unknown[]): values is (string | number)[] =>
    values.length === kinds.length && kinds.every((kind, index) => fits[kind](values[index]));
  const position = decoded.slice(1);
  if (!isPosition(position) || encodeCursor(list, position) !== cursor) throw refused();
  return position;
};

const refuseSize = (size: number | null | undefined, param: string): void => {
  if (typeof size === 'number' && !(Number.isInteger(size) && size >= 0 && size <= LONGEST_PAGE))
    throw invalid(param, `must be a whole number from 0 to ${LONGEST_PAGE}`);
};

export const page = <Item>(
  { first, after, last, before }: PageRequest,
  listing: Listing<Item>,
): MaybePromise<Page<Item>> => {
  refuseSize(first, 'first');
  refuseSize(last, 'last');
  if (typeof first === 'number' && typeof last === 'number')
    throw invalid('last', 'cannot be combined with first');
  const position = (cursor: string | null | undefined, param: string) =>
    typeof cursor === 'string' ? decodeCursor(cursor, listing, param) : undefined;
  const fromEnd = typeof last === 'number';
  const limit = last ?? first ?? DEFAULT_SIZE;
  const spec = {
    limit,
    fromEnd,
    after: position(after, 'after'),
    before: position(before, 'before'),
  };
  return mapMaybePromise(listing.fetch(spec), (rows) => {
    const goesOn = rows.length > limit;
    const items = rows.slice(0, limit);
    if (fromEnd) items.reverse();
    return {
      items,
      hasNextPage: fromEnd ? spec.before !== undefined : goesOn,
      hasPreviousPage: fromEnd ? goesOn : spec.after !== undefined,
      cursorOf: (item: Item) => encodeCursor(listing.list, listing.sortKey.of(item)),
    };
  });
};
