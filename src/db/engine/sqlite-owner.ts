import { existsSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Whose the files of a database are that this process may not write to. By their modes: to open
 * such a file and close it again would end the locks that SQLite holds on it.
 */
export const ownersOf = (path: string): string[] => {
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return [];
  return [dirname(path), path, `${path}-wal`, `${path}-shm`]
    .filter((file) => existsSync(file))
    .map((file) => ({ file, stats: statSync(file) }))
    .filter(({ stats }) => !mayWrite(user, stats))
    .map(
      ({ file, stats }) =>
        `${file} belongs to user ${stats.uid}, and this process runs as user ${user}`,
    );
};

const mayWrite = (user: number, { uid, gid, mode }: Stats): boolean => {
  const ofGroup = gid === process.getegid?.() || process.getgroups?.().includes(gid);
  const bit = uid === user ? 0o200 : ofGroup ? 0o020 : 0o002;
  return (mode & bit) !== 0;
};
