import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { reasonOf } from '../../failures.ts';
import { isOlder } from '../../version.ts';
import type { Tables } from '../tables.ts';
import type { EngineOptions } from './engine.ts';
import { StorageDamaged } from './faults.ts';
import { damageOf, isBusy } from './sqlite-connection.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { ownersOf } from './sqlite-owner.ts';

/** What SQLite keeps next to a file. With another file of that name, it would damage it. */
export const SIDECARS = ['-wal', '-shm', '-journal'];
/** Older libraries can lose commits when two connections write. */
export const OLDEST_SAFE_LIBRARY = '3.51.3';
/**
 * How long the start waits, blocking, for another process; later the driver waits without blocking.
 */
export const START_PATIENCE_MS = 2_000;

class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

export const database = (driver: Driver): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new TransactionalDdlAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });

/** Refuses to start on a file or library that could lose an acknowledged write. */
export const assertDurable = (file: Sqlite.Database): void => {
  const setting = (name: string) => file.pragma(name, { simple: true });
  const faults = [
    [setting('journal_mode') === 'wal', 'the journal mode is not WAL'],
    [setting('synchronous') === 2, 'synchronous is not FULL'],
    [setting('foreign_keys') === 1, 'foreign keys are not enforced'],
    [setting('trusted_schema') === 0, 'the schema is trusted'],
  ] as const;
  const version = String(file.prepare('select sqlite_version()').pluck().get());
  if (isOlder(version, OLDEST_SAFE_LIBRARY))
    throw new Error(`SQLite ${version} is older than ${OLDEST_SAFE_LIBRARY}`);
  for (const [holds, fault] of faults) if (!holds) throw new Error(`SQLite: ${fault}`);
};

const settings = [
  'journal_mode = wal',
  'synchronous = full',
  // Without it macOS leaves what was synced in the drive's cache.
  'fullfsync = on',
  'foreign_keys = on',
  'trusted_schema = off',
  // Beyond a limit, `analyze` takes no samples of values. With samples, SQLite plans a statement
  // anew for each new parameter.
  'analysis_limit = 1000',
];

const PAUSE_MS = 5;
const clockwork = new Int32Array(new SharedArrayBuffer(4));

/**
 * To turn the log on takes the file for itself, and SQLite waits for nobody there: processes that
 * start at once are refused.
 */
const insist = (work: () => unknown): void => {
  for (
    const deadline = performance.now() + START_PATIENCE_MS;
    ;
    Atomics.wait(clockwork, 0, 0, PAUSE_MS)
  ) {
    try {
      work();
      return;
    } catch (failure) {
      if (!isBusy(failure) || performance.now() > deadline) throw failure;
    }
  }
};

/**
 * SQLite would make a file that every user of the machine may read. Its log and its index take over
 * what the file allows.
 */
export const makePrivate = (path: string): void => closeSync(openSync(path, 'a', 0o600));

/** No file, for SQLite; it is refused, since nothing in it lasts. */
const IN_MEMORY = ':memory:';

const openWriter = (path: string): Sqlite.Database => {
  if (path !== IN_MEMORY && !existsSync(path)) makePrivate(path);
  const file = new Sqlite(path, { timeout: START_PATIENCE_MS });
  try {
    for (const setting of settings) insist(() => file.pragma(setting));
    assertDurable(file);
    assertWritable(file);
    return file;
  } catch (failure) {
    file.close();
    throw failure;
  }
};

/**
 * SQLite opens a file that may only be read without a word, and takes it for one that nobody wants
 * to write to.
 */
const assertWritable = (file: Sqlite.Database): void => {
  try {
    file.exec('begin immediate; pragma user_version = 0');
  } catch (failure) {
    if (!isBusy(failure)) throw failure;
  } finally {
    if (file.inTransaction) file.exec('rollback');
  }
};

export const openReader = (path: string): Sqlite.Database => {
  const file = new Sqlite(path, { readonly: true, timeout: START_PATIENCE_MS });
  file.pragma('trusted_schema = off');
  return file;
};

/** The connection that writes, and one that only reads. */
export const openFile = (path: string): { writer: Sqlite.Database; reader: Sqlite.Database } => {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const writer = openWriter(path);
    const reader = openReader(path);
    for (const file of [writer, reader]) file.pragma('busy_timeout = 0');
    return { writer, reader };
  } catch (failure) {
    const Fault = damageOf(failure) instanceof StorageDamaged ? StorageDamaged : Error;
    throw new Fault(
      [`${path} cannot be used: ${reasonOf(failure)}`, ...ownersOf(path)].join('; '),
      {
        cause: failure,
      },
    );
  }
};

/** From now on it reads one moment. */
export const begun = (file: Sqlite.Database): Sqlite.Database => {
  try {
    file.exec('begin; select 1 from sqlite_schema');
    return file;
  } catch (failure) {
    file.close();
    throw failure;
  }
};

/** Reads all of one moment, that of its beginning. */
export const withSnapshot = async <Result>(
  path: string,
  options: EngineOptions,
  read: (db: Kysely<Tables>) => Promise<Result>,
): Promise<Result> => {
  const file = begun(openReader(path));
  try {
    return await read(database(new SqliteDriver(file, options)));
  } finally {
    file.close();
  }
};
