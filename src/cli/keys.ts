import { type Command, Option } from 'commander';
import { findTenantOfApiKey } from '../db/organization.ts';
import { type ApiKey, listApiKeys, revokeApiKey } from '../domain/api-key.ts';
import type { Reader, Store } from '../domain/operation.ts';
import { type Mode, modes, type Scope, scopes } from '../vocabulary.ts';
import { displayName, modeOption, organizationOption } from './argument.ts';
import { issueKey } from './issue-key.ts';
import { operator, requireTenant } from './operator.ts';
import { withStore } from './store.ts';

export const addKeys = (program: Command): void => {
  const keys = program.command('keys').description('API keys');
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
};

const addCreate = (keys: Command): void => {
  keys
    .command('create')
    .description('create a key, and the organization when it is new; the secret is shown once')
    .addOption(organizationOption().makeOptionMandatory())
    .addOption(modeOption().makeOptionMandatory())
    .addOption(new Option('--scope <scope>', 'what the key may do').choices(scopes).makeOptionMandatory())
    .addOption(new Option('--name <name>', 'what the key is for').argParser(displayName).default('command line'))
    .option('--json', 'print JSON: id, key, organization, mode, scope')
    .action(
      async ({ json, ...order }: { organization: string; mode: Mode; scope: Scope; name: string; json?: true }) => {
        const issued = await withStore((store) => issueKey(store, order));
        if (json) console.log(JSON.stringify(issued));
        else console.log(`${issued.key}\n\nThis is ${issued.id}. Its secret is shown only now.`);
      },
    );
};

type ListedKey = ApiKey & { mode: Mode };

const addList = (keys: Command): void => {
  keys
    .command('list')
    .description('the keys of an organization, revoked and expired ones included; never their secrets')
    .addOption(organizationOption().makeOptionMandatory())
    .option('--json', 'print JSON')
    .action(async ({ organization, json }: { organization: string; json?: true }) => {
      const listed = await withStore((store) => keysOf(store, organization));
      if (json) console.log(JSON.stringify(listed));
      else for (const key of listed) console.log(lineOf(key));
    });
};

const keysOf = async (store: Store, organization: string): Promise<ListedKey[]> => {
  const listed: ListedKey[] = [];
  for (const mode of modes) {
    const reader = store.reader(await requireTenant(store, organization, mode));
    for await (const key of everyKey(reader)) listed.push({ ...key, mode });
  }
  return listed;
};

async function* everyKey(reader: Reader): AsyncGenerator<ApiKey> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await listApiKeys(reader, { first: 100, after });
    yield* page.items;
    const last = page.items.at(-1);
    after = last && page.cursorOf(last);
    more = page.hasNextPage;
  }
}

const lineOf = ({ id, mode, scope, hint, name, expiresAt, revokedAt }: ListedKey): string => {
  const state = revokedAt ? `revoked ${revokedAt}` : expiresAt ? `expires ${expiresAt}` : 'never expires';
  return `${id}  ${mode.padEnd(7)}  ${scope.padEnd(5)}  …${hint}  ${state}  ${name}`;
};

const addRevoke = (keys: Command): void => {
  keys
    .command('revoke')
    .description('make a key unusable at once')
    .argument('<id>', 'id of the key')
    .action(async (id: string) => {
      await withStore(async (store) => {
        const tenant = await findTenantOfApiKey(store, id);
        if (!tenant) throw new Error(`there is no key with the id ${id}`);
        await store.write(tenant, operator, (writer) => revokeApiKey(writer, id));
      });
      console.log(`${id} is revoked.`);
    });
};
