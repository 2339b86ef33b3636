import { type Command, Option } from 'commander';
import type { Engine } from '../db/engine/engine.ts';
import { createTables } from '../db/engine/migrate.ts';
import { refreshStatistics } from '../db/engine/statistics.ts';
import { type Copy, copyEverything } from '../db/maintenance/copy.ts';
import { databaseSchema } from './argument.ts';
import { showProgress } from './progress.ts';
import { withDatabase, withStore } from './store.ts';

export const addCopy = (program: Command): void => {
  program
    .command('copy')
    .description(
      'copy everything into an empty database of the same or the other engine: all of it, or ' +
        'nothing',
    )
    .addOption(
      // A password in the arguments could be read by every user of the machine.
      new Option(
        '--to <url>',
        'file:PATH or postgres://…; better given as COPY_TO where it has a password',
      )
        .env('COPY_TO')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--to-schema <name>',
        'the schema of PostgreSQL to copy into; made where it is missing',
      )
        .env('COPY_TO_SCHEMA')
        .argParser(databaseSchema),
    )
    .option('--json', 'print rows and content hash as JSON')
    .action(async ({ to, toSchema, json }: { to: string; toSchema?: string; json?: true }) => {
      const copy = await withStore(({ engine }) => copyTo(to, toSchema, engine));
      if (json) console.log(JSON.stringify(copy));
      else
        console.log(
          `${copy.rows} rows copied. Both sides have the content hash ${copy.contentHash}.`,
        );
    });
};

const copyTo = (url: string, schema: string | undefined, source: Engine): Promise<Copy> =>
  withDatabase(url, '--to', { schema }, async (target) => {
    await createTables(target);
    const copy = await copyEverything(source, target, showProgress('rows'));
    await refreshStatistics(target);
    return copy;
  });
