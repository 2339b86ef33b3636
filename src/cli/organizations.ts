import { Argument, type Command } from 'commander';
import { listOrganizations } from '../db/records/organization.ts';
import type { Store } from '../domain/operation.ts';
import { changeBaseCurrency, changeTaxBehavior, pinApiVersion } from '../domain/organization.ts';
import { type ApiVersion, apiVersions, type TaxBehavior, taxBehaviors } from '../vocabulary.ts';
import { currencyCode, displayName } from './argument.ts';
import { operator } from './operator.ts';
import { withStore } from './store.ts';

export const addOrganizations = (program: Command): void => {
  const organizations = program
    .command('organizations')
    .description('organizations: their API versions and what their amounts mean');

  organizations
    .command('list')
    .description('every organization, with its API version, base currency and tax behavior')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const found = await withStore(listOrganizations);
      if (json) console.log(JSON.stringify(found));
      else
        for (const { name, apiVersion, baseCurrency, taxBehavior } of found)
          console.log(`${apiVersion}  ${baseCurrency}  ${taxBehavior.padEnd(11)}  ${name}`);
    });

  organizations
    .command('set-version')
    .description('pin the API version that answers requests without Commet-Version')
    .argument('<name>', 'name of the organization', displayName)
    .addArgument(new Argument('<date>', 'date of the version').choices(apiVersions))
    .action(async (name: string, version: ApiVersion) => {
      await changed(name, (store) => pinApiVersion(store, name, version, operator));
      console.log(`${name} is pinned to ${version}.`);
    });

  organizations
    .command('set-base-currency')
    .description('set the currency of amounts that name none; before the first amount')
    .argument('<name>', 'name of the organization', displayName)
    .argument('<currency>', 'code of ISO 4217', currencyCode)
    .action(async (name: string, currency: string) => {
      await changed(name, (store) => changeBaseCurrency(store, name, currency, operator));
      console.log(`The base currency of ${name} is ${currency}.`);
    });

  organizations
    .command('set-tax-behavior')
    .description('say whether amounts include tax, for pages to show')
    .argument('<name>', 'name of the organization', displayName)
    .addArgument(new Argument('<behavior>', 'whether they do').choices(taxBehaviors))
    .action(async (name: string, behavior: TaxBehavior) => {
      await changed(name, (store) => changeTaxBehavior(store, name, behavior, operator));
      console.log(`The tax behavior of ${name} is ${behavior}.`);
    });
};

const changed = async (name: string, change: (store: Store) => Promise<boolean>): Promise<void> => {
  if (!(await withStore(change))) throw new Error(`there is no organization named ${name}`);
};
