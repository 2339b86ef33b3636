import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ZodPlugin from '@pothos/plugin-zod';
import type { ZodError } from 'zod';
import type { Context } from '../src/context.ts';
import { ForbiddenError, fromZod } from '../src/errors.ts';
import { includesScope, type JsonObject } from '../src/vocabulary.ts';
import { NO_COST, USUAL_LENGTH } from './cost.ts';

interface Amount {
  Input: number;
  Output: number;
}
interface Text {
  Input: string;
  Output: string;
}

/**
 * Paths begin with the argument that holds the input; REST has no such step. Of a list of inputs,
 * the argument says what the place counts.
 */
const isOfList = ({ issues }: ZodError): boolean =>
  issues.some(({ path }) => typeof path[1] === 'number');

/**
 * The one builder. Its plugins wrap a resolver from the outside in, in this order: an error of any
 * of them is a typed one.
 */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  AuthScopes: { secret: boolean; write: boolean; admin: boolean; audit: boolean };
  Scalars: {
    ID: Text;
    RateAmount: Amount;
    Quantity: Amount;
    CurrencyCode: Text;
    CountryCode: Text;
    Locale: Text;
    DateTime: Text;
    JSONObject: { Input: JsonObject; Output: JsonObject };
  };
  Connection: { totalCount: () => Promise<number> };
}>({
  plugins: [ErrorsPlugin, RelayPlugin, ScopeAuthPlugin, ComplexityPlugin, ZodPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: 'What the mutation changed, or why it did not.',
    },
  },
  relay: {
    cursorType: 'String',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodesOnConnection: {
      description: 'The objects of the page, without their cursors.',
      complexity: NO_COST,
    },
    edgesFieldOptions: {
      description: 'The objects of the page, each with its cursor.',
      nullable: false,
      complexity: NO_COST,
    },
    nodeFieldOptions: { description: 'The object.', nullable: false },
    cursorFieldOptions: { description: 'The place of the object in the list; opaque.' },
    pageInfoFieldOptions: { description: 'Where the page lies in the list.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
    afterArgOptions: { description: 'Only what comes after this cursor.' },
    firstArgOptions: { description: 'How many from the start, 1 to 100.' },
    lastArgOptions: { description: 'How many from the end, 1 to 100.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'There is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'There is more before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first object of the page.' },
    endCursorFieldOptions: { description: 'Cursor of the last object of the page.' },
  },
  scopeAuth: {
    authScopes: ({ caller: { kind, scope } }) => ({
      secret: kind === 'secret' && includesScope(scope, 'read'),
      write: includesScope(scope, 'write'),
      admin: includesScope(scope, 'admin'),
      audit: includesScope(scope, 'audit'),
    }),
    unauthorizedError: (_parent, { caller }, { fieldName }) =>
      new ForbiddenError(
        caller.kind === 'publishable'
          ? `A publishable key does not show ${fieldName}.`
          : `This key has the scope ${caller.scope}, which does not allow ${fieldName}.`,
      ),
  },
  // Costs are held against their limit before anything runs; resolvers need not do it again.
  complexity: { disabled: true, defaultListMultiplier: USUAL_LENGTH },
  zod: { validationError: (error) => fromZod(error, isOfList(error) ? 0 : 1) },
});

builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description:
    'Everything that can be changed. Each mutation answers what it changed or a typed error, and ' +
    'needs a key with the scope write.',
});
