import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_BYTES_IN_ONE_PIECE } from '../byte-string.ts';
import type { ApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, LongBody, listHeaders } from '../response.ts';
import { failBody } from './body.ts';
import { MalformedRequest, messageOf, type ParserError, serialized } from './malformed.ts';
import { listenOnSocket, type SocketFile } from './socket-file.ts';
import { createTickBatch } from './tick-batch.ts';

export interface Listener {
  /** Where the server answers, e.g. `http://127.0.0.1:4000` or `unix:/run/plans.sock`. */
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
  /** A Unix socket instead. */
  socket?: SocketFile | undefined;
  /**
   * How long a client may take to send its headers, and then its body; and to take any of its
   * answer.
   */
  requestTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  keepAliveMs: number;
  maxConnections: number;
  /**
   * How long an open connection may still send a request after `close`; it gets `connection:
   * close` with its response. A connection that is silent for longer counts as idle.
   */
  farewellMs?: number;
  /** How long running requests may take once the end has come. */
  drainMs: number;
}

const FAREWELL_MS = 1_000;
/** How long a client may take to read a refusal and close the connection. */
const LINGER_MS = 1_000;

/** What the server asks of the gateway. */
export interface RequestHandler {
  receive(message: IncomingMessage): GatewayRequest;
  /** Never rejects. Given a `failure`, it answers with that in the shape of the surface. */
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
    socket,
    requestTimeoutMs,
    keepAliveMs,
    maxConnections,
    farewellMs = FAREWELL_MS,
    drainMs,
  }: ListenOptions,
): Promise<Listener> => {
  let isClosing = false;
  /** Connections whose input is malformed: they end with the refusal. */
  const malformed = new WeakSet<Socket>();
  const startInBatch = createTickBatch();
  const sendInBatch = createTickBatch();
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 10_000),
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000),
      // Node would answer with an empty 400; the gateway says why.
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
  // Otherwise Node closes a connection whose client has ended its side before the response is sent.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxConnections = maxConnections;
  // `Expect` with an unknown value: the request is answered as usual.
  server.on('checkExpectation', (message, response) => server.emit('request', message, response));
  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // The parser reports the same error again for each later packet.
    if (malformed.has(socket)) return;
    const failure = new MalformedRequest(error);
    if (failBody(socket, failure)) return;
    malformed.add(socket);
    end(socket, answerOf(handler, messageOf(socket, error), failure));
  });
  // Without a listener, Node closes the connection without a word.
  server.on('connect', (message, socket) => end(socket, answerOf(handler, message)));
  const removeFile = socket && (await listenOnSocket(server, socket));
  if (!socket)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  return {
    url: socket ? `unix:${socket.path}` : urlOf(server.address() as AddressInfo),
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.once('close', resolve));
      // `close` of an HTTP server would cut idle connections at once, even those on which a request
      // is on its way.
      NetServer.prototype.close.call(server);
      await removeFile?.();
      // One tick after the timer: after a busy moment, requests that have arrived are read in
      // between.
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

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/** The response as bytes, for requests without a ServerResponse. */
const answerOf = async (
  handler: RequestHandler,
  message: IncomingMessage,
  failure?: ApiError,
): Promise<Buffer> => {
  const request = handler.receive(message);
  const answer = await handler.handle(request, failure);
  const headers: string[] = [];
  listHeaders(answer.headers, headers);
  handler.listHeaders(request, answer, headers);
  return serialized(answer, headers);
};

const end = (socket: Duplex, answer: Promise<Buffer>): void => {
  socket.on('error', () => socket.destroy());
  answer.then(
    (bytes) => {
      socket.end(bytes);
      socket.resume();
      // For clients that do not close their side.
      const linger = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.once('close', () => clearTimeout(linger));
    },
    () => socket.destroy(),
  );
};

/** Pipelined requests that may wait on one connection. */
const MAX_PIPELINED = 64;

const waiting = new WeakMap<Socket, number>();

/**
 * Does the work once the responses before it on the connection are sent: then Node assigns the
 * connection to the response. Until then nothing more is read from it.
 */
const inTurn = (socket: Socket, response: ServerResponse, work: () => void): void => {
  const count = (waiting.get(socket) ?? 0) + 1;
  waiting.set(socket, count);
  if (count > MAX_PIPELINED) {
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

/** The operating system has all of it. */
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
    // `write` and then `end` send headers and text in one piece; `end(text)` would send two.
    const { socket } = response;
    socket?.cork();
    response.write(text, length === text.length ? 'latin1' : 'utf8');
    socket?.uncork();
    response.end();
  } else {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
    const encoding = isByteString ? 'latin1' : 'utf8';
    writeHead(Buffer.byteLength(head, encoding) + length + Buffer.byteLength(tail, encoding));
    response.cork();
    if (head !== '') response.write(head, encoding);
    if (typeof body === 'string') response.write(body, length === body.length ? 'latin1' : 'utf8');
    else response.write(body);
    response.end(tail, encoding);
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
