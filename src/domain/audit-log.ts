import { z } from 'zod';
import { type Noun, nounOf } from '../db/ids.ts';
import { findApiKeys } from '../db/records/api-key.ts';
import type { AuditSelection } from '../db/records/audit-log.ts';
import {
  byWriting,
  countAuditEntries as count,
  listAuditEntries as list,
} from '../db/records/audit-log.ts';
import { findPlanByCode } from '../db/records/plan.ts';
import type { ApiKey, AuditChange, AuditEntry as StoredEntry } from '../db/tables.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { Reader } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';

export type { AuditChange };

export interface AuditEntry extends StoredEntry {
  changes: AuditChange[];
  /** As it is now, revoked or not; null for the command line. */
  apiKey: ApiKey | null;
}

const id = z.string().nullish();
const time = z.iso.datetime({ error: 'must be an ISO 8601 time in UTC' }).nullish();

export const AuditLogFilter = z.object({
  planId: id.describe(
    'Entries about a plan, or about what belongs to it: its id, or its code while it is live.',
  ),
  objectId: id.describe(
    'Entries that tell of the object with this id: those of a plan are also about its prices, ' +
      'features and rates.',
  ),
  operation: z.string().nullish().describe('Entries of this operation, e.g. `addPlanPrice`.'),
  apiKeyId: id.describe('Entries of writes that were made with this key.'),
  from: time.describe('Entries of this moment or later.'),
  to: time.describe('Entries before this moment.'),
});
export type AuditLogFilter = z.infer<typeof AuditLogFilter>;

const timeOf = (text: string | null | undefined): string | undefined =>
  typeof text === 'string' ? new Date(text).toISOString() : undefined;

const selectionOf = async (reader: Reader, filter: AuditLogFilter): Promise<AuditSelection> => {
  const { planId, objectId, operation, apiKeyId, from, to } = filter;
  const isCode = typeof planId === 'string' && nounOf(planId) !== 'plan';
  const plan = isCode ? await findPlanByCode(reader, planId) : undefined;
  return {
    // Entries about a plan stay when it is gone.
    objectIds: [plan?.id ?? planId, objectId].filter((id) => typeof id === 'string'),
    operation: operation ?? undefined,
    apiKeyId: apiKeyId ?? undefined,
    from: timeOf(from),
    to: timeOf(to),
  };
};

const types: Partial<Record<Noun, string>> = {
  organization: 'Organization',
  apiKey: 'ApiKey',
  plan: 'Plan',
  feature: 'Feature',
  price: 'PlanPrice',
  planGroup: 'PlanGroup',
  planFeature: 'PlanFeature',
};

/** Entries of earlier releases have no list: what they tell of their object is one change. */
const changeOf = ({ objectId, before, after }: StoredEntry): AuditChange => {
  const image = after ?? before ?? {};
  // Those about the features of a plan name the plan as their object.
  const id = typeof image.id === 'string' ? image.id : objectId;
  const noun = nounOf(id);
  const planId = noun === 'plan' ? id : image.planId;
  return {
    type: (noun && types[noun]) ?? 'Catalogue',
    objectId: id,
    planId: typeof planId === 'string' ? planId : null,
    before,
    after,
  };
};

export const withKeys = async (reader: Reader, entries: StoredEntry[]): Promise<AuditEntry[]> => {
  const ids = new Set(entries.flatMap(({ apiKeyId }) => apiKeyId ?? []));
  const keys = new Map((await findApiKeys(reader, [...ids])).map((key) => [key.id, key]));
  return entries.map((entry) => ({
    ...entry,
    changes: entry.changes ?? [changeOf(entry)],
    apiKey: keys.get(entry.apiKeyId ?? '') ?? null,
  }));
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
    fetch: async (spec) =>
      withKeys(reader, await list(reader, await selectionOf(reader, filter), spec)),
  });

export const countAuditLog = async (reader: Reader, filter: AuditLogFilter): Promise<number> =>
  count(reader, await selectionOf(reader, filter));
