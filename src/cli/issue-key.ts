import { createApiKey } from '../domain/api-key.ts';
import type { Store } from '../domain/operation.ts';
import type { Mode, Scope } from '../vocabulary.ts';
import { ensureTenant, operator } from './operator.ts';

interface KeyOrder {
  organization: string;
  mode: Mode;
  scope: Scope;
  name: string;
}

/** A key with its secret, which is known only now. */
export interface IssuedKey {
  id: string;
  key: string;
  organization: string;
  mode: Mode;
  scope: Scope;
}

/** Creates the organization too, when it is new. */
export const issueKey = async (store: Store, { organization, mode, scope, name }: KeyOrder): Promise<IssuedKey> => {
  const tenant = await ensureTenant(store, organization, mode);
  const { apiKey, secret } = await store.write(tenant, operator, (writer) => createApiKey(writer, { name, scope }));
  if (secret === null) throw new Error('the secret of a new key was not given');
  return { id: apiKey.id, key: secret, organization, mode, scope };
};
