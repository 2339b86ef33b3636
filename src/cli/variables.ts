import type { z } from 'zod';
import { variableGroups } from '../config.ts';

/** The variables of the environment in print: in `serve --help`, and in docs/configuration.md. */

const WIDTH = 100;
const NAME_WIDTH = 27;

/** As Markdown. */
interface Variable {
  name: string;
  /** What holds while it is not set. */
  unset: string;
  description: string;
}

const unsetOf = ({ def, meta }: z.ZodType): string => {
  const { unset } = meta() ?? {};
  if (typeof unset === 'string') return unset;
  const preset = 'defaultValue' in def ? String(def.defaultValue) : '';
  return preset === '' ? 'none' : `\`${preset}\``;
};

const groups = (): { title: string; variables: Variable[] }[] =>
  Object.entries<Record<string, z.ZodType>>(variableGroups).map(([title, group]) => ({
    title,
    variables: Object.entries(group).map(([name, schema]) => ({
      name,
      unset: unsetOf(schema),
      description: schema.description ?? '',
    })),
  }));

/** Words that belong together, as code in backticks does, stay on one line. */
const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};

const helpOf = ({ name, unset, description }: Variable): string => {
  const lines = wrap(`${description} [${unset}]`.replaceAll('`', ''), WIDTH - NAME_WIDTH);
  return lines
    .map((line, at) => `${(at === 0 ? `  ${name}` : '').padEnd(NAME_WIDTH)}${line}`)
    .join('\n');
};

/** The section of `serve --help`. */
export const variablesHelp = (): string =>
  groups()
    .map(({ title, variables }) => `${title}:\n${variables.map(helpOf).join('\n')}`)
    .join('\n\n');

const entryOf = ({ name, unset, description }: Variable): string =>
  `### ${name}\n\n${wrap(description, WIDTH).join('\n')}\n\nDefault: ${unset}.\n`;

const PREFACE = `# Configuration

The gateway reads its configuration from environment variables. \`plans-gateway serve --help\`
prints the same list. An empty value counts as unset. A wrong value or a misspelt name stops the
command with one line and exit code 2.

Any of them can stand in a file instead, whose path the variable with \`_FILE\` at its end names:
\`DATABASE_URL_FILE=/run/secrets/db\`. [Secrets](operations.md#secrets-and-variables) says more.

<!-- Printed from src/config.ts by \`npm run docs:configuration\`. Change the text there. -->
`;

/** The text of docs/configuration.md. */
export const configurationPage = (): string =>
  [
    PREFACE,
    ...groups().flatMap(({ title, variables }) => [`## ${title}\n`, ...variables.map(entryOf)]),
  ].join('\n');
