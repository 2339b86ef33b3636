/**
 * A value, or the promise of one. A promise costs more than most steps of a request: only what has
 * to be waited for is one. By hand, since promise-helpers costs a small query about 8 % more
 * (docs/performance.md).
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on with a value: at once, unless it has to be waited for. */
export const mapMaybePromise = <Value, Next>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Next>,
): MaybePromise<Next> => (value instanceof Promise ? value.then(next) : next(value));

type Values<Each extends readonly unknown[]> = {
  -readonly [Place in keyof Each]: Awaited<Each[Place]>;
};

/** Several values in their order: at once, unless one of them has to be waited for. */
export const allMaybePromises = <const Each extends readonly unknown[]>(
  values: Each,
): MaybePromise<Values<Each>> =>
  values.some((value) => value instanceof Promise)
    ? Promise.all(values)
    : // None of them is a promise.
      (values as Values<Each>);
