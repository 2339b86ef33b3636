import type { Command } from 'commander';
import { connect } from '../db/connect.ts';
import { type Copy, copyEverything } from '../db/copy.ts';
import type { Engine } from '../db/engine.ts';
import { migrate } from '../db/migrate.ts';
import { refreshStatistics } from '../db/statistics.ts';
import { showProgress } from './progress.ts';
import { withStore } from './store.ts';

export const addCopy = (program: Command): void => {
  program
    .command('copy')
    .description('copy everything into an empty database of the same or the other engine: all of it, or nothing')
    .requiredOption('--to <url>', 'file:PATH or postgres://…')
    .option('--json', 'print rows and content hash as JSON')
    .action(async ({ to, json }: { to: string; json?: true }) => {
      const copy = await withStore(({ engine }) => copyTo(to, engine));
      if (json) console.log(JSON.stringify(copy));
      else console.log(`${copy.rows} rows copied. Both sides have the content hash ${copy.contentHash}.`);
    });
};

const copyTo = async (url: string, source: Engine): Promise<Copy> => {
  const target = await connect(url);
  try {
    await migrate(target);
    const copy = await copyEverything(source, target, showProgress('rows'));
    await refreshStatistics(target);
    return copy;
  } finally {
    await target.close();
  }
};
