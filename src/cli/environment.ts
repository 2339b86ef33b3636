import { type Command, Option } from 'commander';
import { reasonOf, systemCodeOf } from '../failures.ts';
import { FILE_SUFFIX, variableIn } from '../variable-files.ts';

/** Makes the program take its environment from files, too. */
export const readsEnvironment = (program: Command): void => {
  program
    .addOption(
      new Option(
        '--env-file <file>',
        'a file of variables, as `node --env-file` reads it; those that are set already stay',
      ).argParser((file: string, earlier: string[] = []) => [...earlier, file]),
    )
    .hook('preSubcommand', () => loadAll(program.opts<{ envFile?: string[] }>().envFile));
  fillFromFiles(program);
};

/** The last file counts most, as with Node.js: what is loaded first stays. */
const loadAll = (files: readonly string[] = []): void => {
  for (const file of files.toReversed())
    try {
      process.loadEnvFile(file);
    } catch (failure) {
      const code = systemCodeOf(failure) || 'no file';
      throw new Error(`--env-file: ${file} cannot be read: ${code}`, { cause: failure });
    }
};

const parsed = (option: Option, value: string): unknown => {
  try {
    return option.parseArg ? option.parseArg(value, undefined) : value;
  } catch (failure) {
    throw new Error(`what ${option.envVar}${FILE_SUFFIX} names is wrong: ${reasonOf(failure)}`, {
      cause: failure,
    });
  }
};

/** An option that a variable stands for may stand in the file that the variable's twin names. */
const fillFromFiles = (parent: Command): void => {
  if (parent.commands.length === 0) return;
  parent.hook('preSubcommand', (_, command) => {
    for (const option of command.options) {
      if (option.envVar === undefined) continue;
      const value = variableIn(process.env, option.envVar);
      if (value !== undefined)
        command.setOptionValueWithSource(option.attributeName(), parsed(option, value), 'env');
    }
  });
  for (const command of parent.commands) fillFromFiles(command);
};
