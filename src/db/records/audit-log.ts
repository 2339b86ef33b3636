import { sql } from 'kysely';
import { ApiError } from '../../errors.ts';
import { nounOf } from '../ids.ts';
import { type PageSpec, paginate, type SortKey } from '../read/keyset.ts';
import { meter, queries, type Reader } from '../read/reader.ts';
import { counted, sifted, slices } from '../read/slices.ts';
import { placeholder, Statement } from '../read/statement.ts';
import type { Store } from '../store.ts';
import { type AuditEntry, auditLog, auditLogObject, type Tables } from '../tables.ts';
import { recordOf } from '../write/catalogue.ts';
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

/** A new object, and one that is gone, is told of in the list only. */
const withStates = (entry: AuditEntry): AuditEntry => {
  const { objectId, before, after, changes } = entry;
  if (before !== null || after !== null) return entry;
  const main = changes?.find((change) => change.objectId === objectId);
  if (!main || nounOf(objectId) === 'tenant') return entry;
  const { type } = main;
  return {
    ...entry,
    before: recordOf(type, main.before),
    after: recordOf(type, main.after),
  };
};

/** Bytes of an entry that is read with the others of a page; some have megabytes. */
const MOST_BYTES = 2 ** 18;

/** What may be large of an entry. */
const texts = ['before', 'after', 'changes'] as const;

const size = sql<number>`${sql.join(
  texts.map((name) => sql`coalesce(octet_length(${sql.ref(name)}), 0)`),
  sql` + `,
)}`;
const columns = [
  size.as('size'),
  ...auditLog.columns.map((column) =>
    texts.some((name) => name === column)
      ? sql`case when ${size} <= ${sql.lit(MOST_BYTES)} then ${sql.ref(column)} end`.as(column)
      : sql.ref(column).as(column),
  ),
];

/** Newest first. What is large of the entry behind the page, which nobody sees, is not read. */
export const listAuditEntries = async (
  reader: Reader,
  selection: AuditSelection,
  spec: PageSpec,
): Promise<AuditEntry[]> => {
  const { indexed, entries } = selectEntries(reader, selection);
  const inRange = async (range: PageSpec): Promise<AuditEntry[]> => {
    const rows = await paginate(entries.select(columns), byWriting, range, true)
      .$castTo<Tables['audit_log'] & { size: number }>()
      .execute();
    const shown = rows.slice(0, range.limit);
    for (const row of shown) reader[meter]?.addCharactersRead(row.size);
    for (const row of shown)
      if (row.size > MOST_BYTES) Object.assign(row, await textsOf(reader, row.sequence));
    return rows.map((row) => withStates(auditLog.image(row)));
  };
  if (entries === indexed) return inRange(spec);
  return sifted(slices(reader, indexed, byWriting, spec, true), inRange, spec.limit);
};

const textsOf = (reader: Reader, sequence: number) => {
  reader.check();
  return reader[queries]
    .selectFrom('audit_log')
    .select(texts)
    .where('tenant_id', '=', reader.tenant.id)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
};

const ENTRIES_AT_ONCE = 200;
/** A single entry may have more. */
const BYTES_AT_ONCE = 2 ** 22;

/** Oldest first, those behind a sequence, as many at once as memory has room for. */
export async function* auditEntriesAfter(
  reader: Reader,
  start: number,
  { from, to }: Pick<AuditSelection, 'from' | 'to'>,
): AsyncGenerator<AuditEntry[]> {
  const { entries } = selectEntries(reader, { from, to });
  let last = start;
  for (;;) {
    const heads = await entries
      .select(['sequence', size.as('size')])
      .where('sequence', '>', last)
      .orderBy('sequence')
      .limit(ENTRIES_AT_ONCE)
      .execute();
    let bytes = 0;
    const atOnce = heads.filter((head, place) => {
      bytes += head.size;
      return place === 0 || bytes <= BYTES_AT_ONCE;
    });
    const end = atOnce.at(-1)?.sequence;
    if (end === undefined) return;
    const rows = await entries
      .selectAll()
      .where('sequence', '>', last)
      .where('sequence', '<=', end)
      .orderBy('sequence')
      .execute();
    yield rows.map((row) => withStates(auditLog.image(row)));
    last = end;
  }
}

export const countAuditEntries = (reader: Reader, selection: AuditSelection): Promise<number> => {
  const { indexed, entries } = selectEntries(reader, selection);
  return counted(reader, indexed, entries, byWriting);
};

const TENANTS_AT_ONCE = 500;

/** How many entries are kept of all tenants, by their numbers: no entry is looked at. */
export const countKeptEntries = async ({ engine }: Store): Promise<number> => {
  let kept = 0;
  let last: string | undefined = '';
  while (last !== undefined) {
    const { rows }: { rows: { id: string; kept: number }[] } = await sql<{
      id: string;
      kept: number;
    }>`select t.id, coalesce((select max(a.sequence) from audit_log a where a.tenant_id = t.id)
        - t.audit_purged_through, 0) as kept
      from tenant t where t.id > ${last} order by t.id limit ${TENANTS_AT_ONCE}`.execute(
      engine.reading,
    );
    kept += rows.reduce((sum, row) => sum + row.kept, 0);
    last = rows.length < TENANTS_AT_ONCE ? undefined : rows.at(-1)?.id;
  }
  return kept;
};

interface Numbers {
  revision: number | null;
  sequence: number;
  base_currency: string | null;
}
const numbers = new Statement<Numbers>();

/**
 * The number of the next entry, and what the revision of the catalogue becomes; null where it
 * stays. With a revision comes the base currency: it has not changed since the request came.
 */
const nextNumbers = async (writer: Writer, raisesRevision: boolean): Promise<Numbers> => {
  const tenantId = placeholder<string>('tenant');
  const sequence = sql<number>`(select coalesce(max(audit_log.sequence), 0) + 1 from audit_log
    where audit_log.tenant_id = ${tenantId})`.as('sequence');
  const baseCurrency = sql<string>`(select organization.base_currency from organization
    where organization.id = tenant.organization_id)`.as('base_currency');
  const compile = () =>
    raisesRevision
      ? writer[queries]
          .updateTable('tenant')
          .set((eb) => ({ revision: eb('revision', '+', 1) }))
          .where('id', '=', tenantId)
          .returning(['revision', sequence, baseCurrency])
          .compile()
      : writer[queries]
          .selectNoFrom([
            sql<number | null>`null`.as('revision'),
            sequence,
            sql<string | null>`null`.as('base_currency'),
          ])
          .compile();
  const values = { tenant: writer.tenant.id };
  const [next] = await numbers.run(writer, values, compile, String(raisesRevision));
  if (!next) throw new Error('the tenant is gone');
  if (next.base_currency !== null && next.base_currency !== writer.tenant.baseCurrency)
    throw new ApiError(
      'service_unavailable',
      'The base currency of the organization has just changed; repeat the request.',
      { retryAfter: 1 },
    );
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
  const main = changed.find((change) => change.objectId === objectId);
  // A new object, and one that is gone, is whole in the list already.
  const isListed = !changes.isSummary && (main?.before === null || main?.after === null);
  const { before, after } = isListed ? { before: null, after: null } : changes.stateOf(objectId);
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
      scheduled: request.isScheduled ?? false,
    },
  ]);
  const ids = changes.objectIds(changed).add(objectId);
  await insertObjects(
    writer,
    [...ids].map((objectId) => ({ objectId, sequence })),
  );
  return { id, revision: revision ?? undefined };
};
