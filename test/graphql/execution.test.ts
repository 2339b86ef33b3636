import { GraphQLInt, GraphQLObjectType, GraphQLSchema, getOperationAST, parse } from 'graphql';
import { expect, it } from 'vitest';
import { Budget } from '../../src/budget.ts';
import { createExecution } from '../../src/graphql/execution.ts';

/**
 * How often a field that fails is asked for by each of so many runs: once more where the query was
 * compiled.
 */
const attempts = async (compileAfter: number, cost: number, runs: number): Promise<number[]> => {
  let count = 0;
  const resolve = () => {
    count += 1;
    throw new Error('out of order');
  };
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { field: { type: GraphQLInt, resolve } },
  });
  const execute = createExecution(new GraphQLSchema({ query }), compileAfter);
  const document = parse('{ field }');
  const operation = getOperationAST(document);
  if (!operation) throw new Error('there is one');
  const counts: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    count = 0;
    const request = {
      document,
      operation,
      variableValues: {},
      contextValue: { budget: new Budget() },
      hideSuggestions: false,
      cost,
    };
    expect(await execute(request)).toMatchObject({
      data: { field: null },
      errors: [{ message: 'out of order' }],
    });
    counts.push(count);
  }
  return counts;
};

it.each([
  ['of common size is compiled when it has come often enough', 3, 9_999, [1, 1, 2, 2]],
  ['that is large is compiled at once', 3, 10_000, [2, 2, 2, 2]],
  ['is not compiled where none shall be', Number.POSITIVE_INFINITY, 100_000, [1, 1, 1, 1]],
])('a query %s', async (_, compileAfter, cost, counts) => {
  expect(await attempts(compileAfter, cost, counts.length)).toEqual(counts);
});
