import type { GatewayRequest } from '../request/request.ts';
import { GatewayResponse } from '../response.ts';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
/** Headers that pages in browsers may read in addition to those that CORS exposes anyway. */
const READ = [
  'etag',
  'x-request-id',
  'gateway-request-id',
  'commet-version',
  'idempotent-replayed',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'ratelimit-cost-limit',
  'ratelimit-cost-remaining',
  'ratelimit-cost-reset',
  'allow',
  'deprecation',
  'link',
].join(', ');
const PREFLIGHT_SECONDS = '86400';

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

const HEADER_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;

/**
 * An allowed origin may send any header: keys travel in one, so that none of them gives anything
 * away.
 */
const preflight = (isAllowed: boolean, wanted = ''): GatewayResponse => {
  const headers = isAllowed
    ? {
        'access-control-allow-methods': METHODS,
        ...(HEADER_NAMES.test(wanted) && { 'access-control-allow-headers': wanted }),
        'access-control-max-age': PREFLIGHT_SECONDS,
      }
    : {};
  return new GatewayResponse(204, headers, '').withVaries(
    'access-control-request-method, access-control-request-headers',
  );
};

/**
 * Which browsers' pages may read answers: those of the configured origins, and where a publishable
 * key in the address names the origin, its own. Never with credentials: keys travel in headers and
 * addresses, not in cookies.
 */
export const createCors = (origins: string[]) => {
  const allows = (origin: string | undefined): origin is string =>
    origin !== undefined &&
    (origins.includes(origin) || (origins.includes('localhost') && LOCALHOST.test(origin)));
  return {
    /** The answer to a preflight; undefined for any other request. */
    preflight: (request: GatewayRequest): GatewayResponse | undefined =>
      request.method === 'OPTIONS' && request.header('access-control-request-method') !== undefined
        ? preflight(
            allows(request.header('origin')),
            request.header('access-control-request-headers'),
          )
        : undefined,
    /** Adds the CORS headers to those of any response. */
    listHeaders: (request: GatewayRequest, list: string[]): void => {
      const origin = request.header('origin');
      const isOwn = request.isOriginAllowed && origin !== undefined;
      if (!isOwn && !allows(origin)) return;
      list.push('access-control-allow-origin', origin, 'access-control-expose-headers', READ);
    },
  };
};
