import { closeSync, openSync, readSync } from 'node:fs';
import { systemCodeOf } from './failures.ts';

/** Values that stand in files, as secrets do: `DATABASE_URL_FILE` names the file of `DATABASE_URL`. */

export type Variables = Record<string, string | undefined>;

export const FILE_SUFFIX = '_FILE';

const MOST_BYTES = 64 * 1024;

/** By the code of the system. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link to itself',
};

const reasonOf = (failure: unknown): string => {
  const code = systemCodeOf(failure);
  return reasons[code] ?? code;
};

/** One byte more than it may have, where it has too many. */
const bytesOf = (path: string): Buffer => {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more)
      more = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
};

/** Its errors name variable and file, and never what is in the file. */
const contentOf = (variable: string, path: string): string => {
  const refuse = (why: string, cause?: unknown) =>
    new Error(`${variable}: ${path} ${why}`, { cause });
  let bytes: Buffer;
  try {
    bytes = bytesOf(path);
  } catch (failure) {
    throw refuse(`cannot be read: ${reasonOf(failure)}`, failure);
  }
  if (bytes.length > MOST_BYTES) throw refuse(`holds more than ${MOST_BYTES / 1024} KiB`);
  const text = bytes.toString('utf8').replace(/[\r\n]+$/, '');
  if (text === '') throw refuse('is empty');
  if (/[\r\n]/.test(text)) throw refuse('holds more than one line');
  if (text.includes('\0') || text.includes('\uFFFD')) throw refuse('holds no text in UTF-8');
  return text;
};

/** The value of a variable, wherever it stands. An empty value counts as unset. */
export const variableIn = (environment: Variables, name: string): string | undefined => {
  const value = environment[name] || undefined;
  const variable = name + FILE_SUFFIX;
  const path = environment[variable];
  if (!path) return value;
  if (value !== undefined) throw new Error(`${name} and ${variable} are both set: leave out one`);
  return contentOf(variable, path);
};
