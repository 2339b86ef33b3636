import type { Incoming, Reply } from '../exchange.ts';

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const SENT = 'content-type, x-api-key, authorization, idempotency-key, commet-version, x-request-id';
const READ = 'x-request-id, idempotent-replayed, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset';
const PREFLIGHT_SECONDS = '600';

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

const preflight = (): Reply => ({
  status: 204,
  headers: {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': SENT,
    'access-control-max-age': PREFLIGHT_SECONDS,
  },
  body: '',
});

/** Which browsers' pages may read answers. Never with credentials: keys travel in a header, not in cookies. */
export const createCors = (origins: string[]) => {
  const allows = (origin: string) =>
    origins.includes(origin) || (origins.includes('localhost') && LOCALHOST.test(origin));
  return {
    /** The answer to a preflight; undefined for any other request. */
    preflight: ({ method, header }: Incoming): Reply | undefined =>
      method === 'OPTIONS' && header('access-control-request-method') !== undefined ? preflight() : undefined,
    /** Adds what browsers have to know to the headers of whatever is answered. */
    allow: ({ header }: Incoming, replyHeaders: string[]): void => {
      replyHeaders.push('vary', 'origin');
      const origin = header('origin');
      if (origin === undefined || !allows(origin)) return;
      replyHeaders.push('access-control-allow-origin', origin, 'access-control-expose-headers', READ);
    },
  };
};
