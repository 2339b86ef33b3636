import type { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, jsonResponse } from '../response.ts';

/** A failure in the newest shape of REST, where no version is asked for. */
export const failureJson = (
  request: GatewayRequest,
  { type, code, message, status, headers, param, details }: ApiError,
): GatewayResponse => {
  const error = {
    type,
    code,
    message,
    doc_url: request.docUrl(code),
    ...(param !== undefined && { param }),
    ...(details && { details }),
  };
  return jsonResponse({ success: false, error }, status, headers);
};
