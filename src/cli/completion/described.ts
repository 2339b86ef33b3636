import type { Argument, Command, Option } from 'commander';

/** What may follow: one of some words, a file, or anything. */
export type Value = { choices: readonly string[] } | 'file' | 'any';

export interface DescribedOption {
  /** `--json`, and `-V` where there is a short name. */
  names: readonly string[];
  description: string;
  /** Undefined where none follows. */
  value: Value | undefined;
}

/** A command as shells need to know it. */
export interface DescribedCommand {
  /** The words that lead to it; none for the program. */
  path: readonly string[];
  description: string;
  commands: readonly DescribedCommand[];
  options: readonly DescribedOption[];
  arguments: readonly { name: string; value: Value }[];
}

/** By what help shows of it. */
export const describe = (command: Command, path: readonly string[] = []): DescribedCommand => {
  const help = command.createHelp();
  return {
    path,
    description: firstLine(command.description()),
    commands: help
      .visibleCommands(command)
      .filter((each) => each.name() !== 'help')
      .map((each) => describe(each, [...path, each.name()])),
    options: help.visibleOptions(command).map(describedOption),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      value: valueNamed(argument, argument.name()),
    })),
  };
};

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const describedOption = (option: Option): DescribedOption => ({
  names: [option.long, option.short].filter((name) => name != null),
  description: firstLine(option.description),
  value:
    option.required || option.optional
      ? valueNamed(option, /[<[](.*)[>\]]/.exec(option.flags)?.[1] ?? '')
      : undefined,
});

const valueNamed = ({ argChoices }: Pick<Argument | Option, 'argChoices'>, name: string): Value => {
  if (argChoices) return { choices: argChoices };
  return /^(file|path)\b/.test(name) ? 'file' : 'any';
};

/** The command and all below it. */
export const everyCommand = (command: DescribedCommand): DescribedCommand[] => [
  command,
  ...command.commands.flatMap(everyCommand),
];
