import { removeCatalogue } from '../db/records/catalogue.ts';
import { findTenant } from '../db/records/organization.ts';
import { ConflictError, invalid } from '../errors.ts';
import { RefusedChange } from './catalogue/apply/refusal.ts';
import { applyCatalogue } from './catalogue/apply.ts';
import { compareInTurns } from './catalogue/compare.ts';
import type { Catalogue } from './catalogue/document.ts';
import { catalogueOf, pullCatalogue } from './catalogue/pull.ts';
import { MOST_CHANGES } from './change-set.ts';
import { operation, type Store, type WriteRequest, type Writer } from './operation.ts';

export interface SandboxReset {
  /** How many rows of each type were removed. */
  removed: Record<string, number>;
  /** How many objects were copied from the live catalogue. */
  copied: number;
}

const fill = async (writer: Writer, catalogue: Catalogue): Promise<number> => {
  const before = await pullCatalogue(writer);
  const changes = await compareInTurns(before, catalogue);
  if (changes.length > MOST_CHANGES)
    throw invalid(
      'fromLive',
      `would copy ${changes.length} objects; at most ${MOST_CHANGES} can be copied at once`,
    );
  try {
    await applyCatalogue(writer, before, catalogue, changes);
  } catch (failure) {
    if (!(failure instanceof RefusedChange)) throw failure;
    throw new ConflictError('catalogue_invalid', failure.message, 'fromLive');
  }
  return changes.length;
};

const reset = operation(
  'resetSandbox',
  async (writer, live: Catalogue | undefined): Promise<SandboxReset> => {
    const removed = await removeCatalogue(writer);
    const copied = live ? await fill(writer, live) : 0;
    writer.about(writer.tenant.id);
    return { removed, copied };
  },
);

/**
 * Empties the sandbox of an organization, and fills it with the live catalogue if asked to. Keys,
 * the audit log and the live side stay. Undefined when there is no such organization.
 */
export const resetSandbox = async (
  store: Store,
  organization: string,
  { fromLive }: { fromLive: boolean },
  request: WriteRequest,
): Promise<SandboxReset | undefined> => {
  const sandbox = await findTenant(store, organization, 'sandbox');
  const live = await findTenant(store, organization, 'live');
  if (!sandbox || !live) return undefined;
  const catalogue = fromLive ? await catalogueOf(store.reader(live)) : undefined;
  return store.write(sandbox, request, (writer) => reset(writer, catalogue));
};
