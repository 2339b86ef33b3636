import { type Command, Option } from 'commander';
import { findTenantOfApiKey } from '../db/records/organization.ts';
import { type ApiKey, revokeApiKey } from '../domain/api-key.ts';
import { rotateApiKey } from '../domain/api-key-rotation.ts';
import type { Store, Tenant } from '../domain/operation.ts';
import { defaultBaseCurrency, type Mode, modes, type Scope, scopes } from '../vocabulary.ts';
import {
  currencyCode,
  displayName,
  expiryOption,
  modeOption,
  organizationOption,
  originOption,
  overlap,
} from './argument.ts';
import { everyKey } from './every-key.ts';
import { issueKey, madeKey } from './issue-key.ts';
import { operator, requireTenant } from './operator.ts';
import { withNewStore, withStore } from './store.ts';
import { type Layout, printRows } from './table.ts';

export const addKeys = (program: Command): void => {
  const keys = program.command('keys').description('API keys');
  addCreate(keys);
  addList(keys);
  addRotate(keys);
  addRevoke(keys);
};

interface Creation {
  organization: string;
  mode: Mode;
  scope?: Scope;
  name: string;
  baseCurrency?: string;
  publishable?: true;
  origin?: string[];
  trustedDocumentsOnly?: true;
  expires?: string;
  json?: true;
}

const addCreate = (keys: Command): void => {
  keys
    .command('create')
    .description('create a key, and the organization when it is new; the secret is shown once')
    .addOption(organizationOption().makeOptionMandatory())
    .addOption(modeOption().makeOptionMandatory())
    .addOption(
      new Option('--scope <scope>', 'what the key may do; not for a publishable key').choices(
        scopes,
      ),
    )
    .addOption(
      new Option('--name <name>', 'what the key is for')
        .argParser(displayName)
        .default('command line'),
    )
    .addOption(
      new Option(
        '--base-currency <code>',
        `of a new organization: the currency of amounts that name none (${defaultBaseCurrency} if left out)`,
      ).argParser(currencyCode),
    )
    .addOption(
      new Option(
        '--publishable',
        'a key for web pages: reads public plans, without metadata',
      ).conflicts('scope'),
    )
    .addOption(expiryOption('the key'))
    .addOption(originOption())
    .option(
      '--trusted-documents-only',
      'the publishable key runs only documents that the operator has approved',
    )
    .option('--json', 'print JSON: id, key, organization, mode, scope')
    .action(async ({ json, ...creation }: Creation) => {
      const order = orderOf(creation);
      show(await withNewStore((store) => issueKey(store, order)), json);
    });
};

const orderOf = ({
  publishable,
  origin,
  trustedDocumentsOnly,
  scope,
  expires: expiresAt,
  ...rest
}: Creation) => {
  if (!publishable && (origin || trustedDocumentsOnly))
    throw new Error('--origin and --trusted-documents-only are for a --publishable key');
  if (publishable && !origin) throw new Error('a publishable key needs an --origin');
  if (!publishable && !scope) throw new Error('--scope is needed, unless the key is --publishable');
  const allowedOrigins = origin;
  return { ...rest, scope: scope ?? 'read', allowedOrigins, trustedDocumentsOnly, expiresAt };
};

const show = (made: { id: string; key: string }, json: true | undefined): void => {
  if (json) console.log(JSON.stringify(made));
  else console.log(`${made.key}\n\nThis is ${made.id}. Its secret is shown only now.`);
};

type ListedKey = ApiKey & { mode: Mode };

const addList = (keys: Command): void => {
  keys
    .command('list')
    .description(
      'the keys of an organization, revoked and expired ones included; never their secrets',
    )
    .addOption(organizationOption().makeOptionMandatory())
    .option('--json', 'print JSON')
    .action(async ({ organization, json }: { organization: string; json?: true }) => {
      const listed = await withStore((store) => keysOf(store, organization));
      if (json) console.log(JSON.stringify(listed));
      else printRows(listed, layout);
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

const stateOf = ({ revokedAt, expiresAt }: ListedKey): string => {
  if (revokedAt) return `revoked ${revokedAt}`;
  return expiresAt ? `expires ${expiresAt}` : 'never expires';
};

const useOf = ({ lastUsedAt }: ListedKey): string =>
  lastUsedAt ? `used ${lastUsedAt}` : 'not used yet';

const placesOf = ({ allowedOrigins }: ListedKey): string =>
  allowedOrigins ? `publishable at ${allowedOrigins.join(' ')}` : '';

const isUsable = ({ revokedAt, expiresAt }: ListedKey): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > new Date().toISOString());

const layout: Layout<ListedKey> = {
  line: (key) => {
    const { id, mode, scope, hint, name } = key;
    const places = placesOf(key) && `  ${placesOf(key)}`;
    return `${id}  ${mode.padEnd(7)}  ${scope.padEnd(5)}  …${hint}  ${stateOf(key)}  ${useOf(key)}  ${name}${places}`;
  },
  columns: [
    { head: 'ID', text: ({ id }) => id },
    { head: 'MODE', text: ({ mode }) => mode },
    { head: 'SCOPE', text: ({ scope }) => scope },
    { head: 'KEY', text: ({ hint }) => `…${hint}` },
    {
      head: 'STATE',
      text: stateOf,
      colour: (key, { created, deleted }) => (isUsable(key) ? created : deleted),
    },
    { head: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt ?? 'not yet' },
    { head: 'NAME', text: ({ name }) => name },
    { head: 'ORIGINS', text: ({ allowedOrigins }) => allowedOrigins?.join(' ') ?? '' },
  ],
};

const tenantOf = async (store: Store, apiKeyId: string): Promise<Tenant> => {
  const tenant = await findTenantOfApiKey(store, apiKeyId);
  if (!tenant) throw new Error(`there is no key with the id ${apiKeyId}`);
  return tenant;
};

interface Rotation {
  overlap: number;
  expires?: string;
  json?: true;
}

const addRotate = (keys: Command): void => {
  keys
    .command('rotate')
    .description(
      'create a key like another one, which ends a while later; the secret is shown once',
    )
    .argument('<id>', 'id of the key to replace')
    .addOption(
      new Option('--overlap <time>', 'how long the old key goes on working')
        .argParser(overlap)
        .default(86_400, '24h'),
    )
    .addOption(expiryOption('the new key'))
    .option('--json', 'print JSON: id, key')
    .action(async (id: string, { overlap: overlapSeconds, expires: expiresAt, json }: Rotation) => {
      const made = await withStore(async (store) =>
        madeKey(store, await tenantOf(store, id), (writer) =>
          rotateApiKey(writer, id, { overlapSeconds, expiresAt }),
        ),
      );
      show(made, json);
    });
};

const addRevoke = (keys: Command): void => {
  keys
    .command('revoke')
    .description('make a key unusable at once')
    .argument('<id>', 'id of the key')
    .action(async (id: string) => {
      await withStore(async (store) => {
        await store.write(await tenantOf(store, id), operator, (writer) =>
          revokeApiKey(writer, id),
        );
      });
      console.log(`${id} is revoked.`);
    });
};
