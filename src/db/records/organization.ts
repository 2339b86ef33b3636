import type { Kysely, Transaction } from 'kysely';
import type { Mode } from '../../vocabulary.ts';
import { queries, type Reader, type Tenant } from '../read/reader.ts';
import type { Store } from '../store.ts';
import { type Organization, organization, type Tables } from '../tables.ts';
import { organizationRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

/** Adds an organization with its tenants. False where one has the name. */
export const insertOrganization = async (
  transaction: Transaction<Tables>,
  added: Organization,
  tenants: readonly Tenant[],
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows: created } = await transaction
    .insertInto('organization')
    .values(organization.row(organization.fresh(added)))
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  if (!created) return false;
  for (const { id, organizationId, mode } of tenants)
    await transaction
      .insertInto('tenant')
      .values({
        id,
        organization_id: organizationId,
        mode,
        revision: 0,
        audit_purged_through: 0,
        audit_purged_revision: 0,
        created_at: added.createdAt,
      })
      .execute();
  return true;
};

const tenantsIn = (db: Kysely<Tables>) =>
  db
    .selectFrom('tenant')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .select(['tenant.id', 'tenant.organization_id', 'tenant.mode', 'organization.base_currency']);

const tenants = ({ engine }: Store) => tenantsIn(engine.reading);

type TenantRow = Awaited<ReturnType<ReturnType<typeof tenants>['executeTakeFirstOrThrow']>>;

const tenantOf = (row: TenantRow): Tenant => ({
  id: row.id,
  organizationId: row.organization_id,
  mode: row.mode,
  baseCurrency: row.base_currency,
});

/** Those of which a scheduled change set is due. */
export const findDueTenants = async (store: Store, now: string): Promise<Tenant[]> =>
  (await tenants(store).where('tenant.next_change_at', '<=', now).execute()).map(tenantOf);

export const findTenant = async (
  store: Store,
  organization: string,
  mode: Mode,
): Promise<Tenant | undefined> => {
  const row = await tenants(store)
    .where('organization.name', '=', organization)
    .where('tenant.mode', '=', mode)
    .executeTakeFirst();
  return row && tenantOf(row);
};

export const findTenantOfApiKey = async (
  store: Store,
  apiKeyId: string,
): Promise<Tenant | undefined> => {
  const row = await tenants(store)
    .innerJoin('api_key', 'api_key.tenant_id', 'tenant.id')
    .where('api_key.id', '=', apiKeyId)
    .executeTakeFirst();
  return row && tenantOf(row);
};

export const hasOrganizations = async (db: Kysely<Tables>): Promise<boolean> =>
  (await db.selectFrom('organization').select('id').limit(1).executeTakeFirst()) !== undefined;

export const listOrganizations = async (store: Store): Promise<Organization[]> => {
  const rows = await store.engine.reading
    .selectFrom('organization')
    .selectAll()
    .orderBy('name')
    .execute();
  return rows.map(organization.image);
};

/** Of all organizations by name, or of one of them; of both modes, or of one. */
export const listTenants = async (
  db: Kysely<Tables>,
  { organization, mode }: { organization?: string | undefined; mode?: Mode | undefined },
): Promise<(Tenant & { organizationName: string })[]> => {
  let found = tenantsIn(db).select('organization.name');
  if (organization !== undefined) found = found.where('organization.name', '=', organization);
  if (mode !== undefined) found = found.where('tenant.mode', '=', mode);
  const rows = await found.orderBy('organization.name').orderBy('tenant.mode').execute();
  return rows.map((row) => ({ ...tenantOf(row), organizationName: row.name }));
};

/** The organization that the writer writes to. */
export const findOwnOrganization = async (writer: Writer): Promise<Organization> => {
  const found = await organizationRows.find(writer, writer.tenant.organizationId);
  if (!found) throw new Error('the organization is gone');
  return organizationRows.record(found);
};

export const saveOrganization = async (
  writer: Writer,
  organization: Organization,
): Promise<Organization> => {
  const [saved] = await organizationRows.update(writer, [{ ...organization }]);
  return saved ? organizationRows.record(saved) : organization;
};

/**
 * Whether the organization has any amount, in either mode, whatever has become of what it is of.
 * Regional prices hang on a price.
 */
export const hasAmounts = async (writer: Writer): Promise<boolean> => {
  const found = await writer[queries]
    .selectFrom('tenant')
    .select('tenant.id')
    .where('organization_id', '=', writer.tenant.organizationId)
    .where(({ exists, or, selectFrom }) => {
      const has = (table: 'plan_price' | 'plan_feature' | 'regional_overage' | 'exchange_rate') =>
        selectFrom(table)
          .select(`${table}.tenant_id`)
          .whereRef(`${table}.tenant_id`, '=', 'tenant.id');
      return or([
        exists(has('plan_price')),
        exists(has('plan_feature').where('overage_unit_price', '>', 0)),
        exists(has('regional_overage')),
        exists(has('exchange_rate')),
      ]);
    })
    .executeTakeFirst();
  return found !== undefined;
};

/** Another tenant of the organization has written the row in the same transaction. */
export const noteOrganization = (
  writer: Writer,
  before: Organization | null,
  after: Organization,
): void => organizationRows.noteWritten(writer, before, after);

export const revisionOf = (store: Store, tenant: Tenant): Promise<number> =>
  currentRevision(store.reader(tenant));

/** The catalogue's, as it is stored now. */
export const currentRevision = async (reader: Reader): Promise<number> => {
  const { revision } = await reader[queries]
    .selectFrom('tenant')
    .select('revision')
    .where('id', '=', reader.tenant.id)
    .executeTakeFirstOrThrow();
  return revision;
};
