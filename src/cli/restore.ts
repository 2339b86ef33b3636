import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { type BackupFacts, type Restored, restore } from '../db/maintenance/restore.ts';
import { lineOf } from './check.ts';
import {
  ask,
  CODES_OF_QUESTION,
  changeNothing,
  requireAnswer,
  say,
  shellWord,
} from './terminal.ts';

interface Choice {
  yes?: true;
  json?: true;
}

export const addRestore = (program: Command): void => {
  program
    .command('restore')
    .description(
      'put a backup in the place of the SQLite database of DATABASE_URL, which is kept under ' +
        'another name; the gateway must be stopped',
    )
    .argument('<file>', 'what `backup` wrote')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON: path, aside, steps, organizations, plans, lastWriteAt')
    .addHelpText('after', CODES_OF_QUESTION)
    .action(async (file: string, { yes, json }: Choice) => {
      const { databaseUrl } = readConfig(process.env);
      if (!databaseUrl.startsWith('file:')) throw new Error(ofPostgres(file));
      requireAnswer(yes);
      const restored = await restore(databaseUrl, file, {
        onFindings: (findings) => {
          for (const finding of findings) say(lineOf(finding));
        },
        confirm: async (facts, path) => {
          say(`${file} is sound. ${summary(facts)}`);
          return yes ?? ask(`Put it in the place of ${path}?`);
        },
        onReplaced: () => say('It is in place. Waiting for starts that saw the old file …'),
      });
      if (!restored) changeNothing();
      else console.log(json ? JSON.stringify(restored) : reportOf(restored));
    });
};

/** The address may hold a password: the shell puts it in. */
const ofPostgres = (file: string): string =>
  'this restores SQLite files. For a dump of PostgreSQL (pg_dump --format=custom), stop the ' +
  'gateway and run: pg_restore --clean --if-exists --no-owner --single-transaction ' +
  `--dbname="$DATABASE_URL" ${shellWord(file)}`;

const summary = ({ organizations, plans, lastWriteAt }: BackupFacts): string =>
  `It holds ${organizations} organizations and ${plans} plans; ` +
  (lastWriteAt ? `its last write was at ${lastWriteAt}.` : 'nothing was written to it.');

const reportOf = ({ path, aside, steps }: Restored): string =>
  [
    `${path} is restored, and was checked.`,
    ...(steps.length > 0 ? [`It was brought to today's tables: ${steps.join(', ')}.`] : []),
    ...(aside
      ? [
          `What was there before is ${aside}.`,
          `To go back: plans-gateway restore ${shellWord(aside)}`,
        ]
      : []),
  ].join('\n');
