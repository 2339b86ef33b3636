import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from '../src/errors.ts';

/** What all mutations share: a union with these errors, and the scope that it takes. */
const errors = { types: [ValidationError, NotFoundError, ConflictError, ForbiddenError] };

export const mutation = { errors, authScopes: { write: true } } as const;
export const adminMutation = { errors, authScopes: { admin: true } } as const;
