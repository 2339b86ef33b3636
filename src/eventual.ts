/**
 * At hand, or still to come. A promise costs more than most steps of a request: only what has to be
 * waited for is one.
 */
export type Eventual<Value> = Value | Promise<Value>;

/** Goes on from a value: at once where it is at hand. */
export const from = <Value, Next>(
  value: Eventual<Value>,
  next: (value: Value) => Eventual<Next>,
): Eventual<Next> => (value instanceof Promise ? value.then(next) : next(value));
