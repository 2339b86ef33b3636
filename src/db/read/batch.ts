import { type CompiledQuery, type Expression, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import { runCompiled } from './compiled.ts';
import type { Nested } from './nested.ts';
import { dialect, meter, queries, type Reader, run, type Source } from './reader.ts';

/** Stand in a text for what is given each time that it runs. */
const TENANT = Symbol('tenant');
const KEYS = Symbol('keys');

interface Statement<Item> {
  text: CompiledQuery<{ json: string | null }>;
  read(json: unknown): Item;
}

/** Reads for keys. The answers stand in the order of the keys. */
export type Batch<Item> = (reader: Reader, keys: readonly string[]) => MaybePromise<Item[]>;

/** What is asked for: a place in the text of a statement. */
export type Key = Expression<string>;

/**
 * Reads what hangs on a key, for any number of keys in one statement. Its text is always the same,
 * and compiled once.
 */
export const batch = <Item>(find: (source: Source, key: Key) => Nested<Item>): Batch<Item> => {
  const compile = (reader: Reader, isAlone: boolean): Statement<Item> => {
    const keys = sql<string>`${KEYS}`;
    const source = { ...reader, tenant: { id: sql<string>`${TENANT}` } };
    const { list, text, asked } = reader[dialect];
    const { json, read } = find(source, isAlone ? keys : sql.ref('asked.value'));
    // One text for all keys: a row for each costs more than what is in it.
    const query = isAlone
      ? reader[queries].selectNoFrom(text(json).as('json'))
      : reader[queries]
          .selectFrom(asked(keys).as('asked'))
          .select(text(list(json, [sql.ref('asked.place')])).as('json'));
    return { text: query.compile(), read };
  };
  const statements = new Map<string, Statement<Item>>();

  return (reader, keys) => {
    if (keys.length === 0) return [];
    const isAlone = keys.length === 1;
    const name = `${reader[dialect].name} ${reader.audience} ${isAlone}`;
    const { text, read } = statements.get(name) ?? compile(reader, isAlone);
    statements.set(name, { text, read });
    const filling = new Map<unknown, unknown>([
      [TENANT, reader.tenant.id],
      [KEYS, isAlone ? keys[0] : reader[dialect].askFor(keys)],
    ]);
    return mapMaybePromise(runCompiled(reader[run], text, filling), ([answer]) => {
      reader[meter]?.addCharactersRead(answer?.json?.length ?? 0);
      const json: unknown = JSON.parse(answer?.json ?? 'null');
      return isAlone ? [read(json)] : (json as unknown[]).map(read);
    });
  };
};
