import { deepStrictEqual } from 'node:assert/strict';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { World } from '../engines.ts';
import { Random } from '../model/random.ts';
import { type Build, ServerProcess } from '../server-process.ts';
import { edgeRequest, junkBytes, strangeHeader } from './edge.ts';
import { graphqlRequest } from './graphql.ts';
import { type Probe, probeOf } from './probe.ts';
import { restRequest } from './rest.ts';
import { Tenants } from './tenants.ts';
import { ValueGenerator } from './value-generator.ts';
import { faultsOf } from './verdict.ts';
import { type Answer, Wire } from './wire.ts';

const PATIENCE_MS = 30_000;
const PATIENCE_WITH_JUNK_MS = 2_000;
const STRANGE_HEADER = 0.15;

/** The server that is shipped, in a process of its own, under requests that nobody should send. */
export class FuzzSite {
  /** How many answers of each surface had which status. */
  readonly tally: Record<string, number> = {};
  readonly #world: World;
  readonly #server: ServerProcess;
  readonly #tenants: Tenants;
  readonly #wire: Wire;
  readonly #seed: number;
  readonly #heard: Heard;

  private constructor(
    world: World,
    server: ServerProcess,
    tenants: Tenants,
    heard: Heard,
    seed: number,
  ) {
    this.#world = world;
    this.#server = server;
    this.#tenants = tenants;
    this.#heard = heard;
    this.#seed = seed;
    this.#wire = new Wire(server.url);
  }

  static async open(build: Build, databaseUrl: string, seed: number): Promise<FuzzSite> {
    const world = await World.open(databaseUrl);
    const tenants = await Tenants.settle(world);
    const heard = new Heard(tenants.secrets);
    const environment = {
      RATE_LIMIT: 'off',
      GRAPHIQL: 'on',
      CORS_ORIGINS: 'http://localhost:3000',
    };
    const server = await ServerProcess.start(build, databaseUrl, environment, (text) =>
      heard.hear(text),
    );
    return new FuzzSite(world, server, tenants, heard, seed);
  }

  /** Sends the request of this number and throws when the answer is not what any answer must be. */
  async probe(number: number): Promise<void> {
    const random = new Random(this.#seed, number);
    const probe = this.#imagined(random);
    const patienceMs = probe.whole ? PATIENCE_MS : PATIENCE_WITH_JUNK_MS;
    const answers = await this.#wire.send({ ...probe, patienceMs });
    const faults = answers.flatMap((answer) => faultsOf(answer, probe, this.#tenants.secrets));
    if (probe.whole && answers.length === 0) faults.push('is missing');
    if (!this.#server.isRunning) faults.push('was the last one: the server has ended');
    faults.push(...this.#heard.takeFaults());
    if (faults.length > 0) throw new Error(report(number, faults, probe, answers));
    for (const answer of answers) this.#count(probe, answer);
  }

  heap(): Promise<number> {
    return this.#server.heap();
  }

  async audit(): Promise<void> {
    deepStrictEqual(await auditInvariants(this.#world.store), []);
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.#server.kill();
    await this.#world.close();
  }

  #imagined(random: Random): Probe {
    const holder = this.#tenants.anyone(random);
    const generator = new ValueGenerator(random, holder.ids, this.#tenants);
    const surface = random.weighted({ graphql: 46, rest: 42, edge: 8, junk: 4 });
    if (surface === 'junk')
      return { surface, method: '', bytes: junkBytes(random, holder), holder, whole: false };
    const makers = { graphql: graphqlRequest, rest: restRequest, edge: () => edgeRequest(random) };
    const request = makers[surface](generator);
    if (random.chance(STRANGE_HEADER)) request.headers.push(strangeHeader(random));
    return probeOf(surface, request, holder);
  }

  #count({ surface, holder }: Probe, { status, body }: Answer): void {
    const entry = `${surface} ${status}`;
    this.tally[entry] = (this.tally[entry] ?? 0) + 1;
    if (status < 300) holder.ids.learn(body);
  }
}

/** What the server writes for its operator: no fault of its own, and no key. */
class Heard {
  readonly #secrets: readonly string[];
  #faults: string[] = [];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  hear(text: string): void {
    if (this.#secrets.some((secret) => text.includes(secret)))
      this.#faults.push('was logged with a key');
    const fault = text
      .split('\n')
      .find((line) => /"level":("error"|50|60)|"level":"fatal"|Error:/.test(line));
    if (fault) this.#faults.push(`left a fault in the log: ${fault}`);
  }

  takeFaults(): string[] {
    const taken = this.#faults;
    this.#faults = [];
    return taken;
  }
}

const LONGEST_EXCERPT = 4_000;

const excerpt = (text: string) =>
  text.replace(/^(x-api-key: ).*$/im, '$1…').slice(0, LONGEST_EXCERPT) +
  (text.length > LONGEST_EXCERPT ? `… (${text.length} characters)` : '');

const report = (
  number: number,
  faults: string[],
  { surface, bytes }: Probe,
  answers: Answer[],
): string =>
  [
    `The answer to request ${number} (${surface}) ${faults.join('\n  and ')}`,
    excerpt(bytes.toString('utf8')),
    ...answers.map(({ status, headers, body }) =>
      excerpt(`${status} ${JSON.stringify([...headers])}\n${body}`),
    ),
  ].join('\n\n');
