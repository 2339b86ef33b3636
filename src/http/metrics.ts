import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';
import { type Incoming, type Reply, reply } from '../exchange.ts';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

interface Policy {
  production: boolean;
  metricsToken: string | undefined;
}

/** Undefined where there shall be no such page: in production without a token. */
export const createMetricsPage = (
  metrics: () => Promise<string>,
  { production, metricsToken }: Policy,
): ((request: Incoming) => Promise<Reply>) | undefined => {
  if (production && metricsToken === undefined) return undefined;
  const expected = metricsToken === undefined ? undefined : digest(`Bearer ${metricsToken}`);
  return async ({ header }) => {
    if (expected && !timingSafeEqual(digest(header('authorization') ?? ''), expected))
      throw new ApiError(
        'unauthorized',
        'The metrics are read with their own token, as Authorization: Bearer.',
      );
    return reply(await metrics(), PROMETHEUS);
  };
};
