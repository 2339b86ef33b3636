import { type ApiVersion, defaultApiVersion, type Mode, modes } from '../vocabulary.ts';
import type { Store, Tenant } from './session.ts';

export interface Organization {
  id: string;
  name: string;
  apiVersion: ApiVersion;
  createdAt: string;
  updatedAt: string;
}

/** Creates the organization, live and sandbox, unless it exists. */
export const ensureOrganization = async (store: Store, name: string): Promise<void> => {
  await store.engine.writing.transaction().execute(async (transaction) => {
    const now = store.clock().toISOString();
    const id = store.newId('organization');
    const { numInsertedOrUpdatedRows: created } = await transaction
      .insertInto('organization')
      .values({ id, name, api_version: defaultApiVersion, created_at: now, updated_at: now })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    if (!created) return;
    for (const mode of modes)
      await transaction
        .insertInto('tenant')
        .values({ id: store.newId('tenant'), organization_id: id, mode, revision: 0, created_at: now })
        .execute();
  });
};

export const findTenant = async (store: Store, organization: string, mode: Mode): Promise<Tenant | undefined> => {
  const row = await store.engine.reading
    .selectFrom('tenant')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .select(['tenant.id', 'tenant.organization_id'])
    .where('organization.name', '=', organization)
    .where('tenant.mode', '=', mode)
    .executeTakeFirst();
  return row && { id: row.id, organizationId: row.organization_id, mode };
};

export const findTenantOfApiKey = async (store: Store, apiKeyId: string): Promise<Tenant | undefined> => {
  const row = await store.engine.reading
    .selectFrom('tenant')
    .innerJoin('api_key', 'api_key.tenant_id', 'tenant.id')
    .select(['tenant.id', 'tenant.organization_id', 'tenant.mode'])
    .where('api_key.id', '=', apiKeyId)
    .executeTakeFirst();
  return row && { id: row.id, organizationId: row.organization_id, mode: row.mode };
};

export const listOrganizations = async (store: Store): Promise<Organization[]> => {
  const rows = await store.engine.reading.selectFrom('organization').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    apiVersion: row.api_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
};

/** The version that answers requests without `Commet-Version`. False when there is no such organization. */
export const pinApiVersion = async (store: Store, name: string, version: ApiVersion): Promise<boolean> => {
  const now = store.clock().toISOString();
  const { numUpdatedRows } = await store.engine.writing
    .updateTable('organization')
    .set((eb) => ({
      api_version: version,
      updated_at: eb.case().when('updated_at', '<', now).then(now).else(eb.ref('updated_at')).end(),
    }))
    .where('name', '=', name)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
};

export const revisionOf = async (store: Store, tenant: Tenant): Promise<number> => {
  const { revision } = await store.engine.reading
    .selectFrom('tenant')
    .select('revision')
    .where('id', '=', tenant.id)
    .executeTakeFirstOrThrow();
  return revision;
};
