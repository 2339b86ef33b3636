import type { IntrospectionPolicy } from '../config.ts';
import type { KeyHolder } from '../domain/api-key.ts';
import { ForbiddenError } from '../errors.ts';

/**
 * Whether the caller may learn the schema's names from this server: by asking, or from suggestions
 * in errors.
 */
export const maySeeSchema = (policy: IntrospectionPolicy, { kind }: KeyHolder): boolean =>
  policy === 'on' || (policy === 'secret' && kind === 'secret');

/** The refusal of `__schema` and `__type`. `__typename` is no secret. */
export const introspectionRefused = (policy: IntrospectionPolicy): ForbiddenError =>
  new ForbiddenError(
    policy === 'off'
      ? 'This server does not answer questions about its schema.'
      : 'This key is publishable; only secret keys may ask about the schema.',
  );
