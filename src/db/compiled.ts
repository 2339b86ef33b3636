import type { CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What is given to a text each time that it runs, by what stands for it there. */
export type Filling = ReadonlyMap<unknown, unknown>;

/** Runs a query that was compiled once: to build and compile it costs as much as to run it. */
export const runCompiled = async <Row>(
  db: Kysely<Tables>,
  text: CompiledQuery<Row>,
  filling: Filling,
): Promise<Row[]> => {
  const parameters = text.parameters.map((blank) => (filling.has(blank) ? filling.get(blank) : blank));
  const { rows } = await db.executeQuery<Row>({ ...text, parameters });
  return rows;
};
