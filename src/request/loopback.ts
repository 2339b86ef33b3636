import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** IPv4 written as IPv6 (`::ffff:127.0.0.1`) is judged as IPv4. */
const isLoopbackAddress = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

/**
 * Whether a host, with or without a port, names this machine to itself. Says no to names that DNS
 * decides.
 */
export const isLoopbackHost = (host: string): boolean => {
  const [, bracketed, name = bracketed ?? ''] = /^(?:\[(.*)\]|([^:]*))(?::\d+)?$/.exec(host) ?? [];
  return name.toLowerCase() === 'localhost' || isLoopbackAddress(name);
};

const proxyHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
];

type RequestHead = Pick<IncomingMessage, 'headers' | 'httpVersion'> & {
  socket: Pick<Socket, 'remoteAddress'>;
};

/**
 * Whether a browser on this machine opens a page of this machine. A foreign name in Host belongs to
 * a web page that had its own name resolved to loopback (DNS rebinding); an Origin to a script of
 * another page. A proxy on this machine has a loopback address, too: most name the client in a
 * header, and nginx speaks HTTP/1.0 by default, which no browser does.
 */
export const isLocalRequest = ({ headers, httpVersion, socket }: RequestHead): boolean =>
  isLoopbackAddress(socket.remoteAddress ?? '') &&
  isLoopbackHost(headers.host ?? '') &&
  headers.origin === undefined &&
  httpVersion === '1.1' &&
  proxyHeaders.every((name) => headers[name] === undefined);
