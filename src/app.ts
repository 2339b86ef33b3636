import type { Config } from './config.ts';
import type { Surface } from './context.ts';
import { authenticate } from './domain/api-key.ts';
import { type KeyExpiryWatch, watchKeyExpiry } from './domain/api-key-expiry.ts';
import { createKeyUsage } from './domain/api-key-usage.ts';
import { startAuditRetention } from './domain/audit-retention.ts';
import { ChangeSetSchedule } from './domain/change-set-schedule.ts';
import { startIdempotencyExpiry } from './domain/idempotency-expiry.ts';
import type { Store } from './domain/operation.ts';
import { startSharedLimits } from './domain/shared-limits.ts';
import { createSizes, isReady, loadOf } from './domain/store.ts';
import { ApiError, MethodNotAllowed, toApiError } from './errors.ts';
import { createGraphql } from './graphql/handler.ts';
import { createCacheHeaders } from './http/cache-headers.ts';
import { createCatalogue, isCataloguePath } from './http/catalogue.ts';
import { compressed } from './http/compression.ts';
import { createCors } from './http/cors.ts';
import { HttpEdge } from './http/edge.ts';
import { isBrowser } from './http/error-pages.ts';
import { LeasedBudgets } from './http/leased-budgets.ts';
import type { RequestHandler } from './http/listen.ts';
import { createMetricsSurface } from './http/metrics.ts';
import { createPages } from './http/pages.ts';
import { GRAPHQL_PATH, PRICING_PAGE_PATH } from './http/paths.ts';
import { PointBudgets, SharedPoints } from './http/points.ts';
import { createPricingPage } from './http/pricing-page.ts';
import { createRateLimiter } from './http/rate-limits.ts';
import { createReadiness } from './http/ready.ts';
import { Shares } from './http/shares.ts';
import { createLog, type Log } from './observe/log.ts';
import { createTelemetry } from './observe/telemetry.ts';
import { isLoopbackHost } from './request/loopback.ts';
import { GatewayRequest } from './request/request.ts';
import type { GatewayResponse } from './response.ts';
import { ResponseCache } from './response-cache.ts';
import { createCliPush } from './rest/cli-push.ts';
import { createRest } from './rest/handler.ts';
import { CLI_PUSH_PATH, isRestPath, REST_PATH } from './rest/paths.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const MAX_UNFINISHED_BYTES = 64 * 2 ** 20;

interface Parts {
  store: Store;
  config: Config;
  /** A key that GraphiQL starts with in browsers on this machine; for demonstrations only. */
  graphiqlKey?: string | undefined;
  /** Ids of keys that are known to others than their owner, and count as unknown. */
  refusedKeys?: ReadonlySet<string>;
  log?: Log;
}

export interface App extends RequestHandler {
  /** Serves the metrics at a port of their own. */
  readonly metrics: RequestHandler;
  /** Writes the first line of the log, once the server listens. */
  started(url: string): void;
  /** From now on `/ready` answers 503; requests are still served. */
  retire(): void;
  /** Stores what is only in memory so far. Never fails. */
  finish(): Promise<void>;
}

/** The gateway: the edge, then GraphQL, REST, or the pages. */
export const createApp = (parts: Parts): App => {
  const { store, config, refusedKeys = new Set(), log = createLog(config.logLevel) } = parts;
  const graphiqlKey = isBehindProxy(config) ? undefined : parts.graphiqlKey;
  const demo = async () => {
    const holder = graphiqlKey === undefined ? undefined : await authenticate(store, graphiqlKey);
    return holder && graphiqlKey
      ? { secret: graphiqlKey, reader: store.reader(holder.tenant) }
      : undefined;
  };
  const telemetry = createTelemetry(log, {
    load: () => loadOf(store),
    size: createSizes(store),
    keyEnds: () => keyExpiry.ends(),
  });
  const keyExpiry: KeyExpiryWatch = watchKeyExpiry(store, {
    onEnding: telemetry.keyEnds,
    report: (failure) => telemetry.report('key expiry', failure),
  });
  const usage = createKeyUsage(store, (failure) => telemetry.report('key usage', failure));
  const expiry = startIdempotencyExpiry(store, (failure) =>
    telemetry.report('idempotency expiry', failure),
  );
  const retention =
    config.auditRetentionDays === undefined
      ? undefined
      : startAuditRetention(store, {
          days: config.auditRetentionDays,
          report: (failure) => telemetry.report('audit retention', failure),
          onPurged: telemetry.purged,
        });
  const limits = createLimits(store, config, (failure) =>
    telemetry.report('shared rate limits', failure),
  );
  const places = () => new Shares(config.maxConcurrentRequests, 'requests at once');
  const schedule = new ChangeSetSchedule(store, telemetry.scheduled);
  const timer = schedule.start((failure) => telemetry.report('change set schedule', failure));
  const edge = new HttpEdge({
    store,
    schedule,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    isOnSocket: config.socket !== undefined,
    observer: telemetry,
    rates: config.rateLimits && createRateLimiter(config.rateLimits, limits.requests),
    refusedKeys,
    points: limits.points,
    usage,
    // Apart, so that pages which need no key take no place away from requests with one.
    places: { withKey: places(), withoutKey: places() },
    bodyBytes: new Shares(MAX_UNFINISHED_BYTES, 'bytes of unfinished bodies at once'),
    publicCacheSeconds: config.publicCacheSeconds,
  });
  const cache = new ResponseCache(config.responseCacheBytes);
  const graphql = createGraphql({
    ...config,
    edge,
    cache,
    explorer: config.graphiql ? { demo } : undefined,
  });
  const rest = createRest(edge, cache);
  const cliPush = createCliPush(edge);
  const { seconds } = config.graphqlLimits;
  const pricingPage = createPricingPage({ edge, cache, seconds });
  const catalogue = createCatalogue({ edge, seconds });
  const readiness = createReadiness(() => isReady(store));
  const pages = createPages({ config, edge, readiness, metrics: telemetry.metrics });
  const metricsSurface = createMetricsSurface(telemetry.metrics, config);
  const cors = createCors(config.corsOrigins);
  const listCacheHeaders = createCacheHeaders(config.compression);

  const surfaceOf = (request: GatewayRequest): Surface => {
    const { path, log } = request;
    // The root of REST is no operation; a browser that opens it is sent to the reference.
    if (path === REST_PATH && isBrowser(request)) return pages;
    if (path === GRAPHQL_PATH) {
      log.surface = 'graphql';
      return graphql;
    }
    if (isRestPath(path)) {
      log.surface = 'rest';
      return rest;
    }
    if (path === CLI_PUSH_PATH) {
      log.surface = 'rest';
      return cliPush;
    }
    if (path === PRICING_PAGE_PATH) return pricingPage;
    if (isCataloguePath(path)) return catalogue;
    return pages;
  };

  const respond = async (
    request: GatewayRequest,
    malformed: ApiError | undefined,
    surface: Surface,
  ): Promise<GatewayResponse> => {
    try {
      const failure = malformed ?? protocolErrorOf(request);
      if (failure) {
        await edge.identify(request);
        throw failure;
      }
      return cors.preflight(request) ?? (await surface.handle(request));
    } catch (thrown) {
      request.report(thrown);
      return surface.refuse(request, toApiError(thrown));
    }
  };

  const answer = async (
    request: GatewayRequest,
    malformed: ApiError | undefined,
    surface = surfaceOf(request),
  ): Promise<GatewayResponse> => {
    const response = await respond(request, malformed, surface);
    return config.compression ? compressed(request, response) : response;
  };

  return {
    receive: (message) => edge.receive(message),
    handle: (request, failure) => telemetry.measure(request, () => answer(request, failure)),
    listHeaders: (request, response, list) => {
      request.listResponseHeaders(list, response.isShared);
      cors.listHeaders(request, list);
      listCacheHeaders(request, response, list);
    },
    metrics: {
      receive: (message) =>
        new GatewayRequest(message, { trustProxy: 0, publicUrl: undefined, observer: telemetry }),
      handle: (request, failure) =>
        telemetry.measure(request, () => answer(request, failure, metricsSurface)),
      listHeaders: (request, _response, list) => request.listResponseHeaders(list),
    },
    started: log.started,
    retire: readiness.stop,
    finish: async () => {
      await timer.stop();
      await expiry.stop();
      await keyExpiry.stop();
      await retention?.stop();
      await limits.stop();
      await usage.flush();
    },
  };
};

/** Of requests and of points: in the memory of this process, or shared by way of the database. */
const createLimits = (
  store: Store,
  { rateLimits, pointsPerMinute, sharesLimits }: Config,
  report: (failure: unknown) => void,
) => {
  if (!sharesLimits || !rateLimits)
    return {
      requests: undefined,
      points: pointsPerMinute === undefined ? undefined : new PointBudgets(pointsPerMinute),
      stop: async () => {},
    };
  const { lease, stop } = startSharedLimits(store, report);
  const budgets = (kind: string, limit: number) =>
    new LeasedBudgets({ kind, limit, lease, report });
  return {
    requests: budgets('requests', rateLimits.perKey),
    points:
      pointsPerMinute === undefined
        ? undefined
        : new SharedPoints(budgets('points', pointsPerMinute)),
    stop,
  };
};

/** Behind a proxy, clients on other machines may look like local ones. */
const isBehindProxy = ({ trustProxy, socket, publicUrl }: Config): boolean =>
  trustProxy !== 0 ||
  socket !== undefined ||
  (publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).host));

/** Errors that do not depend on the surface. */
const protocolErrorOf = ({ host, method }: GatewayRequest): ApiError | undefined => {
  if (host === undefined)
    return new ApiError('validation_error', 'The request must name one host in one Host header.', {
      param: 'Host',
    });
  // The echo of TRACE could show keys to a proxy on the way; CONNECT is for proxies only.
  return method === 'TRACE' || method === 'CONNECT' ? new MethodNotAllowed(METHODS) : undefined;
};
