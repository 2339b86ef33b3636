import { shellQuoted } from '../terminal.ts';
import { type DescribedCommand, everyCommand, type Value } from './described.ts';

/** In a specification of `_arguments`, brackets and colons mean something. */
const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

const actionOf = (value: Value): string => {
  if (value === 'any') return ' ';
  return value === 'file' ? '_files' : `(${value.choices.join(' ')})`;
};

export const zshCompletion = (program: DescribedCommand, name: string): string => {
  const root = `_${name.replaceAll('-', '_')}`;
  const functionOf = ({ path }: DescribedCommand) => [root, ...path].join('_').replaceAll('-', '_');
  const body = (command: DescribedCommand): string => {
    const options = command.options.flatMap(({ names, description, value }) =>
      names.map((option) => {
        // Its value follows as the next word, or after an equals sign.
        const given = value === undefined ? '' : `:value:${actionOf(value)}`;
        return shellQuoted(`*${option}${given && '='}[${plain(description)}]${given}`);
      }),
    );
    const rest =
      command.commands.length > 0
        ? [`'1: :->command'`, `'*:: :->rest'`]
        : command.arguments.map(({ name, value }, place) =>
            shellQuoted(`${place + 1}:${plain(name)}:${actionOf(value)}`),
          );
    const choices = command.commands.map(({ path, description }) =>
      shellQuoted(`${path.at(-1)}:${description}`),
    );
    const branches = command.commands.map(
      (each) => `        ${each.path.at(-1)}) ${functionOf(each)} ;;`,
    );
    const states =
      command.commands.length === 0
        ? ''
        : `
  case $state in
    command)
      local -a commands=(
        ${choices.join('\n        ')}
      )
      _describe command commands
      ;;
    rest)
      case $words[1] in
${branches.join('\n')}
      esac
      ;;
  esac`;
    return `${functionOf(command)}() {
  local state line curcontext="$curcontext"
  _arguments -C ${[...options, ...rest].join(' \\\n    ')}${states}
}`;
  };
  return `#compdef ${name}
# Completion of ${name} for zsh. To load it: source <(${name} completion zsh), after compinit.
${everyCommand(program).map(body).join('\n\n')}

compdef ${root} ${name}
`;
};
