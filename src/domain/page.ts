import type { Position, Stretch } from '../db/keyset.ts';
import { invalid } from '../errors.ts';

/** A page of a list, counted from the start (`first`, `after`) or from the end (`last`, `before`). */
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

/** Cursors are opaque to clients. They name their list, so that one list's cursor is refused by another. */
const encodeCursor = (list: string, position: Position): string =>
  `cur_${Buffer.from(JSON.stringify([list, ...position])).toString('base64url')}`;

const decodeCursor = (list: string, cursor: string, param: string): Position => {
  const refused = () => invalid(param, 'is not a cursor of this list');
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor.replace(/^cur_/, ''), 'base64url').toString());
  } catch {
    throw refused();
  }
  if (!Array.isArray(decoded) || decoded[0] !== list) throw refused();
  const position: unknown[] = decoded.slice(1);
  const isPosition = (values: unknown[]): values is (string | number)[] =>
    values.every((value) => (typeof value === 'string' && !value.includes('\0')) || Number.isSafeInteger(value));
  if (!isPosition(position) || encodeCursor(list, position) !== cursor) throw refused();
  return position;
};

interface Listing<Item> {
  /** Names the list and its order. */
  list: string;
  positionOf(item: Item): Position;
  fetch(stretch: Stretch): Promise<Item[]>;
}

export const page = async <Item>(
  { first, after, last, before }: PageRequest,
  { list, positionOf, fetch }: Listing<Item>,
): Promise<Page<Item>> => {
  if (typeof first === 'number' && typeof last === 'number') throw invalid('last', 'must not stand beside first');
  const fromEnd = typeof last === 'number';
  const limit = last ?? first ?? 20;
  const rows = await fetch({
    limit,
    fromEnd,
    after: after ? decodeCursor(list, after, 'after') : undefined,
    before: before ? decodeCursor(list, before, 'before') : undefined,
  });
  const goesOn = rows.length > limit;
  const items = rows.slice(0, limit);
  if (fromEnd) items.reverse();
  return {
    items,
    hasNextPage: fromEnd ? Boolean(before) : goesOn,
    hasPreviousPage: fromEnd ? goesOn : Boolean(after),
    cursorOf: (item) => encodeCursor(list, positionOf(item)),
  };
};
