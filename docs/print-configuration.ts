import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../src/cli/variables.ts';

/** `npm run docs:configuration` writes the page of variables. */
await writeFile(new URL('configuration.md', import.meta.url), configurationPage());
