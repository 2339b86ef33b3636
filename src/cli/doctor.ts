import type { Command } from 'commander';
import { type Config, configFaults, readConfig, variables } from '../config.ts';
import { FILE_SUFFIX } from '../variable-files.ts';
import { isOlder, version } from '../version.ts';
import { padToWidth } from './display-width.ts';
import { databaseFindings } from './doctor/database.ts';
import { type Finding, ok, problem } from './doctor/finding.ts';
import { addressFindings, portFindings } from './doctor/network.ts';
import { type Colours, coloursFor, printable } from './terminal.ts';

const OLDEST_NODE = '20.19';
const CHECK_WIDTH = 12;

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description(
      'say what is wrong with the environment, the database, the disk, the clock and the network, ' +
        'and what to do; changes nothing, prints no secret, exits 1 when there is a problem',
    )
    .option('--json', 'print JSON: check, state (ok, warning, problem) and message of each')
    .action(async ({ json }: { json?: true }) => {
      const found = await diagnosed(process.env);
      if (json) console.log(JSON.stringify(found));
      else console.log(found.map((each) => lineOf(each, coloursFor(process.stdout))).join('\n'));
      if (found.some(({ state }) => state === 'problem')) process.exitCode = 1;
    });
};

const diagnosed = async (environment: NodeJS.ProcessEnv): Promise<Finding[]> => {
  const faults = configFaults(environment);
  const wrong = new Set(faults.map(({ variable }) => variable));
  // What is right is looked at nevertheless.
  const config = readConfig(
    Object.fromEntries(
      Object.entries(environment).filter(
        ([name]) => !wrong.has(name) && !wrong.has(name.replace(/_FILE$/, '')),
      ),
    ),
  );
  return [
    ...environmentFindings(environment, faults),
    ...(await versionFindings(config)),
    ...(wrong.has('DATABASE_URL') ? [] : await databaseFindings(config)),
    ...(wrong.has('HOST') || wrong.has('PORT') ? [] : await portFindings(config)),
    ...addressFindings(config),
  ];
};

const environmentFindings = (
  environment: NodeJS.ProcessEnv,
  faults: ReturnType<typeof configFaults>,
): Finding[] => {
  if (faults.length > 0) return faults.map(({ message }) => problem('environment', message));
  const set = Object.keys(variables)
    .flatMap((name) => [name, name + FILE_SUFFIX])
    .filter((name) => environment[name]);
  return [ok('environment', set.length > 0 ? `sets ${set.join(', ')}` : 'sets nothing')];
};

const versionFindings = async ({ databaseUrl }: Config): Promise<Finding[]> => {
  const { node } = process.versions;
  const found = [
    ok('version', `Plans Gateway ${version}`),
    isOlder(node, OLDEST_NODE)
      ? problem('Node.js', `${node} is too old: install ${OLDEST_NODE} or newer`)
      : ok('Node.js', node),
  ];
  if (!databaseUrl.startsWith('file:')) return found;
  const { library } = await import('../db/engine/sqlite-look.ts');
  const sqlite = library();
  return [
    ...found,
    sqlite.isSafe
      ? ok('SQLite', sqlite.version)
      : problem('SQLite', `${sqlite.version} may lose writes: ${sqlite.oldest} is needed`),
  ];
};

const lineOf = ({ check, state, message }: Finding, colours: Colours): string => {
  const paint = { ok: colours.created, warning: colours.updated, problem: colours.deleted }[state];
  return `${paint(state.padEnd(7))}  ${padToWidth(check, CHECK_WIDTH)}  ${printable(message)}`;
};
