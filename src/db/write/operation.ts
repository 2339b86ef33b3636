import { sql } from 'kysely';
import { ApiError, ConflictError } from '../../errors.ts';
import { queries } from '../read/reader.ts';
import { appendAuditEntry } from '../records/audit-log.ts';
import { touchContainers } from './containers.ts';
import { type Attempt, findOutcome, fingerprint, reproduce, storeOutcome } from './idempotency.ts';
import { unit, type Writer } from './writer.ts';

export interface OperationOptions<Result> {
  /** False where the catalogue itself does not change (API keys). */
  raisesRevision?: boolean;
  /** A batch: its audit entry counts what it has added, and lists no rows. */
  isBatch?: boolean;
  /** The result as a repeated request may see it: without secrets. */
  withoutSecrets?: (result: Result) => Result;
}

/**
 * Makes an operation of a function: its audit row, the catalogue revision and its idempotency
 * record are written in its transaction. An operation that another one calls is a part of that one;
 * one after another needs a write of its own.
 */
export const operation =
  <Input extends unknown[], Result>(
    name: string,
    effect: (writer: Writer, ...input: Input) => Promise<Result>,
    {
      raisesRevision = true,
      isBatch = false,
      withoutSecrets = (result) => result,
    }: OperationOptions<Result> = {},
  ) =>
  async (writer: Writer, ...input: Input): Promise<Result> => {
    const work = writer[unit];
    if (work.operation === 'running') return effect(writer, ...input);
    if (work.operation === 'done') throw new Error(`${name} is the second operation of one write`);

    const { idempotencyKey: key, guard } = work.request;
    const perform = async () => {
      await guard?.check(writer);
      if (isBatch) work.changes.summarize();
      const result = await effect(writer, ...input);
      if (work.objectId === undefined) throw new Error(`${name} did not say what it is about`);
      await touchContainers(writer);
      work.changed = work.changes.changes(work.objectId);
      const entry = await appendAuditEntry(writer, name, work.objectId, { raisesRevision });
      work.auditEntryId = entry.id;
      if (raisesRevision) work.revision = entry.revision;
      return result;
    };
    work.operation = 'running';
    try {
      if (key === undefined) return await perform();
      const attempt = {
        key,
        operation: name,
        inputHash: fingerprint(guard ? [...input, guard.compared] : input),
      };
      return await performOnce(writer, attempt, perform, withoutSecrets);
    } finally {
      work.operation = 'done';
    }
  };

/** Performs what was not attempted before; otherwise answers as the first attempt did. */
const performOnce = async <Result>(
  writer: Writer,
  attempt: Attempt,
  perform: () => Promise<Result>,
  withoutSecrets: (result: Result) => Result,
): Promise<Result> => {
  const work = writer[unit];
  const earlier = await findOutcome(writer, attempt);
  if (earlier) {
    work.isReplay = true;
    work.request.onReplay?.();
    return reproduce<Result>(earlier);
  }
  await sql`savepoint effect`.execute(writer[queries]);
  try {
    const result = await perform();
    await storeOutcome(writer, attempt, { result: withoutSecrets(result) });
    return result;
  } catch (failure) {
    if (!isOutcome(failure)) throw failure;
    await sql`rollback to savepoint effect`.execute(writer[queries]);
    const { code, message, param } = failure;
    const currentRevision = failure instanceof ConflictError ? failure.currentRevision : undefined;
    const error = { code, message, param, currentRevision };
    await storeOutcome(writer, attempt, { error });
    work.keepsFailure = true;
    throw failure;
  }
};

/** What a repeated request must see again. Everything else (bad input, faults) is tried anew. */
const isOutcome = (failure: unknown): failure is ApiError =>
  failure instanceof ApiError &&
  (failure.type === 'not_found_error' || failure.type === 'conflict_error');
