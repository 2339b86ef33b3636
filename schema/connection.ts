import type { DefaultConnectionArguments } from '@pothos/plugin-relay';
import type { Page, PageRequest } from '../src/domain/page.ts';
import { invalid } from '../src/errors.ts';
import { builder } from './builder.ts';
import { COST_OF_TOTAL, LONGEST_PAGE } from './cost.ts';

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: 'How many objects the list has in all; counted only when it is selected.',
    complexity: COST_OF_TOTAL,
    resolve: ({ totalCount }) => totalCount(),
  }),
);

/** The types of a connection, named after what it lists. */
export const connectionTypes = (type: string) =>
  [
    { name: `${type}Connection`, description: `A page of a list of type ${type}.` },
    { name: `${type}Edge`, description: `A place in a list of type ${type}.` },
  ] as const;

/** The arguments of a connection as the domain takes them. */
export const pageRequest = (args: DefaultConnectionArguments): PageRequest => {
  for (const name of ['first', 'last'] as const) {
    const size = args[name];
    if (typeof size === 'number' && (size < 0 || size > LONGEST_PAGE))
      throw invalid(name, `must be between 0 and ${LONGEST_PAGE}`);
  }
  return args;
};

/** A page of the domain as Relay shapes it. The total is counted only when it is selected. */
export const connection = <Item>(
  { items, cursorOf, ...page }: Page<Item>,
  totalCount: () => Promise<number>,
) => {
  const edges = items.map((node) => ({
    node,
    // Made only when it is selected: most read the nodes only.
    get cursor() {
      return cursorOf(node);
    },
  }));
  return {
    edges,
    totalCount,
    pageInfo: {
      ...page,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
};
