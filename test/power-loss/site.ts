import { deepStrictEqual, ok } from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Random } from '../model/random.ts';
import { type Build, ServerProcess } from '../server-process.ts';
import { Disk, type Outcome, outcomes } from './disk.ts';
import { type Event, Tracer } from './trace.ts';

const CLIENTS = 16;

/** The codes of the plans that an answer tells of. */
const codesIn = ({ text }: { text: string }): string[] =>
  [...text.matchAll(/"code":"(plan_\d+)"/g)].map(([, code = '']) => code);

export interface Tally {
  cuts: number;
  /** Writes that were acknowledged before the cuts, in all. */
  acknowledged: number;
  /** What was there after a cut and had no answer before it. */
  unacknowledged: number;
}

/**
 * A recording of all that a server wrote, synced and answered while many clients wrote, to cut the
 * power at any moment of it.
 */
export class PowerLossSite {
  readonly tally: Tally = { cuts: 0, acknowledged: 0, unacknowledged: 0 };
  readonly #folder: string;
  readonly #tenantId: string;
  readonly #before: Map<string, Buffer>;
  readonly #events: Event[];
  readonly #random: Random;
  #rounds = 0;

  private constructor(
    folder: string,
    tenantId: string,
    before: Map<string, Buffer>,
    events: Event[],
    random: Random,
  ) {
    this.#folder = folder;
    this.#tenantId = tenantId;
    this.#before = before;
    this.#events = events;
    this.#random = random;
  }

  static async record(build: Build, writes: number, seed: number): Promise<PowerLossSite> {
    const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-power-'));
    const path = join(folder, 'plans.db');
    const world = await World.open(`file:${path}`);
    const tenant = await world.newTenant();
    const apiKey = await keyOf(world, tenant, 'write');
    await world.close();
    const server = await ServerProcess.start(build, `file:${path}`, { RATE_LIMIT: '1000000' });
    const tracer = await Tracer.attach(server.pid, join(folder, 'trace'));
    const files = [path, `${path}-wal`];
    const before = new Map<string, Buffer>();
    for (const file of files) before.set(file, await readFile(file));
    let count = 0;
    const client = async () => {
      while (count < writes) {
        count += 1;
        await create(server.url, apiKey, `plan_${count}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await server.kill();
    const random = new Random(seed);
    return new PowerLossSite(folder, tenant.id, before, await tracer.events(), random);
  }

  /** How many commits there were, and how many plans they made. */
  get syncs(): number {
    return this.#events.filter(({ kind }) => kind === 'sync').length;
  }

  /** Cuts the power at a moment by chance, with each outcome. */
  async round(): Promise<void> {
    const moment = this.#moment();
    const disk = new Disk(this.#before);
    const past = this.#events.slice(0, moment);
    for (const event of past) disk.see(event);
    const acknowledged = past.flatMap((event) => (event.kind === 'answer' ? codesIn(event) : []));
    for (const outcome of outcomes) await this.#cut(disk, outcome, acknowledged);
  }

  /** Any, and in every second round one at which writes are durable and not yet answered. */
  #moment(): number {
    this.#rounds += 1;
    if (this.#rounds % 2 === 0) return this.#random.below(this.#events.length);
    const synced = this.#events.flatMap(({ kind }, place) => (kind === 'sync' ? [place + 1] : []));
    return this.#random.pick(synced);
  }

  async #cut(disk: Disk, outcome: Outcome, acknowledged: string[]): Promise<void> {
    const folder = await mkdtemp(join(this.#folder, 'cut-'));
    for (const [file, content] of disk.cut(outcome, this.#random))
      await writeFile(join(folder, basename(file)), content);
    const world = await World.open(`file:${join(folder, 'plans.db')}`);
    const { store } = world;
    try {
      deepStrictEqual(await store.engine.storageFaults(), []);
      deepStrictEqual(await auditInvariants(store), []);
      const plans = await store.engine.reading
        .selectFrom('plan')
        .select('code')
        .where('tenant_id', '=', this.#tenantId)
        .execute();
      const there = new Set(plans.map(({ code }) => code));
      const lost = acknowledged.filter((code) => !there.has(code));
      ok(lost.length === 0, `${outcome}: ${lost.length} acknowledged writes are lost: ${lost[0]}`);
      this.tally.cuts += 1;
      this.tally.acknowledged += acknowledged.length;
      this.tally.unacknowledged += there.size - acknowledged.length;
    } finally {
      await world.close();
      await rm(folder, { recursive: true });
    }
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }
}

const create = async (url: string, apiKey: string, code: string): Promise<void> => {
  const response = await fetch(`${url}/api/v1/plans/manage`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Plan', code, description: 'x'.repeat(500) }),
  });
  if (response.status !== 201) throw new Error(await response.text());
  await response.text();
};
