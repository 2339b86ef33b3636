import { randomUUID } from 'node:crypto';
import { type Arrival, createContext } from '../context.ts';
import { authenticate } from '../domain/api-key.ts';
import type { Store } from '../domain/operation.ts';
import { ApiError } from '../errors.ts';
import { reportFault } from './faults.ts';

const BODY_LIMIT_BYTES = 256 * 1024;

const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

const requestIdOf = (headers: Headers): string => {
  const given = headers.get('x-request-id');
  return given && SANE_REQUEST_ID.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
};

const secretOf = (headers: Headers): string | undefined => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '');
  return headers.get('x-api-key') || bearer?.[1];
};

const tooLarge = () => new ApiError('payload_too_large', `The body is larger than ${BODY_LIMIT_BYTES} bytes.`);

const readText = async (request: Request): Promise<string> => {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > BODY_LIMIT_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw thrown instanceof ApiError ? thrown : new ApiError('invalid_json', 'The body broke off.', { cause: thrown });
  }
  return decoded(Buffer.concat(chunks));
};

const decoded = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('invalid_json', 'The body is not UTF-8.');
  }
};

/** What happens to every request before a surface sees it. */
export const receive = (store: Store, request: Request, publicUrl: string | undefined): Arrival => {
  const requestId = requestIdOf(request.headers);
  const origin = publicUrl ?? new URL(request.url).origin;
  const report = (thrown: unknown) => reportFault(requestId, thrown);
  return {
    requestId,
    origin,
    report,
    admit: async () => {
      const secret = secretOf(request.headers);
      if (!secret)
        throw new ApiError('unauthorized', 'An API key is needed: send it as x-api-key or as Authorization: Bearer.');
      const caller = await authenticate(store, secret);
      if (!caller) throw new ApiError('unauthorized', 'The API key is unknown, expired or revoked.');
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined;
      return createContext(store, caller, { requestId, idempotencyKey, origin, report });
    },
    readText: () => readText(request),
  };
};
