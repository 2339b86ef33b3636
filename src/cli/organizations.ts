import { Argument, type Command } from 'commander';
import { listOrganizations } from '../db/records/organization.ts';
import type { Organization } from '../db/tables.ts';
import type { Store } from '../domain/operation.ts';
import {
  changeBaseCurrency,
  changeTaxBehavior,
  pinApiVersion,
  renameOrganization,
} from '../domain/organization.ts';
import { type ApiVersion, apiVersions, type TaxBehavior, taxBehaviors } from '../vocabulary.ts';
import { currencyCode, displayName } from './argument.ts';
import { operator } from './operator.ts';
import { withStore } from './store.ts';
import { type Layout, printRows } from './table.ts';

export const addOrganizations = (program: Command): void => {
  const organizations = program
    .command('organizations')
    .description('organizations: their names, API versions and what their amounts mean');

  organizations
    .command('list')
    .description('every organization, with its API version, base currency and tax behavior')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const found = await withStore(listOrganizations);
      if (json) console.log(JSON.stringify(found));
      else printRows(found, layout);
    });

  organizations
    .command('rename')
    .description('give an organization another name; its keys go on working')
    .argument('<name>', 'name of the organization', displayName)
    .argument('<new-name>', 'name that no other organization has', displayName)
    .action(async (name: string, newName: string) => {
      await changed(name, (store) => renameOrganization(store, name, newName, operator));
      console.log(`${name} is named ${newName}.`);
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

const layout: Layout<Organization> = {
  line: ({ name, apiVersion, baseCurrency, taxBehavior }) =>
    `${apiVersion}  ${baseCurrency}  ${taxBehavior.padEnd(11)}  ${name}`,
  columns: [
    { head: 'API VERSION', text: ({ apiVersion }) => apiVersion },
    { head: 'CURRENCY', text: ({ baseCurrency }) => baseCurrency },
    { head: 'TAX', text: ({ taxBehavior }) => taxBehavior },
    { head: 'NAME', text: ({ name }) => name },
  ],
};

const changed = async (name: string, change: (store: Store) => Promise<boolean>): Promise<void> => {
  if (!(await withStore(change))) throw new Error(`there is no organization named ${name}`);
};
