import { z } from 'zod';
import { findApiKeys } from '../db/records/api-key.ts';
import {
  byWriting,
  countAuditEntries as count,
  listAuditEntries as list,
} from '../db/records/audit-log.ts';
import type { ApiKey, AuditEntry as StoredEntry } from '../db/tables.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Reader } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';

export interface AuditEntry extends StoredEntry {
  /** As it is now, revoked or not; null for the command line. */
  apiKey: ApiKey | null;
}

export const AuditLogFilter = z.object({
  objectId: z
    .string()
    .nullish()
    .describe(
      'Entries that tell of the object with this id: those of a plan are also about its prices, ' +
        'features and rates.',
    ),
});
export type AuditLogFilter = z.infer<typeof AuditLogFilter>;

const selectionOf = ({ objectId }: AuditLogFilter) => ({ objectId: objectId ?? undefined });

const withKeys = async (reader: Reader, entries: StoredEntry[]): Promise<AuditEntry[]> => {
  const ids = new Set(entries.flatMap(({ apiKeyId }) => apiKeyId ?? []));
  const keys = new Map((await findApiKeys(reader, [...ids])).map((key) => [key.id, key]));
  return entries.map((entry) => ({ ...entry, apiKey: keys.get(entry.apiKeyId ?? '') ?? null }));
};

/** Newest first. */
export const listAuditLog = (
  reader: Reader,
  filter: AuditLogFilter,
  request: PageRequest,
): MaybePromise<Page<AuditEntry>> =>
  page(request, {
    list: 'audit-log',
    sortKey: byWriting,
    fetch: async (spec) => withKeys(reader, await list(reader, selectionOf(filter), spec)),
  });

export const countAuditLog = (reader: Reader, filter: AuditLogFilter): Promise<number> =>
  count(reader, selectionOf(filter));
