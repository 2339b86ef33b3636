import { type BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';
import { LRUCache } from 'lru-cache';

/**
 * Addresses of clients in one canonical form, so that another spelling does not count as another
 * client.
 */

const MAPPED = '::ffff:';
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

/**
 * Without port, brackets and zone; an IPv4-mapped IPv6 address as IPv4. Undefined for text that is
 * no address.
 */
export const canonicalAddress = (text: string): string | undefined => {
  const bare = (BRACKETED.exec(text) ?? IPV4_WITH_PORT.exec(text))?.[1] ?? text;
  if (isIPv4(bare)) return bare;
  const [address = ''] = bare.split('%', 1);
  if (!isIPv6(address)) return undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const embedded = canonical.slice(MAPPED.length);
  return canonical.startsWith(MAPPED) && isIPv4(embedded) ? embedded : canonical;
};

/** The address as limits count it. Of IPv6, one customer has at least a whole /64. */
export const networkOf = (address: string): string => {
  if (!address.includes(':') || !isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const start = head.split(':').filter(Boolean);
  const end = tail?.split(':').filter(Boolean) ?? [];
  const middle = Array<string>(Math.max(0, GROUPS - start.length - end.length)).fill('0');
  return [...start, ...middle, ...end].slice(0, GROUPS_OF_NETWORK).join(':');
};

/** Of connected peers: each sends many requests. */
const peers = new LRUCache<string, string>({ max: 1_000 });

const addressOfPeer = (peer: string): string => {
  const known = peers.get(peer);
  if (known !== undefined) return known;
  const address = canonicalAddress(peer) ?? peer;
  peers.set(peer, address);
  return address;
};

/**
 * The trusted proxies: a number of them in a chain, or all in these networks.
 */
export type TrustedProxies = number | BlockList;

/** A request's way from the client, as far as trusted proxies tell it. */
interface Way {
  /** Of the client: the peer of the outermost trusted proxy, or of this server. */
  readonly address: string;
  /** How many trusted proxies the request came through. */
  readonly proxies: number;
}

/** The peer of a Unix socket has no address: a proxy on this machine, which may be trusted. */
export const SOCKET_PEER = 'unix:';

/**
 * Follows `X-Forwarded-For` from its end, where the nearest proxy writes, to the first address that
 * is not a trusted proxy.
 */
export const wayOf = (
  peer: string,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): Way => {
  let address = addressOfPeer(peer);
  let proxies = 0;
  const isTrusted = (): boolean => {
    if (address === SOCKET_PEER) return true;
    return typeof trusted === 'number'
      ? proxies < trusted
      : trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
  const claims = forwardedFor?.split(',') ?? [];
  while (isTrusted()) {
    proxies += 1;
    const claimed = canonicalAddress(claims.pop()?.trim() ?? '');
    if (claimed === undefined) break;
    address = claimed;
  }
  return { address, proxies };
};

/**
 * The value that the outermost trusted proxy has set in a header to which each proxy may append.
 */
export const saidByProxy = (header: string | undefined, { proxies }: Way): string | undefined => {
  if (proxies === 0 || header === undefined) return undefined;
  const said = header.split(',');
  return (said.at(-proxies) ?? said[0])?.trim();
};
