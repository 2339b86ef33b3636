import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

interface Policy {
  production: boolean;
  metricsToken: string | undefined;
}

/** Undefined where there is no such page: in production without a token. */
export const createMetricsPage = (
  metrics: () => Promise<string>,
  { production, metricsToken }: Policy,
): ((request: GatewayRequest) => Promise<GatewayResponse>) | undefined => {
  if (production && metricsToken === undefined) return undefined;
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
