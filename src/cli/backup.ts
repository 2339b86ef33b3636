import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { backUp } from '../db/maintenance/backup.ts';
import { showProgress } from './progress.ts';
import { shellWord } from './terminal.ts';

export const addBackup = (program: Command): void => {
  program
    .command('backup')
    .description('write a verified copy of an SQLite database while it stays in use')
    .argument('<file>', 'where to; must not exist yet')
    .action(async (file: string) => {
      await backUp(readConfig(process.env).databaseUrl, file, showProgress('pages'));
      console.log(
        `${file} is a verified copy. To put it back: plans-gateway restore ${shellWord(file)}`,
      );
    });
};
