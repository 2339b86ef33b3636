import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { Dialect, Run } from '../engine/engine.ts';
import { dialect, run } from './reader.ts';

/** Stands in a compiled text for a value that is given each time the statement runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Where a named value goes in a query. */
export const placeholder = <Value>(name: string): RawBuilder<Value> =>
  sql<Value>`${new Placeholder(name)}`;

export type Values = Readonly<Record<string, unknown>>;

/** What a statement runs on: a reader, a writer, or an engine. */
interface Database {
  readonly [dialect]: Pick<Dialect, 'name'>;
  readonly [run]: Run;
}

const DEFAULT_MOST = 500;

/**
 * A statement that is compiled once and filled many times: to build and compile a query each time
 * doubles the cost of a small one (docs/performance.md). `variant` names the texts of one dialect
 * that differ.
 */
export class Statement<Row> {
  readonly #texts = new Map<string, CompiledQuery<Row>>();
  readonly #mostTexts: number;

  constructor(mostTexts = DEFAULT_MOST) {
    this.#mostTexts = mostTexts;
  }

  run(
    database: Database,
    values: Values,
    compile: () => CompiledQuery<Row>,
    variant: string | number = '',
  ): MaybePromise<Row[]> {
    const name = `${database[dialect].name} ${variant}`;
    let text = this.#texts.get(name);
    if (!text) {
      if (this.#texts.size >= this.#mostTexts) this.#texts.clear();
      text = compile();
      this.#texts.set(name, text);
    }
    const parameters = text.parameters.map((value) =>
      value instanceof Placeholder ? values[value.name] : value,
    );
    const { sql, query, queryId } = text;
    return database[run]({ sql, query, queryId, parameters });
  }
}
