import { deepStrictEqual, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import type { Tenant } from '../../src/db/read/reader.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Random } from '../model/random.ts';
import { type Build, ServerProcess } from '../server-process.ts';
import { ChangeSetTenant } from './change-set-tenant.ts';
import { CrashClient } from './client.ts';

const CLIENTS = 8;
const MOST_ANSWERS_IN_A_ROUND = 60;
/** On average, each client of change sets has made one and sent it on. */
const FEWEST_ANSWERS_OF_SETS = 6;
const LONGEST_DELAY_MS = 10;

export interface Tally {
  acknowledged: number;
  unanswered: number;
  /** Of the unanswered ones, those that had not happened. */
  undone: number;
  /** Change sets that were applied in all. */
  applied: number;
  /** Those of them that were scheduled. */
  scheduled: number;
}

/** A server that is killed again and again, its clients, and an eye on its database. */
export class CrashSite {
  readonly tally: Tally = {
    acknowledged: 0,
    unanswered: 0,
    undone: 0,
    applied: 0,
    scheduled: 0,
  };
  readonly #build: Build;
  readonly #world: World;
  readonly #tenant: Tenant;
  readonly #apiKey: string;
  readonly #clients: CrashClient[];
  readonly #changeSets: ChangeSetTenant;
  readonly #random: Random;
  #server: ServerProcess;

  private constructor(
    build: Build,
    world: World,
    tenant: Tenant,
    apiKey: string,
    seed: number,
    server: ServerProcess,
    changeSets: ChangeSetTenant,
  ) {
    this.#build = build;
    this.#world = world;
    this.#tenant = tenant;
    this.#apiKey = apiKey;
    this.#random = new Random(seed);
    this.#server = server;
    this.#changeSets = changeSets;
    this.#clients = Array.from(
      { length: CLIENTS },
      (_, n) => new CrashClient(`c${n}`, new Random(seed, n), apiKey),
    );
  }

  static async open(build: Build, databaseUrl: string, seed: number): Promise<CrashSite> {
    const world = await World.open(databaseUrl);
    const tenant = await world.newTenant();
    const apiKey = await keyOf(world, tenant, 'write');
    const server = await ServerProcess.start(build, databaseUrl);
    const changeSets = await ChangeSetTenant.open(world, seed, server.url);
    const site = new CrashSite(build, world, tenant, apiKey, seed, server, changeSets);
    for (const client of site.#clients) await client.settle(site.#server.url);
    return site;
  }

  /** Kills the server while all clients write, starts it again and looks at what is left. */
  async round(): Promise<void> {
    const writing = [...this.#clients, ...this.#changeSets.clients].map((client) =>
      client.write(this.#server.url),
    );
    const enough = this.#answered() + this.#random.below(MOST_ANSWERS_IN_A_ROUND);
    const sets = this.#changeSets;
    const enoughOfSets = sets.answered + FEWEST_ANSWERS_OF_SETS;
    while (this.#answered() < enough || sets.answered < enoughOfSets) await sleep(1);
    await sleep(this.#random.next() * LONGEST_DELAY_MS);
    await this.#server.kill();
    await Promise.all(writing);
    this.#server = await ServerProcess.start(this.#build, this.#world.url);
    await this.#changeSets.expectPunctual(this.#server.url);

    const sent = this.#clients.flatMap((client) => client.sent);
    const unanswered = sent.filter(({ answer }) => answer === undefined).length;
    const lost = this.#written() - (await this.#revision());
    ok(
      lost >= 0 && lost <= unanswered,
      `${lost} writes are missing, of which ${unanswered} had no answer`,
    );
    await this.#audit();
    await this.#expectThere(this.#clients.flatMap(({ made }) => made));

    const undone = await Promise.all(
      this.#clients.map((client) => client.recover(this.#server.url)),
    );
    deepStrictEqual(await this.#revision(), this.#written());
    await this.#recoverChangeSets();
    await this.#audit();
    for (const client of this.#clients) await this.#expectAsWritten(client);
    this.tally.acknowledged += sent.length - unanswered;
    this.tally.unanswered += unanswered;
    this.tally.undone += undone.reduce((sum, count) => sum + count, 0);
  }

  async #recoverChangeSets(): Promise<void> {
    const { url } = this.#server;
    const { clients } = this.#changeSets;
    for (const client of clients) await client.awaitScheduled(url);
    await this.#changeSets.expectWhole();
    for (const client of clients) {
      const { unanswered, undone } = await client.recover(url);
      this.tally.unanswered += unanswered;
      this.tally.undone += undone;
    }
    const { applied, scheduled } = await this.#changeSets.expectWhole();
    this.tally.applied = applied;
    this.tally.scheduled = scheduled;
  }

  async close(): Promise<void> {
    await this.#server.kill();
    await this.#world.close();
  }

  #written(): number {
    return this.#clients.reduce((sum, { written }) => sum + written, 0);
  }

  #answered(): number {
    return this.#clients.reduce((sum, { answered }) => sum + answered, 0);
  }

  #revision(): Promise<number> {
    return revisionOf(this.#world.store, this.#tenant);
  }

  async #audit(): Promise<void> {
    deepStrictEqual(await auditInvariants(this.#world.store), []);
  }

  async #expectThere(ids: string[]): Promise<void> {
    for (const client of this.#clients) client.made = [];
    for (let start = 0; start < ids.length; start += 100) {
      const some = ids.slice(start, start + 100);
      const { nodes } = await this.#ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: some,
      });
      deepStrictEqual(
        nodes,
        some.map((id) => ({ id })),
      );
    }
  }

  /** The effect of each write is whole: what derives from it is there as well. */
  async #expectAsWritten({ ownPlanId: id, expected }: CrashClient): Promise<void> {
    const { plan } = await this.#ask(
      `query ($id: ID!) { plan(id: $id) {
        name defaultPrice { id } price(billingInterval: MONTHLY) { price } exchangeRates { exchangeRate }
        prices { price regionalPrices { price } } } }`,
      { id },
    );
    const { name, price, defaultPriceId, exchangeRate } = expected;
    // A positive amount never becomes 0.
    const cents = (amount: number) =>
      Math.max(Math.round((amount * (exchangeRate ?? 0)) / 100), Math.sign(amount)) * 100;
    deepStrictEqual(plan, {
      name,
      defaultPrice: { id: defaultPriceId },
      price: { price },
      exchangeRates: exchangeRate === undefined ? [] : [{ exchangeRate }],
      prices: [price, 1000].map((amount) => ({
        price: amount,
        regionalPrices: exchangeRate === undefined ? [] : [{ price: cents(amount) }],
      })),
    });
  }

  async #ask(query: string, variables: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': this.#apiKey },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data: Record<string, unknown>;
      errors?: unknown;
    };
    ok(!errors, JSON.stringify(errors));
    return data;
  }
}
