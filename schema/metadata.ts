import type { Context } from '../src/context.ts';
import { ForbiddenError } from '../src/errors.ts';
import type { Eventual } from '../src/eventual.ts';
import type { JsonObject } from '../src/vocabulary.ts';
import { COST_OF_REFUSED_FIELD } from './cost.ts';

/** Resolves metadata, which whoever asks with a publishable key is told not to expect, rather than that there is none. */
export const metadata = <Metadata extends JsonObject | null>(
  { metadata }: { metadata: Metadata },
  _: unknown,
  { reader, budget }: Context,
): Eventual<Metadata> => {
  if (reader.audience !== 'public') return metadata;
  const refuse = () => {
    throw new ForbiddenError('A publishable key does not show metadata.');
  };
  // There is one error for each object of a list.
  return budget.addFields(COST_OF_REFUSED_FIELD)?.then(refuse) ?? refuse();
};
