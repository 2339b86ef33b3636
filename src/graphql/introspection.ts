import type { IntrospectionPolicy } from '../config.ts';
import type { KeyHolder } from '../domain/api-key.ts';
import { ForbiddenError } from '../errors.ts';

/** Refuses `__schema` and `__type` where the policy keeps the schema from the caller. `__typename` is no secret. */
export const refuseIntrospection = (policy: IntrospectionPolicy, { kind }: KeyHolder): void => {
  if (policy === 'on' || (policy === 'secret' && kind === 'secret')) return;
  throw new ForbiddenError(
    policy === 'off'
      ? 'This server does not answer questions about its schema.'
      : 'This key is publishable; only secret keys may ask about the schema.',
  );
};
