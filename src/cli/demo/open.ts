import { findTenant, listOrganizations } from '../../db/records/organization.ts';
import { countApiKeys } from '../../domain/api-key.ts';
import type { Store } from '../../domain/operation.ts';
import { countPlanGroups } from '../../domain/plan-group.ts';
import { modes, type Scope, scopes } from '../../vocabulary.ts';
import { everyKey } from '../every-key.ts';
import { type IssuedKey, issueKey } from '../issue-key.ts';
import { ensureTenant, operator } from '../operator.ts';
import { createDemoCatalogue } from './create.ts';
import { readDemoKeys, writeDemoKeys } from './keys.ts';

const ORGANIZATION = 'Demo';

/** The demo's keys; on an empty database the demo is created first. */
export const openDemo = async (store: Store, keysFile: string): Promise<IssuedKey[]> => {
  if (!(await isEmpty(store))) return readDemoKeys(keysFile, store);
  for (const mode of modes) {
    const tenant = await ensureTenant(store, ORGANIZATION, mode);
    await store.write(tenant, operator, async (writer) => {
      if ((await countPlanGroups(writer)) === 0) await createDemoCatalogue(writer);
    });
  }
  const keys = await issueDemoKeys(store);
  await writeDemoKeys(keysFile, keys);
  return keys;
};

/** Keys come last: a demo without any was cut short, and is completed. */
const isEmpty = async (store: Store): Promise<boolean> => {
  const organizations = await listOrganizations(store);
  if (organizations.some(({ name }) => name !== ORGANIZATION)) return false;
  for (const mode of modes) {
    const tenant = await findTenant(store, ORGANIZATION, mode);
    if (tenant && (await countApiKeys(store.reader(tenant))) > 0) return false;
  }
  return true;
};

const nameOf = (scope: Scope): string => `Demo (${scope})`;
const NAME_OF_PAGE = 'Demo (pricing page)';
/** Where people serve a page that they try out. */
const PAGE_ORIGINS = [3000, 5173, 8000, 8080].map((port) => `http://localhost:${port}`);

/**
 * Ids of the keys that the demo was given, and of those that replaced them. Their secrets were
 * printed, and lie in a file.
 */
export const findDemoKeys = async (store: Store): Promise<ReadonlySet<string>> => {
  const names = [...scopes.map(nameOf), NAME_OF_PAGE];
  const found = new Set<string>();
  for (const mode of modes) {
    const tenant = await findTenant(store, ORGANIZATION, mode);
    if (!tenant) continue;
    for await (const { id, name, revokedAt } of everyKey(store.reader(tenant)))
      if (names.includes(name) && revokedAt === null) found.add(id);
  }
  return found;
};

const issueDemoKeys = async (store: Store): Promise<IssuedKey[]> => {
  const keys: IssuedKey[] = [];
  for (const mode of modes)
    for (const scope of ['admin', 'read'] as const)
      keys.push(
        await issueKey(store, { organization: ORGANIZATION, mode, scope, name: nameOf(scope) }),
      );
  const ofPage = { name: NAME_OF_PAGE, allowedOrigins: PAGE_ORIGINS };
  keys.push(
    await issueKey(store, { organization: ORGANIZATION, mode: 'live', scope: 'read', ...ofPage }),
  );
  return keys;
};
