import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { ConflictError, type ErrorCode, restore } from '../../errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../ids.ts';
import { queries } from '../read/reader.ts';
import type { Tables } from '../tables.ts';
import { withRetry } from './retry.ts';
import type { Writer } from './writer.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** A record or a domain error; never bytes, so that each surface prints it in its own way. */
export type Outcome =
  | { result: unknown }
  | {
      error: {
        code: ErrorCode;
        message: string;
        param?: string | undefined;
        currentRevision?: number | undefined;
      };
    };

export interface Attempt {
  key: string;
  operation: string;
  inputHash: string;
}

/** The same for the same input in any order of its keys. */
export const fingerprint = (input: unknown): string =>
  createHash('sha256').update(JSON.stringify(input, sortKeys)).digest('hex');

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The outcome of the earlier attempt with this key, if there was one within 24 hours. */
export const findOutcome = async (
  writer: Writer,
  { key, operation, inputHash }: Attempt,
): Promise<Outcome | undefined> => {
  const earlier = await writer[queries]
    .selectFrom('idempotency_record')
    .select(['operation', 'input_hash', 'outcome'])
    .where('tenant_id', '=', writer.tenant.id)
    .where('key', '=', key)
    .where('expires_at', '>', writer.now)
    .executeTakeFirst();
  if (!earlier) return undefined;
  if (earlier.operation !== operation || earlier.input_hash !== inputHash)
    throw new ConflictError(
      'idempotency_key_mismatch',
      `This idempotency key was used for ${earlier.operation === operation ? 'other input' : `the operation ${earlier.operation}`}.`,
    );
  return JSON.parse(earlier.outcome);
};

export const reproduce = <Result>(outcome: Outcome): Result => {
  if ('error' in outcome) throw restore(outcome.error);
  return outcome.result as Result;
};

/** Keeps the outcome for repeated requests, in the place of one that has expired. */
export const storeOutcome = async (
  writer: Writer,
  { key, operation, inputHash }: Attempt,
  outcome: Outcome,
): Promise<void> => {
  const { tenant, now } = writer;
  const record = {
    operation,
    input_hash: inputHash,
    outcome: JSON.stringify(outcome),
    created_at: now,
    expires_at: new Date(Date.parse(now) + LIFETIME_MS).toISOString(),
  };
  await writer[queries]
    .insertInto('idempotency_record')
    .values({ tenant_id: tenant.id, key, ...record })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doUpdateSet(record))
    .execute();
};

/**
 * Drops some of what has expired, of every tenant: a statement keeps nobody waiting for long.
 * Answers how many it dropped.
 */
export const dropExpiredOutcomes = async (
  { engine, clock }: { engine: Engine; clock: Clock },
  most: number,
): Promise<number> => {
  const now = clock().toISOString();
  const expired = (db: Kysely<Tables>) =>
    db
      .selectFrom('idempotency_record')
      .select(['tenant_id', 'key'])
      .where('expires_at', '<=', now)
      .limit(most);
  // To delete nothing would take the right to write all the same.
  if (!(await expired(engine.reading).limit(1).executeTakeFirst())) return 0;
  const { numDeletedRows } = await withRetry(() =>
    engine.writing
      .deleteFrom('idempotency_record')
      .where((eb) =>
        eb(
          eb.refTuple('tenant_id', 'key'),
          'in',
          expired(engine.writing).$asTuple('tenant_id', 'key'),
        ),
      )
      .executeTakeFirstOrThrow(),
  );
  return Number(numDeletedRows);
};
