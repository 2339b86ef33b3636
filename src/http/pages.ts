import type { Config } from '../config.ts';
import type { Edge, Surface } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { GatewayResponse, jsonResponse } from '../response.ts';
import { REST_PATH } from '../rest/paths.ts';
import { version } from '../version.ts';
import { createDocs } from './docs.ts';
import { failurePage, isBrowser } from './error-pages.ts';
import { exampleFile, PRICING_PAGE_EXAMPLE } from './examples.ts';
import { failureJson } from './failure-json.ts';
import { createMetricsPage } from './metrics.ts';
import type { AddressOf } from './page.ts';
import type { Readiness } from './ready.ts';

interface PagesOptions {
  config: Config;
  edge: Edge;
  readiness: Readiness;
  metrics: () => Promise<string>;
}

type Page = (request: GatewayRequest) => Promise<GatewayResponse> | GatewayResponse;

const probes = ['/health', '/ready'];

/** Everything but GraphQL and REST: probes, metrics, the reference, and unknown paths. */
export const createPages = ({ config, edge, readiness, metrics }: PagesOptions): Surface => {
  const { publicUrl, graphiql, production } = config;
  const basePath = publicUrl === undefined ? '' : new URL(`${publicUrl}/`).pathname.slice(0, -1);
  const at: AddressOf = (path) => basePath + path;
  const redirect =
    (path: `/${string}`): Page =>
    ({ search }) =>
      new GatewayResponse(302, { location: at(path) + (search && `?${search}`) }, '');
  const docsPages = createDocs(at);
  const metricsPage =
    config.metricsAddress === undefined ? createMetricsPage(metrics, config) : undefined;
  const pages = new Map<string, Page>([
    // For people who open the bare address.
    ['/', redirect(graphiql ? '/graphql' : '/docs')],
    [REST_PATH, redirect('/docs')],
    ...(production
      ? []
      : [[PRICING_PAGE_EXAMPLE.slice(0, -1), redirect(PRICING_PAGE_EXAMPLE)] as const]),
    ['/health', () => jsonResponse({ status: 'ok', version })],
    ['/ready', readiness.respond],
    ...(metricsPage ? [['/metrics', metricsPage] as const] : []),
  ]);

  return {
    handle: async (request) => {
      const { path, log } = request;
      const page = pages.get(path);
      log.isProbe = probes.includes(path);
      if (page) {
        log.operation = path.slice(1) || 'root';
        return page(request);
      }
      edge.takePlace(request);
      const example = production ? undefined : await exampleFile(request);
      if (example) {
        log.operation = 'example';
        return example;
      }
      const docs = await docsPages(request);
      if (!docs) throw new ApiError('not_found', `There is nothing at ${path}.`);
      log.operation = 'docs';
      return docs;
    },
    refuse: (request, failure) => {
      const response = isBrowser(request)
        ? failurePage(failure, at)
        : failureJson(request, failure);
      return response.withVaries('accept');
    },
  };
};
