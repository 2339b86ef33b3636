import { readFileSync } from 'node:fs';

/** As package.json says it, read apart from the code under test. */
export const packageVersion: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;
