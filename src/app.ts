import type { IncomingMessage } from 'node:http';
import type { Config } from './config.ts';
import { type Arrival, docUrl, type Surface } from './context.ts';
import { authenticate } from './domain/api-key.ts';
import { createKeyUsage } from './domain/api-key-usage.ts';
import { startIdempotencyExpiry } from './domain/idempotency-expiry.ts';
import type { Store } from './domain/operation.ts';
import { isMigrated } from './domain/storage.ts';
import { ApiError, MethodNotAllowed, toApiError } from './errors.ts';
import { Answer, jsonReply, type Reply } from './exchange.ts';
import { createGraphql } from './graphql/handler.ts';
import { createCors } from './http/cors.ts';
import { createDocs } from './http/docs.ts';
import { AtEdge } from './http/edge.ts';
import { failurePage, isBrowser } from './http/error-pages.ts';
import { isLoopbackHost } from './http/loopback.ts';
import { createMetricsPage } from './http/metrics.ts';
import type { AddressOf } from './http/page.ts';
import { PointBudgets } from './http/points.ts';
import { createRateLimiter } from './http/rate-limits.ts';
import { createReadiness } from './http/ready.ts';
import { Shares } from './http/shares.ts';
import { createLog, type Log } from './observe/log.ts';
import { createWatch } from './observe/watch.ts';
import { ResponseCache } from './response-cache.ts';
import { createRest } from './rest/handler.ts';
import { isRestPath, REST_PATH } from './rest/paths.ts';
import { version } from './version.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const MOST_UNFINISHED_BYTES = 64 * 2 ** 20;

interface Parts {
  store: Store;
  config: Config;
  /** A key that GraphiQL starts with in browsers on this machine; for demonstrations only. */
  graphiqlKey?: string | undefined;
  /** Ids of keys that are known to others than their owner, and count as unknown. */
  refusedKeys?: ReadonlySet<string>;
  log?: Log;
}

export interface App {
  /** Never rejects. */
  handle(message: IncomingMessage): Promise<Answer>;
  /** Writes the first line of the log, once the server listens. */
  started(url: string): void;
  /** From now on `/ready` asks for no more requests; those that come are answered. */
  retire(): void;
  /** Writes down what is still in memory only. Never fails. */
  finish(): Promise<void>;
}

/** The gateway as a function of requests: the edge, then one of two surfaces. */
export const createApp = (parts: Parts): App => {
  const { store, config, refusedKeys = new Set(), log = createLog(config.logLevel) } = parts;
  const graphiqlKey = isBehindProxy(config) ? undefined : parts.graphiqlKey;
  const demo = async () => {
    const holder = graphiqlKey === undefined ? undefined : await authenticate(store, graphiqlKey);
    return holder && graphiqlKey
      ? { secret: graphiqlKey, reader: store.reader(holder.tenant) }
      : undefined;
  };
  const cache = new ResponseCache(config.responseCacheBytes);
  const graphql = createGraphql({
    ...config,
    cache,
    explorer: config.graphiql ? { demo } : undefined,
  });
  const rest = createRest(cache);
  const cors = createCors(config.corsOrigins);
  const rates = config.rateLimits && createRateLimiter(config.rateLimits);
  const watch = createWatch(log, store.engine);
  const usage = createKeyUsage(store, (failure) => watch.report('key usage', failure));
  const expiry = startIdempotencyExpiry(store, (failure) =>
    watch.report('idempotency expiry', failure),
  );
  const { publicUrl, trustProxy } = config;
  const basePath = publicUrl === undefined ? '' : new URL(`${publicUrl}/`).pathname.slice(0, -1);
  const at: AddressOf = (path) => basePath + path;
  const docsPages = createDocs(at);
  const places = () => new Shares(config.maxConcurrentRequests, 'requests at once');
  const edge = {
    store,
    publicUrl,
    trustProxy,
    rates,
    refusedKeys,
    points:
      config.pointsPerMinute === undefined ? undefined : new PointBudgets(config.pointsPerMinute),
    watch,
    usage,
    // Apart, so that pages which need no key take no place away from those who have one.
    places: { withKey: places(), withoutKey: places() },
    bodyBytes: new Shares(MOST_UNFINISHED_BYTES, 'bytes of unfinished bodies at once'),
  };
  const readiness = createReadiness(() => isMigrated(store.engine));
  const metricsPage = createMetricsPage(watch.metrics, config);
  const pages = new Map<string, (arrival: Arrival) => Promise<Reply> | Reply>([
    // Where a person who opens the address wants to go.
    [
      '/',
      () => ({
        status: 302,
        headers: { location: at(config.graphiql ? '/graphql' : '/docs') },
        body: '',
      }),
    ],
    [REST_PATH, () => ({ status: 302, headers: { location: at('/docs') }, body: '' })],
    ['/health', () => jsonReply({ status: 'ok', version })],
    ['/ready', readiness.reply],
    ...(metricsPage ? [['/metrics', metricsPage] as const] : []),
  ]);

  const pagesSurface: Surface = {
    answer: async (arrival) => {
      const { path, account } = arrival;
      const page = pages.get(path);
      if (page) {
        account.operation = path.slice(1) || 'root';
        return page(arrival);
      }
      arrival.takePlace();
      const docs = await docsPages(arrival);
      if (!docs) throw new ApiError('not_found', `There is nothing at ${path}.`);
      account.operation = 'docs';
      return docs;
    },
    refuse: ({ method, header, origin, report }, thrown) => {
      const failure = toApiError(thrown);
      report(thrown);
      const answer = isBrowser({ method, header })
        ? failurePage(failure, at)
        : failureJson(failure, origin);
      return Object.assign(answer, { varies: 'accept' });
    },
  };

  const surfaceFor = (arrival: AtEdge): Surface => {
    const { path, account } = arrival;
    // No operation; who opens the address that the greeting names is shown the reference.
    if (path === REST_PATH && isBrowser(arrival)) return pagesSurface;
    if (path === '/graphql') {
      account.surface = 'graphql';
      return graphql;
    }
    if (isRestPath(path)) {
      account.surface = 'rest';
      return rest;
    }
    return pagesSurface;
  };

  const answer = async (arrival: AtEdge): Promise<Reply> => {
    const surface = surfaceFor(arrival);
    try {
      requireSane(arrival);
      return cors.preflight(arrival) ?? (await surface.answer(arrival));
    } catch (thrown) {
      return surface.refuse(arrival, thrown);
    }
  };

  return {
    handle: async (message) => {
      const arrival = new AtEdge(edge, message);
      const reply = await watch.exchange(arrival, () => answer(arrival));
      const listEdgeHeaders = (list: string[]): void => {
        arrival.listHeaders(list);
        cors.allow(arrival, list);
        listCacheRules(reply, list);
      };
      return new Answer(reply, listEdgeHeaders, arrival.onSent);
    },
    started: log.started,
    retire: readiness.stop,
    finish: async () => {
      await expiry.stop();
      await usage.flush();
    },
  };
};

/** Then clients on other machines may look like local ones. */
const isBehindProxy = ({ trustProxy, publicUrl }: Config): boolean =>
  trustProxy !== 0 || (publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).host));

/** What no surface looks at. */
const requireSane = ({ host, method }: AtEdge): void => {
  if (host === undefined)
    throw new ApiError('validation_error', 'The request must name one host in one Host header.', {
      param: 'Host',
    });
  // An echo could show keys to a proxy on the way.
  if (method === 'TRACE') throw new MethodNotAllowed(METHODS);
};

const failureJson = ({ type, code, message, status, headers }: ApiError, origin: string): Reply =>
  jsonReply(
    { success: false, error: { type, code, message, doc_url: docUrl(origin, code) } },
    status,
    headers,
  );

/**
 * One `Vary` line, since some caches read only the last; and nothing is kept that does not say so
 * itself.
 */
const listCacheRules = ({ varies, headers }: Reply, list: string[]): void => {
  list.push('vary', varies === undefined ? 'origin' : `${varies}, origin`);
  if (headers['cache-control'] === undefined) list.push('cache-control', 'no-store');
};
