import { type Command, Option } from 'commander';
import { displayName, time } from '../argument.ts';
import { requireAnswer, say } from '../terminal.ts';
import { CODES, carryOut } from './carry-out.ts';
import { readDocument } from './document.ts';
import { nameOf } from './file.ts';
import { countsOfFindings, hasErrors } from './findings.ts';
import { noColourOption, pullForCurrencies, show, wholeOption } from './show.ts';
import { addWhere, withCatalogue } from './where.ts';

interface Choice {
  whole?: true;
  at?: string;
  yes?: true;
  dryRun?: true;
  name?: string;
  color: boolean;
}

export const addPush = (catalogue: Command): void => {
  addWhere(
    catalogue
      .command('push')
      .description('show what a file changes, ask, and apply it: all of it, or nothing')
      .argument('<file>', 'a catalogue file, or - for the standard input, with --yes')
      .addOption(wholeOption())
      .addOption(
        new Option(
          '--at <time>',
          'apply it then, e.g. 2030-01-01T00:00:00Z, a time with its zone',
        ).argParser(time),
      )
      .addOption(new Option('--name <name>', 'what to call the change set').argParser(displayName))
      .option('--yes', 'do not ask')
      .option('--dry-run', 'show it, and change nothing')
      .addOption(noColourOption()),
  )
    .addHelpText('after', CODES)
    .action(async (file: string, choice: Choice, command: Command) => {
      const { whole, at, name, yes, dryRun, color } = choice;
      if (!dryRun) requireAnswer(yes);
      const document = await readDocument(file);
      const scope = whole ? 'whole' : 'listed';
      await withCatalogue(command, async (access) => {
        say(`Comparing ${nameOf(file)} with ${access.name} …`);
        const before = await pullForCurrencies(access);
        if (dryRun) {
          const preview = await access.preview(document, scope);
          show(preview, before, color);
          if (hasErrors(preview.findings)) throw new Error(countsOfFindings(preview.findings));
          say('A dry run: nothing was applied.');
        } else {
          const draft = await access.createChangeSet(document, { scope, name });
          await carryOut(access, draft, before, { yes, at, color });
        }
      });
    });
};
