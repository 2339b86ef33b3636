import { STATUS_CODES } from 'node:http';
import { ApiError } from '../errors.ts';
import { newRequestId } from '../request/request-id.ts';

const refusals: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
};

/** The answer to what is no request, as bytes for the socket: the connection ends with it. */
export const malformed = ({ code = '' }: NodeJS.ErrnoException): string => {
  const { status, message } = refusals[code] ?? { status: 400, message: 'This is not HTTP.' };
  const { type, code: name } = new ApiError('validation_error', message);
  const body = JSON.stringify({ success: false, error: { type, code: name, message } });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${newRequestId()}`,
    '',
    body,
  ].join('\r\n');
};
