import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import {
  ordered,
  type PageSpec,
  type Position,
  type Range,
  type SortKey,
  within,
} from './keyset.ts';
import { dialect, meter, type Reader, turns } from './reader.ts';

/**
 * A range of a sorted list in slices, for statements that look at every row; each slice shows the
 * catalogue as it is by then. What has more than one slice is a long scan: it waits for its turn,
 * and gives others theirs between slices.
 */
async function* scan<DB, Table extends keyof DB, Item>(
  reader: Reader,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
  range: Range = {},
  descending = false,
): AsyncGenerator<{ range: Range; length: number }> {
  const size = reader[dialect].rowsAtOnce;
  let release: (() => void) | undefined;
  try {
    for (let rest = range; ; await nextTurn()) {
      const until = await placeOf(size, ordered(rows, sortKey, rest, descending), sortKey);
      const length = until ? size : await countIn(rows, sortKey, rest, descending);
      reader[meter]?.addRows(length);
      yield { range: until ? { ...rest, until } : rest, length };
      if (!until) return;
      rest = { ...rest, [rest.fromEnd ? 'before' : 'after']: until };
      release ??= await reader[turns].take(
        reader.tenant.id,
        reader[meter]?.deadline ?? Number.POSITIVE_INFINITY,
      );
      reader.check();
    }
  } finally {
    release?.();
  }
}

/** The ranges of the slices, for callers that look at the rows themselves. */
export async function* slices<DB, Table extends keyof DB, Item>(
  ...scanned: Parameters<typeof scan<DB, Table, Item>>
): AsyncGenerator<Range> {
  for await (const { range } of scan(...scanned)) yield range;
}

/**
 * How many rows there are, counted in slices: `indexed` are the same and more, as an index has
 * them.
 */
export const counted = async <DB, Table extends keyof DB, Item>(
  reader: Reader,
  indexed: SelectQueryBuilder<DB, Table, object>,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
): Promise<number> => {
  let total = 0;
  for await (const range of slices(reader, indexed, sortKey))
    total += await countIn(rows, sortKey, range);
  return total;
};

/** How many rows there are, where an index has just these. */
export const countedAll = async <DB, Table extends keyof DB, Item>(
  reader: Reader,
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
): Promise<number> => {
  let total = 0;
  for await (const { length } of scan(reader, rows, sortKey)) total += length;
  return total;
};

const countIn = async <DB, Table extends keyof DB, Item>(
  rows: SelectQueryBuilder<DB, Table, object>,
  sortKey: SortKey<Item>,
  range: Range,
  descending = false,
): Promise<number> => {
  const { count } = await within(rows, sortKey, range, descending)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .$castTo<{ count: number }>()
    .executeTakeFirstOrThrow();
  return count;
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

/** A page of a list that is looked for slice by slice. One more than the limit tells that it goes on. */
export const sifted = async <Item>(
  ranges: AsyncIterable<Range>,
  inRange: (range: PageSpec) => MaybePromise<Item[]>,
  limit: number,
): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const range of ranges) {
    found.push(...(await inRange({ ...range, limit: limit - found.length })));
    if (found.length > limit) break;
  }
  return found;
};
