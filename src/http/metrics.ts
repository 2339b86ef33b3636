import { createHash, timingSafeEqual } from 'node:crypto';
import type { Surface } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { failureJson } from './failure-json.ts';

const METRICS_PATH = '/metrics';
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

interface Policy {
  production: boolean;
  metricsToken: string | undefined;
  /** Where a port of their own is. */
  metricsAddress: unknown;
}

type Page = (request: GatewayRequest) => Promise<GatewayResponse>;

/** Undefined where there is no such page: in production without a token or a port of its own. */
export const createMetricsPage = (
  metrics: () => Promise<string>,
  { production, metricsToken, metricsAddress }: Policy,
): Page | undefined => {
  if (production && metricsToken === undefined && metricsAddress === undefined) return undefined;
  const expected = metricsToken === undefined ? undefined : digest(`Bearer ${metricsToken}`);
  return async (request) => {
    if (expected && !timingSafeEqual(digest(request.header('authorization') ?? ''), expected))
      throw new ApiError(
        'unauthorized',
        'The metrics are read with their own token, as Authorization: Bearer.',
      );
    return responseOf(await metrics(), PROMETHEUS);
  };
};

/** What answers at the port of the metrics: nothing else. */
export const createMetricsSurface = (metrics: () => Promise<string>, policy: Policy): Surface => {
  const page = createMetricsPage(metrics, policy);
  return {
    handle: async (request) => {
      if (request.path !== METRICS_PATH || !page)
        throw new ApiError('not_found', `This port has ${METRICS_PATH} only.`);
      request.log.operation = 'metrics';
      return page(request);
    },
    refuse: failureJson,
  };
};
