import { type SelectQueryBuilder, sql } from 'kysely';

/** A place in a sorted list: the sort key of the row beside it. */
export type Position = readonly (string | number)[];

/** The order of a list: by which columns, the last one telling all rows apart, and which place a record has in it. */
export interface SortKey<Item> {
  readonly columns: Readonly<Record<string, 'text' | 'int32'>>;
  readonly of: (item: Item) => Position;
}

export const byCreation: SortKey<{ createdAt: string; id: string }> = {
  columns: { created_at: 'text', id: 'text' },
  of: ({ createdAt, id }) => [createdAt, id],
};

/** A stretch of a list: the rows after or before a position, counted from there. */
export interface Stretch {
  after?: Position | undefined;
  before?: Position | undefined;
  limit: number;
  fromEnd?: boolean;
}

/**
 * Cuts a stretch out of a sorted list, all columns in one direction, with one row more than asked for: whether it came
 * tells that the list goes on. Rows counted from the end come in reverse.
 */
export const cut = <DB, Table extends keyof DB, Row, Item>(
  query: SelectQueryBuilder<DB, Table, Row>,
  sortKey: SortKey<Item>,
  { after, before, limit, fromEnd = false }: Stretch,
  descending = false,
): SelectQueryBuilder<DB, Table, Row> => {
  const columns = Object.keys(sortKey.columns);
  const key = sql`(${sql.join(columns.map((column) => sql.ref(column)))})`;
  const beyond = (position: Position, forward: boolean) =>
    sql<boolean>`${key} ${sql.raw(forward !== descending ? '>' : '<')} (${sql.join([...position])})`;
  let stretch = query;
  if (after) stretch = stretch.where(beyond(after, true));
  if (before) stretch = stretch.where(beyond(before, false));
  const direction = fromEnd !== descending ? 'desc' : 'asc';
  for (const column of columns) stretch = stretch.orderBy(sql.ref(column), direction);
  return stretch.limit(limit + 1);
};
