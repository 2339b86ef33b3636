import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ownCopyOf } from './byte-string.ts';
import { Encodings } from './content-coding.ts';
import type { Context } from './context.ts';
import { GatewayResponse, type Headers, LongBody } from './response.ts';

/**
 * Responses to reads of a catalogue. They are stored under the revision that was read with the key
 * of the request, so that none outlives the next write, even one of another process.
 */

interface Entry {
  readonly response: GatewayResponse;
  /**
   * Headers with which a client's cache can revalidate the response; undefined where it is no
   * resource of its own.
   */
  readonly validators: ({ etag: string } & Headers) | undefined;
  /** What metrics and logs call it. */
  readonly operation: string;
  /** What it takes of the cache, with the codings that it is kept in. */
  readonly size: number;
}

/** `parts` is what a request asks of one revision of a catalogue, as its audience sees it. */
export const cacheKeyOf = ({ caller, reader }: Context, parts: string): string =>
  `${caller.tenant.id}\n${reader.audience}\n${caller.revision}\n${parts}`;

/**
 * Made from the content: the revision would tell the public of writes that it sees nothing of, and
 * come again after a restore.
 */
export const etagOf = (headers: Headers, body: GatewayResponse['body'], tail = ''): string => {
  const content =
    body instanceof LongBody
      ? body.sha256
      : hash('sha256', typeof body === 'string' ? body + tail : body, 'base64url');
  const digest = hash('sha256', `${headers['content-type']} ${content}`, 'base64url');
  return `W/"${digest.slice(0, 22)}"`;
};

const VARY = 'x-api-key, authorization, commet-version, accept';

/**
 * A cache revalidates an answer before it uses it again. Shared caches may store what publishable
 * keys read. For how long they need not ask is said when the response is sent.
 */
const validatorsOf = ({ headers, body, tail }: GatewayResponse, context: Caching) => {
  const etag = etagOf(headers, body, tail);
  const { reader, sharedSeconds } = context;
  if (sharedSeconds > 0) return { etag, 'cache-tag': tagsOf(context) };
  return {
    etag,
    'cache-control': `${reader.audience === 'public' ? 'public' : 'private'}, no-cache`,
  };
};

/** Some proxies refuse longer headers. */
const LONGEST_TAGS = 8 * 1024;

/** Tell shared caches which answers to drop when a plan changes, or the catalogue. */
const tagsOf = ({ caller, shownPlans = new Set() }: Caching): string => {
  const catalogue = `${caller.tenant.organizationId}_${caller.tenant.mode}`;
  const tags = [catalogue, ...shownPlans].join(',');
  return tags.length <= LONGEST_TAGS ? tags : catalogue;
};

/** Tags in a list; their text may hold commas. */
const TAG = /(?:W\/)?("[^"]*")/g;

/** RFC 9110, 13.1.2: any of the tags, compared weakly, or an asterisk for any. */
export const namesTag = (list: string, etag: string): boolean => {
  if (list.trim() === '*') return true;
  const tag = etag.replace(/^W\//, '');
  for (const [, known] of list.matchAll(TAG)) if (known === tag) return true;
  return false;
};

/** What an entry takes in addition to its key and body: headers, and the entry itself. */
const ENTRY_BYTES = 1_024;

const storable = (response: GatewayResponse, encodings: Encodings): GatewayResponse | undefined => {
  const { status, headers, body, head, tail, varies } = response;
  if (body instanceof LongBody) return undefined;
  const own = ownCopyOf(typeof body === 'string' ? Buffer.from(body) : body);
  const isByteString = typeof own === 'string';
  return new GatewayResponse(status, headers, own, head, tail, varies, isByteString, encodings);
};

const withValidators = (
  { status, headers, body, head, tail, isByteString, encodings }: GatewayResponse,
  validators: Headers,
): GatewayResponse => {
  const all = Object.assign({}, headers, validators);
  return new GatewayResponse(status, all, body, head, tail, VARY, isByteString, encodings);
};

/** Of a GET; undefined where the response is no resource of its own. */
type Conditional = { ifNoneMatch: string | undefined } | undefined;

type Caching = Pick<Context, 'log' | 'reader' | 'caller' | 'sharedSeconds' | 'shownPlans'>;

const responseOf = ({ response, validators }: Entry, conditional: Conditional): GatewayResponse => {
  const ifNoneMatch = conditional?.ifNoneMatch;
  return validators && ifNoneMatch !== undefined && namesTag(ifNoneMatch, validators.etag)
    ? new GatewayResponse(304, validators, '').withVaries(VARY)
    : response;
};

export class ResponseCache {
  /** Undefined where nothing is cached. */
  readonly #entries: LRUCache<string, Entry> | undefined;
  /** One answer may not evict most of the others. */
  readonly #mostOfOne: number;

  constructor(maxBytes: number) {
    this.#mostOfOne = Math.ceil(maxBytes / 4);
    if (maxBytes > 0)
      this.#entries = new LRUCache({
        maxSize: maxBytes,
        maxEntrySize: this.#mostOfOne,
        sizeCalculation: ({ size }) => size,
      });
  }

  get isEnabled(): boolean {
    return this.#entries !== undefined;
  }

  get(key: string, { log }: Caching, conditional: Conditional): GatewayResponse | undefined {
    const entry = this.#entries?.get(key);
    if (!entry) return undefined;
    log.operation = entry.operation;
    return responseOf(entry, conditional);
  }

  /** Stores a response, unless it is too long, and returns what to send. */
  set(
    key: string,
    response: GatewayResponse,
    context: Caching,
    conditional: Conditional,
  ): GatewayResponse {
    const validators = conditional && validatorsOf(response, context);
    const encodings: Encodings = new Encodings((bytes) => this.#grow(key, encodings, bytes));
    const stored = this.#entries && storable(response, encodings);
    const plain = stored ?? response;
    const whole = validators ? withValidators(plain, validators) : plain;
    const length = stored && !(stored.body instanceof LongBody) ? stored.body.length : 0;
    const size = key.length + length + ENTRY_BYTES;
    const entry = { response: whole, validators, operation: context.log.operation, size };
    if (stored) this.#entries?.set(key, entry);
    return responseOf(entry, conditional);
  }

  /** Whether there is room for so many more bytes of an entry that is still kept. */
  #grow(key: string, encodings: Encodings, bytes: number): boolean {
    const entry = this.#entries?.peek(key);
    if (entry?.response.encodings !== encodings) return false;
    const size = entry.size + bytes;
    if (size > this.#mostOfOne) return false;
    this.#entries?.set(key, { ...entry, size });
    return true;
  }
}
