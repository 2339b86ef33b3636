import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../db/engine/sync-folder.ts';

export type Write = (text: string) => Promise<void>;

/** What a reader of stdout takes: as fast as it takes it, until it is gone. */
export const toStdout = async <Result>(work: (write: Write) => Promise<Result>) => {
  const { stdout } = process;
  let failure: Error | undefined;
  const fail = (thrown: Error) => {
    failure = thrown;
  };
  stdout.on('error', fail);
  try {
    const result = await work(async (text) => {
      if (failure) throw failure;
      if (!stdout.write(text)) await once(stdout, 'drain');
    });
    if (failure) throw failure;
    return result;
  } finally {
    stdout.off('error', fail);
  }
};

/** Gives a file its name only once all of it is on disk; leaves none behind if the work fails. */
export const toNewFile = async <Result>(
  path: string,
  work: (write: Write) => Promise<Result>,
): Promise<Result> => {
  if (existsSync(path)) throw new Error(`${path} exists already`);
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  const file = await open(partial, 'wx', 0o600);
  try {
    const result = await writtenAndSynced(file, work);
    await rename(partial, path);
    syncFolder(dirname(path));
    return result;
  } catch (failure) {
    await rm(partial, { force: true });
    throw failure;
  }
};

const writtenAndSynced = async <Result>(
  file: FileHandle,
  work: (write: Write) => Promise<Result>,
): Promise<Result> => {
  try {
    const result = await work((text) => file.writeFile(text));
    await file.sync();
    return result;
  } finally {
    await file.close();
  }
};
