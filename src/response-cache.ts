import { createHash } from 'node:crypto';
import type { Context } from './context.ts';
import type { Reply } from './exchange.ts';
import { Kept } from './kept.ts';

/**
 * Answers to reads of a catalogue. They are kept under the revision that was read with the key of the request, so that
 * no answer outlives the next write, whichever process made it.
 */

interface Answer {
  reply: Reply;
  /** Headers that let whoever keeps the answer ask whether it still holds. */
  conditions: Record<string, string>;
  /** What metrics and logs call it. */
  operation: string;
}

/** What is asked of one state of a catalogue, as its audience sees it. */
export const questionOf = ({ caller, reader }: Context, ...words: string[]): string =>
  [caller.tenant.id, reader.audience, caller.revision, ...words].join('\n');

/** Tells the answer itself: the revision would tell the public of writes that it sees nothing of, and come again after a restore. */
const etagOf = ({ headers, body }: Reply): string => {
  const hash = createHash('sha256').update(`${headers['content-type']}\n`).update(body);
  return `W/"${hash.digest('base64url').slice(0, 22)}"`;
};

const VARY = 'x-api-key, authorization, commet-version, accept';

/** Whoever keeps an answer asks before using it again. What publishable keys read may lie in shared caches. */
const conditionsOf = (reply: Reply, { reader }: Pick<Context, 'reader'>): Record<string, string> => ({
  etag: etagOf(reply),
  'cache-control': `${reader.audience === 'public' ? 'public' : 'private'}, no-cache`,
  vary: VARY,
});

const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((known) => known.trim() === etag) ?? false;

/** What an answer takes beside its text: headers, and the entry itself. */
const ENTRY_BYTES = 1_024;

/** Not of the pool that small buffers share: each would keep eight kilobytes of others from being freed. */
const ofItsOwn = (body: string | Uint8Array): Uint8Array => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
};

/** What a client asks with, and how it is answered when nothing is kept. */
interface Read {
  question: string;
  context: Pick<Context, 'account' | 'reader'>;
  /** Of a GET; undefined where an answer is no resource of its own. */
  conditional?: { ifNoneMatch: string | undefined } | undefined;
  answer(): Promise<{ reply: Reply; isKeepable: boolean }>;
}

export class ResponseCache {
  readonly #kept: Kept<string, Answer>;

  constructor(mostBytes: number) {
    this.#kept = new Kept(mostBytes);
  }

  async read({ question, context, conditional, answer }: Read): Promise<Reply> {
    const { account } = context;
    let given = this.#kept.get(question);
    if (given) account.operation = given.operation;
    else {
      const { reply, isKeepable } = await answer();
      if (!isKeepable) return reply;
      given = { reply, conditions: conditional ? conditionsOf(reply, context) : {}, operation: account.operation };
      this.#keep(question, given);
    }
    const { reply, conditions } = given;
    if (conditions.etag && isKnown(conditional?.ifNoneMatch, conditions.etag))
      return { status: 304, headers: { ...conditions }, body: '' };
    return { ...reply, headers: { ...reply.headers, ...conditions } };
  }

  #keep(question: string, answer: Answer): void {
    if (!this.#kept.isOpen) return;
    const body = ofItsOwn(answer.reply.body);
    answer.reply.body = body;
    this.#kept.set(question, answer, question.length + body.byteLength + ENTRY_BYTES);
  }
}
