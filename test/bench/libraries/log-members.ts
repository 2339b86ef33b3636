import type { Watched } from '../../../src/exchange.ts';

const LONGEST_PATH = 256;

/** What pino makes the line of a request from. */
export const logMembers = (
  { requestId, clientRequestId, method, path, account }: Watched,
  status: number,
  milliseconds: number,
): object => {
  const { surface, operation, caller, replayed } = account;
  return {
    requestId,
    ...(clientRequestId === undefined ? {} : { clientRequestId }),
    ...(caller && {
      apiKeyId: caller.apiKeyId,
      organizationId: caller.tenant.organizationId,
      tenantId: caller.tenant.id,
    }),
    surface,
    operation,
    method,
    path: path.slice(0, LONGEST_PATH),
    status,
    durationMs: Math.round(milliseconds * 1_000) / 1_000,
    ...(replayed ? { replayed } : {}),
  };
};
