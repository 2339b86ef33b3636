import { type CreatedApiKey, createApiKey } from '../domain/api-key.ts';
import type { Store, Tenant, Writer } from '../domain/operation.ts';
import { createPublishableKey } from '../domain/publishable-key.ts';
import type { Mode, Scope } from '../vocabulary.ts';
import { ensureTenant, operator } from './operator.ts';

interface KeyOrder {
  organization: string;
  mode: Mode;
  scope: Scope;
  name: string;
  /** What the organization must count in, unless it is new. */
  baseCurrency?: string | undefined;
  /** Makes the key a publishable one. */
  allowedOrigins?: string[] | undefined;
  trustedDocumentsOnly?: boolean | undefined;
  /** In ISO 8601; a year from now when left out. */
  expiresAt?: string | undefined;
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
export const issueKey = async (store: Store, order: KeyOrder): Promise<IssuedKey> => {
  const { organization, mode, scope, name, expiresAt } = order;
  const { baseCurrency, allowedOrigins, trustedDocumentsOnly } = order;
  const tenant = await ensureTenant(store, organization, mode, baseCurrency);
  const { id, key } = await madeKey(store, tenant, (writer) =>
    allowedOrigins
      ? createPublishableKey(writer, { name, allowedOrigins, trustedDocumentsOnly, expiresAt })
      : createApiKey(writer, { name, scope, expiresAt }),
  );
  return { id, key, organization, mode, scope };
};

/** The one moment at which the secret of a key is known. */
export const madeKey = async (
  store: Store,
  tenant: Tenant,
  make: (writer: Writer) => Promise<CreatedApiKey>,
): Promise<Pick<IssuedKey, 'id' | 'key'>> => {
  const { apiKey, secret } = await store.write(tenant, operator, make);
  if (secret === null) throw new Error('the secret of a new key was not given');
  return { id: apiKey.id, key: secret };
};
