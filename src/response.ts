import type { Encodings } from './content-coding.ts';

export type Headers = Readonly<Record<string, string>>;

/** Adds headers to a list of names and values in turn, as Node takes them. */
export const listHeaders = (headers: Headers, list: string[]): void => {
  for (const name in headers) list.push(name, headers[name] ?? '');
};

/**
 * A body that is too long to be held as a whole: it is written again, piece by piece, for each
 * client that takes it.
 */
export class LongBody {
  /** Of the text as it was when it was written first. */
  readonly sha256: string;
  /** Bytes of that text. */
  readonly length: number;
  readonly pieces: () => AsyncIterable<string | Uint8Array>;

  constructor(sha256: string, length: number, pieces: LongBody['pieces']) {
    this.sha256 = sha256;
    this.length = length;
    this.pieces = pieces;
  }
}

export type Body = string | Uint8Array | LongBody;

/**
 * The response of a surface. It may be cached and sent again, so it is immutable; headers of one
 * request are kept in GatewayRequest. A class for the reason in ADR 24.
 */
export class GatewayResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  /**
   * Text before and after the body. They are kept apart because to join them to a long body would
   * copy it.
   */
  readonly head: string;
  readonly tail: string;
  /** Names of the request's headers that the response depends on, in addition to Origin. */
  readonly varies: string | undefined;
  /** Each character of head, body and tail stands for a byte: see `byteString`. */
  readonly isByteString: boolean;
  /** Head and body in content codings, where they are kept; the tail is apart. */
  readonly encodings: Encodings | undefined;

  constructor(
    status: number,
    headers: Headers,
    body: Body,
    head = '',
    tail = '',
    varies?: string,
    isByteString = false,
    encodings?: Encodings,
  ) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.head = head;
    this.tail = tail;
    this.varies = varies;
    this.isByteString = isByteString;
    this.encodings = encodings;
  }

  /** Shared caches may hold it for a while without asking. */
  get isShared(): boolean {
    return this.headers['cache-tag'] !== undefined;
  }

  withTail(tail: string): GatewayResponse {
    return this.#with(tail, this.varies, this.encodings);
  }

  withVaries(varies: string): GatewayResponse {
    return this.#with(this.tail, varies, this.encodings);
  }

  withEncodings(encodings: Encodings): GatewayResponse {
    return this.#with(this.tail, this.varies, encodings);
  }

  #with(tail: string, varies: string | undefined, encodings: Encodings | undefined) {
    const { status, headers, body, head, isByteString } = this;
    return new GatewayResponse(status, headers, body, head, tail, varies, isByteString, encodings);
  }
}

export const responseOf = (
  body: Body,
  type: string,
  headers: Headers = {},
  status = 200,
): GatewayResponse => new GatewayResponse(status, { 'content-type': type, ...headers }, body);

export const jsonResponse = (data: unknown, status = 200, headers: Headers = {}): GatewayResponse =>
  responseOf(JSON.stringify(data), 'application/json', headers, status);
