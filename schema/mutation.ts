import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from '../src/errors.ts';
import { COST_OF_WRITE } from './cost.ts';

/** What all mutations share: a union with these errors, and the scope that it takes. */
const errors = { types: [ValidationError, NotFoundError, ConflictError, ForbiddenError] };

export const mutation = { errors, complexity: COST_OF_WRITE, authScopes: { write: true } } as const;
export const adminMutation = { errors, complexity: COST_OF_WRITE, authScopes: { admin: true } } as const;
