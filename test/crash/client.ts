import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../model/random.ts';

const MOST_ATTEMPTS = 20;

/** A write that a client has sent, with the key that it can be repeated by. */
interface Sent {
  key: string;
  method: string;
  path: string;
  body: object;
  /** What came back; undefined while nothing has. */
  answer?: unknown;
}

/** What the plan of a client should look like after all that it has sent. */
interface Expected {
  name: string;
  price: number;
  defaultPriceId: string;
  exchangeRate: number | undefined;
}

interface OwnPlan {
  id: string;
  priceIds: [string, string];
}

/** Writes one thing after the other, until the server is gone. */
export class CrashClient {
  readonly name: string;
  readonly #random: Random;
  readonly #apiKey: string;
  #own: OwnPlan | undefined;
  #written = 0;
  /** What was sent since the last recovery. */
  sent: Sent[] = [];
  /** Ids of what was made since the last recovery. */
  made: string[] = [];
  expected: Expected = { name: '', price: 0, defaultPriceId: '', exchangeRate: undefined };

  constructor(name: string, random: Random, apiKey: string) {
    this.name = name;
    this.#random = random;
    this.#apiKey = apiKey;
  }

  /** How many writes have been sent in all. */
  get written(): number {
    return this.#written;
  }

  /** How many of those since the last recovery were acknowledged. */
  get answered(): number {
    return this.sent.filter(({ answer }) => answer !== undefined).length;
  }

  get ownPlanId(): string {
    return this.#own?.id ?? '';
  }

  async settle(url: string): Promise<void> {
    const { id } = await this.#create(url, '/plans/manage', {
      name: this.name,
      code: `own_${this.name}`,
    });
    const monthly = await this.#create(url, `/plans/${id}/prices`, {
      billingInterval: 'monthly',
      price: 100,
    });
    const yearly = await this.#create(url, `/plans/${id}/prices`, {
      billingInterval: 'yearly',
      price: 1000,
    });
    this.#own = { id, priceIds: [monthly.id, yearly.id] };
    this.expected = {
      name: this.name,
      price: 100,
      defaultPriceId: monthly.id,
      exchangeRate: undefined,
    };
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

  /**
   * Repeats everything. What was acknowledged is answered as before; the rest happens now if it had
   * not, and another repetition shows that it has. Answers how many had not happened.
   */
  async recover(url: string): Promise<number> {
    let missing = 0;
    for (const sent of this.sent) {
      const again = await this.#send(url, sent);
      if (sent.answer !== undefined && !again.isReplay)
        throw new Error(`${sent.key} was acknowledged and lost`);
      if (sent.answer !== undefined && !isDeepStrictEqual(again.answer, sent.answer))
        throw new Error(
          `${sent.key} answers ${JSON.stringify(again.answer)} after ${JSON.stringify(sent.answer)}`,
        );
      if (sent.answer !== undefined) continue;
      if (!again.isReplay) missing += 1;
      const thrice = await this.#send(url, sent);
      if (!thrice.isReplay || !isDeepStrictEqual(thrice.answer, again.answer))
        throw new Error(`${sent.key} has no single outcome: ${JSON.stringify([again, thrice])}`);
      this.#note(again.answer);
    }
    this.sent = [];
    return missing;
  }

  async #one(url: string): Promise<void> {
    const { id, priceIds } = this.#own ?? { id: '', priceIds: ['', ''] };
    const number = this.#written;
    const unique = `${this.name}_${number}`;
    const priceId = this.#random.pick(priceIds);
    const writes: (() => [method: string, path: string, body: object])[] = [
      () => ['POST', '/plan-groups', { name: unique }],
      () => ['POST', '/plans/manage', { name: unique, code: unique, metadata: { number } }],
      () => {
        this.expected.name = unique;
        return ['PUT', `/plans/${id}/manage`, { name: unique }];
      },
      () => {
        this.expected.price = number;
        return ['PUT', `/plans/${id}/prices/${priceIds[0]}`, { price: number }];
      },
      () => {
        this.expected.defaultPriceId = priceId;
        return ['PUT', `/plans/${id}/prices/${priceId}/default`, {}];
      },
      () => {
        this.expected.exchangeRate = number + 1;
        return ['PUT', `/plans/${id}/regional`, { currency: 'eur', exchangeRate: number + 1 }];
      },
    ];
    await this.#record(url, ...this.#random.pick(writes)());
  }

  async #create(url: string, path: string, body: object): Promise<{ id: string }> {
    const { answer } = await this.#record(url, 'POST', path, body);
    return (answer as { data: { id: string } }).data;
  }

  async #record(url: string, method: string, path: string, body: object): Promise<Sent> {
    const sent: Sent = { key: `${this.name}-${this.#written}`, method, path, body };
    this.#written += 1;
    this.sent.push(sent);
    const { answer } = await this.#send(url, sent);
    sent.answer = answer;
    this.#note(answer);
    return sent;
  }

  #note(answer: unknown): void {
    const { id } = (answer as { data: { id?: string; object: string } }).data;
    if (id !== undefined) this.made.push(id);
  }

  /** Comes back as long as it is told to. Throws a `TypeError` when the connection ends. */
  async #send(url: string, sent: Sent): Promise<{ answer: unknown; isReplay: boolean }> {
    for (let attempts = 1; ; attempts += 1) {
      const response = await this.#request(url, sent);
      const text = await response.text();
      if (response.ok)
        return { answer: JSON.parse(text), isReplay: response.headers.has('idempotent-replayed') };
      if (response.status !== 503 || attempts === MOST_ATTEMPTS)
        throw new Error(`${sent.method} ${sent.path} answered ${response.status} ${text}`);
      await sleep(1_000);
    }
  }

  #request(url: string, { key, method, path, body }: Sent): Promise<Response> {
    return fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': this.#apiKey,
        'idempotency-key': key,
        'commet-version': path.endsWith('/regional') ? '2026-06-07' : '2026-05-25',
      },
      body: JSON.stringify(body),
    });
  }
}
