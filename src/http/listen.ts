import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import {
  type GatewayResponse,
  LongBody,
  listHeaders,
  MAX_BYTES_IN_ONE_PIECE,
} from '../response.ts';
import { failBody } from './body.ts';
import { MalformedRequest, messageOf, type ParserError, serialized } from './malformed.ts';
import { createTickBatch } from './tick-batch.ts';

export interface Listener {
  /** Where the server answers, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /**
   * Takes no more connections, lets running requests finish, and breaks off what lasts longer than
   * it may.
   */
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  /**
   * How long a client may take to send its headers, and then its body; and to take any of its
   * answer.
   */
  requestTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  keepAliveMs: number;
  maxConnections: number;
  /**
   * How long connections in use have to hear of the end with an answer; what is silent for longer
   * is idle.
   */
  farewellMs?: number;
  /** How long running requests may take once the end has come. */
  drainMs: number;
}

const FAREWELL_MS = 1_000;

/** What the server asks of the gateway. */
export interface RequestHandler {
  receive(message: IncomingMessage): GatewayRequest;
  /** Never rejects. A `failure` of the request itself is answered in the shape of its surface. */
  handle(request: GatewayRequest, failure?: ApiError): Promise<GatewayResponse>;
  /** Adds the headers that every response to the request has: names and values in turn. */
  listHeaders(request: GatewayRequest, response: GatewayResponse, list: string[]): void;
}

/** Serves until closed. Rejects when the address cannot be had. */
export const listen = async (
  handler: RequestHandler,
  {
    host,
    port,
    requestTimeoutMs,
    keepAliveMs,
    maxConnections,
    farewellMs = FAREWELL_MS,
    drainMs,
  }: ListenOptions,
): Promise<Listener> => {
  let isClosing = false;
  /** Connections that end with the answer to what is not HTTP. */
  const malformed = new WeakSet<Socket>();
  const startInBatch = createTickBatch();
  const sendInBatch = createTickBatch();
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 10_000),
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000),
      // Node would refuse without a word; the edge says why.
      requireHostHeader: false,
    },
    (message, response) => {
      const start = () => {
        if (malformed.has(message.socket)) return;
        try {
          const request = handler.receive(message);
          handler.handle(request).then(
            (answer) => sendInBatch(() => respond(request, answer, response)),
            () => response.destroy(),
          );
        } catch {
          // Neither fails, by contract; if one does, it costs a connection and not the server.
          response.destroy();
        }
      };
      if (response.socket) startInBatch(start);
      else inTurn(message.socket, response, () => startInBatch(start));
    },
  );
  const respond = (
    request: GatewayRequest,
    answer: GatewayResponse,
    response: ServerResponse,
  ): void => {
    if (!malformed.has(request.message.socket))
      try {
        const headers: string[] = [];
        listHeaders(answer.headers, headers);
        handler.listHeaders(request, answer, headers);
        if (isClosing) headers.push('connection', 'close');
        send(answer, headers, response);
        // A client that does not read the answer must not keep it in memory for ever.
        if (response.writableLength > 0 || answer.body instanceof LongBody)
          response.setTimeout(requestTimeoutMs);
      } catch {
        response.destroy();
      }
    const { onSent } = request;
    if (!onSent) return;
    // Most answers are out at once.
    if (response.closed || isOut(response)) onSent();
    else response.once('close', onSent);
  };
  // Else who has nothing more to send, and says so, is taken for gone before the answer is out.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxConnections = maxConnections;
  // `Expect` with anything else: the request is answered as usual.
  server.on('checkExpectation', (message, response) => server.emit('request', message, response));
  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // The parser finds the same fault again in all that comes later.
    if (malformed.has(socket)) return;
    const failure = new MalformedRequest(error);
    if (failBody(socket, failure)) return;
    malformed.add(socket);
    refuse(handler, messageOf(socket, error), failure).then(
      (bytes) => socket.end(bytes),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.once('close', resolve));
      // Of HTTP servers, `close` would cut idle connections at once, also those on which a request
      // is on its way.
      NetServer.prototype.close.call(server);
      // A step later than the time is up: after a busy moment, requests that have arrived are read
      // in between.
      const farewell = setTimeout(
        () => setImmediate(() => server.closeIdleConnections()),
        farewellMs,
      );
      const end = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(farewell);
      clearTimeout(end);
    },
  };
};

/** The bytes to send to a client whose request is malformed. */
const refuse = async (
  handler: RequestHandler,
  message: IncomingMessage,
  failure: ApiError,
): Promise<Buffer> => {
  const request = handler.receive(message);
  const answer = await handler.handle(request, failure);
  const headers: string[] = [];
  listHeaders(answer.headers, headers);
  handler.listHeaders(request, answer, headers);
  return serialized(answer, headers);
};

/** Requests that may wait on one connection for their answers' turn. */
const MOST_IN_TURN = 64;

const waiting = new WeakMap<Socket, number>();

/**
 * Does the work when the answers before it on the connection are out: then Node hands the
 * connection to the response. Until then nothing more is read from it.
 */
const inTurn = (socket: Socket, response: ServerResponse, work: () => void): void => {
  const count = (waiting.get(socket) ?? 0) + 1;
  waiting.set(socket, count);
  if (count > MOST_IN_TURN) {
    socket.destroy();
    return;
  }
  socket.pause();
  response.once('socket', () => {
    const left = (waiting.get(socket) ?? 0) - 1;
    waiting.set(socket, left);
    if (left === 0) socket.resume();
    work();
  });
};

/** The system has all of it. */
const isOut = (response: ServerResponse): boolean =>
  response.writableEnded && response.writableLength === 0;

const send = (
  { status, body, isByteString, head, tail }: GatewayResponse,
  headers: string[],
  response: ServerResponse,
): void => {
  const writeHead = (length: number): void => {
    if (status !== 204 && status !== 304) headers.push('content-length', String(length));
    response.writeHead(status, headers);
  };
  if (body instanceof LongBody) {
    response.writeHead(status, headers);
    sendLong(body, response);
  } else if (typeof body === 'string' && body.length <= MAX_BYTES_IN_ONE_PIECE) {
    const text = head + body + tail;
    const length = isByteString ? text.length : Buffer.byteLength(text);
    writeHead(length);
    // Written and ended apart, text and headers are one piece; ended with the text, they would be
    // one of two.
    const { socket } = response;
    socket?.cork();
    response.write(text, length === text.length ? 'latin1' : 'utf8');
    socket?.uncork();
    response.end();
  } else {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    writeHead(Buffer.byteLength(head) + length + Buffer.byteLength(tail));
    response.cork();
    if (head !== '') response.write(head);
    if (typeof body === 'string') response.write(body, length === body.length ? 'latin1' : 'utf8');
    else response.write(body);
    response.end(tail);
  }
};

/** No more of it is written than the client takes. */
const sendLong = (body: LongBody, response: ServerResponse): void => {
  if (response.req.method === 'HEAD') response.end();
  // A failure ends the connection in the middle, which is how the client learns of it; the operator
  // knows already.
  else
    pipeline(Readable.from(body.pieces(), { highWaterMark: 1 }), response).catch(() =>
      response.destroy(),
    );
};
