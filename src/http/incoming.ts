import type { IncomingMessage } from 'node:http';
import type { Incoming } from '../exchange.ts';
import { saidByProxy, type TrustedProxies, wayOf } from './addresses.ts';

const SANE_HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** What thinks it speaks to a proxy names the host once more. */
const localOf = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';

const splitTarget = (target: string): { path: string; search: string } => {
  const local = localOf(target);
  const end = local.indexOf('?');
  return end < 0
    ? { path: local, search: '' }
    : { path: local.slice(0, end), search: local.slice(end + 1) };
};

/** A request of Node's server, with its body still unread. */
export class Received implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly address: string;
  /** What the client calls this server; undefined where that is no name, or are two. */
  readonly host: string | undefined;
  readonly isSecure: boolean;
  readonly header: Incoming['header'];
  #query: URLSearchParams | undefined;

  constructor(message: IncomingMessage, trusted: TrustedProxies) {
    const { method = 'GET', headers, url = '/' } = message;
    const { path, search } = splitTarget(url);
    this.method = method;
    this.path = path;
    this.search = search;
    this.host = hostOf(message);
    this.header = (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    const way = wayOf(message.socket.remoteAddress ?? '', this.header('x-forwarded-for'), trusted);
    this.address = way.address;
    this.isSecure = saidByProxy(this.header('x-forwarded-proto'), way) === 'https';
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.search);
    return this.#query;
  }
}

/** Node keeps the first of several. */
const isNamedTwice = (rawHeaders: readonly string[]): boolean => {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') times += 1;
  }
  return times > 1;
};

/** Only the oldest clients may leave it out. */
const hostOf = ({ headers, rawHeaders, httpVersion }: IncomingMessage): string | undefined => {
  const host = headers.host ?? (httpVersion === '1.1' ? '' : 'localhost');
  return SANE_HOST.test(host) && !isNamedTwice(rawHeaders) ? host : undefined;
};
