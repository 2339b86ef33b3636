import { type SelectQueryBuilder, sql } from 'kysely';

/** A place in a sorted list: the sort key of the row next to it. */
export type Position = readonly (string | number)[];

/**
 * The order of a list: by which columns, the last one telling all rows apart, and which place a
 * record has in it.
 */
export interface SortKey<Item> {
  readonly columns: Readonly<Record<string, 'text' | 'int32'>>;
  readonly of: (item: Item) => Position;
}

export const byCreation: SortKey<{ createdAt: string; id: string }> = {
  columns: { created_at: 'text', id: 'text' },
  of: ({ createdAt, id }) => [createdAt, id],
};

/** The rows after or before a position. */
export interface Range {
  after?: Position | undefined;
  before?: Position | undefined;
  /** The last row that counts, in the direction of reading. */
  until?: Position | undefined;
  /** Read from the end, in reverse. */
  fromEnd?: boolean;
}

/** A stretch of a list: so many rows of a range. */
export interface PageSpec extends Range {
  limit: number;
}

const isAscending = (fromEnd: boolean | undefined, descending: boolean): boolean =>
  (fromEnd ?? false) === descending;

/** The rows of a range of a sorted list, all columns in one direction. */
export const within = <DB, Table extends keyof DB, Row, Item>(
  query: SelectQueryBuilder<DB, Table, Row>,
  sortKey: SortKey<Item>,
  { after, before, until, fromEnd }: Range,
  descending = false,
): SelectQueryBuilder<DB, Table, Row> => {
  const columns = Object.keys(sortKey.columns);
  const key = sql`(${sql.join(columns.map((column) => sql.ref(column)))})`;
  const compared = (operator: string, position: Position) =>
    sql<boolean>`${key} ${sql.raw(operator)} (${sql.join([...position])})`;
  let range = query;
  if (after) range = range.where(compared(descending ? '<' : '>', after));
  if (before) range = range.where(compared(descending ? '>' : '<', before));
  if (until) range = range.where(compared(isAscending(fromEnd, descending) ? '<=' : '>=', until));
  return range;
};

/** The same in the direction of reading. */
export const ordered = <DB, Table extends keyof DB, Row, Item>(
  query: SelectQueryBuilder<DB, Table, Row>,
  sortKey: SortKey<Item>,
  range: Range,
  descending = false,
): SelectQueryBuilder<DB, Table, Row> => {
  const direction = isAscending(range.fromEnd, descending) ? 'asc' : 'desc';
  let sorted = within(query, sortKey, range, descending);
  for (const column of Object.keys(sortKey.columns))
    sorted = sorted.orderBy(sql.ref(column), direction);
  return sorted;
};

/**
 * Cuts a spec out of a sorted list, with one row more than asked for: whether it came tells that
 * the list goes on. Rows counted from the end come in reverse.
 */
export const paginate = <DB, Table extends keyof DB, Row, Item>(
  query: SelectQueryBuilder<DB, Table, Row>,
  sortKey: SortKey<Item>,
  spec: PageSpec,
  descending = false,
): SelectQueryBuilder<DB, Table, Row> =>
  ordered(query, sortKey, spec, descending).limit(spec.limit + 1);
