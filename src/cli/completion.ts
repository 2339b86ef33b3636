import { Argument, type Command } from 'commander';
import { bashCompletion } from './completion/bash.ts';
import { type DescribedCommand, describe } from './completion/described.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';

const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} satisfies Record<string, (program: DescribedCommand, name: string) => string>;

const shells = ['bash', 'zsh', 'fish'] as const satisfies (keyof typeof scripts)[];

export const addCompletion = (program: Command): void => {
  program
    .command('completion')
    .description('print what completes the commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(shells))
    .addHelpText(
      'after',
      `\nTo load it, e.g. in ~/.bashrc: source <(${program.name()} completion bash)`,
    )
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell](describe(program), program.name()));
    });
};
