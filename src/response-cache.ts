import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Context } from './context.ts';
import {
  byteString,
  GatewayResponse,
  type Headers,
  LongBody,
  MAX_BYTES_IN_ONE_PIECE,
} from './response.ts';

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

/** The bytes in the form that is sent with the least work. */
const ownCopyOf = (bytes: Uint8Array): string | Uint8Array => {
  if (bytes.byteLength <= MAX_BYTES_IN_ONE_PIECE) return byteString(bytes);
  // Not of the pool that small buffers share: each would keep eight kilobytes of others from being
  // freed.
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
};

const storable = (response: GatewayResponse): GatewayResponse | undefined => {
  const { status, headers, body, head, tail, varies } = response;
  if (body instanceof LongBody) return undefined;
  const own = ownCopyOf(typeof body === 'string' ? Buffer.from(body) : body);
  const isByteString = typeof own === 'string';
  return new GatewayResponse(status, headers, own, head, tail, varies, isByteString);
};

const withValidators = (
  { status, headers, body, head, tail, isByteString }: GatewayResponse,
  validators: Headers,
): GatewayResponse => {
  const all = Object.assign({}, headers, validators);
  return new GatewayResponse(status, all, body, head, tail, VARY, isByteString);
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

  constructor(maxBytes: number) {
    // One answer may not evict most of the others.
    if (maxBytes > 0)
      this.#entries = new LRUCache({ maxSize: maxBytes, maxEntrySize: Math.ceil(maxBytes / 4) });
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
    const stored = this.#entries && storable(response);
    const plain = stored ?? response;
    const whole = validators ? withValidators(plain, validators) : plain;
    const entry = { response: whole, validators, operation: context.log.operation };
    if (stored && !(stored.body instanceof LongBody))
      this.#entries?.set(key, entry, { size: key.length + stored.body.length + ENTRY_BYTES });
    return responseOf(entry, conditional);
  }
}
