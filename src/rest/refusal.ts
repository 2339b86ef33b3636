import { type ApiError, ValidationError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, jsonResponse } from '../response.ts';
import type { Era } from './eras/era.ts';

/** Names that a list's domain has for what REST calls otherwise. */
const pagingNames = new Map([
  ['first', 'limit'],
  ['after', 'cursor'],
]);

/** The failure with its fields named as in the era's bodies. */
const translated = (failure: ApiError, era: Era) => {
  const nameOf = (field: string) => era.fieldName(pagingNames.get(field) ?? field);
  const details = failure.details?.map(({ field, message }) => ({ field: nameOf(field), message }));
  return details
    ? new ValidationError(details)
    : { message: failure.message, param: failure.param && nameOf(failure.param), details };
};

/** A failure as the era's clients read it. */
export const refusal = (failure: ApiError, era: Era, request: GatewayRequest): GatewayResponse => {
  const { type, status, headers } = failure;
  const code = era.codes?.[failure.code] ?? failure.code;
  const { message, param, details } = translated(failure, era);
  const error = {
    type,
    code,
    message,
    doc_url: request.docUrl(code),
    ...(param !== undefined && { param }),
    ...(details && { details }),
  };
  return jsonResponse(era.envelope.refusal(error), status, headers);
};
