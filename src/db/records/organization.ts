import { defaultApiVersion, type Mode, modes } from '../../vocabulary.ts';
import { queries, type Tenant } from '../read/reader.ts';
import type { Store } from '../store.ts';
import { type Organization, organization } from '../tables.ts';
import type { Writer } from '../write/writer.ts';

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
        .values({
          id: store.newId('tenant'),
          organization_id: id,
          mode,
          revision: 0,
          created_at: now,
        })
        .execute();
  });
};

export const findTenant = async (
  store: Store,
  organization: string,
  mode: Mode,
): Promise<Tenant | undefined> => {
  const row = await store.engine.reading
    .selectFrom('tenant')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .select(['tenant.id', 'tenant.organization_id'])
    .where('organization.name', '=', organization)
    .where('tenant.mode', '=', mode)
    .executeTakeFirst();
  return row && { id: row.id, organizationId: row.organization_id, mode };
};

export const findTenantOfApiKey = async (
  store: Store,
  apiKeyId: string,
): Promise<Tenant | undefined> => {
  const row = await store.engine.reading
    .selectFrom('tenant')
    .innerJoin('api_key', 'api_key.tenant_id', 'tenant.id')
    .select(['tenant.id', 'tenant.organization_id', 'tenant.mode'])
    .where('api_key.id', '=', apiKeyId)
    .executeTakeFirst();
  return row && { id: row.id, organizationId: row.organization_id, mode: row.mode };
};

export const listOrganizations = async (store: Store): Promise<Organization[]> => {
  const rows = await store.engine.reading
    .selectFrom('organization')
    .selectAll()
    .orderBy('name')
    .execute();
  return rows.map(organization.image);
};

const organizationOf = (writer: Writer) =>
  writer[queries]
    .selectFrom('organization')
    .selectAll()
    .where('id', '=', writer.tenant.organizationId);

/** The organization that the writer writes to. */
export const findOwnOrganization = async (writer: Writer): Promise<Organization> =>
  organization.image(await organizationOf(writer).executeTakeFirstOrThrow());

export const saveOrganization = async (
  writer: Writer,
  organization: Organization,
): Promise<void> => {
  await writer[queries]
    .updateTable('organization')
    .set({ api_version: organization.apiVersion, updated_at: organization.updatedAt })
    .where('id', '=', organization.id)
    .execute();
};

export const revisionOf = async (store: Store, tenant: Tenant): Promise<number> => {
  const { revision } = await store.engine.reading
    .selectFrom('tenant')
    .select('revision')
    .where('id', '=', tenant.id)
    .executeTakeFirstOrThrow();
  return revision;
};
