import type { Context } from '../src/context.ts';
import { ForbiddenError } from '../src/errors.ts';
import type { MaybePromise } from '../src/maybe-promise.ts';
import { COST_OF_REFUSED_FIELD } from './cost.ts';

/**
 * Resolves a field for secret keys only. A publishable key is told that it may not see the field,
 * not that there is nothing.
 */
export const secret =
  <Field extends 'metadata' | 'margin' | 'revision'>(field: Field) =>
  <Value>(
    parent: { readonly [Name in Field]: Value },
    _: unknown,
    { reader, budget }: Context,
  ): MaybePromise<Value> => {
    if (reader.audience !== 'public') return parent[field];
    const refuse = () => {
      throw new ForbiddenError(`A publishable key does not show ${field}.`);
    };
    // There is one error for each object of a list.
    return budget.addFields(COST_OF_REFUSED_FIELD)?.then(refuse) ?? refuse();
  };
