import { type DescribedCommand, everyCommand, type Value } from './described.ts';

/** Names of ours hold no character that a shell would read otherwise. */
const word = (text: string): string => `'${text}'`;
const words = (list: readonly string[]): string => word(list.join(' '));

const answerOf = (value: Value): string => {
  if (value === 'any') return 'return';
  return value === 'file' ? 'files=1' : `candidates=${words(value.choices)}`;
};

const branches = (list: readonly { pattern: string; answer: string }[]): string =>
  list.map(({ pattern, answer }) => `      ${word(pattern)}) ${answer} ;;`).join('\n');

const alternatives = (patterns: readonly string[]): string =>
  patterns.map(word).join(' | \\\n      ');

const pathOf = ({ path }: DescribedCommand): string => path.join(' ');

/** Also for bash 3.2, which macOS has. */
export const bashCompletion = (program: DescribedCommand, name: string): string => {
  const all = everyCommand(program);
  const functionName = `_${name.replaceAll('-', '_')}`;
  const valued = all.flatMap((command) =>
    command.options.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : names.map((option) => ({
            pattern: `${pathOf(command)} ${option}`,
            answer: answerOf(value),
          })),
    ),
  );
  const options = all.map((command) => ({
    pattern: pathOf(command),
    answer: `candidates=${words(command.options.flatMap(({ names }) => names))}`,
  }));
  const commands = all
    .filter((command) => command.commands.length > 0)
    .map((command) => ({
      pattern: `${pathOf(command)}:0`,
      answer: `candidates=${words(command.commands.map(({ path }) => path.at(-1) ?? ''))}`,
    }));
  const positions = all.flatMap((command) =>
    command.arguments.map(({ value }, place) => ({
      pattern: `${pathOf(command)}:${place}`,
      answer: answerOf(value),
    })),
  );
  return `# Completion of ${name} for bash. To load it: source <(${name} completion bash)
${functionName}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' option='' word candidates=''
  local -i index=1 arguments=0 files=0
  COMPREPLY=()

  for ((; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    # To bash, --mode=live is three words.
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $option ]]; then
      option=''
      continue
    fi
    case "$path $word" in
      ${alternatives(valued.map(({ pattern }) => pattern))})
        option="$word"
        continue
        ;;
    esac
    if [[ $word == -* ]]; then continue; fi
    case "\${path:+$path }$word" in
      ${alternatives(all.filter(({ path }) => path.length > 0).map(pathOf))})
        path="\${path:+$path }$word"
        ;;
      *)
        arguments+=1
        ;;
    esac
  done
  if [[ $current == '=' ]]; then current=''; fi

  if [[ -n $option ]]; then
    case "$path $option" in
${branches(valued)}
    esac
  elif [[ $current == -* ]]; then
    case "$path" in
${branches(options)}
    esac
  else
    case "$path:$arguments" in
${branches([...commands, ...positions])}
    esac
  fi

  if ((files)); then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$candidates" -- "$current"))
  fi
}
complete -F ${functionName} ${name}
`;
};
