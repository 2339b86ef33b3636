import { sql } from 'kysely';
import type { Store } from '../store.ts';

type Database = Pick<Store, 'engine'>;

export interface LeaseOrder {
  /** What all processes together may give away in a minute. */
  limit: number;
  /** Less is of no use. */
  needed: number;
  /** What is waited for. */
  wished: number;
}

export interface Lease {
  /** 0 where less is left than is needed. */
  granted: number;
  /** Of the minute, after this. */
  left: number;
  /** Until the minute ends, by the clock of the database. */
  resetMs: number;
}

/** A lease takes this part of what is left, if nobody waits for more. */
const PARTS = 64;

/**
 * Not logged: what is lost in a crash are the counts of a minute. No part of the catalogue, and so
 * of no migration: `copy` and `check` know nothing of it.
 */
export const createLeases = ({ engine }: Database): Promise<void> =>
  engine.maintenance.transaction().execute(async (transaction) => {
    await engine.lockMigrations(transaction);
    await sql`create unlogged table if not exists rate_limit_lease (
      name text collate "C" primary key, minute bigint not null, taken bigint not null,
      granted bigint not null)`.execute(transaction);
    await sql`create index if not exists rate_limit_lease_by_minute
      on rate_limit_lease (minute)`.execute(transaction);
  });

const granted = ({ needed, wished }: LeaseOrder, left: ReturnType<typeof sql>) =>
  sql`case when ${left} < ${needed}::bigint then 0
    else least(${left}, greatest(${wished}::bigint, ceil(${left} / ${PARTS}::numeric)::bigint)) end`;

/** Takes a part of what is left of the minute, for one process to give away. */
export const takeLease = async (
  { engine }: Database,
  name: string,
  order: LeaseOrder,
): Promise<Lease> => {
  const limit = sql`${order.limit}::bigint`;
  const taken = sql`case when held.minute = excluded.minute then held.taken else 0 end`;
  const first = granted(order, limit);
  const more = granted(order, sql`greatest(0, ${limit} - ${taken})`);
  const { rows } = await sql<Lease>`
    with clock as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms)
    insert into rate_limit_lease as held (name, minute, taken, granted)
      select ${name}, ms / 60000, ${first}, ${first} from clock
    on conflict (name) do update set
      minute = excluded.minute, taken = ${taken} + ${more}, granted = ${more}
    returning granted, greatest(0, ${limit} - taken) as left,
      (minute + 1) * 60000 - (select ms from clock) as "resetMs"`.execute(engine.writing);
  const [lease] = rows;
  if (!lease) throw new Error('a lease answers a row');
  return lease;
};

/** Drops some of what earlier minutes have left. Answers how many it dropped. */
export const dropOldLeases = async ({ engine }: Database, most: number): Promise<number> => {
  const { numAffectedRows } = await sql`delete from rate_limit_lease where name in (
    select name from rate_limit_lease
      where minute < extract(epoch from clock_timestamp())::bigint / 60 - 1
      limit ${most} for update skip locked)`.execute(engine.writing);
  return Number(numAffectedRows ?? 0);
};
