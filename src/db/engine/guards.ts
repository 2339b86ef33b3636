import type { Tables } from '../tables.ts';

/** What guards the rows of a table: an index, a trigger or a constraint; or the table itself. */
export interface Guard {
  kind: 'table' | 'index' | 'trigger' | 'constraint';
  table: keyof Tables;
  name: string;
  definition: string;
}

const shown = ({ kind, table, name }: Guard): string =>
  kind === 'table' ? `the table ${table}` : `the ${kind} ${name} of ${table}`;

/** Tables that the migrations make and a database has not. */
const missingTables = (expected: readonly Guard[], found: readonly Guard[]): (keyof Tables)[] => {
  const tables = new Set(found.filter(({ kind }) => kind === 'table').map(({ table }) => table));
  return expected
    .filter(({ kind, table }) => kind === 'table' && !tables.has(table))
    .map(({ table }) => table);
};

/**
 * What the migrations make and a database has not, or has otherwise. Additional objects are not
 * reported.
 */
export const lostGuards = (expected: readonly Guard[], found: readonly Guard[]): string[] => {
  const tables = missingTables(expected, found);
  const definitions = new Set(found.map(({ table, definition }) => `${table} ${definition}`));
  const names = new Set(found.map(shown));
  return [
    ...tables.map((table) => `the table ${table} is missing`),
    ...expected
      .filter(
        ({ table, definition }) =>
          !tables.includes(table) && !definitions.has(`${table} ${definition}`),
      )
      .map((guard) => {
        const state = names.has(shown(guard)) ? 'differs from what it should be' : 'is missing';
        return `${shown(guard)} ${state}: ${guard.definition}`;
      }),
  ];
};
