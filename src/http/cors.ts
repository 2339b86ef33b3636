const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const SENT = 'content-type, x-api-key, authorization, idempotency-key, commet-version, x-request-id';
const READ = 'x-request-id, idempotent-replayed, retry-after';
const PREFLIGHT_SECONDS = '600';

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Which browsers' pages may read answers. Never with credentials: keys travel in a header, not in cookies. */
export const createCors = (origins: string[] | undefined) => {
  const allows = (origin: string) => (origins ? origins.includes(origin) : LOCALHOST.test(origin));
  return {
    /** The answer to a preflight; undefined for any other request. */
    preflight: ({ method, headers }: Request): Response | undefined =>
      method === 'OPTIONS' && headers.has('access-control-request-method')
        ? new Response(null, {
            status: 204,
            headers: {
              'access-control-allow-methods': METHODS,
              'access-control-allow-headers': SENT,
              'access-control-max-age': PREFLIGHT_SECONDS,
            },
          })
        : undefined,
    allow: ({ headers }: Request, response: Response): void => {
      response.headers.append('vary', 'origin');
      const origin = headers.get('origin');
      if (!origin || !allows(origin)) return;
      response.headers.set('access-control-allow-origin', origin);
      response.headers.set('access-control-expose-headers', READ);
    },
  };
};
