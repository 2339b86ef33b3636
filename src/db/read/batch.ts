import { type Expression, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { Nested } from './nested.ts';
import { dialect, meter, queries, type Reader, type Source } from './reader.ts';
import { placeholder, Statement } from './statement.ts';

/** Reads for keys. The answers stand in the order of the keys. */
export type Batch<Item> = (reader: Reader, keys: readonly string[]) => MaybePromise<Item[]>;

/** What is asked for: a place in the text of a statement. */
export type Key = Expression<string>;

/**
 * Reads what hangs on a key, for any number of keys in one statement. Its text is always the same,
 * and compiled once.
 */
export const batch = <Item>(find: (source: Source, key: Key) => Nested<Item>): Batch<Item> => {
  const statement = new Statement<{ json: string | null }>();
  const readers = new Map<string, (json: unknown) => Item>();

  const compile = (reader: Reader, isAlone: boolean, variant: string) => {
    const keys = placeholder<string>('keys');
    const source = { ...reader, tenant: { id: placeholder<string>('tenant') } };
    const { list, text, asked } = reader[dialect];
    const { json, read } = find(source, isAlone ? keys : sql.ref('asked.value'));
    readers.set(variant, read);
    // One text for all keys: a row for each costs more than what is in it.
    const query = isAlone
      ? reader[queries].selectNoFrom(text(json).as('json'))
      : reader[queries]
          .selectFrom(asked(keys).as('asked'))
          .select(text(list(json, [sql.ref('asked.place')])).as('json'));
    return query.compile();
  };

  return (reader, keys) => {
    if (keys.length === 0) return [];
    const isAlone = keys.length === 1;
    const variant = `${reader.audience} ${isAlone}`;
    const values = {
      tenant: reader.tenant.id,
      keys: isAlone ? keys[0] : reader[dialect].askFor(keys),
    };
    const rows = statement.run(reader, values, () => compile(reader, isAlone, variant), variant);
    return mapMaybePromise(rows, ([answer]) => {
      reader[meter]?.addCharactersRead(answer?.json?.length ?? 0);
      const json: unknown = JSON.parse(answer?.json ?? 'null');
      // What a text answers is read alike on both engines.
      const read = readers.get(variant) as (json: unknown) => Item;
      return isAlone ? [read(json)] : (json as unknown[]).map(read);
    });
  };
};
