import { type ExecutionResult, GraphQLError } from 'graphql';
import type { BudgetLimits } from '../budget.ts';
import type { GraphqlLimits } from '../config.ts';
import type { Context } from '../context.ts';
import { type ApiError, LimitExceeded, MOST_ERRORS } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import { bytesOfJson } from './size.ts';

/** Bytes of the data and the errors of an answer. Its extensions come on top. */
export const MOST_BYTES = 5_000_000;

/** Of UTF-8, for one unit of UTF-16. */
const BYTES_OF_LONGEST_CHARACTER = 3;

/** Of a catalogue of 20 000 plans, a request may read all that is usual. */
const MOST_CHARACTERS_READ = 32 * 2 ** 20;

export const budgetLimits = ({ cost, seconds }: GraphqlLimits): BudgetLimits => ({
  fields: cost,
  charactersRead: MOST_CHARACTERS_READ,
  seconds,
});

const tooLarge = (bytes: number): LimitExceeded =>
  new LimitExceeded(`The answer has ${bytes} bytes or more`, MOST_BYTES, bytes);

/** What an operation has answered. */
export class Bounded {
  /** Undefined where nothing ran. */
  readonly data: Record<string, unknown> | null | undefined;
  /** The data as JSON. */
  readonly text: string;
  readonly errors: readonly GraphQLError[] | undefined;

  constructor(data: Bounded['data'], text: string, errors: Bounded['errors']) {
    this.data = data;
    this.text = text;
    this.errors = errors;
  }
}

/** What may be longer is measured before it is printed, or the text alone could take all memory. */
const MOST_PRINTED_UNMEASURED = 64 * 2 ** 20;

/** A value as JSON. Throws where that passes the limit, `before` counted. */
const printed = (value: unknown, bytesAtMost: number, before = 0): string => {
  const left = MOST_BYTES - before;
  if (bytesAtMost > MOST_PRINTED_UNMEASURED) {
    const bytes = bytesOfJson(value, left);
    if (bytes > left) throw tooLarge(before + bytes);
  }
  const text = JSON.stringify(value);
  if (text.length * BYTES_OF_LONGEST_CHARACTER > left && Buffer.byteLength(text) > left)
    throw tooLarge(before + Buffer.byteLength(text));
  return text;
};

/** Counts only the errors that the answer will list. */
const bytesOfErrors = (errors: readonly GraphQLError[]): number =>
  bytesOfJson(
    errors.slice(0, MOST_ERRORS).map((error) => error.toJSON()),
    MOST_BYTES,
  );

/** A query is answered as a whole or not at all. Throws where it must not be answered. */
export const boundedQuery = (
  executed: MaybePromise<ExecutionResult>,
  context: Context,
): MaybePromise<Bounded> =>
  // Without waiting, there is no moment at which a timer could end the request.
  mapMaybePromise(
    context.reader.isAtHand ? executed : beforeDeadline(executed, context),
    ({ data, errors }) => {
      const { budget } = context;
      if (budget.refusal) throw budget.refusal;
      if (data === undefined) return new Bounded(data, '', errors);
      const ofErrors = errors ? bytesOfErrors(errors) : 0;
      const text = printed(data, budget.bytesAtMost, ofErrors);
      budget.addBytes(ofErrors + text.length);
      return new Bounded(data, text, errors);
    },
  );

const beforeDeadline = async (
  executed: MaybePromise<ExecutionResult>,
  { budget }: Context,
): Promise<ExecutionResult> => {
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
    return await Promise.race([executed, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** A root field is null, and why. */
const cutOff = (name: string, originalError: ApiError): GraphQLError =>
  new GraphQLError(originalError.message, { path: [name], originalError });

/**
 * A mutation that has run is reported even where its answer is too large: the field whose selection
 * is beyond a limit is null, and the fields after it have not begun.
 */
export const boundedMutation = async (
  executed: MaybePromise<ExecutionResult>,
  { budget }: Context,
): Promise<Bounded> => {
  const { data, errors = [] } = await executed;
  if (!data) return new Bounded(data, String(data), errors);
  const { refusal, refusedField } = budget;
  const cut = new Map<string, GraphQLError>();
  if (refusal && refusedField !== undefined) cut.set(refusedField, cutOff(refusedField, refusal));
  const bounded: Record<string, unknown> = Object.create(null);
  const texts: string[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(data)) {
    let text = 'null';
    if (!cut.has(name))
      try {
        text = printed(value, budget.bytesAtMost, bytes);
      } catch (refused) {
        if (!(refused instanceof LimitExceeded)) throw refused;
        cut.set(name, cutOff(name, refused));
      }
    bounded[name] = cut.has(name) ? null : value;
    bytes += Buffer.byteLength(text);
    texts.push(`${JSON.stringify(name)}:${text}`);
  }
  budget.addBytes(bytes);
  const told = [...cut.values(), ...errors.filter(({ path }) => !cut.has(String(path?.[0])))];
  return new Bounded(bounded, `{${texts.join(',')}}`, told.length > 0 ? told : undefined);
};
