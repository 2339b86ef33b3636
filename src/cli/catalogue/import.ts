import { type Command, Option } from 'commander';
import { importCommet } from '../../domain/catalogue/import/commet.ts';
import type { Imported } from '../../domain/catalogue/import/imported.ts';
import { importPricing2Yaml } from '../../domain/catalogue/import/pricing2yaml.ts';
import { importStripe } from '../../domain/catalogue/import/stripe.ts';
import { printJson, printYaml } from '../../domain/catalogue/print.ts';
import { defaultBaseCurrency } from '../../vocabulary.ts';
import { currencyCode } from '../argument.ts';
import { printable, say } from '../terminal.ts';
import { nameOf, readText } from './file.ts';
import { writeOut } from './pull.ts';

/** Foreign documents say more than catalogue files do. */
const LONGEST_DOCUMENT = 16 * 1_048_576;

interface Choice {
  from: keyof typeof converters;
  out?: string;
  baseCurrency?: string;
  amountsIn: 'rate_scale' | 'minor_unit';
}

type Convert = (text: string, choice: Choice) => Imported;

const converters = {
  pricing2yaml: (text) => importPricing2Yaml(text),
  commet: (text, { baseCurrency = defaultBaseCurrency, amountsIn }) =>
    importCommet(text, { amountsIn, baseCurrency }),
  stripe: (text, { baseCurrency }) =>
    importStripe(text, baseCurrency === undefined ? {} : { baseCurrency }),
} satisfies Record<string, Convert>;

export const addImport = (catalogue: Command): void => {
  catalogue
    .command('import')
    .description(
      'make a catalogue file of another format; says what is left out, writes nothing else',
    )
    .argument('<file>', 'the document, or - for the standard input')
    .addOption(
      new Option('--from <format>', 'format of the document')
        .choices(Object.keys(converters))
        .makeOptionMandatory(),
    )
    .option(
      '--out <file>',
      'where to write the catalogue file, JSON where the name ends with .json',
    )
    .addOption(
      new Option(
        '--base-currency <code>',
        'base currency of the catalogue; of Stripe, that of most prices if left out',
      ).argParser(currencyCode),
    )
    .addOption(
      new Option('--amounts-in <unit>', 'what amounts of Commet count')
        .choices(['rate_scale', 'minor_unit'])
        .default('rate_scale'),
    )
    .addHelpText('after', '\nExit codes: 0 done, 2 refused.')
    .action(async (file: string, choice: Choice) => {
      const { from, out } = choice;
      const imported = converters[from](await readText(file, LONGEST_DOCUMENT), choice);
      await writeOut((out?.endsWith('.json') ? printJson : printYaml)(imported.file), out);
      for (const { path, reason } of imported.leftOut)
        say(printable(`left out of ${nameOf(file)}: ${path}: ${reason}`));
    });
};
