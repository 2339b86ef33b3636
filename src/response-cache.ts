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
  /** What metrics and logs call it. */
  operation: string;
}

/** What is asked of one state of a catalogue, as its audience sees it. */
export const questionOf = ({ caller, reader }: Context, ...words: string[]): string =>
  [caller.tenant.id, reader.audience, caller.revision, ...words].join('\n');

/** The same for the same answer, before it is known. */
const etagOf = (question: string): string =>
  `W/"${createHash('sha256').update(question).digest('base64url').slice(0, 22)}"`;

const VARY = 'x-api-key, authorization, commet-version, accept';

/** Whoever keeps an answer asks before using it again. What publishable keys read may lie in shared caches. */
const conditions = (question: string, { reader }: Context): Record<string, string> => ({
  etag: etagOf(question),
  'cache-control': `${reader.audience === 'public' ? 'public' : 'private'}, no-cache`,
  vary: VARY,
});

const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((known) => known.trim() === etag) ?? false;

/** What a client asks with, and how it is answered when nothing is kept. */
interface Read {
  question: string;
  context: Context;
  /** Of a GET; undefined where an answer is no resource of its own. */
  conditional?: { ifNoneMatch: string | undefined } | undefined;
  answer(): Promise<{ reply: Reply; isKeepable: boolean }>;
}

export class ResponseCache {
  readonly #kept: Kept<Answer>;

  constructor(mostBytes: number) {
    this.#kept = new Kept(mostBytes);
  }

  async read({ question, context, conditional, answer }: Read): Promise<Reply> {
    const { account } = context;
    const headers = conditional ? conditions(question, context) : {};
    const known = this.#kept.get(question);
    if (known) account.operation = known.operation;
    const { reply, isKeepable } = known ? { reply: known.reply, isKeepable: true } : await answer();
    if (!isKeepable) return reply;
    if (!known) this.#keep(question, { reply, operation: account.operation });
    if (headers.etag && isKnown(conditional?.ifNoneMatch, headers.etag)) return { status: 304, headers, body: '' };
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  #keep(question: string, { reply, operation }: Answer): void {
    if (!this.#kept.isOpen) return;
    reply.body = Buffer.from(reply.body);
    this.#kept.set(question, { reply, operation }, reply.body.byteLength);
  }
}
