import { ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../model/random.ts';

const MOST_ATTEMPTS = 20;
const LONGEST_WAIT_MS = 1_500;

/** What either surface answers of a change set, or the code of the error. */
interface Answer {
  id: string;
  hash: string;
  status: string;
  appliedAt: string | null;
  code?: string;
  message?: string;
}

type Action = 'apply' | 'discard' | 'schedule';

/** A set whose id the client has learnt, and what came of it. */
export interface KnownSet {
  id: string;
  hash: string;
  /** Numbers of the states that it leads from and to. */
  from: number | undefined;
  to: number | undefined;
  /** What the client has sent last, and what it was told. */
  sent?: Action;
  answer?: Answer;
  appliesAt?: string;
  /** The client wrote to the same plan while it was scheduled. */
  isCrossed?: boolean;
}

const kinds = ['apply', 'schedule', 'revert', 'discard', 'cross'] as const;

const SELECTION = `__typename ... on ChangeSet { id hash status appliedAt } ... on Error { code message }`;

const mutations = {
  create: `mutation ($document: String!) {
    answer: createChangeSet(input: { document: $document }) { ${SELECTION} } }`,
  apply: `mutation ($id: ID!, $hash: String!) {
    answer: applyChangeSet(id: $id, expectedHash: $hash) { ${SELECTION} } }`,
  schedule: `mutation ($id: ID!, $hash: String!, $appliesAt: DateTime!) {
    answer: scheduleChangeSet(id: $id, expectedHash: $hash, appliesAt: $appliesAt) { ${SELECTION} }
  }`,
  discard: `mutation ($id: ID!) { answer: discardChangeSet(id: $id) { ${SELECTION} } }`,
  revert: `mutation ($id: ID!) { answer: revertChangeSet(id: $id) { ${SELECTION} } }`,
} as const;

/**
 * Moves a plan of its own from state to state by change sets, until the server is gone. A state is
 * told by its number: each object of it shows the number.
 */
export class ChangeSetClient {
  /** Of its plan, and of the feature that the plan has. */
  readonly code: string;
  readonly #random: Random;
  readonly #apiKey: string;
  /** Numbers given to states. */
  #states = 0;
  #works: number;
  /** How often it was answered in all, but for reads. */
  answered = 0;
  /** Those that are not done. */
  #open: KnownSet[] = [];
  readonly #known = new Map<string, KnownSet>();
  /** The set that was applied last. */
  last: KnownSet | undefined;

  constructor(place: number, random: Random, apiKey: string) {
    this.code = `sets_${String.fromCharCode(97 + place)}`;
    this.#works = place;
    this.#random = random;
    this.#apiKey = apiKey;
  }

  known(id: string): KnownSet | undefined {
    return this.#known.get(id);
  }

  labelOf(state: number): string {
    return `${this.code}_${state}`;
  }

  async settle(url: string): Promise<void> {
    await this.#apply(url, await this.#create(url));
  }

  /** Ends when the connection does. */
  async write(url: string): Promise<void> {
    for (;;) {
      try {
        await this.#one(url);
      } catch (failure) {
        if (failure instanceof TypeError) return;
        throw failure;
      }
    }
  }

  /** Waits for what was scheduled, whether it was told so or not. */
  async awaitScheduled(url: string): Promise<void> {
    for (const set of this.#open) if (set.sent === 'schedule') await this.#await(url, set);
  }

  /** Sends again what had no answer. Answers how many of them had not happened. */
  async recover(url: string): Promise<{ unanswered: number; undone: number }> {
    let undone = 0;
    let unanswered = 0;
    for (const set of this.#open) {
      if (!set.sent || set.answer || set.sent === 'schedule') continue;
      unanswered += 1;
      if ((await this.#read(url, set)).status === 'DRAFT') undone += 1;
      const again = await this.#act(url, set, set.sent);
      if (set.sent === 'discard') {
        ok(again.code === undefined || again.code === 'change_set_not_open', again.code);
        continue;
      }
      if (again.code === 'change_set_stale' && this.#open.some(({ isCrossed }) => isCrossed))
        continue;
      ok(again.status === 'APPLIED', `${set.id} was sent again: ${JSON.stringify(again)}`);
      const thrice = await this.#act(url, set, set.sent);
      ok(
        isDeepStrictEqual(again, thrice),
        `${set.id} has no single outcome: ${JSON.stringify([again, thrice])}`,
      );
    }
    this.#open = [];
    return { unanswered, undone };
  }

  async #one(url: string): Promise<void> {
    this.#works += 1;
    const kind = kinds[this.#works % kinds.length];
    if (kind === 'revert') {
      const { last } = this;
      if (last?.from !== undefined) await this.#apply(url, await this.#revert(url, last));
      return;
    }
    const set = await this.#create(url);
    if (kind === 'apply') return this.#apply(url, set);
    if (kind === 'discard') return this.#discard(url, set);
    set.isCrossed = kind === 'cross';
    const second = set.isCrossed ? await this.#create(url) : undefined;
    const isScheduled = await this.#schedule(url, set);
    if (second) {
      await sleep(this.#random.below(LONGEST_WAIT_MS));
      const { code } = await this.#told(url, second, 'apply');
      ok(code === undefined || code === 'change_set_stale', code);
      if (code === undefined) this.last = second;
    }
    const { status } = await this.#await(url, set);
    if (status === 'APPLIED') this.last = set;
    const isNext = isScheduled && (!second || second.answer?.code !== undefined);
    ok((status === 'APPLIED') === isNext, `${set.id} is ${status}, ${JSON.stringify(second)}`);
    this.#open = [];
  }

  /** Reads until it is no longer scheduled, which its time alone decides. */
  async #await(url: string, set: KnownSet): Promise<Answer> {
    for (;;) {
      const sentAt = new Date().toISOString();
      const read = await this.#read(url, set);
      if (read.status !== 'SCHEDULED') return read;
      ok(set.appliesAt && sentAt < set.appliesAt, `${set.id} is due, and still scheduled`);
      await sleep(this.#random.below(50));
    }
  }

  async #create(url: string): Promise<KnownSet> {
    const from = this.last?.to;
    this.#states += 1;
    const to = this.#states;
    const label = this.labelOf(to);
    const plan = {
      name: label,
      prices: { monthly: { price: to, regional: { eur: to + 1 } } },
      features: { [this.code]: { displayValue: label } },
    };
    const document = JSON.stringify({
      catalogue: 1,
      features: { [this.code]: { name: label, type: 'boolean' } },
      plans: { [this.code]: plan },
      groups: {
        [label]: { name: label, plans: [this.code] },
        ...(from !== undefined && { [this.labelOf(from)]: null }),
      },
    });
    const { id, hash, code } = await (this.#random.chance(0.5)
      ? this.#graphql(url, mutations.create, { document })
      : this.#rest(url, 'POST', '', { body: document }));
    ok(code === undefined, code);
    return this.#learn({ id, hash, from, to });
  }

  async #revert(url: string, { id: reverted, from, to }: KnownSet): Promise<KnownSet> {
    const { id, hash, code } = await (this.#random.chance(0.5)
      ? this.#graphql(url, mutations.revert, { id: reverted })
      : this.#rest(url, 'POST', `/${reverted}/revert`));
    ok(code === undefined, code);
    return this.#learn({ id, hash, from: to, to: from });
  }

  #learn(set: KnownSet): KnownSet {
    this.answered += 1;
    this.#known.set(set.id, set);
    this.#open.push(set);
    return set;
  }

  async #apply(url: string, set: KnownSet): Promise<void> {
    const answer = await this.#told(url, set, 'apply');
    ok(answer.status === 'APPLIED', `${set.id}: ${JSON.stringify(answer)}`);
    this.last = set;
    this.#open = [];
  }

  async #discard(url: string, set: KnownSet): Promise<void> {
    const answer = await this.#told(url, set, 'discard');
    ok(answer.status === 'DISCARDED', `${set.id}: ${JSON.stringify(answer)}`);
    this.#open = [];
  }

  /** Whether it came in time: on a slow machine, the moment may have passed. */
  async #schedule(url: string, set: KnownSet): Promise<boolean> {
    const inMs = 100 + this.#random.below(LONGEST_WAIT_MS);
    set.appliesAt = new Date(Date.now() + inMs).toISOString();
    const answer = await this.#told(url, set, 'schedule');
    if (answer.code === 'validation_error' && new Date().toISOString() > set.appliesAt)
      return false;
    ok(answer.status === 'SCHEDULED', `${set.id}: ${JSON.stringify(answer)}`);
    return true;
  }

  async #told(url: string, set: KnownSet, action: Action): Promise<Answer> {
    set.sent = action;
    const answer = await this.#act(url, set, action);
    set.answer = answer;
    this.answered += 1;
    return answer;
  }

  #act(url: string, { id, hash, appliesAt }: KnownSet, action: Action): Promise<Answer> {
    if (this.#random.chance(0.5))
      return this.#graphql(url, mutations[action], {
        id,
        ...(action !== 'discard' && { hash }),
        ...(action === 'schedule' && { appliesAt }),
      });
    return this.#rest(url, 'POST', `/${id}/${action}`, {
      ...(action !== 'discard' && { headers: { 'if-match': `"${hash}"` } }),
      ...(action === 'schedule' && { body: JSON.stringify({ appliesAt }) }),
    });
  }

  #read(url: string, { id }: KnownSet): Promise<Answer> {
    if (this.#random.chance(0.5)) return this.#rest(url, 'GET', `/${id}`);
    const query = `query ($id: ID!) { answer: changeSet(id: $id) { ${SELECTION} } }`;
    return this.#graphql(url, query.replace('... on Error { code message }', ''), { id });
  }

  async #rest(
    url: string,
    method: string,
    path: string,
    { body, headers }: { body?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await this.#send(`${url}/catalogue/change-sets${path}`, {
      method,
      ...(body !== undefined && { body }),
      headers: { ...headers, 'x-api-key': this.#apiKey },
    });
    const { error, id, hash, status, appliedAt } = answer;
    return error ? { ...error } : { id, hash, status: String(status).toUpperCase(), appliedAt };
  }

  async #graphql(url: string, query: string, variables: object): Promise<Answer> {
    const { data, errors } = await this.#send(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': this.#apiKey },
      body: JSON.stringify({ query, variables }),
    });
    ok(!errors, JSON.stringify(errors));
    const { __typename, ...answer } = data.answer;
    return answer;
  }

  /** Comes back as long as it is told to. Throws a `TypeError` when the connection ends. */
  // biome-ignore lint/suspicious/noExplicitAny: two surfaces answer, each in its shape.
  async #send(url: string, request: RequestInit): Promise<any> {
    for (let attempts = 1; ; attempts += 1) {
      const response = await fetch(url, request);
      const text = await response.text();
      if (response.status < 500) return JSON.parse(text);
      if (response.status !== 503 || attempts === MOST_ATTEMPTS)
        throw new Error(`${url} answered ${response.status} ${text}`);
      await sleep(1_000);
    }
  }
}
