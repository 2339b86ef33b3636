import { readerIn } from '../db/read/reader.ts';
import { auditEntriesAfter } from '../db/records/audit-log.ts';
import { listTenants } from '../db/records/organization.ts';
import type { Mode } from '../vocabulary.ts';
import { type AuditEntry, withKeys } from './audit-log.ts';
import type { Store } from './operation.ts';

export interface ExportSelection {
  organization?: string | undefined;
  mode?: Mode | undefined;
  /** Entries of this moment or later, in UTC. */
  since?: string | undefined;
  /** Entries before this moment. */
  until?: string | undefined;
  /** Entries behind the one with this sequence. */
  after?: number | undefined;
}

/** An entry as GraphQL has it, and whose it is. */
export interface ExportedEntry extends Omit<AuditEntry, 'apiKey'> {
  organization: string;
  organizationId: string;
  mode: Mode;
  apiKey: { id: string; name: string } | null;
}

/**
 * Hands over the entries of one moment: organization by organization, mode by mode, oldest first.
 * Only a few are in memory at once. Answers how many there were.
 */
export const exportAuditLog = (
  { engine }: Store,
  { organization, mode, since, until, after = 0 }: ExportSelection,
  take: (entries: ExportedEntry[]) => Promise<void>,
): Promise<number> =>
  engine.snapshot(async (db) => {
    const tenants = await listTenants(db, { organization, mode });
    if (organization !== undefined && tenants.length === 0)
      throw new Error(`there is no organization named ${organization}`);
    let count = 0;
    for (const tenant of tenants) {
      const reader = readerIn(db, tenant, engine.sql);
      const whose = {
        organization: tenant.organizationName,
        organizationId: tenant.organizationId,
        mode: tenant.mode,
      };
      for await (const stored of auditEntriesAfter(reader, after, { from: since, to: until })) {
        const entries = await withKeys(reader, stored);
        await take(
          entries.map(({ apiKey, ...entry }) => ({
            ...whose,
            ...entry,
            apiKey: apiKey && { id: apiKey.id, name: apiKey.name },
          })),
        );
        count += entries.length;
      }
    }
    return count;
  });
