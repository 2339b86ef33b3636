import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import type { Holder, Shares } from './shares.ts';

export const BODY_LIMIT_BYTES = 256 * 1024;
/** Of what may hold a catalogue file. */
export const FILE_BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/**
 * The body as text. Throws `payload_too_large` beyond the limit, without reading on. `unfinished`
 * counts the bytes of bodies of which a part has come.
 */
export const readText = (
  message: IncomingMessage,
  unfinished: Shares,
  holder: Holder,
  limit: number,
): MaybePromise<string> => {
  if (Number(message.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return mapMaybePromise(readBytes(message, unfinished, holder, limit), (bytes) =>
    textOf(bytes, message, limit),
  );
};

const tooLarge = (limit: number) =>
  new ApiError('payload_too_large', `The body is larger than ${limit} bytes.`);

const readBytes = (
  message: IncomingMessage,
  unfinished: Shares,
  holder: Holder,
  limit: number,
): MaybePromise<Uint8Array> => {
  // A short body has come by the time that it is asked for.
  const whole: unknown = message.complete && !message.destroyed ? message.read() : undefined;
  if (!(whole instanceof Uint8Array)) return readChunks(message, unfinished, holder, limit);
  if (whole.byteLength > limit) throw tooLarge(limit);
  return whole;
};

/** How the reading of a body ends early, by the connection that it comes over. */
const readers = new WeakMap<Socket, (failure: ApiError) => void>();

/** Makes the reading of the body that comes over the socket fail. False where none is read. */
export const failBody = (socket: Socket, failure: ApiError): boolean => {
  const fail = readers.get(socket);
  fail?.(failure);
  return fail !== undefined;
};

const readChunks = (
  message: IncomingMessage,
  unfinished: Shares,
  holder: Holder,
  limit: number,
): Promise<Uint8Array> => {
  let size = 0;
  const chunks: Buffer[] = [];
  const read = new Promise<Uint8Array>((resolve, reject) => {
    let isOver = false;
    const broken = (cause?: unknown) => {
      if (!isOver) reject(new ApiError('invalid_json', 'The body broke off.', { cause }));
    };
    // A client that gave up while its key was looked up causes no more events.
    if (message.destroyed) broken();
    const keep = (chunk: Buffer): void => {
      if (size + chunk.byteLength > limit) throw tooLarge(limit);
      unfinished.take(holder, chunk.byteLength);
      size += chunk.byteLength;
      chunks.push(chunk);
    };
    message.on('data', (chunk: Buffer) => {
      // After an error, the rest flows by unread until the response is out.
      if (isOver) return;
      try {
        keep(chunk);
      } catch (refusal) {
        isOver = true;
        reject(refusal);
      }
    });
    message.on('end', () => {
      isOver = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    message.on('error', broken);
    message.on('close', broken);
    readers.set(message.socket, (failure) => {
      isOver = true;
      reject(failure);
    });
  });
  return read.finally(() => {
    readers.delete(message.socket);
    unfinished.giveBack(holder, size);
    chunks.length = 0;
  });
};

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
/** US-ASCII is a part of UTF-8. */
const readCharsets = ['utf-8', 'utf8', 'us-ascii'];

const textOf = (
  bytes: Uint8Array,
  { headers }: IncomingMessage,
  limit: number,
): MaybePromise<string> => {
  if (bytes.byteLength === 0) return '';
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !readCharsets.includes(charset.toLowerCase()))
    throw new ApiError('unsupported_media_type', 'The body must be written in UTF-8.');
  return mapMaybePromise(unpacked(bytes, limit, headers['content-encoding']), decoded);
};

class UnsupportedCoding extends ApiError {
  constructor() {
    super(
      'unsupported_media_type',
      'The body must be sent as it is, or with Content-Encoding: gzip.',
    );
  }

  override get headers(): Record<string, string> {
    return { 'accept-encoding': 'gzip, identity' };
  }
}

const inflate = promisify(gunzip);

const unpacked = (
  bytes: Uint8Array,
  limit: number,
  coding = 'identity',
): MaybePromise<Uint8Array> => {
  const name = coding.trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  if (name !== 'gzip' && name !== 'x-gzip') throw new UnsupportedCoding();
  return inflate(bytes, { maxOutputLength: limit }).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge(limit)
      : new ApiError('invalid_json', 'The body is not packed by gzip.', { cause });
  });
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const decoded = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ApiError('invalid_json', 'The body is not UTF-8.');
  }
};
