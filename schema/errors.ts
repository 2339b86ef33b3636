import {
  type ApiError,
  ConflictError,
  type ErrorDetail,
  ForbiddenError,
  NotFoundError,
  ValidationError,
} from '../src/errors.ts';
import { builder } from './builder.ts';

/** The failures of `src/errors.ts` as members of each mutation's union. */

// The errors plugin hands out proxies for which instanceof is false: fields read the error's own
// properties only.
const ErrorInterface = builder.interfaceRef<ApiError>('Error').implement({
  description: 'Why a mutation changed nothing.',
  fields: (t) => ({
    type: t.exposeString('type', {
      description: 'The family of the error, e.g. `not_found_error`.',
    }),
    code: t.exposeString('code', {
      description: 'What went wrong, e.g. `plan_not_found`; stable across releases.',
    }),
    message: t.exposeString('message', { description: 'What went wrong, for people.' }),
    param: t.string({
      nullable: true,
      description:
        'The argument or input field that is to blame, as a dotted path; null when there is none.',
      resolve: ({ param }) => param,
    }),
    docUrl: t.string({
      description: 'Where the code is explained.',
      resolve: ({ code }, _, { docUrl }) => docUrl(code),
    }),
  }),
});

const FieldError = builder.objectRef<ErrorDetail>('FieldError').implement({
  description: 'What is wrong with one field of an input.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Dotted path from the input, e.g. `overrides.0.currency`.',
    }),
    message: t.exposeString('message', { description: 'What is wrong with it.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'A value or a combination of values is not allowed. Nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    details: t.field({
      type: [FieldError],
      description: 'Every field that was refused.',
      resolve: ({ details }) => details,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'An id names nothing that this key may see.',
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description:
    'The change contradicts what exists: a unique value is taken, a feature is in use, an object ' +
    'has changed since it was read, an idempotency key was used otherwise.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentRevision: t.int({
      nullable: true,
      description: 'The `revision` of the object where another was expected; null otherwise.',
      resolve: ({ currentRevision }) => currentRevision,
    }),
  }),
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The scope of the key does not allow the mutation.',
  interfaces: [ErrorInterface],
});
