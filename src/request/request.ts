import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { networkOf, SOCKET_PEER, saidByProxy, type TrustedProxies, wayOf } from './addresses.ts';
import { isLocalRequest } from './loopback.ts';
import { clientRequestIdOf, newRequestId } from './request-id.ts';
import { type Caller, RequestLog } from './request-log.ts';

/** Runs work as a step of the request that it belongs to. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/** Reports to the operator. */
export interface Observer {
  readonly step: Step;
  /** Logs the cause of a server failure and counts a refusal; ignores errors of the client. */
  report(requestId: string, thrown: unknown): void;
}

/** The rest of a limit in the current minute. */
export interface Allowance {
  readonly left: number;
  /** Adds its headers to those of the response: names and values in turn. */
  listHeaders(list: string[]): void;
}

/** The points that a key may spend on work in the current minute. */
export interface PointAllowance extends Allowance {
  /** Sets points aside. Throws `rate_limited` where fewer are left. */
  reserve(points: number): MaybePromise<void>;
  /** Replaces the points that were set aside by those that the work has cost. */
  settle(reserved: number, spent: number): void;
}

export interface RequestOptions {
  readonly trustProxy: TrustedProxies;
  /** Clients come through a Unix socket. */
  readonly isOnSocket?: boolean;
  readonly publicUrl: string | undefined;
  readonly observer: Observer;
}

/**
 * A request from its arrival to its response. A class, like every object that lives as long as a
 * request (ADR 24).
 */
export class GatewayRequest {
  /** Node's request, whose body is still unread. */
  readonly message: IncomingMessage;
  readonly method: string;
  /** As it was sent, without the query string. */
  readonly path: string;
  /** The query string as it was sent, without its question mark. */
  readonly search: string;
  /** What the client calls this server; undefined where Host is missing, repeated or malformed. */
  readonly host: string | undefined;
  /** Address of this server as the client sees it, without a slash at its end. */
  readonly origin: string;
  /** Of the client, as far as trusted proxies tell it. */
  readonly address: string;
  /** Of the client's address, as limits count it. */
  readonly network: string;
  /** Ours, which no other request has. */
  readonly requestId: string;
  /** What the client calls it, in `X-Request-Id`; without secrets. */
  readonly clientRequestId: string | undefined;
  readonly observer: Observer;
  readonly log = new RequestLog();
  /** The client that limits count; undefined until the key is known. */
  keyHolder: string | undefined;
  /** Requests that the key may still make; undefined where nothing is limited. */
  rateBudget: Allowance | undefined;
  /** Undefined where work is not limited. */
  points: PointAllowance | undefined;
  /** Undefined until the key is looked up. */
  keyPlace: 'header' | 'address' | undefined;
  /** The key itself says that pages of the request's origin may read the response. */
  isOriginAllowed = false;
  /** For how many seconds shared caches may hold the response without asking; 0 for none. */
  sharedSeconds = 0;
  /** When the catalogue changes by itself; null where that is not planned. */
  nextChangeAt: string | null = null;
  /** Called once the response is sent, or the client is gone. */
  onSent: (() => void) | undefined;
  #query: URLSearchParams | undefined;
  #responseHeaders: string[] | undefined;

  constructor(message: IncomingMessage, options: RequestOptions) {
    const { trustProxy, isOnSocket = false, publicUrl, observer } = options;
    const { method = 'GET', url = '/' } = message;
    const { path, search } = splitTarget(url);
    this.message = message;
    this.method = method;
    this.path = path;
    this.search = search;
    this.host = hostOf(message);
    const peer = isOnSocket ? SOCKET_PEER : (message.socket.remoteAddress ?? '');
    const way = wayOf(peer, this.header('x-forwarded-for'), trustProxy);
    const isSecure = saidByProxy(this.header('x-forwarded-proto'), way) === 'https';
    this.origin = publicUrl ?? `${isSecure ? 'https' : 'http'}://${this.host ?? 'localhost'}`;
    this.address = way.address;
    this.network = networkOf(way.address);
    this.requestId = newRequestId();
    this.clientRequestId = clientRequestIdOf(this.header('x-request-id'));
    this.observer = observer;
  }

  /** By its lower-case name. */
  header(name: string): string | undefined {
    const value = this.message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.search);
    return this.#query;
  }

  get hasBody(): boolean {
    const { headers } = this.message;
    return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  }

  /** A browser on this machine asks for a page by a loopback address. */
  get isLocal(): boolean {
    return isLocalRequest(this.message);
  }

  /** Whose key the request carries, once that was looked up. */
  get caller(): Caller | undefined {
    return this.log.caller;
  }

  /** Where the meaning of an error is explained. */
  docUrl(code: ErrorCode): string {
    return `${this.origin}/docs/errors/${code}`;
  }

  /** Where a rule of the lint is explained. */
  lintUrl(rule: string): string {
    return `${this.origin}/docs/lint/${rule}`;
  }

  /** Logs the cause of a server failure and counts a refusal; ignores errors of the client. */
  report(thrown: unknown): void {
    this.observer.report(this.requestId, thrown);
  }

  /** Adds a header to the response, whether it is a result or an error. */
  addResponseHeader(name: string, value: string): void {
    this.#responseHeaders ??= [];
    this.#responseHeaders.push(name, value);
  }

  /**
   * Adds the headers that every response to it has: names and values in turn. What one client has
   * left says nothing to others, who get the response from a shared cache.
   */
  listResponseHeaders(list: string[], isShared = false): void {
    list.push(
      'x-request-id',
      this.clientRequestId ?? this.requestId,
      'x-content-type-options',
      'nosniff',
    );
    // In addition to the client's id, which other requests may share.
    if (this.clientRequestId !== undefined) list.push('gateway-request-id', this.requestId);
    if (!isShared) {
      this.rateBudget?.listHeaders(list);
      this.points?.listHeaders(list);
    }
    for (const text of this.#responseHeaders ?? []) list.push(text);
  }
}

const SANE_HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Clients that take the gateway for a proxy send the whole URL. */
const localOf = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';

const splitTarget = (target: string): { path: string; search: string } => {
  const local = localOf(target);
  const end = local.indexOf('?');
  return end < 0
    ? { path: local, search: '' }
    : { path: local.slice(0, end), search: local.slice(end + 1) };
};

/** Node keeps the first of several. */
const isNamedTwice = (rawHeaders: readonly string[]): boolean => {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') times += 1;
  }
  return times > 1;
};

/** HTTP/1.0 may leave it out. */
const hostOf = ({ headers, rawHeaders, httpVersion }: IncomingMessage): string | undefined => {
  const host = headers.host ?? (httpVersion === '1.1' ? '' : 'localhost');
  return SANE_HOST.test(host) && !isNamedTwice(rawHeaders) ? host : undefined;
};
