import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { LONGEST_FILE } from '../../domain/catalogue/read.ts';
import { say } from '../terminal.ts';
import type { CatalogueAccess, Format } from './access.ts';
import { isStdin as isStdout, megabytes } from './file.ts';
import { addWhere, withCatalogue } from './where.ts';

export const addPull = (catalogue: Command): void => {
  addWhere(
    catalogue
      .command('pull')
      .description('print the catalogue, or write it to a file')
      .argument('[file]', 'where to write it, JSON where the name ends with .json')
      .option('--json', 'print JSON'),
  )
    .addHelpText('after', '\nExit codes: 0 done, 2 refused.')
    .action(async (file: string | undefined, { json }: { json?: true }, command: Command) => {
      const format = json || file?.endsWith('.json') ? 'json' : 'yaml';
      const text = await withCatalogue(command, (access) => pullWithSchema(access, format));
      await writeOut(text, file);
    });
};

const pullWithSchema = async (access: CatalogueAccess, format: Format): Promise<string> => {
  const text = await access.pull(format);
  const { schemaUrl } = access;
  if (schemaUrl === undefined) return text;
  if (format === 'yaml') return /^\$schema:/.test(text) ? text : `$schema: ${schemaUrl}\n${text}`;
  const [, members] = /^\{\s*(?!"\$schema")(.*)$/s.exec(text) ?? [];
  return members === undefined
    ? text
    : `{\n  "$schema": ${JSON.stringify(schemaUrl)},\n  ${members}`;
};

export const writeOut = async (text: string, file: string | undefined): Promise<void> => {
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST_FILE)
    say(
      `warning: the file has ${bytes} bytes; the most that push takes is ${megabytes(LONGEST_FILE)}`,
    );
  if (file === undefined || isStdout(file)) process.stdout.write(text);
  else {
    await writeFile(file, text);
    say(`Wrote ${file}.`);
  }
};
