import { hash } from 'node:crypto';
import type Sqlite from 'better-sqlite3';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { destination, pino, stdTimeFunctions } from 'pino';
import { Counter, collectDefaultMetrics, Histogram, register } from 'prom-client';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Duties } from './settings.ts';

/**
 * What every server in production does in addition to its answers, as the packages' guides have it: the key
 * is looked up, its requests are counted, and each request is logged and measured.
 */

interface Holder {
  apiKeyId: string;
  tenantId: string;
  organizationId: string;
}

const WINDOW_SECONDS = 60;

/** The buckets that the gateway has. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Sent {
  Querystring: { key?: string };
  Body: { operationName?: string } | undefined;
}

const secretOf = ({ headers, query }: FastifyRequest<Sent>): string =>
  String(headers['x-api-key'] ?? query.key ?? '');

export const addDuties = (
  app: FastifyInstance,
  db: Sqlite.Database,
  { tenantId, log, rateLimit }: Duties,
): void => {
  const selectHolder = db.prepare<[string, string], Holder>(
    `select api_key.id as apiKeyId, tenant.id as tenantId, organization_id as organizationId
    from api_key join tenant on tenant.id = tenant_id
    where hash = ? and revoked_at is null and (expires_at is null or expires_at > ?)`,
  );
  const limiter = new RateLimiterMemory({ points: rateLimit, duration: WINDOW_SECONDS });
  const logger = pino(
    {
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ dest: log, sync: false, minLength: 8_192 }),
  );
  collectDefaultMetrics();
  const requests = new Counter({
    name: 'requests_total',
    help: 'Requests that were answered.',
    labelNames: ['surface', 'operation', 'status'],
  });
  const durations = new Histogram({
    name: 'request_duration_seconds',
    help: 'From the headers of a request to its answer.',
    labelNames: ['surface', 'operation'],
    buckets,
  });
  const holders = new WeakMap<FastifyRequest, Holder>();

  app.get('/metrics', async (_request, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );

  app.addHook<Sent>('onRequest', async (request, reply) => {
    const now = new Date().toISOString();
    const holder = selectHolder.get(hash('sha256', secretOf(request)), now);
    if (holder?.tenantId !== tenantId) return reply.code(401).send({ code: 'unauthorized' });
    holders.set(request, holder);
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(holder.apiKeyId);
      reply.headers({
        'x-request-id': request.id,
        'ratelimit-limit': rateLimit,
        'ratelimit-remaining': remainingPoints,
        'ratelimit-reset': Math.ceil(msBeforeNext / 1_000),
      });
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return reply.code(429).send({ code: 'rate_limited' });
    }
  });

  app.addHook<Sent>('onResponse', async (request, reply) => {
    const surface = 'graphql';
    const operation = request.body?.operationName ?? 'none';
    const status = reply.statusCode;
    const holder = holders.get(request);
    logger.info({
      requestId: request.id,
      apiKeyId: holder?.apiKeyId,
      organizationId: holder?.organizationId,
      tenantId: holder?.tenantId,
      surface,
      operation,
      method: request.method,
      path: request.routeOptions.url,
      status,
      durationMs: Math.round(reply.elapsedTime * 1_000) / 1_000,
    });
    requests.inc({ surface, operation, status });
    durations.observe({ surface, operation }, reply.elapsedTime / 1_000);
  });
};
