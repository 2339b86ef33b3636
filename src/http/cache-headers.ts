import type { GatewayRequest } from '../request/request.ts';
import type { GatewayResponse } from '../response.ts';

/**
 * Shared caches answer without asking for so many seconds, and for as many again while they ask.
 * Browsers ask each time.
 */
const sharing = (seconds: number): string =>
  `public, max-age=0, s-maxage=${seconds}, stale-while-revalidate=${seconds}`;

/**
 * One `Vary` line, since some caches read only the last; and nothing is stored that does not say so
 * itself. For how long shared caches hold a response depends on when it is sent, so that the
 * response cache does not keep it.
 */
export const listCacheHeaders = (
  { sharedSeconds }: GatewayRequest,
  { varies, headers, isShared }: GatewayResponse,
  list: string[],
): void => {
  list.push('vary', varies === undefined ? 'origin' : `${varies}, origin`);
  if (isShared) list.push('cache-control', sharing(sharedSeconds));
  else if (headers['cache-control'] === undefined) list.push('cache-control', 'no-store');
};
