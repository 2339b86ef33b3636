import { publishablePrefix } from '../domain/api-key.ts';
import type { GatewayRequest } from '../request/request.ts';
import { GRAPHQL_PATH, PRICING_PAGE_PATH } from './paths.ts';

/** Where a request carries its key. */
export type KeyPlace = 'header' | 'address';

export interface SentKey {
  secret: string;
  place: KeyPlace;
}

/** Why a request counts as one without a usable key. */
export class UnusableKey {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Reads for pages: one address is one answer that shared caches may hold. */
const takesKeyInAddress = ({ method, path }: GatewayRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && (path === GRAPHQL_PATH || path === PRICING_PAGE_PATH);

/**
 * The parameter, also written in percent-encoded characters. Most addresses lack it, and to parse
 * one costs as much as a fifth of a request that is answered from the response cache.
 */
const NAMES_KEY = /(?:^|&)(?:k|%6[Bb])(?:e|%65)(?:y|%79)(?:[=&]|$)/;

export const hasKeyInAddress = (request: GatewayRequest): boolean =>
  takesKeyInAddress(request) && NAMES_KEY.test(request.search);

const none: readonly string[] = [];

const keysInAddress = (request: GatewayRequest): readonly string[] =>
  hasKeyInAddress(request) ? request.query.getAll('key') : none;

const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];

/**
 * The key of a request: in a header, or a publishable one in the address of a read. An address is
 * stored in many places, so that no secret key works there.
 */
export const keyOf = (request: GatewayRequest): SentKey | UnusableKey | undefined => {
  const inHeader = request.header('x-api-key') || bearerOf(request.header('authorization'));
  const [inAddress, ...more] = keysInAddress(request);
  if (inAddress === undefined) return inHeader ? { secret: inHeader, place: 'header' } : undefined;
  if (inHeader || more.length > 0)
    return new UnusableKey('The request carries more than one API key.');
  if (!inAddress.startsWith(publishablePrefix))
    return new UnusableKey(
      'Only a publishable key may stand in an address; a secret key that stood there is known to ' +
        'others and should be revoked.',
    );
  return { secret: inAddress, place: 'address' };
};
