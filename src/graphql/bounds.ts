import { type ExecutionResult, GraphQLError } from 'graphql';
import type { BudgetLimits } from '../budget.ts';
import type { GraphqlLimits } from '../config.ts';
import type { Context } from '../context.ts';
import { type ApiError, LimitExceeded, MOST_ERRORS } from '../errors.ts';
import { bytesOfJson } from './size.ts';

/** Bytes of an answer, but for what is told beside its data and errors. */
export const MOST_BYTES = 5_000_000;

/** Of a catalogue of 20 000 plans, a request may read all that is usual. */
const MOST_CHARACTERS_READ = 32 * 2 ** 20;

export const budgetLimits = ({ cost, seconds }: GraphqlLimits): BudgetLimits => ({
  fields: cost,
  charactersRead: MOST_CHARACTERS_READ,
  seconds,
});

const tooLarge = (bytes: number): LimitExceeded =>
  new LimitExceeded(`The answer has ${bytes} bytes or more`, MOST_BYTES, bytes);

/** A query is answered as a whole or not at all. Throws where it must not be answered. */
export const boundedQuery = async (run: () => Promise<ExecutionResult>, context: Context): Promise<ExecutionResult> => {
  const { budget, reader } = context;
  // Without waiting, there is no moment at which a timer could end the request.
  const result = reader.isAtHand ? await run() : await beforeDeadline(run(), context);
  if (budget.refusal) throw budget.refusal;
  const bytes = bytesOfJson(
    [result.data, result.errors?.slice(0, MOST_ERRORS).map((error) => error.toJSON())],
    MOST_BYTES,
  );
  budget.addBytes(bytes);
  if (bytes > MOST_BYTES) throw tooLarge(bytes);
  return result;
};

const beforeDeadline = async (result: Promise<ExecutionResult>, { budget }: Context): Promise<ExecutionResult> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => {
      try {
        budget.check();
      } catch (refusal) {
        reject(refusal);
      }
    };
    // A little later, so that the deadline has passed by any clock.
    timer = setTimeout(giveUp, budget.deadline - performance.now() + 5);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** A root field is null, and why. */
const cutOff = (name: string, originalError: ApiError): GraphQLError =>
  new GraphQLError(originalError.message, { path: [name], originalError });

/**
 * What a mutation has done is told even where its answer is not: the field whose selection is beyond a limit is null, and
 * those after it have not begun.
 */
export const boundedMutation = async (
  run: () => Promise<ExecutionResult>,
  { budget }: Context,
): Promise<ExecutionResult> => {
  const { data, errors = [] } = await run();
  if (!data) return { errors };
  const { refusal, refusedField } = budget;
  const cut = new Map<string, GraphQLError>();
  if (refusal && refusedField !== undefined) cut.set(refusedField, cutOff(refusedField, refusal));
  let sum = 0;
  for (const [name, value] of Object.entries(data)) {
    if (cut.has(name)) continue;
    const bytes = bytesOfJson(value, MOST_BYTES - sum);
    if (sum + bytes > MOST_BYTES) cut.set(name, cutOff(name, tooLarge(sum + bytes)));
    else sum += bytes;
  }
  budget.addBytes(sum);
  const bounded: Record<string, unknown> = Object.assign(Object.create(null), data);
  for (const name of cut.keys()) bounded[name] = null;
  const told = [...cut.values(), ...errors.filter(({ path }) => !cut.has(String(path?.[0])))];
  return told.length > 0 ? { data: bounded, errors: told } : { data: bounded };
};
