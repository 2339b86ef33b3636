import type { Context } from '../src/context.ts';
import { ForbiddenError } from '../src/errors.ts';
import type { JsonObject } from '../src/vocabulary.ts';

/** Resolves metadata, which whoever asks with a publishable key is told not to expect, rather than that there is none. */
export const metadata = <Metadata extends JsonObject | null>(
  { metadata }: { metadata: Metadata },
  _: unknown,
  { reader }: Context,
): Metadata => {
  if (reader.audience === 'public') throw new ForbiddenError('A publishable key does not show metadata.');
  return metadata;
};
