/**
 * Writes a verified copy of a whole SQLite database, as it is at one moment, while it stays in use.
 */
export const backUp = async (
  url: string,
  target: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> => {
  if (!url.startsWith('file:'))
    throw new Error('this makes copies of SQLite files; back PostgreSQL up with its own pg_dump');
  const { backUpFile } = await import('../engine/sqlite-backup.ts');
  return backUpFile(url.slice('file:'.length), target, onProgress);
};
