import type { Mode } from '../../vocabulary.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { record as lookup } from '../read/lookup.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import type { Store } from '../store.ts';
import { type ApiKey, apiKey, type Tables } from '../tables.ts';
import { apiKeyRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

const record = (row: Tables['api_key']): ApiKey => apiKey.record(apiKey.image(row));

const keys = (source: Source) =>
  source[queries].selectFrom('api_key').where('api_key.tenant_id', '=', source.tenant.id);

export const apiKeyById = lookup(apiKey, keys);

export const findApiKey = async (reader: Reader, id: string): Promise<ApiKey | undefined> => {
  const row = await keys(reader).selectAll().where('id', '=', id).executeTakeFirst();
  return row && record(row);
};

export const findApiKeys = async (reader: Reader, ids: readonly string[]): Promise<ApiKey[]> => {
  if (ids.length === 0) return [];
  const rows = await keys(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map(record);
};

export const listApiKeys = async (reader: Reader, spec: PageSpec): Promise<ApiKey[]> => {
  const rows = await paginate(keys(reader).selectAll(), byCreation, spec).execute();
  return rows.map(record);
};

export const countApiKeys = (reader: Reader): Promise<number> =>
  countedAll(reader, keys(reader), byCreation);

export const insertApiKey = (writer: Writer, key: ApiKey, hash: string): Promise<void> =>
  apiKeyRows.insert(writer, [apiKey.fresh(key, { hash })]);

export const saveApiKey = async (writer: Writer, key: ApiKey): Promise<ApiKey> => {
  const [saved] = await apiKeyRows.update(writer, [{ ...key }]);
  return saved ? apiKeyRows.record(saved) : key;
};

/** Keys that work, end at some time, and were used since another. */
const inUse = ({ engine: { reading } }: Store, now: string, usedSince: string) =>
  reading
    .selectFrom('api_key')
    .where('api_key.revoked_at', 'is', null)
    .where('api_key.expires_at', '>', now)
    .where('api_key.last_used_at', '>=', usedSince);

interface Times {
  now: string;
  usedSince: string;
  endsBy: string;
}

/** When the next of them ends, and how many end by a time. */
export const nextEnd = async (
  store: Store,
  { now, usedSince, endsBy }: Times,
): Promise<{ next: string | null; endsSoon: number }> => {
  const { next, endsSoon } = await inUse(store, now, usedSince)
    .select(({ fn }) => [
      fn.min('api_key.expires_at').as('next'),
      fn.countAll<number>().filterWhere('api_key.expires_at', '<=', endsBy).as('endsSoon'),
    ])
    .executeTakeFirstOrThrow();
  return { next, endsSoon };
};

export interface EndingKey {
  apiKeyId: string;
  name: string;
  organizationId: string;
  organization: string;
  mode: Mode;
  expiresAt: string;
}

/** Those that end first, first. */
export const findEndingApiKeys = async (
  store: Store,
  { now, usedSince, endsBy }: Times,
  most: number,
): Promise<EndingKey[]> => {
  const rows = await inUse(store, now, usedSince)
    .innerJoin('tenant', 'tenant.id', 'api_key.tenant_id')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .where('api_key.expires_at', '<=', endsBy)
    .select([
      'api_key.id as apiKeyId',
      'api_key.name',
      'organization.id as organizationId',
      'organization.name as organization',
      'tenant.mode',
      'api_key.expires_at as expiresAt',
    ])
    .orderBy('api_key.expires_at')
    .orderBy('api_key.id')
    .limit(most)
    .execute();
  return rows.flatMap(({ expiresAt, ...row }) =>
    expiresAt === null ? [] : [{ ...row, expiresAt }],
  );
};

export interface ApiKeyUse {
  tenantId: string;
  apiKeyId: string;
  at: Date;
}

/** Bookkeeping: neither a write to the catalogue nor one that the audit trail shows. */
export const recordApiKeyUses = async (
  { engine }: Store,
  uses: readonly ApiKeyUse[],
): Promise<void> => {
  await engine.writing.transaction().execute(async (transaction) => {
    for (const { tenantId, apiKeyId, at: moment } of uses) {
      const at = moment.toISOString();
      await transaction
        .updateTable('api_key')
        .set({ last_used_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', apiKeyId)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
        .execute();
    }
  });
};
