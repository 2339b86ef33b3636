import type { GatewayRequest } from '../request/request.ts';
import type { GatewayResponse } from '../response.ts';

/**
 * Shared caches answer without asking for so many seconds, and for as many again while they ask,
 * but not beyond a scheduled change. Browsers ask each time.
 */
const sharing = (seconds: number, left: number): string => {
  const shared = `public, max-age=0, s-maxage=${Math.min(seconds, left)}`;
  return left < 2 * seconds ? shared : `${shared}, stale-while-revalidate=${seconds}`;
};

/** Whole seconds until the catalogue changes by itself. */
const secondsUntil = (time: string | null): number =>
  time === null
    ? Number.POSITIVE_INFINITY
    : Math.max(Math.floor((Date.parse(time) - Date.now()) / 1000), 0);

/**
 * One `Vary` line, since some caches read only the last; and nothing is stored that does not say so
 * itself. For how long shared caches hold a response depends on when it is sent, so that the
 * response cache does not keep it.
 */
export const createCacheHeaders = (compression: boolean) => {
  const always = compression ? 'accept-encoding, origin' : 'origin';
  return (
    { sharedSeconds, nextChangeAt }: GatewayRequest,
    { varies, headers, isShared }: GatewayResponse,
    list: string[],
  ): void => {
    list.push('vary', varies === undefined ? always : `${varies}, ${always}`);
    if (isShared) list.push('cache-control', sharing(sharedSeconds, secondsUntil(nextChangeAt)));
    else if (headers['cache-control'] === undefined) list.push('cache-control', 'no-store');
  };
};
