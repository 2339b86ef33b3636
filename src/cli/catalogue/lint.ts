import { type Command, Option } from 'commander';
import { mergeCatalogue } from '../../domain/catalogue/merge.ts';
import { readCatalogue } from '../../domain/catalogue/read.ts';
import { ValidationError } from '../../errors.ts';
import { coloursFor } from '../terminal.ts';
import { lintWhole } from './compared.ts';
import { isStdin, readText } from './file.ts';
import { countsOfFindings, findingText, hasErrors, type PlacedFinding } from './findings.ts';
import { sarifOf } from './sarif.ts';
import { noColourOption } from './show.ts';
import { addWhere, refuseWhere, withCatalogue } from './where.ts';

const formats = ['text', 'json', 'sarif'] as const;

interface Choice {
  format: (typeof formats)[number];
  color: boolean;
}

export const addLint = (catalogue: Command): void => {
  addWhere(
    catalogue
      .command('lint')
      .description(
        'look for mistakes in a file that holds a whole catalogue, or else in the catalogue itself',
      )
      .argument('[file]', 'a catalogue file, or - for the standard input; nothing else is read')
      .addOption(
        new Option('--format <format>', 'how to print the findings')
          .choices(formats)
          .default('text'),
      )
      .addOption(noColourOption()),
  )
    .addHelpText('after', '\nExit codes: 0 no errors, 1 errors, 2 refused.')
    .action(async (file: string | undefined, choice: Choice, command: Command) => {
      if (file !== undefined) refuseWhere(command, 'lint reads nothing but its file');
      const findings =
        file === undefined
          ? await withCatalogue(command, (access) => access.lint())
          : findingsIn(await readText(file));
      print(findings, file === undefined || isStdin(file) ? undefined : file, choice);
      if (hasErrors(findings)) process.exitCode = 1;
    });
};

/** How the reader says where something is. */
const place = / \(line (\d+), column (\d+)\)$/;

const findingsIn = (text: string): PlacedFinding[] => {
  try {
    const { file, positionOf } = readCatalogue(text);
    const whole = mergeCatalogue({ catalogue: 1 }, file, 'whole');
    return lintWhole(whole).map((finding) => ({ ...finding, ...positionOf(finding.path) }));
  } catch (failure) {
    if (!(failure instanceof ValidationError)) throw failure;
    return failure.details.map(({ field, message }): PlacedFinding => {
      const [, line = 1, column = 1] = place.exec(message) ?? [];
      return {
        rule: 'file-format',
        severity: 'error',
        path: field,
        message: message.replace(place, ''),
        line: Number(line),
        column: Number(column),
      };
    });
  }
};

const print = (
  findings: readonly PlacedFinding[],
  file: string | undefined,
  { format, color }: Choice,
): void => {
  if (format === 'json') console.log(JSON.stringify({ findings }, null, 2));
  else if (format === 'sarif') console.log(JSON.stringify(sarifOf(findings, file), null, 2));
  else {
    const colours = coloursFor(process.stdout, color);
    for (const finding of findings) {
      const { line, column } = finding;
      const at = line === undefined ? '' : `${file ?? '-'}:${line}:${column}: `;
      console.log(findingText(finding, colours, at));
    }
    console.log(`${countsOfFindings(findings) || 'No finding'}.`);
  }
};
