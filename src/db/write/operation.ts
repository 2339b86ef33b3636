import { type CompiledQuery, sql } from 'kysely';
import { ApiError } from '../../errors.ts';
import { runCompiled } from '../read/compiled.ts';
import { dialect, queries, run } from '../read/reader.ts';
import { appendAuditEntry } from '../records/audit-log.ts';
import { type Attempt, findOutcome, fingerprint, reproduce, storeOutcome } from './idempotency.ts';
import { unit, type Writer } from './writer.ts';

export interface OperationOptions<Result> {
  /** False where the catalogue itself does not change (API keys). */
  raisesRevision?: boolean;
  /** Changes nothing but the plan that its first argument names, and what belongs to it. */
  changesItsPlanOnly?: boolean;
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
      changesItsPlanOnly = false,
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
      const result = await effect(writer, ...input);
      if (!work.change) throw new Error(`${name} did not say what it changed`);
      work.auditEntryId = await appendAuditEntry(writer, {
        operation: name,
        ...work.request,
        ...work.change,
      });
      if (raisesRevision) work.revision = await raiseRevision(writer);
      if (changesItsPlanOnly) work.planId = String(input[0]);
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
    await storeOutcome(writer, attempt, { error: { code, message, param } });
    work.keepsFailure = true;
    throw failure;
  }
};

/** What a repeated request must see again. Everything else (bad input, faults) is tried anew. */
const isOutcome = (failure: unknown): failure is ApiError =>
  failure instanceof ApiError &&
  (failure.type === 'not_found_error' || failure.type === 'conflict_error');

/** Stands in the text for the tenant. */
const TENANT = Symbol('tenant');
const revisionTexts = new Map<string, CompiledQuery<{ revision: number }>>();

const raiseRevision = async (writer: Writer): Promise<number> => {
  const { name } = writer[dialect];
  const text =
    revisionTexts.get(name) ??
    writer[queries]
      .updateTable('tenant')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('id', '=', sql<string>`${TENANT}`)
      .returning('revision')
      .compile();
  revisionTexts.set(name, text);
  const [raised] = await runCompiled(writer[run], text, new Map([[TENANT, writer.tenant.id]]));
  if (!raised) throw new Error('the tenant is gone');
  return raised.revision;
};
