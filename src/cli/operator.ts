import { findTenant } from '../db/records/organization.ts';
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

/** Creates the organization when it is new. */
export const ensureTenant = async (
  store: Store,
  organization: string,
  mode: Mode,
): Promise<Tenant> => {
  const existing = await findTenant(store, organization, mode);
  if (existing) return existing;
  await ensureOrganization(store, organization.trim(), operator);
  return requireTenant(store, organization.trim(), mode);
};
