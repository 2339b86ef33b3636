import { ApiError, toApiError } from '../errors.ts';

/** An error and what caused it, as far as it goes. */
const told = (fault: unknown): object | string => {
  if (!(fault instanceof Error)) return String(fault);
  const { name, message, stack, cause } = fault;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: told(cause) }) };
};

/** What the operator reads of a failure of the server: one line of JSON on the error stream. The client reads no cause. */
export const reportFault = (requestId: string, thrown: unknown): void => {
  const { status, code } = toApiError(thrown);
  if (status < 500) return;
  const error = told(thrown instanceof ApiError && thrown.cause !== undefined ? thrown.cause : thrown);
  process.stderr.write(`${JSON.stringify({ level: 'error', requestId, code, error })}\n`);
};
