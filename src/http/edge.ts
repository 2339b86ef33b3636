import { type Arrival, createContext } from '../context.ts';
import { authenticate } from '../domain/api-key.ts';
import type { Store } from '../domain/operation.ts';
import { ApiError } from '../errors.ts';
import { reportFault } from './faults.ts';
import type { Received } from './incoming.ts';
import { requestIdOf } from './request-id.ts';

const secretOf = ({ header }: Received): string | undefined => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(header('authorization') ?? '');
  return header('x-api-key') || bearer?.[1];
};

/** What happens to every request before a surface sees it. */
export const receive = (store: Store, request: Received, publicUrl: string | undefined): Arrival => {
  const requestId = requestIdOf(request.header('x-request-id'));
  const origin = publicUrl ?? `http://${request.host ?? 'localhost'}`;
  const report = (thrown: unknown) => reportFault(requestId, thrown);
  return {
    method: request.method,
    path: request.path,
    get query() {
      return request.query;
    },
    address: request.address,
    header: request.header,
    readText: request.readText,
    requestId,
    origin,
    report,
    admit: async () => {
      const secret = secretOf(request);
      if (!secret)
        throw new ApiError('unauthorized', 'An API key is needed: send it as x-api-key or as Authorization: Bearer.');
      const caller = await authenticate(store, secret);
      if (!caller) throw new ApiError('unauthorized', 'The API key is unknown, expired or revoked.');
      const idempotencyKey = request.header('idempotency-key');
      return createContext(store, caller, { requestId, idempotencyKey, origin, report });
    },
  };
};
