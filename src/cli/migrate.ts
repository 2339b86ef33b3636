import type { Command } from 'commander';
import { withUpgraded } from './store.ts';

export const addMigrate = (program: Command): void => {
  program
    .command('migrate')
    .description("bring the database to today's tables; serve does the same")
    .option('--json', 'print the names of the steps taken as JSON')
    .action(async ({ json }: { json?: true }) => {
      const steps = await withUpgraded(async (_store, _config, taken) => taken);
      if (json) console.log(JSON.stringify(steps));
      else console.log(steps.length > 0 ? steps.join('\n') : 'Nothing to do.');
    });
};
