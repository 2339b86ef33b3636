import type { Command } from 'commander';
import { ask, requireAnswer, say } from '../terminal.ts';
import type { CatalogueAccess, ChangeSet } from './access.ts';
import { CODES, carryOut, titleOf } from './carry-out.ts';
import { noColourOption, pullForCurrencies } from './show.ts';
import { addWhere, withCatalogue } from './where.ts';

interface Choice {
  yes?: true;
  color: boolean;
}

export const addRevert = (catalogue: Command): void => {
  addWhere(
    catalogue
      .command('revert')
      .description('undo an applied change set, or call off a scheduled one')
      .argument('<id>', 'id of the change set')
      .option('--yes', 'do not ask')
      .addOption(noColourOption()),
  )
    .addHelpText('after', CODES)
    .action(async (id: string, { yes, color }: Choice, command: Command) => {
      requireAnswer(yes);
      await withCatalogue(command, async (access) => {
        const set = await access.get(id);
        if (set.status === 'scheduled') return callOff(access, set, yes);
        if (set.status !== 'applied')
          throw new Error(`the change set is ${set.status}: there is nothing to undo`);
        say(`Undoing ${titleOf(set)}, applied ${set.appliedAt} …`);
        const before = await pullForCurrencies(access);
        await carryOut(access, await access.revert(id), before, { yes, color });
      });
    });
};

const callOff = async (
  access: CatalogueAccess,
  set: ChangeSet,
  yes: true | undefined,
): Promise<void> => {
  say(`${titleOf(set)}, is to be applied ${set.appliesAt}.`);
  if (!yes && !(await ask(`Call it off on ${access.name}?`))) {
    process.exitCode = 1;
    return;
  }
  await access.unschedule(set.id);
  await access.discard(set.id);
  console.log(`${set.id} is called off.`);
};
