/**
 * One HTTP exchange as the gateway sees it: small, because a request should cost little more than
 * its bytes.
 */

export interface Incoming {
  readonly method: string;
  /** As it was sent, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query string as it was sent, without its question mark. */
  readonly search: string;
  /** Of the client, or of the proxy that is trusted to name it. */
  readonly address: string;
  /** By its lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/**
 * What an exchange turned out to be, noted while it is answered, for logs and metrics. Its words
 * are ours and finitely many: nothing that a client chose stands in it.
 */
export interface Account {
  surface: 'graphql' | 'rest' | 'other';
  operation: string;
  caller:
    | {
        readonly apiKeyId: string;
        readonly tenant: { readonly id: string; readonly organizationId: string };
      }
    | undefined;
  /** A write was answered with the outcome of an earlier one with the same idempotency key. */
  replayed: boolean;
}

/** `unknown` stays where a request is turned away before it is clear what it wants. */
export const newAccount = (): Account => ({
  surface: 'other',
  operation: 'unknown',
  caller: undefined,
  replayed: false,
});

/** A request that is watched until it is answered. */
export interface Watched extends Incoming {
  /** Ours, which no other request has. */
  readonly requestId: string;
  /** What the client calls it, in `X-Request-Id`; without secrets. */
  readonly clientRequestId: string | undefined;
  readonly account: Account;
}

/** Runs work as a step of the exchange that it belongs to. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export type Headers = Readonly<Record<string, string>>;

/** Adds headers to a list of names and values in turn, as Node takes them. */
export const listHeaders = (headers: Headers, list: string[]): void => {
  for (const name in headers) list.push(name, headers[name] ?? '');
};

/**
 * A body that is too long to be held as a whole: it is written again, piece by piece, for each who
 * takes it.
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

/** May be cached and sent again, so it is never changed. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Uint8Array | LongBody;
  /** Names of the request's headers that the answer depends on, in addition to Origin. */
  readonly varies?: string | undefined;
  /** Each character of the body stands for a byte: see `byteString`. */
  readonly isByteString?: boolean;
  /**
   * What surrounds the body. Apart, because to put a long text together is to copy it; and what
   * differs from one request to the next is no part of a kept answer.
   */
  readonly head?: string | undefined;
  readonly tail?: string;
}

/**
 * A longer body is sent as it is; to put it together with its headers first would cost more than it
 * saves.
 */
export const MOST_IN_ONE_PIECE = 12 * 1024;

/**
 * Bytes as a text that Node takes as it is. A short one goes out in one piece with its headers,
 * which costs less than two.
 */
export const byteString = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

/**
 * What is sent. A class, like all that lives as long as a request (docs/adr/0024): of literals that
 * survive a few collections, V8 makes all further ones in old space, where they stay for long
 * (allocation-site pretenuring).
 */
export class Answer {
  readonly reply: Reply;
  /**
   * Adds the headers that every answer to the request has: names and values in turn, as Node takes
   * them.
   */
  readonly listEdgeHeaders: (list: string[]) => void;
  /** Is told when the answer is out, or when nobody takes it any more. */
  readonly onSent: (() => void) | undefined;

  constructor(reply: Reply, listEdgeHeaders: (list: string[]) => void, onSent?: () => void) {
    this.reply = reply;
    this.listEdgeHeaders = listEdgeHeaders;
    this.onSent = onSent;
  }
}

export const reply = <Body extends Reply['body']>(
  body: Body,
  type: string,
  headers: Headers = {},
  status = 200,
): Reply & { readonly body: Body } => ({
  status,
  headers: { 'content-type': type, ...headers },
  body,
});

export const jsonReply = (data: unknown, status = 200, headers: Headers = {}): Reply =>
  reply(JSON.stringify(data), 'application/json', headers, status);
