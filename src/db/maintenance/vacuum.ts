import type { Vacuumed } from '../engine/sqlite-vacuum.ts';

/** Gives pages of an SQLite file that hold nothing back to the disk. */
export const vacuum = async (url: string): Promise<Vacuumed> => {
  if (!url.startsWith('file:'))
    throw new Error('this is for SQLite files; PostgreSQL has its own VACUUM');
  const { vacuumFile } = await import('../engine/sqlite-vacuum.ts');
  return vacuumFile(url.slice('file:'.length));
};
