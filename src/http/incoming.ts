import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors.ts';
import { type Eventual, from } from '../eventual.ts';
import type { Incoming } from '../exchange.ts';

const BODY_LIMIT_BYTES = 256 * 1024;

const SANE_HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** A proxy of ours writes the address it saw behind those that clients claim. */
const addressOf = ({ headers, socket }: IncomingMessage, trustProxy: boolean): string => {
  const forwarded = trustProxy
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : '';
  return forwarded || (socket.remoteAddress ?? '');
};

/** What thinks it speaks to a proxy names the host once more. */
const localOf = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';

const splitTarget = (target: string): { path: string; search: string } => {
  const local = localOf(target);
  const end = local.indexOf('?');
  return end < 0 ? { path: local, search: '' } : { path: local.slice(0, end), search: local.slice(end + 1) };
};

/** A request of Node's server, with its body still unread. */
export class Received implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly address: string;
  /** What the client calls this server; undefined when that is no name. */
  readonly host: string | undefined;
  readonly header: Incoming['header'];
  readonly #message: IncomingMessage;
  #query: URLSearchParams | undefined;

  constructor(message: IncomingMessage, trustProxy: boolean) {
    const { method = 'GET', headers, url = '/' } = message;
    const { path, search } = splitTarget(url);
    this.method = method;
    this.path = path;
    this.search = search;
    this.address = addressOf(message, trustProxy);
    this.host = hostOf(message);
    this.header = (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    this.#message = message;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.search);
    return this.#query;
  }

  get hasBody(): boolean {
    const { headers } = this.#message;
    return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  }

  /** The body as text. Throws `payload_too_large` beyond the limit, without reading on. */
  readonly readText = (): Eventual<string> => {
    if (!this.hasBody) return '';
    if (Number(this.#message.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();
    return from(readBytes(this.#message), decoded);
  };
}

/** Only the oldest clients may leave it out. */
const hostOf = ({ headers, httpVersion }: IncomingMessage): string | undefined => {
  const host = headers.host ?? (httpVersion === '1.1' ? '' : 'localhost');
  return SANE_HOST.test(host) ? host : undefined;
};

const tooLarge = () => new ApiError('payload_too_large', `The body is larger than ${BODY_LIMIT_BYTES} bytes.`);

const readBytes = (message: IncomingMessage): Eventual<Uint8Array> => {
  // A short body has come by the time that it is asked for.
  const whole: unknown = message.complete && !message.destroyed ? message.read() : undefined;
  if (!(whole instanceof Uint8Array)) return readChunks(message);
  if (whole.byteLength > BODY_LIMIT_BYTES) throw tooLarge();
  return whole;
};

const readChunks = (message: IncomingMessage): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    let isWhole = false;
    const broken = (cause?: unknown) => {
      if (!isWhole) reject(new ApiError('invalid_json', 'The body broke off.', { cause }));
    };
    // Who gave up while the key was looked up sends no more events.
    if (message.destroyed) broken();
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= BODY_LIMIT_BYTES) chunks.push(chunk);
      else {
        // The rest flows by unread, until the answer is out.
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    message.on('end', () => {
      isWhole = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    message.on('error', broken);
    message.on('close', broken);
  });

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decoded = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ApiError('invalid_json', 'The body is not UTF-8.');
  }
};
