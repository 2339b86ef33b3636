import { setImmediate as others } from 'node:timers/promises';
import { type SelectQueryBuilder, sql } from 'kysely';
import { ordered, type Position, type Range, type SortKey, within } from './keyset.ts';
import { dialect, type Reader } from './session.ts';

/**
 * A range of a sorted list in slices, for statements that look at every row. An engine whose statements block the thread
 * looks at so many rows only before others get their turn; each slice shows the catalogue as it is by then.
 */
export async function* slices<DB, Table extends keyof DB, Item>(
  reader: Reader,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
  range: Range = {},
  descending = false,
): AsyncGenerator<Range> {
  const size = reader[dialect].rowsAtOnce;
  for (let rest = range; ; await others()) {
    const upTo = size && (await placeOf(size, ordered(rows, sortKey, rest, descending), sortKey));
    yield upTo ? { ...rest, upTo } : rest;
    if (!upTo) return;
    rest = { ...rest, [rest.fromEnd ? 'before' : 'after']: upTo };
  }
}

/** How many rows there are, counted in slices: `indexed` are the same and more, as an index has them. */
export const counted = async <DB, Table extends keyof DB, Item>(
  reader: Reader,
  indexed: SelectQueryBuilder<DB, Table, object>,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
): Promise<number> => {
  let total = 0;
  for await (const range of slices(reader, indexed, sortKey)) {
    const { count } = await within(rows, sortKey, range)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .$castTo<{ count: number }>()
      .executeTakeFirstOrThrow();
    total += count;
  }
  return total;
};

/** Where a row stands, counted from 1. Read from the index alone. */
const placeOf = async <DB, Table extends keyof DB, Item>(
  number: number,
  rows: SelectQueryBuilder<DB, Table, object>,
  { columns }: SortKey<Item>,
): Promise<Position | undefined> => {
  const names = Object.keys(columns);
  const [row] = await rows
    .select(names.map((name) => sql.ref<string | number>(name).as(name)))
    .$castTo<Record<string, string | number>>()
    .offset(number - 1)
    .limit(1)
    .execute();
  return row && names.map((name) => row[name] ?? '');
};
