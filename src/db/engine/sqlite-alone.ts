import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { isBusy } from './sqlite-connection.ts';
import { olderProcesses, stepAgainstOlder } from './steps.ts';

const PATIENCE_MS = 5_000;
const LONGEST_PAUSE_MS = 200;

const taken = (file: Sqlite.Database): string[] => {
  const history = file.prepare("select 1 from sqlite_schema where name = 'kysely_migration'").get();
  return history ? file.prepare<[], string>('select name from kysely_migration').pluck().all() : [];
};

/**
 * SQLite leaves its log only where no other process has the file open. The next start turns the log
 * on again.
 */
export const isAlone = (file: Sqlite.Database): boolean => {
  try {
    return file.pragma('journal_mode = delete', { simple: true }) === 'delete';
  } catch (failure) {
    if (isBusy(failure)) return false;
    throw failure;
  }
};

/**
 * Waits until no process of an older version uses the file, where a step to come asks for it.
 * Processes that start at the same time wait for one another, so that each closes the file between
 * its attempts.
 */
export const waitUntilAlone = async (path: string): Promise<void> => {
  for (
    const deadline = performance.now() + PATIENCE_MS;
    ;
    await sleep(LONGEST_PAUSE_MS * Math.random())
  ) {
    const file = new Sqlite(path, { timeout: LONGEST_PAUSE_MS });
    try {
      const step = stepAgainstOlder(taken(file));
      if (step === undefined || isAlone(file)) return;
      if (performance.now() > deadline) throw olderProcesses(`another process uses ${path}`, step);
    } catch (failure) {
      if (!isBusy(failure) || performance.now() > deadline) throw failure;
    } finally {
      file.close();
    }
  }
};
