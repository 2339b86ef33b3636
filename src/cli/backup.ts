import type { Command } from 'commander';
import { showProgress } from './progress.ts';
import { withExisting } from './store.ts';

export const addBackup = (program: Command): void => {
  program
    .command('backup')
    .description('write a verified copy of an SQLite database while it stays in use')
    .argument('<file>', 'where to; must not exist yet')
    .action(async (file: string) => {
      await withExisting((engine) => engine.backUp(file, showProgress('pages')));
      console.log(`${file} is a verified copy. To restore it, see README.`);
    });
};
