import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { authenticate } from '../../domain/api-key.ts';
import type { Store } from '../../domain/operation.ts';
import { modes, scopes } from '../../vocabulary.ts';
import type { IssuedKey } from '../issue-key.ts';

/**
 * The database has only hashes, so the demo's secrets are in a file: next to the SQLite file, or in
 * ./data.
 */
export const demoKeysFile = (databaseUrl: string): string =>
  join(
    databaseUrl.startsWith('file:') ? dirname(databaseUrl.slice('file:'.length)) : 'data',
    'demo-keys.json',
  );

const DemoKeys = z.array(
  z.object({
    id: z.string(),
    key: z.string(),
    organization: z.string(),
    mode: z.enum(modes),
    scope: z.enum(scopes),
  }),
);

export const writeDemoKeys = async (file: string, keys: IssuedKey[]): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
};

/** The keys in the file that this database still accepts; none without the file. */
export const readDemoKeys = async (file: string, store: Store): Promise<IssuedKey[]> => {
  const usable: IssuedKey[] = [];
  for (const key of DemoKeys.catch([]).parse(await parsedFile(file)))
    if (await authenticate(store, key.key)) usable.push(key);
  return usable;
};

const parsedFile = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
};
