import { writeFile } from 'node:fs/promises';
import { printSchema } from 'graphql';
import { schema } from './index.ts';

/** `npm run schema` writes what clients are offered beside the code that makes it. */
await writeFile(new URL('schema.graphql', import.meta.url), `${printSchema(schema)}\n`);
