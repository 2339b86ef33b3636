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
  readonly pieces: () => AsyncIterable<string>;

  constructor(sha256: string, length: number, pieces: () => AsyncIterable<string>) {
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
   * Text before and after the body; ASCII around a byte string. They are kept apart because to join
   * them to a long body would copy it.
   */
  readonly head: string;
  readonly tail: string;
  /** Names of the request's headers that the response depends on, in addition to Origin. */
  readonly varies: string | undefined;
  /** Each character of the body stands for a byte: see `byteString`. */
  readonly isByteString: boolean;

  constructor(
    status: number,
    headers: Headers,
    body: Body,
    head = '',
    tail = '',
    varies?: string,
    isByteString = false,
  ) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.head = head;
    this.tail = tail;
    this.varies = varies;
    this.isByteString = isByteString;
  }

  /** Shared caches may hold it for a while without asking. */
  get isShared(): boolean {
    return this.headers['cache-tag'] !== undefined;
  }

  withTail(tail: string): GatewayResponse {
    const { status, headers, body, head, varies, isByteString } = this;
    return new GatewayResponse(status, headers, body, head, tail, varies, isByteString);
  }

  withVaries(varies: string): GatewayResponse {
    const { status, headers, body, head, tail, isByteString } = this;
    return new GatewayResponse(status, headers, body, head, tail, varies, isByteString);
  }
}

/**
 * Longer bodies are sent as they are: to join them to their headers would cost more than it saves.
 */
export const MAX_BYTES_IN_ONE_PIECE = 12 * 1024;

/**
 * Bytes as a text that Node takes as it is. A short one goes out in one piece with its headers,
 * which costs less than two.
 */
export const byteString = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

export const responseOf = (
  body: Body,
  type: string,
  headers: Headers = {},
  status = 200,
): GatewayResponse => new GatewayResponse(status, { 'content-type': type, ...headers }, body);

export const jsonResponse = (data: unknown, status = 200, headers: Headers = {}): GatewayResponse =>
  responseOf(JSON.stringify(data), 'application/json', headers, status);
