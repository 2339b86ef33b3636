import {
  findOwnOrganization,
  findTenant,
  insertOrganization,
  noteOrganization,
  saveOrganization,
} from '../db/records/organization.ts';
import type { Organization } from '../db/tables.ts';
import { type ApiVersion, defaultApiVersion, modes } from '../vocabulary.ts';
import { operation, type Store, type Tenant, type WriteRequest } from './operation.ts';

/**
 * What belongs to the organization changes for each of its modes: both trails tell of it, and both
 * catalogues are new.
 */

/** Its catalogues are empty: no revision of them can be out of date. */
const createOrganization = operation(
  'createOrganization',
  async (writer, organization: Organization): Promise<void> => {
    writer.about(organization.id);
    noteOrganization(writer, null, organization);
  },
  { raisesRevision: false },
);

/** Creates the organization, live and sandbox, unless one has the name. */
export const ensureOrganization = async (
  store: Store,
  name: string,
  request: WriteRequest,
): Promise<void> => {
  const now = store.clock().toISOString();
  const organization: Organization = {
    id: store.newId('organization'),
    name,
    apiVersion: defaultApiVersion,
    createdAt: now,
    updatedAt: now,
  };
  const tenants = modes.map(
    (mode): Tenant => ({ id: store.newId('tenant'), organizationId: organization.id, mode }),
  );
  await store.writeToAll(
    tenants,
    request,
    async (writers) => {
      for (const writer of writers) await createOrganization(writer, organization);
    },
    (transaction) => insertOrganization(transaction, organization, tenants),
  );
};

const setApiVersion = operation(
  'setApiVersion',
  async (writer, before: Organization, after: Organization): Promise<void> => {
    writer.about(before.id);
    noteOrganization(writer, before, after);
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
  await store.writeToAll(tenants, request, async (writers) => {
    const [writer] = writers;
    if (!writer) return;
    const before = await findOwnOrganization(writer);
    const after = await saveOrganization(writer, { ...before, apiVersion });
    for (const each of writers) await setApiVersion(each, before, after);
  });
  return true;
};
