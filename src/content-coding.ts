import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliCompress,
  brotliCompressSync,
  constants,
  crc32,
  createBrotliCompress,
  createGzip,
  deflateRaw,
  deflateRawSync,
  type ZlibOptions,
} from 'node:zlib';
import { byteString, ownCopyOf } from './byte-string.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** Content codings of answers: RFC 9110, 8.4.1. */
export type Coding = 'br' | 'gzip';

/** docs/performance.md compares them. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 3;

const brotli: BrotliOptions = {
  params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};
const deflate: ZlibOptions = { level: GZIP_LEVEL, finishFlush: constants.Z_SYNC_FLUSH };

const brotliLater = promisify<Uint8Array, BrotliOptions, Buffer>(brotliCompress);
const deflateLater = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

/** Up to here, handing the work to another thread takes longer than the work. */
const MOST_BYTES_AT_ONCE = 16 * 1024;

/** No name, no time, no system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** Both formats write a length in sixteen bits. */
const LONGEST_BLOCK = 0xffff;

/**
 * Text in a coding, up to a byte boundary. What follows it differs from one request to the next,
 * and is added as it is, in a block that both formats have for that.
 */
export class Encoded {
  readonly coding: Coding;
  /** All but its end: as it is, or as a byte string. */
  readonly start: string | Uint8Array;
  readonly #length: number;
  readonly #checksum: number;

  constructor(coding: Coding, plain: Uint8Array, compressed: Uint8Array) {
    this.coding = coding;
    const isGzip = coding === 'gzip';
    this.start = ownCopyOf(isGzip ? Buffer.concat([GZIP_HEADER, compressed]) : compressed);
    this.#length = plain.byteLength;
    this.#checksum = isGzip ? crc32(plain) : 0;
  }

  /** What ends it, with a text as the last part of the content: a byte string. */
  endWith(tail: string): string {
    const text = Buffer.from(tail);
    const blocks: Uint8Array[] = [];
    for (let at = 0; at < text.byteLength; at += LONGEST_BLOCK) {
      const part = text.subarray(at, at + LONGEST_BLOCK);
      blocks.push(this.coding === 'gzip' ? storedHead(part.byteLength) : rawHead(part.byteLength));
      blocks.push(part);
    }
    blocks.push(this.coding === 'gzip' ? this.#gzipTrailer(text) : BROTLI_END);
    return byteString(Buffer.concat(blocks));
  }

  #gzipTrailer(text: Uint8Array): Uint8Array {
    const trailer = Buffer.alloc(10);
    trailer.set(DEFLATE_END);
    trailer.writeUInt32LE(crc32(text, this.#checksum), 2);
    trailer.writeUInt32LE((this.#length + text.byteLength) % 2 ** 32, 6);
    return trailer;
  }
}

/** A stored block that is not the last: RFC 1951, 3.2.4. */
const storedHead = (length: number): Uint8Array =>
  Buffer.from([0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff]);

/** The last block, with nothing in it. */
const DEFLATE_END = Buffer.from([3, 0]);

/** An uncompressed meta-block: its length less one from the fourth bit on. RFC 7932, 9.2. */
const rawHead = (length: number): Uint8Array => {
  const bits = ((length - 1) << 3) | (1 << 19);
  return Buffer.from([bits & 0xff, (bits >> 8) & 0xff, bits >> 16]);
};

/** The last meta-block, with nothing in it. */
const BROTLI_END = Buffer.from([3]);

export const encode = (coding: Coding, plain: Uint8Array): MaybePromise<Encoded> => {
  const isBrotli = coding === 'br';
  if (plain.byteLength <= MOST_BYTES_AT_ONCE)
    return new Encoded(
      coding,
      plain,
      isBrotli ? brotliCompressSync(plain, brotli) : deflateRawSync(plain, deflate),
    );
  const compressed = isBrotli ? brotliLater(plain, brotli) : deflateLater(plain, deflate);
  return compressed.then((bytes) => new Encoded(coding, plain, bytes));
};

/** For content that is never held as a whole. */
export const encoderOf = (coding: Coding): Transform =>
  coding === 'br'
    ? createBrotliCompress({ params: brotli.params })
    : createGzip({ level: GZIP_LEVEL });

/** The same content in each coding that was asked for: made once, however many ask for it. */
export class Encodings {
  readonly #known = new Map<Coding, MaybePromise<Encoded>>();
  readonly #mayKeep: (bytes: number) => boolean;

  /** `mayKeep` is asked once for each coding, with the bytes that it takes. */
  constructor(mayKeep: (bytes: number) => boolean = () => true) {
    this.#mayKeep = mayKeep;
  }

  of(coding: Coding, content: () => Uint8Array): MaybePromise<Encoded> {
    const known = this.#known.get(coding);
    if (known) return known;
    const made = encode(coding, content());
    if (!(made instanceof Promise)) return this.#kept(made);
    const kept = made.then((encoded) => this.#kept(encoded));
    this.#known.set(coding, kept);
    kept.catch(() => this.#known.delete(coding));
    return kept;
  }

  #kept(encoded: Encoded): Encoded {
    const { coding, start } = encoded;
    if (this.#mayKeep(start.length)) this.#known.set(coding, encoded);
    else this.#known.delete(coding);
    return encoded;
  }
}
