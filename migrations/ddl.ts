/**
 * What a migration needs to say and the engines spell differently. `src/db/engine/sqlite.ts` and
 * `postgres.ts` implement it.
 */
export interface Ddl {
  /** Stands in for the type of a column. Text compares byte by byte on every engine. */
  readonly text: string;
  readonly int32: string;
  readonly int64: string;
  /** Follows the closing parenthesis of `create table`. */
  readonly tableOptions: string;
  /** The same of a table that is stored in the order of its key; empty where there are none. */
  readonly keyOrderedTableOptions: string;
  /** A condition: the column matches `^[set]+$`, the set written as in a bracket expression. */
  consistsOf(column: string, set: string): string;
  /** A condition: the column holds a JSON object. */
  isJsonObject(column: string): string;
  /** An expression: 26 random hexadecimal digits, others in each row. */
  readonly randomDigits: string;
  /** Statements that check deferred links of rows at once: PostgreSQL alters no table before. */
  readonly checkLinks: readonly string[];
  /** Statements of a trigger that refuses a row change; the condition may read `new` and `old`. */
  refuse(trigger: {
    name: string;
    on: 'insert' | 'update' | 'delete';
    table: string;
    when: string;
    because: string;
  }): string[];
  /** Statements that drop such a trigger. */
  permit(trigger: { name: string; table: string }): string[];
}
