import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { vacuum } from '../db/maintenance/vacuum.ts';

export const addVacuum = (program: Command): void => {
  program
    .command('vacuum')
    .description(
      'give the room that removed rows left in an SQLite file back to the disk; the gateway must ' +
        'be stopped',
    )
    .action(async () => {
      const { bytesBefore, bytesAfter } = await vacuum(readConfig(process.env).databaseUrl);
      console.log(`The file had ${mebibytes(bytesBefore)} MiB and has ${mebibytes(bytesAfter)}.`);
    });
};

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
