import type { Command } from 'commander';
import { say } from '../terminal.ts';
import { readDocument } from './document.ts';
import { nameOf } from './file.ts';
import { noColourOption, pullForCurrencies, show, wholeOption } from './show.ts';
import { addWhere, withCatalogue } from './where.ts';

interface Choice {
  whole?: true;
  json?: true;
  color: boolean;
}

export const addDiff = (catalogue: Command): void => {
  addWhere(
    catalogue
      .command('diff')
      .description('show what push would change, and what is wrong with it')
      .argument('<file>', 'a catalogue file, or - for the standard input')
      .addOption(wholeOption())
      .option('--json', 'print JSON: changes and findings')
      .addOption(noColourOption()),
  )
    .addHelpText('after', '\nExit codes: 0 no differences, 1 differences, 2 refused.')
    .action(async (file: string, { whole, json, color }: Choice, command: Command) => {
      const document = await readDocument(file);
      await withCatalogue(command, async (access) => {
        say(`Comparing ${nameOf(file)} with ${access.name} …`);
        const before = json ? undefined : await pullForCurrencies(access);
        const preview = await access.preview(document, whole ? 'whole' : 'listed');
        if (!preview.isRehearsed)
          say('The key only reads: what operations of the server would refuse is not known.');
        const { changes, findings } = preview;
        if (json) console.log(JSON.stringify({ changes, findings }, null, 2));
        else show(preview, before, color);
        if (changes.length > 0) process.exitCode = 1;
      });
    });
};
