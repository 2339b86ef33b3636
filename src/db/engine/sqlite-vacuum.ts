import { existsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { NoDatabase } from './faults.ts';
import { isAlone } from './sqlite-alone.ts';

export interface Vacuumed {
  bytesBefore: number;
  bytesAfter: number;
}

/** Gives pages that hold nothing back to the disk. Refuses while another process uses the file. */
export const vacuumFile = (path: string): Vacuumed => {
  if (!existsSync(path)) throw new NoDatabase(`there is no database at ${path}`);
  const file = new Sqlite(path, { timeout: 0 });
  try {
    // Without its log, SQLite takes the file for this process alone until it is done.
    if (!isAlone(file))
      throw new Error(`another process uses ${path}: stop the gateway before this`);
    file.pragma('locking_mode = exclusive');
    const bytesBefore = statSync(path).size;
    file.exec('vacuum');
    return { bytesBefore, bytesAfter: statSync(path).size };
  } finally {
    file.close();
  }
};
