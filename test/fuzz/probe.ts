import type { Holder } from './tenants.ts';

export type Header = [name: string, value: string];

/** One request as it will be sent, before it is bytes. */
export interface Request {
  method: string;
  target: string;
  headers: Header[];
  body?: Buffer;
}

/** What is sent, and what is known of it. */
export interface Probe {
  surface: 'graphql' | 'rest' | 'edge' | 'junk';
  method: string;
  bytes: Buffer;
  /** Whose key it carries; what this one may see must not surprise. */
  holder: Holder;
  /** One request in a frame that any HTTP parser accepts. */
  whole: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a parser of heads refuses.
const UNSPEAKABLE = /[\0-\x08\x0a-\x1f\x7f]/;

/** Below what Node's server takes, with room for the key. */
const LONGEST_HEAD = 14_000;

const isWhole = ({ method, target, headers }: Request): boolean =>
  /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) &&
  /^(\/|https?:\/\/|\*)[\x21-\x7e]*$/.test(target) &&
  headers.every(([, value]) => !UNSPEAKABLE.test(value)) &&
  headers.reduce(
    (size, [name, value]) => size + name.length + Buffer.byteLength(value),
    target.length,
  ) < LONGEST_HEAD;

const lengthOf = ({ body, headers }: Request): Header[] =>
  body && !headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
    ? [['content-length', String(body.length)]]
    : [];

/** The request with the holder's key, framed as it should be. */
export const probeOf = (surface: Probe['surface'], request: Request, holder: Holder): Probe => {
  const key: Header[] = holder.secret === undefined ? [] : [['x-api-key', holder.secret]];
  const headers: Header[] = [
    ['host', 'localhost'],
    ...key,
    ...request.headers,
    ...lengthOf(request),
  ];
  const head = [
    `${request.method} ${request.target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');
  return {
    surface,
    method: request.method,
    bytes: Buffer.concat([Buffer.from(head), request.body ?? Buffer.alloc(0)]),
    holder,
    whole: isWhole(request),
  };
};
