import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { isBusy } from './sqlite-connection.ts';
import { makePrivate, SIDECARS, START_PATIENCE_MS } from './sqlite-file.ts';
import { syncFolder } from './sync-folder.ts';

const LOCK_PATIENCE_MS = 500;
/** Two attempts of a start, each of which waits. */
const LONGEST_START_MS = 2 * START_PATIENCE_MS + 500;

const MAGIC = 'SQLite format 3\0';

const isSqlite = (path: string): boolean => {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(MAGIC.length);
    readSync(file, start);
    return start.toString('latin1') === MAGIC;
  } finally {
    closeSync(file);
  }
};

const isSameFile = (a: string, b: string): boolean => {
  if (!existsSync(b)) return false;
  const [one, other] = [statSync(a), statSync(b)];
  return one.ino === other.ino && one.dev === other.dev;
};

const syncFile = (path: string): void => {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
};

export const removeFiles = (path: string): void => {
  for (const suffix of ['', ...SIDECARS]) rmSync(`${path}${suffix}`, { force: true });
};

/** Where the file really is, when a link leads to it. */
export const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/**
 * Copies a database, with its log, into the folder that it is for. The original is not opened by
 * SQLite, which may write to what it opens.
 */
export const copyBeside = (original: string, path: string): string => {
  if (!existsSync(original)) throw new Error(`there is no file ${original}`);
  if (!statSync(original).isFile()) throw new Error(`${original} is no file`);
  if (isSameFile(original, path)) throw new Error(`${original} is the database itself`);
  if (!isSqlite(original)) throw new Error(`${original} is not an SQLite database`);
  mkdirSync(dirname(path), { recursive: true });
  const copy = `${path}.restoring-${process.pid}`;
  removeFiles(copy);
  try {
    for (const suffix of ['', '-wal', '-journal']) {
      if (!existsSync(`${original}${suffix}`)) continue;
      makePrivate(`${copy}${suffix}`);
      copyFileSync(`${original}${suffix}`, `${copy}${suffix}`);
    }
    return copy;
  } catch (failure) {
    removeFiles(copy);
    throw failure;
  }
};

/** The faults that SQLite finds in the whole file. */
export const faultsOf = (path: string): string[] => {
  const file = new Sqlite(path);
  try {
    return file
      .prepare<[], string>('pragma integrity_check')
      .pluck()
      .all()
      .filter((line) => line !== 'ok');
  } finally {
    file.close();
  }
};

const inUse = (path: string): Error =>
  new Error(`another process uses ${path}: stop the gateway, and whatever restarts it, first`);

/**
 * A file that SQLite cannot read is one that it cannot lock. On Linux the system knows who holds
 * locks on it; elsewhere nobody does.
 */
const refuseUnlessUnlocked = (path: string): void => {
  let locks: string;
  try {
    locks = readFileSync('/proc/locks', 'latin1');
  } catch {
    throw new Error(
      `${path} is too damaged to be locked. Make sure that no gateway runs, move it away ` +
        `together with ${SIDECARS.map((suffix) => path + suffix).join(', ')}, and try again`,
    );
  }
  if (locks.includes(`:${statSync(path).ino} `)) throw inUse(path);
};

/** Holds a database so that no other process can use it, not even to read. */
export class Claim {
  readonly path: string;
  /** Undefined where there is no file, or none that SQLite can read. */
  readonly #file: Sqlite.Database | undefined;
  #replacedAt: number | undefined;

  constructor(path: string) {
    this.path = path;
    this.#file = existsSync(path) ? lockedFile(path) : undefined;
  }

  /**
   * Puts the new file in the place of the old ones, which get other names: all of that, or none.
   * Answers the new name of the old file; undefined where there was none.
   */
  replaceWith(file: string, now: Date): string | undefined {
    const { path } = this;
    syncFile(file);
    if (!existsSync(path)) {
      // What is left of a database that is gone must not meet the new one.
      const away = this.#moveSidecars(asideOf(path, now));
      this.#undoUnless(() => moveToFree(file, path), away);
      return undefined;
    }
    adopt(file, path);
    // Its log goes into the file, so that nothing is left to delete when it is closed: what has the
    // name of the log then belongs to the new file.
    if (this.#file?.pragma('journal_mode = delete', { simple: true }) === 'wal') throw inUse(path);
    // Of a transaction that is over.
    if (this.#file) rmSync(`${path}-journal`, { force: true });
    const aside = asideOf(path, now);
    const away = this.#moveSidecars(aside);
    // At no moment is there no file, of which a start would make a new database.
    const kept = () => {
      try {
        linkSync(path, aside);
      } catch {
        // Not every file system has links.
        renameSync(path, aside);
      }
      away.push({ from: path, to: aside });
      renameSync(file, path);
    };
    this.#undoUnless(kept, away);
    this.#replacedAt = performance.now();
    return aside;
  }

  /**
   * Lets go of the old file, when every process that opened it and waits for it has given up: it
   * would go on with the old file and the log of the new one.
   */
  async release(): Promise<void> {
    if (this.#file && this.#replacedAt !== undefined)
      await sleep(LONGEST_START_MS - (performance.now() - this.#replacedAt));
    this.#file?.close();
  }

  #moveSidecars(aside: string): { from: string; to: string }[] {
    const moved: { from: string; to: string }[] = [];
    for (const suffix of SIDECARS) {
      const from = `${this.path}${suffix}`;
      if (!existsSync(from)) continue;
      renameSync(from, `${aside}${suffix}`);
      moved.push({ from, to: `${aside}${suffix}` });
    }
    return moved;
  }

  #undoUnless(work: () => void, moved: readonly { from: string; to: string }[]): void {
    try {
      work();
      syncFolder(dirname(this.path));
    } catch (failure) {
      for (const { from, to } of moved.toReversed()) {
        renameSync(to, from);
        // Of two links to one file, both stay.
        rmSync(to, { force: true });
      }
      throw failure;
    }
  }
}

const lockedFile = (path: string): Sqlite.Database | undefined => {
  // SQLite would throw away the log of a file that it cannot read.
  if (statSync(path).size > 0 && !isSqlite(path)) {
    refuseUnlessUnlocked(path);
    return undefined;
  }
  const file = new Sqlite(path, { fileMustExist: true, timeout: LOCK_PATIENCE_MS });
  try {
    // Held until the file is closed. A process that has the file open with a log holds a lock, too, even
    // between its transactions.
    file.pragma('locking_mode = exclusive');
    file.exec('begin exclusive; commit');
    return file;
  } catch (failure) {
    file.close();
    if (isBusy(failure)) throw inUse(path);
    if (!(failure instanceof Sqlite.SqliteError && /NOTADB|CORRUPT/.test(failure.code)))
      throw failure;
    refuseUnlessUnlocked(path);
    return undefined;
  }
};

/** Unless a start has made a database there in the meantime. */
const moveToFree = (file: string, path: string): void => {
  try {
    linkSync(file, path);
  } catch {
    if (existsSync(path)) throw inUse(path);
    renameSync(file, path);
  }
};

const asideOf = (path: string, now: Date): string => {
  const stem = `${path}.replaced-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  let aside = stem;
  for (let number = 2; existsSync(aside); number += 1) aside = `${stem}-${number}`;
  return aside;
};

/** The file is for those that the old one was for. */
const adopt = (file: string, old: string): void => {
  const { mode, uid, gid } = statSync(old);
  if (process.geteuid?.() === 0) chownSync(file, uid, gid);
  chmodSync(file, mode & 0o777);
};
