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
