/** Connection failures to several addresses come as one error without a message of its own. */
export const reasonOf = (failure: unknown): string => {
  if (failure instanceof AggregateError && !failure.message)
    return failure.errors.map(reasonOf).join('; ');
  return failure instanceof Error ? failure.message : String(failure);
};

/** Of the operating system, such as ENOENT; empty where the failure has none. */
export const systemCodeOf = (failure: unknown): string =>
  failure instanceof Error && 'code' in failure ? String(failure.code) : '';
