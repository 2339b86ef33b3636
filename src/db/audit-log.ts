import { type CompiledQuery, type Insertable, type Selectable, sql } from 'kysely';
import type { JsonObject } from '../vocabulary.ts';
import { runCompiled } from './compiled.ts';
import { insertion } from './insertion.ts';
import { cut, type SortKey, type Stretch } from './keyset.ts';
import { parseJson } from './rows.ts';
import { dialect, meter, queries, type Reader, run, type Writer } from './session.ts';
import { countedAll } from './slices.ts';
import type { AuditLogObjectTable, AuditLogTable } from './tables.ts';

/** Who did what to which object: one entry for each committed write. */
export interface AuditEntry {
  id: string;
  at: string;
  /** Null for the command line. */
  apiKeyId: string | null;
  requestId: string | null;
  /** What the client called the request. */
  clientRequestId: string | null;
  operation: string;
  objectId: string;
  /** Null where nothing was. */
  before: JsonObject | null;
  /** Null where nothing is any more. */
  after: JsonObject | null;
  /** Its place among the entries of the tenant. */
  sequence: number;
}

const parsed = (text: string | null): JsonObject | null => (text === null ? null : parseJson(text));

const record = (row: Selectable<AuditLogTable>): AuditEntry => ({
  id: row.id,
  at: row.at,
  apiKeyId: row.api_key_id,
  requestId: row.request_id,
  clientRequestId: row.client_request_id,
  operation: row.operation,
  objectId: row.object_id,
  before: parsed(row.before),
  after: parsed(row.after),
  sequence: row.sequence,
});

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
  stretch: Stretch,
): Promise<AuditEntry[]> => {
  const rows = await cut(
    entries(reader, selection).selectAll(),
    byWriting,
    stretch,
    true,
  ).execute();
  for (const { before, after } of rows)
    reader[meter]?.addCharactersRead((before?.length ?? 0) + (after?.length ?? 0));
  return rows.map(record);
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

const text = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

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

const insertEntries = insertion<Insertable<AuditLogTable>>((db, rows) =>
  db.insertInto('audit_log').values(rows),
);
const insertObjects = insertion<Insertable<AuditLogObjectTable>>((db, rows) =>
  db.insertInto('audit_log_object').values(rows),
);

/** Answers the id of the entry. */
export const appendAuditEntry = async (writer: Writer, entry: NewAuditEntry): Promise<string> => {
  const id = writer.newId('auditEntry');
  const tenant_id = writer.tenant.id;
  const sequence = await nextSequence(writer);
  const row = {
    tenant_id,
    id,
    at: writer.now,
    api_key_id: entry.apiKeyId,
    request_id: entry.requestId,
    client_request_id: entry.clientRequestId ?? null,
    operation: entry.operation,
    object_id: entry.objectId,
    before: text(entry.before),
    after: text(entry.after),
    sequence,
  };
  await insertEntries(writer, [row]);
  const ids = new Set([entry.objectId, ...entry.relatedIds]);
  await insertObjects(
    writer,
    [...ids].map((object_id) => ({ tenant_id, object_id, sequence })),
  );
  return id;
};
