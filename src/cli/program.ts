import { Command, CommanderError } from 'commander';
import { NoDatabase } from '../db/engine/faults.ts';
import { reasonOf } from '../failures.ts';
import { version } from '../version.ts';
import { addAudit } from './audit.ts';
import { addBackup } from './backup.ts';
import { addCatalogue } from './catalogue.ts';
import { addCheck } from './check.ts';
import { addCompletion } from './completion.ts';
import { addCopy } from './copy.ts';
import { addDoctor } from './doctor.ts';
import { readsEnvironment } from './environment.ts';
import { addKeys } from './keys.ts';
import { addMigrate } from './migrate.ts';
import { addOrganizations } from './organizations.ts';
import { addPrice } from './price.ts';
import { addRestore } from './restore.ts';
import { addSandbox } from './sandbox.ts';
import { addSeed } from './seed.ts';
import { addServe } from './serve.ts';
import { addVacuum } from './vacuum.ts';

/** Every subcommand adds itself to the program, so that it inherits how errors are shown. */
const subcommands = [
  addServe,
  addMigrate,
  addSeed,
  addKeys,
  addOrganizations,
  addSandbox,
  addPrice,
  addCatalogue,
  addCheck,
  addDoctor,
  addAudit,
  addBackup,
  addRestore,
  addCopy,
  addVacuum,
  addCompletion,
];

const createProgram = (): Command => {
  const program = new Command('plans-gateway')
    .description(
      'A self-hosted GraphQL and REST gateway over the plans and prices of a SaaS product.',
    )
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) });
  for (const addTo of subcommands) addTo(program);
  readsEnvironment(program);
  return program;
};

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/**
 * Carries out one command line. Answers the exit code: 0 done; 1 `check`, `doctor`, `catalogue diff`
 * or `catalogue lint` found something, a question was answered with no, or there is no database to work
 * on; 2 refused. Why stands in one line.
 */
export const run = async (argv: string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (failure) {
    if (failure instanceof CommanderError) return failure.exitCode === 0 ? 0 : 2;
    console.error(oneLine(`error: ${reasonOf(failure)}`));
    return failure instanceof NoDatabase ? 1 : 2;
  }
};
