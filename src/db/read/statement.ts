import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import type { Dialect, Run } from '../engine/engine.ts';
import { dialect, run } from './reader.ts';

/** Stands in a compiled text for a value that is given each time the statement runs. */
class Placeholder {
  readonly name: string;
  /** Of many rows, the one that has the value; undefined where there is one set of values. */
  readonly row: number | undefined;

  constructor(name: string, row?: number) {
    this.name = name;
    this.row = row;
  }
}

/** Where a named value goes in a query, of one row of many. */
export const placeholder = <Value>(name: string, row?: number): RawBuilder<Value> =>
  sql<Value>`${new Placeholder(name, row)}`;

type Values = Readonly<Record<string, unknown>>;

/** PostgreSQL takes undefined for null. */
const filled = ({ name }: Placeholder, values: Values | undefined): unknown => {
  const value = values?.[name];
  if (value === undefined) throw new Error(`a statement runs without its value ${name}`);
  return value;
};

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
    values: Values | readonly Values[],
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
    const [only, rows] = Array.isArray(values) ? [undefined, values] : [values as Values, []];
    const parameters = text.parameters.map((value) => {
      if (!(value instanceof Placeholder)) return value;
      return filled(value, value.row === undefined ? only : rows[value.row]);
    });
    const { sql, query, queryId } = text;
    return database[run]({ sql, query, queryId, parameters });
  }
}
