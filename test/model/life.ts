import { deepStrictEqual } from 'node:assert/strict';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import type { Tenant } from '../../src/db/read/reader.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { modes } from '../../src/vocabulary.ts';
import type { World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { CallGenerator } from './call-generator.ts';
import { graphql } from './graphql.ts';
import { anyInvalidInput, type InvalidInput } from './invalid-inputs.ts';
import { Random } from './random.ts';
import type { Call } from './reference/calls.ts';
import { type Outcome, RememberingTenant } from './reference/idempotency.ts';
import { ReferenceTenant, Refusal } from './reference/tenant.ts';
import { rest } from './rest.ts';
import type { Answer, Surface } from './surface.ts';

/** One organization for each. */
const baseCurrencies = ['usd', 'eur', 'jpy'];
const surfaces = [graphql, rest('A'), rest('B'), rest('C')];
const statuses: Record<string, number> = {
  validation_error: 400,
  forbidden: 403,
  plan_not_found: 404,
  price_not_found: 404,
  feature_not_found: 404,
  exchange_rate_not_found: 404,
  feature_limit_not_found: 404,
  feature_section_not_found: 404,
  unit_price_not_found: 404,
  plan_group_not_found: 404,
  market_not_found: 404,
  market_in_use: 409,
  price_in_use: 409,
  duplicate: 409,
  feature_already_exists: 409,
  feature_in_use: 409,
  no_prices_configured: 409,
  idempotency_key_mismatch: 409,
};

interface Keyed {
  key: string;
  call: Call;
  surface: Surface;
}

/** One tenant from both sides: as it is served, and as it should be. */
interface Side {
  tenant: Tenant;
  writeKey: string;
  readKey: string;
  reference: RememberingTenant;
  keyed: Keyed[];
}

/** What is sent in one step. */
interface Attempt {
  call: Call;
  surface: Surface;
  key: string | undefined;
  invalidInput: InvalidInput | undefined;
  mayWrite: boolean;
}

const start = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The gateway and the model side by side, step by step. A step's chances depend on the seed
 * and its number only.
 */
export class Life {
  readonly #world: World;
  readonly #seed: number;
  readonly #gateway: Gateway;
  readonly #sides: Side[];
  #now = start;

  private constructor(world: World, seed: number, gateway: Gateway, sides: Side[]) {
    this.#world = world;
    this.#seed = seed;
    this.#gateway = gateway;
    this.#sides = sides;
  }

  static async begin(world: World, seed: number): Promise<Life> {
    world.time = new Date(start);
    const sides: Side[] = [];
    for (const baseCurrency of baseCurrencies)
      for (const mode of modes) {
        const name = `Organization in ${baseCurrency} of ${seed}`;
        const tenant = await world.tenantOf(name, mode, baseCurrency);
        const [writeKey, readKey] = [
          await keyOf(world, tenant, 'write'),
          await keyOf(world, tenant, 'read'),
        ];
        sides.push({
          tenant,
          writeKey,
          readKey,
          reference: new RememberingTenant(new ReferenceTenant(baseCurrency)),
          keyed: [],
        });
      }
    return new Life(world, seed, await Gateway.start(world), sides);
  }

  end(): Promise<void> {
    return this.#gateway.close();
  }

  /** Throws when the gateway and the model disagree. */
  async step(number: number): Promise<void> {
    const random = new Random(this.#seed, number);
    this.#turnClock(random);
    const side = random.pick(this.#sides);
    try {
      if (random.chance(0.04))
        await this.#read(side, random.pick(surfaces), random.pick([1, 3, 100, 100]));
      else await this.#write(side, this.#attempt(side, random, number));
    } catch (thrown) {
      throw new Error(
        `seed ${this.#seed}, step ${number}: ${thrown instanceof Error ? thrown.message : thrown}`,
        {
          cause: thrown,
        },
      );
    }
  }

  /** Nothing is broken, and each catalogue reads the same on every surface. */
  async inspect(): Promise<void> {
    await this.audit();
    for (const side of this.#sides)
      for (const surface of surfaces) await this.#read(side, surface, 100);
  }

  async audit(): Promise<void> {
    deepStrictEqual(await auditInvariants(this.#world.store), []);
    for (const { tenant, reference } of this.#sides)
      deepStrictEqual(await revisionOf(this.#world.store, tenant), reference.catalogue.revision);
  }

  #turnClock(random: Random): void {
    const turns = {
      leap: () => start + random.below(60 * DAY_MS),
      back: () => Math.max(start, this.#now - random.below(2 * HOUR_MS)),
      day: () => this.#now + DAY_MS,
      stop: () => this.#now,
      run: () => this.#now + random.below(5_000),
    };
    this.#now = turns[random.weighted({ leap: 0.5, back: 2, day: 0.5, stop: 10, run: 87 })]();
    this.#world.time = new Date(this.#now);
    for (const { reference } of this.#sides) reference.see(this.#world.time.toISOString());
  }

  #attempt(side: Side, random: Random, number: number): Attempt {
    const { keyed, reference } = side;
    const strangers = this.#sides
      .filter((other) => other !== side)
      .map((other) => other.reference.catalogue);
    const surface = random.pick(surfaces);
    const invented = new CallGenerator(random, reference.catalogue, strangers).call();
    const call = surface.sayable(invented, side.tenant.baseCurrency);
    if (!call)
      return {
        call: graphql.sayable(invented, side.tenant.baseCurrency) ?? invented,
        surface: graphql,
        key: undefined,
        invalidInput: undefined,
        mayWrite: true,
      };
    const known = keyed.filter(({ key }) =>
      reference.isCertain(key, new Date(this.#now).toISOString()),
    );
    if (known.length > 0 && random.chance(0.08))
      return this.#repetition(side, random, random.pick(known));

    const invalidInput = random.chance(0.07)
      ? anyInvalidInput(random, call.operation, surface === graphql)
      : undefined;
    const mayWrite = invalidInput !== undefined || random.chance(0.98);
    const usedKey = known.length > 0 && random.chance(0.03) ? random.pick(known).key : undefined;
    // A document is about what is there: again, once its key is forgotten, it would be another.
    const isKeyed = call.operation !== 'createChangeSet' && random.chance(0.3);
    const key = usedKey ?? (isKeyed ? `key-${number}` : undefined);
    if (key !== undefined && !usedKey && !invalidInput && mayWrite)
      keyed.push({ key, call, surface });
    return { call, surface, key, invalidInput, mayWrite };
  }

  /** The same request once more, by another surface where that one can say it. */
  #repetition({ tenant }: Side, random: Random, { key, call, surface }: Keyed): Attempt {
    const able = surfaces.filter((other) => {
      const said = other.sayable(call, tenant.baseCurrency);
      return said && JSON.stringify(said) === JSON.stringify(call);
    });
    return {
      call,
      key,
      surface: able.length > 0 ? random.pick(able) : surface,
      invalidInput: undefined,
      mayWrite: true,
    };
  }

  async #write(side: Side, attempt: Attempt): Promise<void> {
    const { surface, call, key, mayWrite } = attempt;
    const apiKey = mayWrite ? side.writeKey : side.readKey;
    const wire = spoilt(attempt);
    const answer = await surface.write(
      {
        url: this.#gateway.url,
        apiKey,
        baseCurrency: side.tenant.baseCurrency,
        idempotencyKey: key,
      },
      wire,
    );
    const outcome = this.#expected(side, attempt, answer);
    const about = `${surface.name}, key ${key}: ${JSON.stringify(wire)} answered ${JSON.stringify(answer)}`;
    if ('refusal' in outcome) return sameRefusal(outcome, answer, surface, about);

    const { catalogue } = side.reference;
    const isGone = (id: string) => catalogue.features.every((feature) => feature.id !== id);
    // GraphQL answers what is linked as it is now; of a repeated request it may be gone.
    if (
      surface === graphql &&
      'planFeature' in outcome.result &&
      isGone(outcome.result.planFeature.featureId)
    )
      return;
    const isLive = side.tenant.mode === 'live';
    const body = JSON.parse(JSON.stringify(surface.printed(call, outcome, catalogue, isLive)));
    deepStrictEqual(
      { body: answer.body, isReplay: answer.isReplay },
      { body, isReplay: outcome.isReplay },
      about,
    );
    deepStrictEqual(answer.status, surface.statusOf(call), about);
  }

  #expected(
    { reference }: Side,
    { call, key, invalidInput, mayWrite }: Attempt,
    answer: Answer,
  ): Outcome {
    if (!mayWrite) return { refusal: new Refusal('forbidden'), isReplay: false };
    if (invalidInput)
      return {
        refusal: new Refusal('validation_error', invalidInput.param ?? invalidInput.field),
        isReplay: false,
      };
    return reference.write(
      call,
      { now: new Date(this.#now).toISOString(), id: idIn(answer.body), hash: hashIn(answer.body) },
      key,
    );
  }

  async #read(
    { tenant, readKey, reference }: Side,
    surface: Surface,
    pageSize: number,
  ): Promise<void> {
    const { baseCurrency } = tenant;
    const to = { url: this.#gateway.url, apiKey: readKey, baseCurrency };
    const read = await surface.readAll(to, pageSize);
    const everything = surface.everything(reference.catalogue, tenant.mode === 'live');
    deepStrictEqual(
      read,
      JSON.parse(JSON.stringify(everything)),
      `${surface.name} reads otherwise`,
    );
  }
}

const spoilt = ({ call, invalidInput }: Attempt): Call =>
  invalidInput && 'input' in call
    ? ({ ...call, input: { ...call.input, [invalidInput.field]: invalidInput.value } } as Call)
    : call;

const sameRefusal = (
  { refusal: { code, params }, isReplay }: Extract<Outcome, { refusal: Refusal }>,
  { failure, isReplay: wasReplay, status }: Answer,
  surface: Surface,
  about: string,
): void => {
  deepStrictEqual({ code: failure?.code, isReplay: wasReplay }, { code, isReplay }, about);
  const names = params.map((param) => surface.nameOf(param));
  if (names.length > 0 && !names.includes(failure?.param ?? ''))
    deepStrictEqual(failure?.param, names, about);
  if (surface !== graphql) deepStrictEqual(status, statuses[code], about);
};

const hashIn = (body: unknown): string | undefined => ((body ?? {}) as { hash?: string }).hash;

const idIn = (body: unknown): string => {
  const { id, data } = (body ?? {}) as { id?: string; data?: { id?: string } };
  return id ?? data?.id ?? '';
};
