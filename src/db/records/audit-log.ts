import { sql } from 'kysely';
import { type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { meter, queries, type Reader } from '../read/reader.ts';
import { counted, sifted, slices } from '../read/slices.ts';
import { placeholder, Statement } from '../read/statement.ts';
import { type AuditEntry, auditLog, auditLogObject } from '../tables.ts';
import { insertInto } from '../write/insertion.ts';
import { unit, type Writer } from '../write/writer.ts';

/** Numbers are given under the tenant's lock: the clocks of processes may differ. */
export const byWriting: SortKey<AuditEntry> = {
  columns: { sequence: 'int32' },
  of: ({ sequence }) => [sequence],
};

export interface AuditSelection {
  /** The entry tells of each of them. */
  objectIds?: readonly string[];
  operation?: string | undefined;
  apiKeyId?: string | undefined;
  from?: string | undefined;
  /** Without this moment itself. */
  to?: string | undefined;
}

/**
 * Entries that an index has, and what has to be asked of each of them: an index for each filter
 * would cost every write more than the log is read.
 */
const selectEntries = (
  reader: Reader,
  { objectIds = [], operation, apiKeyId, from, to }: AuditSelection,
) => {
  let indexed = reader[queries].selectFrom('audit_log').where('tenant_id', '=', reader.tenant.id);
  for (const objectId of objectIds)
    indexed = indexed.where('sequence', 'in', (eb) =>
      eb
        .selectFrom('audit_log_object')
        .select('audit_log_object.sequence')
        .where('audit_log_object.tenant_id', '=', reader.tenant.id)
        .where('audit_log_object.object_id', '=', objectId),
    );
  let entries = indexed;
  if (operation !== undefined) entries = entries.where('operation', '=', operation);
  if (apiKeyId !== undefined) entries = entries.where('api_key_id', '=', apiKeyId);
  if (from !== undefined) entries = entries.where('at', '>=', from);
  if (to !== undefined) entries = entries.where('at', '<', to);
  return { indexed, entries };
};

/** Newest first. */
export const listAuditEntries = async (
  reader: Reader,
  selection: AuditSelection,
  spec: PageSpec,
): Promise<AuditEntry[]> => {
  const { indexed, entries } = selectEntries(reader, selection);
  const inRange = async (range: PageSpec): Promise<AuditEntry[]> => {
    const rows = await paginate(entries.selectAll(), byWriting, range, true).execute();
    for (const { before, after, changes } of rows)
      reader[meter]?.addCharactersRead(
        (before?.length ?? 0) + (after?.length ?? 0) + (changes?.length ?? 0),
      );
    return rows.map(auditLog.image);
  };
  if (entries === indexed) return inRange(spec);
  return sifted(slices(reader, indexed, byWriting, spec, true), inRange, spec.limit);
};

export const countAuditEntries = (reader: Reader, selection: AuditSelection): Promise<number> => {
  const { indexed, entries } = selectEntries(reader, selection);
  return counted(reader, indexed, entries, byWriting);
};

const numbers = new Statement<{ revision: number | null; sequence: number }>();

/**
 * The number of the next entry, and what the revision of the catalogue becomes; null where it
 * stays.
 */
const nextNumbers = async (
  writer: Writer,
  raisesRevision: boolean,
): Promise<{ sequence: number; revision: number | null }> => {
  const tenantId = placeholder<string>('tenant');
  const sequence = sql<number>`(select coalesce(max(audit_log.sequence), 0) + 1 from audit_log
    where audit_log.tenant_id = ${tenantId})`.as('sequence');
  const compile = () =>
    raisesRevision
      ? writer[queries]
          .updateTable('tenant')
          .set((eb) => ({ revision: eb('revision', '+', 1) }))
          .where('id', '=', tenantId)
          .returning(['revision', sequence])
          .compile()
      : writer[queries].selectNoFrom([sql<number | null>`null`.as('revision'), sequence]).compile();
  const values = { tenant: writer.tenant.id };
  const [next] = await numbers.run(writer, values, compile, String(raisesRevision));
  if (!next) throw new Error('the tenant is gone');
  return next;
};

const insertEntries = insertInto(auditLog);
const insertObjects = insertInto(auditLogObject);

/** Writes down what the operation has done, and raises the revision of the catalogue. */
export const appendAuditEntry = async (
  writer: Writer,
  operation: string,
  objectId: string,
  { raisesRevision }: { raisesRevision: boolean },
): Promise<{ id: string; revision: number | undefined }> => {
  const id = writer.newId('auditEntry');
  const { request, changes, changed = [] } = writer[unit];
  const { sequence, revision } = await nextNumbers(writer, raisesRevision);
  const { before, after } = changes.stateOf(objectId);
  await insertEntries(writer, [
    {
      id,
      at: writer.now,
      apiKeyId: request.apiKeyId,
      requestId: request.requestId,
      clientRequestId: request.clientRequestId ?? null,
      operation,
      objectId,
      before,
      after,
      sequence,
      changes: [...changed],
      revision,
    },
  ]);
  const ids = changes.objectIds(changed).add(objectId);
  await insertObjects(
    writer,
    [...ids].map((objectId) => ({ objectId, sequence })),
  );
  return { id, revision: revision ?? undefined };
};
