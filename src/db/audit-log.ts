import type { Insertable, Selectable } from 'kysely';
import type { JsonObject } from '../vocabulary.ts';
import { insertion } from './insertion.ts';
import { cut, type SortKey, type Stretch } from './keyset.ts';
import { parseJson } from './rows.ts';
import { queries, type Reader, type Writer } from './session.ts';
import type { AuditLogTable } from './tables.ts';

/** Who did what to which object: one entry for each committed write. */
export interface AuditEntry {
  id: string;
  at: string;
  /** Null for the command line. */
  apiKeyId: string | null;
  requestId: string | null;
  operation: string;
  objectId: string;
  /** Null where nothing was. */
  before: JsonObject | null;
  /** Null where nothing is any more. */
  after: JsonObject | null;
}

const parsed = (text: string | null): JsonObject | null => (text === null ? null : parseJson(text));

const record = (row: Selectable<AuditLogTable>): AuditEntry => ({
  id: row.id,
  at: row.at,
  apiKeyId: row.api_key_id,
  requestId: row.request_id,
  operation: row.operation,
  objectId: row.object_id,
  before: parsed(row.before),
  after: parsed(row.after),
});

/** Ids grow from one write of a tenant to the next, also where the clock stood still. */
export const byWriting: SortKey<AuditEntry> = { columns: { id: 'text' }, of: ({ id }) => [id] };

export interface AuditSelection {
  objectId?: string | undefined;
}

const entries = (reader: Reader, { objectId }: AuditSelection) => {
  const all = reader[queries].selectFrom('audit_log').where('tenant_id', '=', reader.tenant.id);
  return objectId === undefined ? all : all.where('object_id', '=', objectId);
};

/** Newest first. */
export const listAuditEntries = async (
  reader: Reader,
  selection: AuditSelection,
  stretch: Stretch,
): Promise<AuditEntry[]> => {
  const rows = await cut(entries(reader, selection).selectAll(), byWriting, stretch, true).execute();
  return rows.map(record);
};

export const countAuditEntries = async (reader: Reader, selection: AuditSelection): Promise<number> => {
  const { count } = await entries(reader, selection)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
};

interface NewAuditEntry {
  operation: string;
  apiKeyId: string | null;
  requestId: string | null;
  objectId: string;
  before: unknown;
  after: unknown;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

const insertEntries = insertion<Insertable<AuditLogTable>>((db, rows) => db.insertInto('audit_log').values(rows));

/** Answers the id of the entry. */
export const appendAuditEntry = async (writer: Writer, entry: NewAuditEntry): Promise<string> => {
  const id = writer.newId('auditEntry');
  const row = {
    tenant_id: writer.tenant.id,
    id,
    at: writer.now,
    api_key_id: entry.apiKeyId,
    request_id: entry.requestId,
    operation: entry.operation,
    object_id: entry.objectId,
    before: text(entry.before),
    after: text(entry.after),
  };
  await insertEntries(writer, [row]);
  return id;
};
