import type { CompiledQuery } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { Run } from '../engine/engine.ts';

/** What is given to a text each time that it runs, by what stands for it there. */
export type Filling = ReadonlyMap<unknown, unknown>;

/** Runs a query that was compiled once: to build and compile it costs as much as to run it. */
export const runCompiled = <Row>(
  run: Run,
  text: CompiledQuery<Row>,
  filling: Filling,
): MaybePromise<Row[]> => {
  const { sql, query, queryId } = text;
  const parameters = text.parameters.map((blank) =>
    filling.has(blank) ? filling.get(blank) : blank,
  );
  return run({ sql, query, queryId, parameters });
};
