import type { IncomingMessage } from 'node:http';
import type { Config } from './config.ts';
import { type Arrival, docUrl } from './context.ts';
import { authenticate } from './domain/api-key.ts';
import { createKeyUsage } from './domain/api-key-usage.ts';
import type { Store } from './domain/operation.ts';
import { isMigrated } from './domain/storage.ts';
import { ApiError, toApiError } from './errors.ts';
import { type Answer, jsonReply, type Reply } from './exchange.ts';
import { createGraphql } from './graphql/handler.ts';
import { createConcurrencyCap } from './http/concurrency.ts';
import { createCors } from './http/cors.ts';
import { docsPages } from './http/docs.ts';
import { AtEdge } from './http/edge.ts';
import { createMetricsPage } from './http/metrics.ts';
import { createRateLimiter } from './http/rate-limits.ts';
import { createReadiness } from './http/ready.ts';
import { createLog, type Log } from './observe/log.ts';
import { createWatch } from './observe/watch.ts';
import { ResponseCache } from './response-cache.ts';
import { createRest, REST_PATH } from './rest/handler.ts';

interface Parts {
  store: Store;
  config: Config;
  /** A key that the explorer's page starts with; for demonstrations only. */
  graphiqlKey?: string | undefined;
  log?: Log;
}

export interface App {
  /** Never rejects. */
  handle(message: IncomingMessage): Promise<Answer>;
  /** From now on `/ready` asks for no more requests; those that come are answered. */
  retire(): void;
  /** Writes down what is still in memory only. Never fails. */
  finish(): Promise<void>;
}

/** The gateway as a function of requests: the edge, then one of two surfaces. */
export const createApp = ({ store, config, graphiqlKey, log = createLog(config.logLevel) }: Parts): App => {
  const demo = async () => {
    const holder = graphiqlKey === undefined ? undefined : await authenticate(store, graphiqlKey);
    return holder && graphiqlKey ? { secret: graphiqlKey, reader: store.reader(holder.tenant) } : undefined;
  };
  const cache = new ResponseCache(config.responseCacheBytes);
  const graphql = createGraphql({ ...config, cache, explorer: config.graphiql ? { demo } : undefined });
  const rest = createRest(cache);
  const cors = createCors(config.corsOrigins);
  const rates = config.rateLimits && createRateLimiter(config.rateLimits);
  const watch = createWatch(log, store.engine);
  const usage = createKeyUsage(store, (failure) => watch.report('key usage', failure));
  const { publicUrl, trustProxy } = config;
  const edge = { store, publicUrl, trustProxy, rates, watch, usage };
  const capped = createConcurrencyCap(config.maxConcurrentRequests);
  const readiness = createReadiness(() => isMigrated(store.engine));
  const metricsPage = createMetricsPage(watch.metrics, config);
  const pages = new Map<string, (arrival: Arrival) => Promise<Reply> | Reply>([
    // Where a person who opens the address wants to go.
    ['/', () => ({ status: 302, headers: { location: config.graphiql ? '/graphql' : '/docs' }, body: '' })],
    ['/health', () => jsonReply({ status: 'ok' })],
    ['/ready', readiness.reply],
    ...(metricsPage ? [['/metrics', metricsPage] as const] : []),
  ]);

  const route = (arrival: AtEdge): Promise<Reply> | Reply => {
    const { path, account, host } = arrival;
    if (host === undefined) throw new ApiError('validation_error', 'The header Host names no host.', { param: 'Host' });
    if (path === '/graphql') {
      account.surface = 'graphql';
      return capped(() => graphql(arrival));
    }
    if (`${path}/`.startsWith(`${REST_PATH}/`)) {
      account.surface = 'rest';
      return capped(() => rest(arrival));
    }
    const page = pages.get(path);
    if (page) {
      account.operation = path.slice(1) || 'root';
      return page(arrival);
    }
    return documented(arrival);
  };

  const documented = async (arrival: AtEdge): Promise<Reply> => {
    const docs = await docsPages(arrival);
    if (!docs) throw new ApiError('not_found', `There is nothing at ${arrival.path}.`);
    arrival.account.operation = 'docs';
    return docs;
  };

  const answer = async (arrival: AtEdge): Promise<Reply> => {
    cors.allow(arrival, arrival.replyHeaders);
    try {
      return cors.preflight(arrival) ?? (await route(arrival));
    } catch (thrown) {
      return failed(thrown, arrival);
    }
  };

  return {
    handle: async (message) => {
      const arrival = new AtEdge(edge, message);
      const reply = await watch.exchange(arrival, () => answer(arrival));
      return { reply, edgeHeaders: arrival.replyHeaders };
    },
    retire: readiness.stop,
    finish: usage.flush,
  };
};

const failed = (thrown: unknown, { origin, report }: Arrival): Reply => {
  const { type, code, message, status, headers } = toApiError(thrown);
  report(thrown);
  return jsonReply({ success: false, error: { type, code, message, doc_url: docUrl(origin, code) } }, status, headers);
};
