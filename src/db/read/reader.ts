import type { Expression, Kysely } from 'kysely';
import type { Audience, Mode } from '../../vocabulary.ts';
import type { Dialect, Run } from '../engine/engine.ts';
import type { Tables } from '../tables.ts';
import type { CacheView } from './record-cache.ts';
import { Turns } from './turns.ts';

/** An organization in one mode. Everything stored belongs to exactly one. */
export interface Tenant {
  id: string;
  organizationId: string;
  mode: Mode;
  /** Of every amount without a currency beside it. */
  baseCurrency: string;
}

/** The ways from a Reader to SQL; the SQL layer keeps them to itself. */
export const queries = Symbol('queries');
export const run = Symbol('run');
export const view = Symbol('view');
export const dialect = Symbol('dialect');
export const meter = Symbol('meter');
export const turns = Symbol('turns');

/**
 * Counts what a request makes the database do. Each method throws once the request must not go on.
 */
export interface Meter {
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  check(): void;
  /** Rows that a filter or a count has looked at. */
  addRows(count: number): void;
  addCharactersRead(count: number): void;
}

/**
 * What every query of the catalogue starts from: a reader, or what stands for any reader in a text
 * that is compiled once.
 */
export interface Source {
  readonly tenant: { readonly id: string | Expression<string> };
  readonly audience: Audience;
  readonly [queries]: Kysely<Tables>;
  readonly [dialect]: Dialect;
  readonly [meter]?: Meter | undefined;
}

/** Queries that are put together, and those that were compiled before. */
export interface Access {
  db: Kysely<Tables>;
  run: Run;
  sql: Dialect;
  /** What was read before; a writer has none. */
  view?: CacheView | undefined;
  /** Undefined where nobody counts. */
  meter?: Meter | undefined;
  /** Whose turn it is to look at many rows. */
  turns: Turns;
}

/** What a tenant's audience may see. */
export class Reader implements Source {
  readonly tenant: Tenant;
  readonly audience: Audience;
  readonly [queries]: Kysely<Tables>;
  readonly [run]: Run;
  readonly [dialect]: Dialect;
  readonly [view]: CacheView | undefined;
  readonly [meter]: Meter | undefined;
  readonly [turns]: Turns;

  constructor(tenant: Tenant, audience: Audience, access: Access) {
    const { db, run: way, sql, view: cache, meter: counter, turns: queue } = access;
    this.tenant = tenant;
    this.audience = audience;
    this[queries] = db;
    this[run] = way;
    this[dialect] = sql;
    this[view] = cache;
    this[meter] = counter;
    this[turns] = queue;
  }

  /** The same, seeing what is stored and not what was read before. */
  uncached(): Reader {
    return new Reader(this.tenant, this.audience, {
      db: this[queries],
      run: this[run],
      sql: this[dialect],
      meter: this[meter],
      turns: this[turns],
    });
  }

  /** Throws once the request must not go on. */
  check(): void {
    this[meter]?.check();
  }

  /** Counts work on what was read, in points. Throws once the request must not go on. */
  addWork(points: number): void {
    this[meter]?.addRows(points);
  }

  /** Reads return at once, so a single key is faster to read alone than in a batch. */
  get isAtHand(): boolean {
    return this[dialect].isAtHand;
  }
}

/** Reads in a transaction that is not the reader's own. */
export const readerIn = (db: Kysely<Tables>, tenant: Tenant, sql: Dialect): Reader =>
  new Reader(tenant, 'all', {
    db,
    run: async (query) => (await db.executeQuery(query)).rows,
    sql,
    turns: new Turns(),
  });
