import { findOwnOrganization, findTenant, saveOrganization } from '../db/records/organization.ts';
import type { Organization } from '../db/tables.ts';
import { type ApiVersion, modes } from '../vocabulary.ts';
import { operation, type Store, type WriteRequest } from './operation.ts';

/**
 * What belongs to the organization changes for each of its modes: both trails tell of it, and both
 * catalogues are new.
 */
const changeOrganization = operation(
  'setApiVersion',
  async (writer, before: Organization, after: Organization): Promise<void> => {
    writer.changed(before.id, before, after);
  },
);

/**
 * The version that answers requests without `Commet-Version`. False when there is no such
 * organization.
 */
export const pinApiVersion = async (
  store: Store,
  name: string,
  apiVersion: ApiVersion,
  request: WriteRequest,
): Promise<boolean> => {
  const found = await Promise.all(modes.map((mode) => findTenant(store, name, mode)));
  const tenants = found.filter((tenant) => tenant !== undefined);
  if (tenants.length === 0) return false;
  await store.writeTogether(tenants, request, async (writers) => {
    const [writer] = writers;
    if (!writer) return;
    const before = await findOwnOrganization(writer);
    const after = { ...before, apiVersion, updatedAt: writer.after(before.updatedAt) };
    await saveOrganization(writer, after);
    for (const each of writers) await changeOrganization(each, before, after);
  });
  return true;
};
