import { createReadStream } from 'node:fs';
import { LONGEST_FILE } from '../../domain/catalogue/read.ts';

const STDIN = '-';

export const nameOf = (file: string): string => (file === STDIN ? 'the standard input' : file);

/** Stops reading once the text is longer than it may be. */
export const readText = async (file: string, most = LONGEST_FILE): Promise<string> => {
  const input = file === STDIN ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of input) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > most)
        throw new Error(`${nameOf(file)} is larger than ${megabytes(most)}, the most there may be`);
      chunks.push(buffer);
    }
  } catch (failure) {
    throw failure instanceof Error && 'code' in failure
      ? new Error(`${nameOf(file)} cannot be read: ${failure.message}`)
      : failure;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Error(`${nameOf(file)} is no text in UTF-8`);
  }
};

export const megabytes = (bytes: number): string => `${bytes / 1_048_576} MiB`;

export const isStdin = (file: string): boolean => file === STDIN;
