import { type Compilable, type Kysely, sql } from 'kysely';
import { queries } from '../read/reader.ts';
import { placeholder, Statement } from '../read/statement.ts';
import { slices } from '../rows.ts';
import type { Fields, ImageOf, Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import type { Writer } from './writer.ts';

/** More rows come seldom, and hardly ever as many again. */
const MOST_ROWS_KEPT = 20;

interface Insert extends Compilable {
  execute(): Promise<unknown>;
}

/**
 * Inserts rows that all name the same columns. The text for a few is compiled once for each number
 * of them.
 */
const insertion = <Row extends Readonly<Record<string, unknown>>>(
  insert: (db: Kysely<Tables>, rows: readonly Row[]) => Insert,
) => {
  const statement = new Statement<unknown>();

  const compile = (db: Kysely<Tables>, rows: readonly Row[]) => {
    const blank = (row: Row, place: number) =>
      Object.fromEntries(
        Object.keys(row).map((column) => [column, placeholder(column, place)]),
      ) as Row;
    return insert(db, rows.map(blank)).compile();
  };

  const write = async (writer: Writer, rows: readonly Row[]): Promise<void> => {
    const db = writer[queries];
    if (rows.length > MOST_ROWS_KEPT) return void (await insert(db, rows).execute());
    await statement.run(writer, rows, () => compile(db, rows), rows.length);
  };

  return async (writer: Writer, rows: readonly Row[]): Promise<void> => {
    for (const slice of slices(rows)) await write(writer, slice);
  };
};

/**
 * Inserts records of a table, each with what is stored only. With `replaces`, a row that has the
 * same key becomes the new one.
 */
export const insertInto = <Name extends keyof Tables, Of extends Fields>(
  table: Table<Name, Of>,
  { replaces = false } = {},
) => {
  const values = table.columns.filter((column) => !table.keyColumns.includes(column));
  const insertRows = insertion((db, rows) => {
    // Kysely's types know each table alone; here it is any of them.
    const inserted = db.insertInto<keyof Tables>(table.name).values(rows as never);
    if (!replaces) return inserted;
    const key = ['tenant_id', ...table.keyColumns];
    const update = values.map((column) => [column, sql.ref(`excluded.${column}`)]);
    return inserted.onConflict((conflict) =>
      conflict.columns(key as never).doUpdateSet(Object.fromEntries(update) as never),
    );
  });
  return (writer: Writer, images: readonly ImageOf<Table<Name, Of>>[]): Promise<void> =>
    insertRows(
      writer,
      images.map((image) =>
        Object.assign({ tenant_id: writer.tenant.id }, table.row(image as never)),
      ),
    );
};
