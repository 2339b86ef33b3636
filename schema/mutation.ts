import { ConflictError, ForbiddenError, NotFoundError, ValidationError } from '../src/errors.ts';
import { COST_OF_WRITE } from './cost.ts';

const errors = { types: [ValidationError, NotFoundError, ConflictError, ForbiddenError] };

/**
 * What all mutations share: a union with these errors, and the scope that it takes. They are
 * nullable because what fails below one of them must not hide what the others have done.
 */
const shared = { errors, complexity: COST_OF_WRITE, nullable: true } as const;

export const mutation = { ...shared, authScopes: { write: true } } as const;
export const adminMutation = { ...shared, authScopes: { admin: true } } as const;
