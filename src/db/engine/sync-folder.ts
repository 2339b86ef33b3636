import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A file's name is on disk only once its folder is. */
export const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
};
