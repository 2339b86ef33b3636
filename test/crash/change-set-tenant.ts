import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Tenant } from '../../src/db/read/reader.ts';
import { auditLog, type ChangeSet, changeSet } from '../../src/db/tables.ts';
import { pullCatalogue } from '../../src/domain/catalogue/pull.ts';
import type { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Random } from '../model/random.ts';
import { ChangeSetClient } from './change-set-client.ts';

const CLIENTS = 3;

/** Types of the objects that a set writes which leads from one state to the next. */
const WRITTEN = [
  'ChangeSet',
  'Feature',
  'Plan',
  'PlanFeature',
  'PlanGroup',
  'PlanPrice',
  'RegionalPrice',
];

/** A catalogue that changes by change sets only, its clients, and an eye on what is stored of it. */
export class ChangeSetTenant {
  readonly clients: ChangeSetClient[];
  readonly #world: World;
  readonly #tenant: Tenant;
  readonly #apiKey: string;

  private constructor(world: World, tenant: Tenant, apiKey: string, seed: number) {
    this.#world = world;
    this.#tenant = tenant;
    this.#apiKey = apiKey;
    this.clients = Array.from(
      { length: CLIENTS },
      (_, place) => new ChangeSetClient(place, new Random(seed, 1_000 + place), apiKey),
    );
  }

  static async open(world: World, seed: number, url: string): Promise<ChangeSetTenant> {
    const tenant = await world.newTenant();
    const opened = new ChangeSetTenant(world, tenant, await keyOf(world, tenant), seed);
    for (const client of opened.clients) await client.settle(url);
    return opened;
  }

  get answered(): number {
    return this.clients.reduce((sum, { answered }) => sum + answered, 0);
  }

  /** Nothing is due any more once the first request has been answered. */
  async expectPunctual(url: string): Promise<void> {
    const sentAt = new Date().toISOString();
    const response = await fetch(`${url}/catalogue`, { headers: { 'x-api-key': this.#apiKey } });
    ok(response.ok, await response.text());
    const { sets } = await this.#stored();
    const due = sets.filter(
      ({ status, appliesAt }) =>
        status === 'scheduled' && appliesAt !== null && appliesAt <= sentAt,
    );
    deepStrictEqual(due, []);
  }

  /** What every client was told is there, each set as a whole or not at all, none of them twice. */
  async expectWhole(): Promise<{ applied: number; scheduled: number }> {
    const { sets, entries, revision } = await this.#stored();
    const applied = sets
      .filter(({ status }) => status === 'applied')
      .sort((a, b) => Number(a.appliedRevision) - Number(b.appliedRevision));
    deepStrictEqual(
      applied.map(({ appliedRevision }) => appliedRevision),
      Array.from({ length: revision }, (_, place) => place + 1),
    );
    deepStrictEqual(
      entries.map(({ objectId, revision, scheduled }) => ({ objectId, revision, scheduled })),
      applied.map(({ id, appliedRevision, appliesAt }) => ({
        objectId: id,
        revision: appliedRevision,
        scheduled: appliesAt !== null,
      })),
    );
    for (const { objectId, changes } of entries) {
      const { from } = this.#known(objectId) ?? {};
      if (from === undefined) continue;
      const types = new Set(changes?.map(({ type }) => type));
      deepStrictEqual([...types].sort(), WRITTEN, objectId);
    }
    for (const set of sets) this.#expectAsTold(set);
    for (const client of this.clients) await this.#expectState(client, applied);
    const scheduled = applied.filter(({ appliesAt }) => appliesAt !== null);
    return { applied: applied.length, scheduled: scheduled.length };
  }

  #known(id: string) {
    for (const client of this.clients) {
      const set = client.known(id);
      if (set) return set;
    }
    return undefined;
  }

  #expectAsTold({ id, status }: ChangeSet): void {
    const known = this.#known(id);
    if (!known) {
      ok(status === 'draft', `${id} is ${status}, and no client has seen it`);
      return;
    }
    const { sent, answer, isCrossed } = known;
    const possible = {
      apply: ['draft', 'applied'],
      discard: ['draft', 'discarded'],
      schedule: ['draft', 'scheduled', 'applied', ...(isCrossed ? ['failed'] : [])],
    };
    const told = {
      apply: ['applied'],
      discard: ['discarded'],
      schedule: possible.schedule.slice(1),
    };
    const isTold = answer !== undefined && answer.code === undefined;
    const allowed = sent ? (isTold ? told : possible)[sent] : ['draft'];
    ok(allowed.includes(status), `${id} is ${status} after ${sent}: ${JSON.stringify(answer)}`);
  }

  async #expectState(client: ChangeSetClient, applied: ChangeSet[]): Promise<void> {
    let state: number | undefined;
    for (const { id } of applied) {
      const set = client.known(id);
      if (!set) continue;
      deepStrictEqual(set.from, state, `${id} leads on from another state`);
      state = set.to;
      client.last = set;
    }
    ok(state !== undefined);
    const catalogue = await pullCatalogue(this.#world.store.reader(this.#tenant));
    const { code } = client;
    const label = client.labelOf(state);
    const plan = catalogue.plans?.get(code);
    const price = plan?.prices?.get('monthly');
    deepStrictEqual(
      {
        name: plan?.name,
        price: price?.price,
        regional: price?.regional?.get('eur')?.price,
        feature: catalogue.features?.get(code)?.name,
        shown: plan?.features?.get(code)?.displayValue,
        groups: [...(catalogue.groups ?? [])]
          .filter(([key]) => key.startsWith(`${code}_`))
          .map(([key, { name, plans }]) => [key, name, plans]),
      },
      {
        name: label,
        price: state * 10_000,
        regional: (state + 1) * 10_000,
        feature: label,
        shown: label,
        groups: [[label, label, [code]]],
      },
    );
  }

  /** At one moment: what is scheduled may be applied at any. */
  #stored() {
    const tenantId = this.#tenant.id;
    return this.#world.store.engine.snapshot(async (db) => {
      const sets = await db
        .selectFrom('change_set')
        .where('tenant_id', '=', tenantId)
        .selectAll()
        .execute();
      const entries = await db
        .selectFrom('audit_log')
        .where('tenant_id', '=', tenantId)
        .where('operation', '=', 'applyChangeSet')
        .orderBy('revision')
        .selectAll()
        .execute();
      const { revision } = await db
        .selectFrom('tenant')
        .where('id', '=', tenantId)
        .select('revision')
        .executeTakeFirstOrThrow();
      return {
        sets: sets.map((row) => changeSet.record(changeSet.image(row))),
        entries: entries.map((row) => auditLog.record(auditLog.image(row))),
        revision,
      };
    });
  }
}
