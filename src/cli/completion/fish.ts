import { type DescribedCommand, everyCommand, type Value } from './described.ts';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const valueWords = (value: Value): string => {
  if (value === 'any') return ' -x';
  return value === 'file' ? ' -r -F' : ` -x -a ${quoted(value.choices.join(' '))}`;
};

export const fishCompletion = (program: DescribedCommand, name: string): string => {
  const all = everyCommand(program);
  const test = `__${name.replaceAll('-', '_')}_at`;
  const valued = all
    .flatMap(({ path, options }) =>
      options
        .filter(({ value }) => value !== undefined)
        .flatMap(({ names }) => names.map((option) => quoted([...path, option].join(' ')))),
    )
    .join(' ');
  const paths = all.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  const lines = all.flatMap(({ path, commands, options, arguments: positions }) => {
    const at = (place: number | '') =>
      `complete -c ${name} -n ${quoted(`${test} ${quoted(path.join(' '))} ${place}`.trim())}`;
    return [
      ...commands.map(
        (each) => `${at(0)} -f -a ${each.path.at(-1)} -d ${quoted(each.description)}`,
      ),
      ...options.map(({ names, description, value }) => {
        const written = names.map((each) =>
          each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
        );
        return `${at('')} ${written.join(' ')} -d ${quoted(description)}${value === undefined ? '' : valueWords(value)}`;
      }),
      ...positions.flatMap(({ value }, place) => {
        if (value === 'any') return [];
        return [
          value === 'file'
            ? `${at(place)} -F`
            : `${at(place)} -f -a ${quoted(value.choices.join(' '))}`,
        ];
      }),
    ];
  });
  return `# Completion of ${name} for fish. To load it: ${name} completion fish | source
function ${test} --argument-names wanted place
    set -l path
    set -l option
    set -l count 0
    set -l given (commandline -opc)
    for word in $given[2..]
        if test -n "$option"
            set option
        else if contains -- (string join -- ' ' $path $word) ${valued}
            set option $word
        else if string match -q -- '-*' $word
            continue
        else if contains -- (string join -- ' ' $path $word) ${paths.join(' ')}
            set -a path $word
        else
            set count (math $count + 1)
        end
    end
    test "$path" = "$wanted"; and begin
        test -z "$place"; or test "$place" = $count
    end
end

complete -c ${name} -f
${lines.join('\n')}
`;
};
