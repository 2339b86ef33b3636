import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { columns } from '../../src/db/read/nested.ts';
import { dialect, type Source } from '../../src/db/read/reader.ts';
import {
  amount,
  type Fields,
  flag,
  group,
  integer,
  json,
  optionalGroup,
  Table,
  text,
  time,
} from '../../src/db/table.ts';
import * as declarations from '../../src/db/tables.ts';
import { MAX_INT32 } from '../../src/vocabulary.ts';
import { onEveryEngine } from '../engines.ts';
import { Random } from '../model/random.ts';

type AnyTable = Table<string, Fields>;
type Image = Record<string, unknown>;

const tables = Object.values(declarations).filter(
  (each): each is never => each instanceof Table,
) as unknown as AnyTable[];

const texts = [
  '',
  'plain',
  'it\'s "quoted" \\ and `so`',
  'null',
  '{"a":1}',
  '1',
  ' \t\n\r ',
  'ÄÖ 😀 \u2028 e\u0301',
  '%_$1?',
];
const numbers = [0, 1, -1, 2 ** 31 - 1];
const amounts = [...numbers, Number.MAX_SAFE_INTEGER];
const documents = [
  {},
  { b: 1, a: [null, true, 'x', 1.5, { '1': 0 }], 'ÄÖ "': '\\' },
  { large: 2 ** 53 - 1, small: 1e-7, text: '{"a":1}' },
];
const decimals = [1, 0.1, 1e-7, 123456.789, 5e20, 1e21];

/** Values of a column that it may hold, by how it is stored. */
const valuesOf = ({ codec }: { codec: unknown }, type: string): readonly unknown[] => {
  if (!codec) return type === 'text' ? texts : type === 'bigint' ? amounts : numbers;
  const { encode } = codec as { encode(value: unknown): unknown };
  if (encode(null) === MAX_INT32) return [0, 1, MAX_INT32 - 1, null];
  if (type !== 'text') return [true, false];
  if (encode(null) === 'none') return ['metered', 'balance', null];
  return encode({}) === '{}' ? documents : decimals;
};

onEveryEngine('every table', (world) => {
  const typesOf = async (
    table: string,
  ): Promise<Map<string, { type: string; isNull: boolean }>> => {
    const { engine } = world().store;
    const { rows } = await (engine.name === 'sqlite'
      ? sql<{ name: string; type: string; required: number }>`
          select name, type, "notnull" as required from pragma_table_info(${table})`
      : sql<{ name: string; type: string; required: number }>`
          select column_name as name, data_type as type, (is_nullable = 'NO')::int as required
          from information_schema.columns where table_name = ${table}`
    ).execute(engine.reading);
    return new Map(
      rows.map(({ name, type, required }) => [
        name,
        { type: type.toLowerCase(), isNull: !required },
      ]),
    );
  };

  it('has columns for all that it declares', async () => {
    for (const { name, columns } of tables) {
      const stored = new Set((await typesOf(name)).keys());
      stored.delete('tenant_id');
      expect([name, [...stored].sort()]).toEqual([name, [...columns].sort()]);
    }
  });

  it('gives back every value that is written to it', async () => {
    const random = new Random(Number(process.env.TABLE_SEED ?? Date.now() % 2 ** 31));
    for (const table of tables) {
      const types = await typesOf(table.name);
      const anyOf = (column: string, field: { codec: unknown }): unknown => {
        const { type = 'text', isNull = false } = types.get(column) ?? {};
        if (isNull && random.chance(0.3)) return null;
        const isAmount = type === 'integer' && world().store.engine.name === 'sqlite';
        return random.pick(valuesOf(field, isAmount ? 'integer' : type));
      };
      const anyImage = (): Image =>
        Object.fromEntries(
          table.members.map(({ name }) => {
            const field = table.fields[name];
            if (!field) throw new Error(`${name} is declared`);
            const columnOf = (member: string) =>
              member.replace(/[A-Z]/g, (l) => `_${l.toLowerCase()}`);
            if (!('fields' in field)) return [name, anyOf(columnOf(name), field)];
            const { fields, presence } = field;
            if (presence !== undefined && random.chance(0.3)) return [name, null];
            const members = Object.entries(fields).map(([member, inner]) => {
              const value = anyOf(columnOf(`${name}_${member}`), inner);
              const isThere = member !== presence || value !== null;
              return [
                member,
                isThere ? value : valuesOf(inner, inner.codec ? 'integer' : 'text')[1],
              ];
            });
            return [name, Object.fromEntries(members)];
          }),
        );
      const { engine } = world().store;
      await engine.maintenance.transaction().execute(async (db) => {
        const copy = `copy_of_${table.name}`;
        await sql`create temporary table ${sql.table(copy)} as
          select * from ${sql.table(table.name)} where 1 = 0`.execute(db);
        for (let count = 0; count < 40; count += 1) {
          const image = anyImage();
          const row = table.row(image as never) as Image;
          await sql`delete from ${sql.table(copy)}`.execute(db);
          await sql`insert into ${sql.table(copy)}
            (${sql.join(Object.keys(row).map((column) => sql.ref(column)))})
            values (${sql.join(Object.values(row))})`.execute(db);
          const stored = await sql<Image>`select * from ${sql.table(copy)}`.execute(db);
          expect([table.name, table.image(stored.rows[0] as never)]).toEqual([table.name, image]);
          // The same as records are read: as JSON.
          const source = { [dialect]: engine.sql, audience: 'all' } as Source;
          const { json: tuple, read } = columns(source, table);
          const printed = await sql<{ json: string }>`
            select ${engine.sql.text(tuple)} as json
            from ${sql.table(copy)} as ${sql.table(table.name)}`.execute(db);
          const record = read(JSON.parse(printed.rows[0]?.json ?? 'null'));
          expect([table.name, record]).toEqual([table.name, table.record(image as never)]);
        }
        await sql`drop table ${sql.table(copy)}`.execute(db);
      });
    }
  });
});

describe('a declared table', () => {
  const shown = sql.lit(null);
  const hidden = (fields: Fields) =>
    new Table('some', fields).members.filter(({ isHidden }) => isHidden).map(({ name }) => name);

  it('keeps secret what is declared so, in any order', () => {
    const fields = {
      first: integer().secret(shown).nullable(),
      last: integer().nullable().secret(shown),
      stored: integer().secret(shown).asInternal(),
    };
    expect(hidden(fields)).toEqual(['first', 'last', 'stored']);
    for (const column of Object.values(fields)) expect(column.options.forPublic?.('x')).toBe(shown);
    const seen = time()
      .publicly(() => shown)
      .nullable();
    expect(seen.options.forPublic?.('x')).toBe(shown);
  });

  it.each<[string, Fields]>([
    ['a-b is no name', { 'a-b': text() }],
    ['__proto__ is no name', { ['__proto__']: text() }],
    ['a b is no name', { inner: group({ 'a b': text() }) }],
    [
      'the column inner_price is declared twice',
      { inner: group({ price: amount() }), innerPrice: amount() },
    ],
    ['inner has a member that is secret', { inner: group({ price: amount().secret(shown) }) }],
    [
      'inner has a member that is secret or no part of the record',
      { inner: optionalGroup({ on: flag(), data: json().asInternal() as never }, 'on') },
    ],
  ])('is refused where %s', (message, fields) => {
    expect(() => new Table('some', fields)).toThrow(message);
  });
});
