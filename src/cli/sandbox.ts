import type { Command } from 'commander';
import { resetSandbox, type SandboxReset } from '../domain/sandbox.ts';
import { displayName } from './argument.ts';
import { operator, requireTenant, tenantByNow } from './operator.ts';
import { withStore } from './store.ts';
import { ask, CODES_OF_QUESTION, changeNothing, printable, requireAnswer } from './terminal.ts';

interface Choice {
  fromLive?: boolean;
  yes?: true;
  json?: true;
}

export const addSandbox = (program: Command): void => {
  const sandbox = program.command('sandbox').description('the sandbox of an organization');
  sandbox
    .command('reset')
    .description(
      'remove the whole sandbox catalogue of an organization, with its change sets; API keys, the ' +
        'audit log and the live catalogue stay',
    )
    .argument('<organization>', 'name of the organization', displayName)
    .option('--from-live', 'then copy the live catalogue into it, in the same transaction')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON: removed rows by type, and how many objects were copied')
    .addHelpText('after', CODES_OF_QUESTION)
    .action(async (organization: string, { fromLive = false, yes, json }: Choice) => {
      requireAnswer(yes);
      await withStore(async (store) => {
        await requireTenant(store, organization, 'sandbox');
        const question = `Remove everything in the sandbox catalogue of ${printable(organization)}?`;
        if (!yes && !(await ask(question))) return changeNothing();
        if (fromLive) await tenantByNow(store, organization, 'live');
        const done = await resetSandbox(store, organization, { fromLive }, operator);
        if (!done) throw new Error(`there is no organization named ${organization}`);
        console.log(json ? JSON.stringify(done) : reportOf(organization, done, fromLive));
      });
    });
};

const reportOf = (
  organization: string,
  { removed, copied }: SandboxReset,
  fromLive: boolean,
): string => {
  const rows = Object.values(removed).reduce((sum, count) => sum + count, 0);
  return (
    `${rows} rows of the sandbox of ${organization} were removed.` +
    (fromLive ? ` It is a copy of the live catalogue now: ${copied} objects.` : '')
  );
};
