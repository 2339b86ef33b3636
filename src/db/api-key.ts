import type { Insertable, Selectable } from 'kysely';
import type { ApiVersion, Scope } from '../vocabulary.ts';
import { byCreation, cut, type Stretch } from './keyset.ts';
import { queries, type Reader, type Store, type Tenant, type Writer } from './session.ts';
import type { ApiKeyTable } from './tables.ts';

export interface ApiKey {
  id: string;
  name: string;
  scope: Scope;
  /** The last characters of the secret, to tell keys apart. */
  hint: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
}

const record = (row: Selectable<ApiKeyTable>): ApiKey => ({
  id: row.id,
  name: row.name,
  scope: row.scope,
  hint: row.hint,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
});

const keys = (reader: Reader) => reader[queries].selectFrom('api_key').where('tenant_id', '=', reader.tenant.id);

export const findApiKey = async (reader: Reader, id: string): Promise<ApiKey | undefined> => {
  const row = await keys(reader).selectAll().where('id', '=', id).executeTakeFirst();
  return row && record(row);
};

export const findApiKeys = async (reader: Reader, ids: readonly string[]): Promise<ApiKey[]> => {
  if (ids.length === 0) return [];
  const rows = await keys(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map(record);
};

export const listApiKeys = async (reader: Reader, stretch: Stretch): Promise<ApiKey[]> => {
  const rows = await cut(keys(reader).selectAll(), byCreation, stretch).execute();
  return rows.map(record);
};

export const countApiKeys = async (reader: Reader): Promise<number> => {
  const { count } = await keys(reader)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

export const insertApiKey = async (writer: Writer, key: ApiKey, hash: string): Promise<void> => {
  const row: Insertable<ApiKeyTable> = {
    tenant_id: writer.tenant.id,
    id: key.id,
    name: key.name,
    scope: key.scope,
    hash,
    hint: key.hint,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    last_used_at: key.lastUsedAt,
  };
  await writer[queries].insertInto('api_key').values(row).execute();
};

export const markApiKeyRevoked = async (writer: Writer, id: string, at: string): Promise<void> => {
  await writer[queries]
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('tenant_id', '=', writer.tenant.id)
    .where('id', '=', id)
    .execute();
};

/** Whom a secret stands for. */
export interface KeyHolder {
  apiKeyId: string;
  scope: Scope;
  tenant: Tenant;
  organization: { id: string; name: string; apiVersion: ApiVersion };
}

/** The holder of a usable key. Read for each request, so that a revocation counts at once. */
export const findKeyHolder = async (store: Store, hash: string): Promise<KeyHolder | undefined> => {
  const row = await store.engine.reading
    .selectFrom('api_key')
    .innerJoin('tenant', 'tenant.id', 'api_key.tenant_id')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .select([
      'api_key.id',
      'api_key.scope',
      'api_key.expires_at',
      'api_key.tenant_id',
      'tenant.mode',
      'organization.id as organization_id',
      'organization.name',
      'organization.api_version',
    ])
    .where('api_key.hash', '=', hash)
    .where('api_key.revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row || (row.expires_at !== null && row.expires_at <= store.clock().toISOString())) return undefined;
  return {
    apiKeyId: row.id,
    scope: row.scope,
    tenant: { id: row.tenant_id, organizationId: row.organization_id, mode: row.mode },
    organization: { id: row.organization_id, name: row.name, apiVersion: row.api_version },
  };
};
