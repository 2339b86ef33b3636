import { Argument, type Command } from 'commander';
import { listOrganizations } from '../db/records/organization.ts';
import { pinApiVersion } from '../domain/organization.ts';
import { type ApiVersion, apiVersions } from '../vocabulary.ts';
import { displayName } from './argument.ts';
import { operator } from './operator.ts';
import { withStore } from './store.ts';

export const addOrganizations = (program: Command): void => {
  const organizations = program
    .command('organizations')
    .description('organizations and their API versions');

  organizations
    .command('list')
    .description('every organization, with the API version that it is pinned to')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const found = await withStore(listOrganizations);
      if (json) console.log(JSON.stringify(found));
      else for (const { name, apiVersion } of found) console.log(`${apiVersion}  ${name}`);
    });

  organizations
    .command('set-version')
    .description('pin the API version that answers requests without Commet-Version')
    .argument('<name>', 'name of the organization', displayName)
    .addArgument(new Argument('<date>', 'date of the version').choices(apiVersions))
    .action(async (name: string, version: ApiVersion) => {
      const isKnown = await withStore((store) => pinApiVersion(store, name, version, operator));
      if (!isKnown) throw new Error(`there is no organization named ${name}`);
      console.log(`${name} is pinned to ${version}.`);
    });
};
