import { writeFile } from 'node:fs/promises';
import { printSchema } from 'graphql';
import { schema } from './index.ts';

/** `npm run schema` prints the schema to `schema.graphql`. */
await writeFile(new URL('schema.graphql', import.meta.url), `${printSchema(schema)}\n`);
