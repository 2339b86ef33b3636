import { hash } from 'node:crypto';
import type { Context } from './context.ts';
import { byteString, type Headers, LongBody, MOST_IN_ONE_PIECE, type Reply } from './exchange.ts';
import { SecondChanceCache } from './second-chance-cache.ts';

/**
 * Answers to reads of a catalogue. They are kept under the revision that was read with the key of
 * the request, so that no answer outlives the next write, even one of another process.
 */

interface Answer {
  reply: Reply;
  /**
   * Headers with which a cache can revalidate the answer; undefined where it is no resource of its
   * own.
   */
  conditions: ({ etag: string } & Headers) | undefined;
  /** What metrics and logs call it. */
  operation: string;
}

/** What is asked of one state of a catalogue, as its audience sees it. */
export const questionOf = ({ caller, reader }: Context, words: string): string =>
  `${caller.tenant.id}\n${reader.audience}\n${caller.revision}\n${words}`;

/**
 * Tells the answer itself: the revision would tell the public of writes that it sees nothing of,
 * and come again after a restore.
 */
export const etagOf = ({ headers, body }: Pick<Reply, 'headers' | 'body'>): string => {
  const content = body instanceof LongBody ? body.sha256 : hash('sha256', body, 'base64url');
  const digest = hash('sha256', `${headers['content-type']} ${content}`, 'base64url');
  return `W/"${digest.slice(0, 22)}"`;
};

const VARY = 'x-api-key, authorization, commet-version, accept';

/**
 * A cache revalidates an answer before it uses it again. Shared caches may store what publishable
 * keys read.
 */
const conditionsOf = (reply: Reply, { reader }: Pick<Context, 'reader'>) => ({
  etag: etagOf(reply),
  'cache-control': `${reader.audience === 'public' ? 'public' : 'private'}, no-cache`,
});

/** Tags in a list; their text may hold commas. */
const TAG = /(?:W\/)?("[^"]*")/g;

/** RFC 9110, 13.1.2: any of the tags, compared weakly, or an asterisk for any. */
export const namesTag = (list: string, etag: string): boolean => {
  if (list.trim() === '*') return true;
  const tag = etag.replace(/^W\//, '');
  for (const [, known] of list.matchAll(TAG)) if (known === tag) return true;
  return false;
};

const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && namesTag(ifNoneMatch, etag);

/** What an answer takes in addition to its text: headers, and the entry itself. */
const ENTRY_BYTES = 1_024;

/** As it is sent again with the least work. */
const ofItsOwn = (
  body: string | Uint8Array,
): { body: string | Uint8Array; isByteString?: boolean } => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.byteLength <= MOST_IN_ONE_PIECE) return { body: byteString(bytes), isByteString: true };
  // Not of the pool that small buffers share: each would keep eight kilobytes of others from being
  // freed.
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return { body: own };
};

/** Of a GET; undefined where an answer is no resource of its own. */
type Conditional = { ifNoneMatch: string | undefined } | undefined;

type Asker = Pick<Context, 'account' | 'reader'>;

const answered = ({ reply, conditions }: Answer, conditional: Conditional): Reply =>
  conditions && isKnown(conditional?.ifNoneMatch, conditions.etag)
    ? { status: 304, headers: conditions, varies: VARY, body: '' }
    : reply;

export class ResponseCache {
  readonly #kept: SecondChanceCache<string, Answer>;

  constructor(mostBytes: number) {
    this.#kept = new SecondChanceCache(mostBytes);
  }

  get isOpen(): boolean {
    return this.#kept.isEnabled;
  }

  /** The answer that is kept to the question. */
  find(question: string, { account }: Asker, conditional: Conditional): Reply | undefined {
    const known = this.#kept.isEnabled ? this.#kept.get(question) : undefined;
    if (!known) return undefined;
    account.operation = known.operation;
    return answered(known, conditional);
  }

  /** Stores an answer, unless it is too long, and returns what to send. */
  keep(question: string, reply: Reply, context: Asker, conditional: Conditional): Reply {
    const conditions = conditional && conditionsOf(reply, context);
    const { body } = reply;
    const held = this.#kept.isEnabled && !(body instanceof LongBody) ? ofItsOwn(body) : undefined;
    const whole: Reply = Object.assign(
      {},
      reply,
      conditions && { headers: Object.assign({}, reply.headers, conditions), varies: VARY },
      held,
    );
    const answer = { reply: whole, conditions, operation: context.account.operation };
    if (held) this.#kept.set(question, answer, question.length + held.body.length + ENTRY_BYTES);
    return answered(answer, conditional);
  }
}
