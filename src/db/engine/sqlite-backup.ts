import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { ContentHash } from '../content.ts';
import type { Tables } from '../tables.ts';
import { NoDatabase } from './faults.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { begun, database, makePrivate, openReader } from './sqlite-file.ts';
import { damagedPages, presentTables } from './sqlite-guards.ts';
import { syncFolder } from './sync-folder.ts';

const PAGES_A_STEP = 250;

/**
 * From a snapshot: SQLite would begin anew whenever another process writes. Creates no file next to
 * the original.
 */
export const backUpFile = async (
  path: string,
  target: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> => {
  if (!existsSync(path)) throw new NoDatabase(`there is no database at ${path}`);
  if (existsSync(target)) throw new Error(`${target} exists already`);
  const unverified = `${target}.unverified`;
  rmSync(unverified, { force: true });
  makePrivate(unverified);
  const file = openSnapshot(path);
  try {
    const progress = ({ totalPages, remainingPages }: Sqlite.BackupMetadata) => {
      onProgress(totalPages - remainingPages, totalPages);
      return PAGES_A_STEP;
    };
    const { totalPages } = await file.backup(unverified, { progress });
    onProgress(totalPages, totalPages);
    await verify(unverified, await contentOf(database(new SqliteDriver(file, {}))));
  } finally {
    file.close();
  }
  renameSync(unverified, target);
  syncFolder(dirname(target));
};

/**
 * The first reader of a database makes a file that all of them share, which takes room on its disk.
 * Where there is none, the database is taken for this process alone, which needs no such file;
 * while others use it, the file is there.
 */
const openSnapshot = (path: string): Sqlite.Database => {
  try {
    return begun(openReader(path));
  } catch (failure) {
    if (
      !(
        failure instanceof Sqlite.SqliteError &&
        /^SQLITE_(IOERR|FULL|CANTOPEN|READONLY)/.test(failure.code)
      )
    )
      throw failure;
    const file = new Sqlite(path, { fileMustExist: true });
    file.pragma('locking_mode = exclusive');
    return begun(file);
  }
};

const contentOf = async (db: Kysely<Tables>): Promise<string> =>
  ContentHash.of(db, await presentTables(db));

const verify = async (path: string, contentHash: string): Promise<void> => {
  const file = new Sqlite(path);
  try {
    // One file, without a write-ahead log.
    file.pragma('journal_mode = delete');
    const copy = database(new SqliteDriver(file, {}));
    const [fault] = await damagedPages(copy);
    if (fault) throw new Error(`the copy is damaged: ${fault}`);
    if ((await contentOf(copy)) !== contentHash)
      throw new Error('the copy differs from what was copied');
  } finally {
    file.close();
  }
};
