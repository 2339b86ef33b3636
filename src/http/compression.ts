import { pipeline, Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import { preferredCoding } from '../accept.ts';
import { type Coding, encode, encoderOf } from '../content-coding.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { GatewayRequest } from '../request/request.ts';
import { GatewayResponse, LongBody } from '../response.ts';

/** Shorter answers gain less than the work costs. */
const LEAST_BYTES = 1024;

/** Event streams and parts are left out: their readers wait for each piece. */
const COMPRESSIBLE = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|yaml)\b)/;

/**
 * The first is for clients that take several alike: what is made once is made as short as is cheap,
 * what is made each time as cheaply as is short.
 */
const once = ['br', 'gzip'] as const;
const eachTime = ['gzip', 'br'] as const;

/** Clients send the same few headers again and again. */
const known = new LRUCache<string, { once: Coding | undefined; eachTime: Coding | undefined }>({
  max: 200,
});

const preferenceOf = (accepted: string) => {
  const cached = known.get(accepted);
  if (cached) return cached;
  const preference = {
    once: preferredCoding(accepted, once),
    eachTime: preferredCoding(accepted, eachTime),
  };
  known.set(accepted, preference);
  return preference;
};

const codingFor = (request: GatewayRequest, { encodings }: GatewayResponse): Coding | undefined => {
  const accepted = request.header('accept-encoding');
  if (accepted === undefined || isKeptAsItIs(request.header('cache-control'))) return undefined;
  const preference = preferenceOf(accepted);
  return encodings ? preference.once : preference.eachTime;
};

const isKeptAsItIs = (cacheControl: string | undefined): boolean =>
  cacheControl?.toLowerCase().includes('no-transform') ?? false;

const isCompressible = ({ headers, head, body, tail }: GatewayResponse): boolean =>
  head.length + body.length + tail.length >= LEAST_BYTES &&
  COMPRESSIBLE.test(headers['content-type'] ?? '') &&
  !isKeptAsItIs(headers['cache-control']);

const inCoding = (
  response: GatewayResponse,
  coding: Coding,
  body: GatewayResponse['body'],
  tail = '',
) => {
  const { status, headers, varies } = response;
  const all = Object.assign({}, headers, { 'content-encoding': coding });
  return new GatewayResponse(status, all, body, '', tail, varies, true);
};

const contentOf = ({ head, body, isByteString }: GatewayResponse, tail = ''): Uint8Array => {
  if (body instanceof LongBody) throw new Error('a long body is not held as a whole');
  const encoding = isByteString ? 'latin1' : 'utf8';
  return typeof body === 'string'
    ? Buffer.from(head + body + tail, encoding)
    : Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]);
};

/** Piece by piece, no faster than the client takes them. */
const longInCoding = ({ sha256, length, pieces }: LongBody, coding: Coding): LongBody =>
  new LongBody(sha256, length, () =>
    // A failure reaches the reader, too.
    pipeline(Readable.from(pieces(), { highWaterMark: 1 }), encoderOf(coding), () => undefined),
  );

const encoded = async (
  request: GatewayRequest,
  response: GatewayResponse,
  coding: Coding,
): Promise<GatewayResponse> => {
  const { body, tail, encodings } = response;
  if (body instanceof LongBody) return inCoding(response, coding, longInCoding(body, coding));
  try {
    const made = encodings
      ? await encodings.of(coding, () => contentOf(response))
      : await encode(coding, contentOf(response, tail));
    return inCoding(response, coding, made.start, made.endWith(encodings ? tail : ''));
  } catch (thrown) {
    // What a write has done is done: its answer goes out all the same.
    request.report(thrown);
    return response;
  }
};

/** The response in the coding that the client prefers, if it is worth it. Never fails. */
export const compressed = (
  request: GatewayRequest,
  response: GatewayResponse,
): MaybePromise<GatewayResponse> => {
  const coding = codingFor(request, response);
  return coding && isCompressible(response) ? encoded(request, response, coding) : response;
};
