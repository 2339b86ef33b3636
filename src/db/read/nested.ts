import { type Expression, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { Fields, RecordOf, Table } from '../table.ts';
import { type PageSpec, paginate, type SortKey } from './keyset.ts';
import { dialect, meter, queries, type Reader, run, type Source } from './reader.ts';

/**
 * JSON that a statement makes, and what is made of it. Rows are tuples and nest, so that a whole
 * tree is one value.
 */
export interface Nested<Item> {
  readonly json: RawBuilder<unknown>;
  read(json: unknown): Item;
}

/** A record of a table, as the reader's audience sees it. */
export const columns = <Name extends string, Of extends Fields>(
  { [dialect]: { tuple }, audience }: Source,
  table: Table<Name, Of>,
  alias?: string,
): Nested<RecordOf<Table<Name, Of>>> => ({
  json: tuple(table.tuple(audience, alias)),
  read: (values) => table.decode(values as readonly unknown[]),
});

/** The only row that the query finds, or null. */
export const maybeOne = <DB, Table extends keyof DB, Item>(
  rows: SelectQueryBuilder<DB, Table, object>,
  { json, read }: Nested<Item>,
): Nested<Item | null> => ({
  json: sql`${rows.select(json.as('json'))}`,
  read: (row) => (row === null ? null : read(row)),
});

/** Every row that the query finds, sorted by columns. */
export const many = <DB, Table extends keyof DB, Item>(
  source: Source,
  rows: SelectQueryBuilder<DB, Table, object>,
  order: readonly string[],
  { json, read }: Nested<Item>,
): Nested<Item[]> => {
  const list = source[dialect].list(
    json,
    order.map((column) => sql.ref(column)),
  );
  return {
    json: sql`${rows.select(list.as('json'))}`,
    read: (items) => (items as unknown[]).map(read),
  };
};

/**
 * A stretch of the rows of a table that the query finds, and one more: whether it came tells that
 * the list goes on. Rows counted from the end come in reverse.
 */
export const pageOf = <DB, Table extends keyof DB & string, Row, Item>(
  source: Source,
  table: Table,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Row>,
  spec: PageSpec,
  item: Nested<Item>,
): Nested<Item[]> => {
  const found = source[queries].selectFrom(paginate(rows.selectAll(), sortKey, spec).as(table));
  const order = Object.keys(sortKey.columns).map((column) => `${table}.${column}`);
  const { json, read } = many(source, found, order, item);
  return { json, read: (items) => (spec.fromEnd ? read(items).reverse() : read(items)) };
};

/** What hangs on something that has to be shown; else nothing. */
export const when = <Item>(
  condition: Expression<boolean>,
  { json, read }: Nested<Item[]>,
): Nested<Item[]> => ({
  json: sql`case when ${condition} then ${json} end`,
  read: (items) => (items === null ? [] : read(items)),
});

/** Several things side by side, as one. */
export const tuple = <Parts extends unknown[], Item>(
  source: Source,
  parts: { [Place in keyof Parts]: Nested<Parts[Place]> },
  join: (...parts: Parts) => Item,
): Nested<Item> => ({
  json: source[dialect].tuple(parts.map(({ json }) => json)),
  read: (values) =>
    join(...(parts.map(({ read }, place) => read((values as unknown[])[place])) as Parts)),
});

/** Nothing at all, where nothing is asked for. */
export const absent: Nested<undefined> = { json: sql`null`, read: () => undefined };

/** Runs a query that is put together for the occasion. */
export const listed = <DB, Table extends keyof DB, Item>(
  reader: Reader,
  rows: SelectQueryBuilder<DB, Table, object>,
  { json, read }: Nested<Item>,
): MaybePromise<Item[]> => {
  const query = rows.select(reader[dialect].text(json).as('json')).$castTo<{ json: string }>();
  return mapMaybePromise(reader[run](query.compile()), (found) => {
    for (const row of found) reader[meter]?.addCharactersRead(row.json.length);
    return found.map((row) => read(JSON.parse(row.json)));
  });
};
