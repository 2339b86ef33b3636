import { Option } from 'commander';
import type { Catalogue } from '../../domain/catalogue/document.ts';
import { LONGEST_FILE } from '../../domain/catalogue/read.ts';
import { coloursFor } from '../terminal.ts';
import type { CatalogueAccess, Preview } from './access.ts';
import { wholeCatalogue } from './compared.ts';
import { currenciesIn } from './currencies.ts';
import { countsOf, printDifferences } from './differences.ts';
import { countsOfFindings, findingText } from './findings.ts';

export const wholeOption = () =>
  new Option('--whole', 'the file is the whole catalogue: what it does not name is deleted');

export const noColourOption = () =>
  new Option('--no-color', 'print without colours, as with NO_COLOR or into a file');

/** What changes are compared with, for the currencies of amounts. */
export const pullForCurrencies = async (
  access: CatalogueAccess,
): Promise<Catalogue | undefined> => {
  const text = await access.pull('yaml');
  return Buffer.byteLength(text) > LONGEST_FILE ? undefined : wholeCatalogue(text);
};

/** Prints changes object by object, then findings. */
export const show = (
  { changes, findings }: Pick<Preview, 'changes' | 'findings'>,
  before: Catalogue | undefined,
  isColoured: boolean,
): void => {
  const colours = coloursFor(process.stdout, isColoured);
  const blocks = [
    printDifferences(changes, currenciesIn(before, changes), colours),
    findings.map((finding) => findingText(finding, colours)).join('\n'),
    [countsOf(changes) || 'No differences', countsOfFindings(findings)].filter(Boolean).join('; '),
  ];
  process.stdout.write(`${blocks.filter(Boolean).join('\n\n')}.\n`);
};
