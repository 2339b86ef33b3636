import { databaseTime } from '../db/records/change-set.ts';
import { findTenant, listOrganizations } from '../db/records/organization.ts';
import type { Organization } from '../db/tables.ts';
import { ChangeSetSchedule } from '../domain/change-set-schedule.ts';
import type { Store, Tenant, WriteRequest } from '../domain/operation.ts';
import { ensureOrganization } from '../domain/organization.ts';
import type { Mode } from '../vocabulary.ts';

/** The command line acts without a key. */
export const operator: WriteRequest = { apiKeyId: null, requestId: null };

export const requireTenant = async (
  store: Store,
  organization: string,
  mode: Mode,
): Promise<Tenant> => {
  const tenant = await findTenant(store, organization, mode);
  if (!tenant) throw new Error(`there is no organization named ${organization}`);
  return tenant;
};

/** The tenant, with scheduled changes that are due by now. */
export const tenantByNow = async (
  store: Store,
  organization: string,
  mode: Mode,
): Promise<Tenant> => {
  const tenant = await requireTenant(store, organization, mode);
  const schedule = new ChangeSetSchedule(store, ({ outcome, changeSetId, message }) => {
    console.error(`${changeSetId} was scheduled: ${message ?? outcome}`);
  });
  await schedule.applyDue(tenant, await databaseTime(store));
  return tenant;
};

/** Without a name, the only one that there is. */
export const organizationNamed = async (
  store: Store,
  name: string | undefined,
): Promise<Organization> => {
  const all = await listOrganizations(store);
  const found = all.filter((each) => name === undefined || each.name === name.trim());
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new Error(
    name === undefined && all.length > 0
      ? 'there are several organizations: name one with --organization'
      : `there is no organization${name === undefined ? '' : ` named ${name}`}`,
  );
};

/** Creates the organization when it is new; another one counts in the base currency already. */
export const ensureTenant = async (
  store: Store,
  organization: string,
  mode: Mode,
  baseCurrency?: string,
): Promise<Tenant> => {
  const name = organization.trim();
  let tenant = await findTenant(store, organization, mode);
  if (!tenant) {
    await ensureOrganization(store, name, operator, { baseCurrency });
    tenant = await requireTenant(store, name, mode);
  }
  if (baseCurrency !== undefined && baseCurrency !== tenant.baseCurrency)
    throw new Error(
      `${name} exists with the base currency ${tenant.baseCurrency}; ` +
        '`organizations set-base-currency` changes it',
    );
  return tenant;
};
