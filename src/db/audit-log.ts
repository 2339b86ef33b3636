import { queries, type Writer } from './session.ts';

export interface AuditEntry {
  operation: string;
  apiKeyId: string | null;
  requestId: string | null;
  objectId: string;
  before: unknown;
  after: unknown;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** Answers the id of the entry. */
export const appendAuditEntry = async (writer: Writer, entry: AuditEntry): Promise<string> => {
  const id = writer.newId('auditEntry');
  await writer[queries]
    .insertInto('audit_log')
    .values({
      tenant_id: writer.tenant.id,
      id,
      at: writer.now,
      api_key_id: entry.apiKeyId,
      request_id: entry.requestId,
      operation: entry.operation,
      object_id: entry.objectId,
      before: text(entry.before),
      after: text(entry.after),
    })
    .execute();
  return id;
};
