import { type CompiledQuery, sql } from 'kysely';
import type { JsonObject } from '../../vocabulary.ts';
import { runCompiled } from '../read/compiled.ts';
import { type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { dialect, meter, queries, type Reader, run } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type AuditEntry, auditLog, auditLogObject } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import type { Writer } from '../write/writer.ts';

/** Numbers are given under the tenant's lock: the clocks of processes may differ. */
export const byWriting: SortKey<AuditEntry> = {
  columns: { sequence: 'int32' },
  of: ({ sequence }) => [sequence],
};

export interface AuditSelection {
  objectId?: string | undefined;
}

const entries = (reader: Reader, { objectId }: AuditSelection) => {
  const all = reader[queries].selectFrom('audit_log').where('tenant_id', '=', reader.tenant.id);
  if (objectId === undefined) return all;
  return all.where('sequence', 'in', (eb) =>
    eb
      .selectFrom('audit_log_object')
      .select('audit_log_object.sequence')
      .where('audit_log_object.tenant_id', '=', reader.tenant.id)
      .where('audit_log_object.object_id', '=', objectId),
  );
};

/** Newest first. */
export const listAuditEntries = async (
  reader: Reader,
  selection: AuditSelection,
  spec: PageSpec,
): Promise<AuditEntry[]> => {
  const rows = await paginate(
    entries(reader, selection).selectAll(),
    byWriting,
    spec,
    true,
  ).execute();
  for (const { before, after } of rows)
    reader[meter]?.addCharactersRead((before?.length ?? 0) + (after?.length ?? 0));
  return rows.map(auditLog.image);
};

export const countAuditEntries = (reader: Reader, selection: AuditSelection): Promise<number> =>
  countedAll(reader, entries(reader, selection), byWriting);

interface NewAuditEntry {
  operation: string;
  apiKeyId: string | null;
  requestId: string | null;
  clientRequestId?: string | undefined;
  objectId: string;
  /** Other objects that the entry tells of. */
  relatedIds: readonly string[];
  before: unknown;
  after: unknown;
}

/** Stands in the text for the tenant. */
const TENANT = Symbol('tenant');
const sequenceTexts = new Map<string, CompiledQuery<{ sequence: number }>>();

const nextSequence = async (writer: Writer): Promise<number> => {
  const { name } = writer[dialect];
  const text =
    sequenceTexts.get(name) ??
    writer[queries]
      .selectFrom('audit_log')
      .select(sql<number>`coalesce(max(sequence), 0) + 1`.as('sequence'))
      .where('tenant_id', '=', sql<string>`${TENANT}`)
      .compile();
  sequenceTexts.set(name, text);
  const [next] = await runCompiled(writer[run], text, new Map([[TENANT, writer.tenant.id]]));
  return next?.sequence ?? 1;
};

const insertEntries = insertInto(auditLog);
const insertObjects = insertInto(auditLogObject);

/** Answers the id of the entry. */
export const appendAuditEntry = async (writer: Writer, entry: NewAuditEntry): Promise<string> => {
  const id = writer.newId('auditEntry');
  const sequence = await nextSequence(writer);
  await insertEntries(writer, [
    {
      id,
      at: writer.now,
      apiKeyId: entry.apiKeyId,
      requestId: entry.requestId,
      clientRequestId: entry.clientRequestId ?? null,
      operation: entry.operation,
      objectId: entry.objectId,
      before: (entry.before ?? null) as JsonObject | null,
      after: (entry.after ?? null) as JsonObject | null,
      sequence,
    },
  ]);
  const ids = new Set([entry.objectId, ...entry.relatedIds]);
  await insertObjects(
    writer,
    [...ids].map((objectId) => ({ objectId, sequence })),
  );
  return id;
};
