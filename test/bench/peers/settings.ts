const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export const port = Number(required('PORT'));

/** Where the data lies, and on whose behalf every request is: most peers check no keys. */
export const settings = () => ({
  file: required('BENCH_FILE'),
  tenantId: required('BENCH_TENANT'),
  apiKeyId: required('BENCH_API_KEY'),
});
export type Settings = ReturnType<typeof settings>;

/** What a peer does in addition to its answers; undefined where it only answers. */
export const duties = () => {
  const log = process.env.BENCH_REQUEST_LOG;
  if (log === undefined) return undefined;
  return { log, tenantId: required('BENCH_TENANT'), rateLimit: Number(required('RATE_LIMIT')) };
};
export type Duties = NonNullable<ReturnType<typeof duties>>;

/** The ready answer of a server that computes none. */
export const answerFile = () => required('BENCH_ANSWER');
