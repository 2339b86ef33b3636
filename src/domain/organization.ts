import {
  findOwnOrganization,
  findTenant,
  hasAmounts,
  hasOrganizations,
  insertOrganization,
  noteOrganization,
  saveOrganization,
} from '../db/records/organization.ts';
import type { Organization } from '../db/tables.ts';
import { ConflictError } from '../errors.ts';
import {
  type ApiVersion,
  defaultApiVersion,
  defaultBaseCurrency,
  modes,
  type TaxBehavior,
} from '../vocabulary.ts';
import { operation, type Store, type Tenant, type WriteRequest, type Writer } from './operation.ts';

/**
 * What belongs to the organization changes for each of its modes: both trails tell of it, and both
 * catalogues are new.
 */

/** Its catalogues are empty: no revision of them can be out of date. */
const createOrganization = operation(
  'createOrganization',
  async (
    writer,
    organization: Organization,
    fill: (writer: Writer) => Promise<void>,
  ): Promise<void> => {
    writer.about(organization.id);
    noteOrganization(writer, null, organization);
    await fill(writer);
  },
  { raisesRevision: false },
);

interface OrganizationOptions {
  baseCurrency?: string | undefined;
  /** Only where there is no organization at all. */
  isFirst?: boolean;
  /** What each mode has from the start. */
  fill?: (writer: Writer) => Promise<void>;
}

/** Creates the organization, live and sandbox, unless one has the name. */
export const ensureOrganization = async (
  store: Store,
  name: string,
  request: WriteRequest,
  {
    baseCurrency = defaultBaseCurrency,
    isFirst = false,
    fill = async () => {},
  }: OrganizationOptions = {},
): Promise<void> => {
  const now = store.clock().toISOString();
  const organization: Organization = {
    id: store.newId('organization'),
    name,
    apiVersion: defaultApiVersion,
    baseCurrency: baseCurrency.toLowerCase(),
    taxBehavior: 'unspecified',
    createdAt: now,
    updatedAt: now,
  };
  const tenants = modes.map(
    (mode): Tenant => ({
      id: store.newId('tenant'),
      organizationId: organization.id,
      mode,
      baseCurrency: organization.baseCurrency,
    }),
  );
  await store.writeToAll(
    tenants,
    request,
    async (writers) => {
      for (const writer of writers) await createOrganization(writer, organization, fill);
    },
    async (transaction) => {
      if (isFirst) {
        // Two that are the first under different names would not see one another.
        await store.engine.lockMigrations(transaction);
        if (await hasOrganizations(transaction)) return false;
      }
      return insertOrganization(transaction, organization, tenants);
    },
  );
};

const noteChange = async (
  writer: Writer,
  before: Organization,
  after: Organization,
): Promise<void> => {
  writer.about(before.id);
  noteOrganization(writer, before, after);
};

const setApiVersion = operation('setApiVersion', noteChange);
const setTaxBehavior = operation('setTaxBehavior', noteChange);
const setBaseCurrency = operation('setBaseCurrency', noteChange);
const rename = operation('renameOrganization', noteChange);

/** False when there is no such organization. */
const change = async (
  store: Store,
  name: string,
  changes: Partial<Organization>,
  note: typeof setApiVersion,
  request: WriteRequest,
  check = async (_writer: Writer, _before: Organization): Promise<void> => {},
): Promise<boolean> => {
  const found = await Promise.all(modes.map((mode) => findTenant(store, name, mode)));
  const { baseCurrency } = changes;
  // From its own change on, a write counts in the new currency.
  const tenants = found.flatMap((tenant): Tenant[] =>
    tenant ? [{ ...tenant, baseCurrency: baseCurrency ?? tenant.baseCurrency }] : [],
  );
  if (tenants.length === 0) return false;
  await store.writeToAll(tenants, request, async (writers) => {
    const [writer] = writers;
    if (!writer) return;
    const before = await findOwnOrganization(writer);
    await check(writer, before);
    const after = await saveOrganization(writer, { ...before, ...changes });
    for (const each of writers) await note(each, before, after);
  });
  return true;
};

/**
 * The version that answers requests without `Commet-Version`. False when there is no such
 * organization, as with the others.
 */
export const pinApiVersion = (
  store: Store,
  name: string,
  apiVersion: ApiVersion,
  request: WriteRequest,
): Promise<boolean> => change(store, name, { apiVersion }, setApiVersion, request);

/** The currency of amounts without one. Throws `base_currency_in_use` once there are any. */
export const changeBaseCurrency = (
  store: Store,
  name: string,
  code: string,
  request: WriteRequest,
): Promise<boolean> => {
  const baseCurrency = code.toLowerCase();
  return change(store, name, { baseCurrency }, setBaseCurrency, request, async (writer, before) => {
    if (before.baseCurrency !== baseCurrency && (await hasAmounts(writer)))
      throw new ConflictError(
        'base_currency_in_use',
        `${name} has amounts in ${before.baseCurrency}.`,
        'baseCurrency',
      );
  });
};

/** Whether amounts include tax. */
export const changeTaxBehavior = (
  store: Store,
  name: string,
  taxBehavior: TaxBehavior,
  request: WriteRequest,
): Promise<boolean> => change(store, name, { taxBehavior }, setTaxBehavior, request);

/**
 * Its keys go on working. Throws `organization_name_taken` where another organization has the new
 * name.
 */
export const renameOrganization = async (
  store: Store,
  name: string,
  given: string,
  request: WriteRequest,
): Promise<boolean> => {
  const newName = given.trim();
  const refuseTaken = async () => {
    if (newName !== name && (await findTenant(store, newName, 'live')))
      throw new ConflictError(
        'organization_name_taken',
        `There is an organization named ${newName} already.`,
        'name',
      );
  };
  await refuseTaken();
  try {
    return await change(store, name, { name: newName }, rename, request);
  } catch (failure) {
    // Somebody else took it in the meantime: the database lets only one of them have it.
    await refuseTaken();
    throw failure;
  }
};
