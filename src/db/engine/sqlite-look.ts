import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { isOlder } from '../../version.ts';
import type { Tables } from '../tables.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { database, OLDEST_SAFE_LIBRARY, openReader, SIDECARS } from './sqlite-file.ts';

/** The version of the library, and whether it is one that loses no commits. */
export const library = (): { version: string; isSafe: boolean; oldest: string } => {
  const memory = new Sqlite(':memory:');
  const version = String(memory.prepare('select sqlite_version()').pluck().get());
  memory.close();
  return { version, isSafe: !isOlder(version, OLDEST_SAFE_LIBRARY), oldest: OLDEST_SAFE_LIBRARY };
};

/**
 * Looks into a database, and leaves no trace. Where nobody has it open, a reader would make the
 * files that its users share, and leave them: it is taken for as long as the look takes instead.
 */
export const lookInto = async <Result>(
  path: string,
  look: (db: Kysely<Tables>) => Promise<Result>,
): Promise<Result> => {
  const file = takenAlone(path) ?? openReader(path);
  try {
    return await look(database(new SqliteDriver(file, {})));
  } finally {
    file.close();
  }
};

const takenAlone = (path: string): Sqlite.Database | undefined => {
  if (SIDECARS.some((suffix) => existsSync(path + suffix))) return undefined;
  let file: Sqlite.Database | undefined;
  try {
    file = new Sqlite(path, { fileMustExist: true, timeout: 0 });
    file.pragma('query_only = on');
    file.pragma('locking_mode = exclusive');
    file.prepare('select 1 from sqlite_schema').get();
    return file;
  } catch {
    file?.close();
    return undefined;
  }
};
