import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { ContentHash } from './content.ts';
import type { EngineOptions } from './engine.ts';
import { SqliteDriver } from './sqlite-driver.ts';
import { database, makePrivate, withSnapshot } from './sqlite-file.ts';
import { damagedPages } from './sqlite-guards.ts';

const PAGES_A_STEP = 250;

/** From a snapshot: SQLite would begin anew whenever another process writes. */
export const backUp = (
  path: string,
  target: string,
  options: EngineOptions,
  onProgress: (done: number, total: number) => void,
): Promise<void> => {
  if (existsSync(target)) throw new Error(`${target} exists already`);
  const unverified = `${target}.unverified`;
  rmSync(unverified, { force: true });
  makePrivate(unverified);
  return withSnapshot(path, options, async (db, file) => {
    const progress = ({ totalPages, remainingPages }: Sqlite.BackupMetadata) => {
      onProgress(totalPages - remainingPages, totalPages);
      return PAGES_A_STEP;
    };
    const { totalPages } = await file.backup(unverified, { progress });
    onProgress(totalPages, totalPages);
    await verify(unverified, await ContentHash.of(db), options);
    renameSync(unverified, target);
    syncFolder(dirname(target));
  });
};

const verify = async (path: string, contentHash: string, options: EngineOptions): Promise<void> => {
  const file = new Sqlite(path);
  try {
    // One file, with no log beside it.
    file.pragma('journal_mode = delete');
    const copy = database(new SqliteDriver(file, options));
    const [fault] = await damagedPages(copy);
    if (fault) throw new Error(`the copy is damaged: ${fault}`);
    if ((await ContentHash.of(copy)) !== contentHash) throw new Error('the copy differs from what was copied');
  } finally {
    file.close();
  }
};

/** A file's name is on disk only once its folder is. */
const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
};
