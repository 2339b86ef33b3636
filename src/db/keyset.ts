import { type SelectQueryBuilder, sql } from 'kysely';

/** A place in a sorted list: the sort key of the row beside it. */
export type Position = readonly (string | number)[];

/** A stretch of a list: the rows after or before a position, counted from there. */
export interface Stretch {
  after?: Position | undefined;
  before?: Position | undefined;
  limit: number;
  fromEnd?: boolean;
}

/**
 * Cuts a stretch out of a list that is sorted by `columns`, all in one direction, with one row more than asked for: whether
 * it came tells that the list goes on. Rows counted from the end come in reverse.
 */
export const cut = <DB, Table extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Table, Row>,
  columns: readonly string[],
  { after, before, limit, fromEnd = false }: Stretch,
  descending = false,
): SelectQueryBuilder<DB, Table, Row> => {
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
