import type { GatewayRequest } from '../../../src/request/request.ts';

const LONGEST_PATH = 256;

/** What pino makes the line of a request from. */
export const logMembers = ({
  requestId,
  clientRequestId,
  method,
  path,
  log,
}: GatewayRequest): object => {
  const { surface, operation, caller, replayed, status, milliseconds } = log;
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
