import { sql } from 'kysely';
import { afterAll, expect } from 'vitest';
import { auditInvariants } from '../src/db/maintenance/invariants.ts';
import { revisionOf } from '../src/db/records/organization.ts';
import type { Tables } from '../src/db/tables.ts';
import { type CreateFeatureInput, createFeature, type Feature } from '../src/domain/feature.ts';
import {
  type CreateFeatureSectionInput,
  createFeatureSection,
  type FeatureSection,
} from '../src/domain/feature-section.ts';
import { type CreateMarketInput, createMarket, type Market } from '../src/domain/market.ts';
import type { Reader, Tenant, WriteRequest, Writer } from '../src/domain/operation.ts';
import { type CreatePlanInput, createPlan, type Plan } from '../src/domain/plan.ts';
import {
  type AddPlanFeatureInput,
  addPlanFeature,
  type PlanFeature,
} from '../src/domain/plan-feature.ts';
import {
  type CreatePlanGroupInput,
  createPlanGroup,
  type PlanGroup,
} from '../src/domain/plan-group.ts';
import { type AddPlanPriceInput, addPlanPrice, type PlanPrice } from '../src/domain/price.ts';
import {
  type PlanRegionalPricing,
  type SetPlanRegionalPricingInput,
  setPlanRegionalPricing,
} from '../src/domain/regional-pricing.ts';
import type { Audience, Mode } from '../src/vocabulary.ts';
import { anyone, type World } from './engines.ts';

type Work<Result> = (writer: Writer) => Promise<Result>;

const owned = [
  'api_key',
  'plan_group',
  'plan',
  'feature_section',
  'feature',
  'plan_price',
  'regional_price',
  'exchange_rate',
  'plan_feature',
  'feature_limit',
  'market',
  'market_country',
  'market_price',
  'regional_overage',
  'plan_feature_limit',
  'unit_price',
  'regional_unit_price',
  'market_unit_price',
  'translation',
  'idempotency_record',
  'audit_log',
  'audit_log_object',
] as const satisfies (keyof Tables)[];

/** The catalogue of one tenant, and short ways to arrange it. */
export class Catalogue {
  readonly tenant: Tenant;
  readonly #world: World;
  #named = 0;

  constructor(world: World, tenant: Tenant) {
    this.#world = world;
    this.tenant = tenant;
  }

  reader(audience?: Audience): Reader {
    return this.#world.store.reader(this.tenant, audience);
  }

  /** One write on behalf of anyone, or of the request. */
  change<Result>(work: Work<Result>, request: Partial<WriteRequest> = {}): Promise<Result> {
    return this.#world.store.write(this.tenant, { ...anyone, ...request }, work);
  }

  /** The same at the time that the clock shows then. */
  async changeAt<Result>(
    time: string,
    work: Work<Result>,
    request?: Partial<WriteRequest>,
  ): Promise<Result> {
    const before = this.#world.time;
    this.#world.time = new Date(time);
    try {
      return await this.change(work, request);
    } finally {
      this.#world.time = before;
    }
  }

  plan(input: Partial<CreatePlanInput> = {}): Promise<Plan> {
    return this.change((w) =>
      createPlan(w, { name: 'Plan', code: this.#newCode('plan'), ...input }),
    );
  }

  price(plan: Plan, input: Partial<AddPlanPriceInput> = {}): Promise<PlanPrice> {
    return this.change((w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 290_000, ...input }),
    );
  }

  feature(input: Partial<CreateFeatureInput> = {}): Promise<Feature> {
    const code = this.#newCode('feature');
    return this.change((w) =>
      createFeature(w, { name: `Name of ${code}`, code, type: 'usage', ...input }),
    );
  }

  section(input: Partial<CreateFeatureSectionInput> = {}): Promise<FeatureSection> {
    return this.change((w) => createFeatureSection(w, { name: 'Section', ...input }));
  }

  attach(
    plan: Plan,
    feature: Feature,
    input: Omit<AddPlanFeatureInput, 'featureId'> = {},
  ): Promise<PlanFeature> {
    return this.change((w) => addPlanFeature(w, plan.id, { featureId: feature.id, ...input }));
  }

  regionalPricing(plan: Plan, input: SetPlanRegionalPricingInput): Promise<PlanRegionalPricing> {
    return this.change((w) => setPlanRegionalPricing(w, plan.id, input));
  }

  market(input: Partial<CreateMarketInput> = {}): Promise<Market> {
    return this.change((w) =>
      createMarket(w, {
        name: 'Market',
        code: this.#newCode('market'),
        countryCodes: ['BR'],
        ...input,
      }),
    );
  }

  group(input: Partial<CreatePlanGroupInput> = {}): Promise<PlanGroup> {
    return this.change((w) => createPlanGroup(w, { name: 'Group', ...input }));
  }

  revision(): Promise<number> {
    return revisionOf(this.#world.store, this.tenant);
  }

  /** What is stored, row by row. */
  async rows<Table extends (typeof owned)[number]>(table: Table): Promise<Tables[Table][]> {
    const { rows } = await sql<
      Tables[Table]
    >`select * from ${sql.table(table)} where tenant_id = ${this.tenant.id}`.execute(
      this.#world.store.engine.reading,
    );
    return rows;
  }

  /** Everything that is stored for the tenant, to compare. */
  async contents(): Promise<unknown> {
    const tables = await Promise.all(
      owned.map(async (table) => [
        table,
        (await this.rows(table)).map((row) => JSON.stringify(row)).sort(),
      ]),
    );
    return { revision: await this.revision(), ...Object.fromEntries(tables) };
  }

  /** The write fails as expected and leaves everything as it was. */
  async refuses(work: Work<unknown>, expected: { code: string; param?: string }): Promise<void> {
    const before = await this.contents();
    await expect(this.change(work)).rejects.toMatchObject(expected);
    expect(await this.contents()).toEqual(before);
  }

  #newCode(noun: string): string {
    this.#named += 1;
    return `${noun}_${this.#named}`;
  }
}

export const newCatalogue = async (
  world: World,
  mode?: Mode,
  baseCurrency?: string,
): Promise<Catalogue> => new Catalogue(world, await world.newTenant(mode, baseCurrency));

/** The catalogues of one organization: live and sandbox. */
export const bothModes = async (world: World): Promise<[live: Catalogue, sandbox: Catalogue]> => {
  const organization = `Organization ${Math.random()}`;
  return [
    new Catalogue(world, await world.tenantOf(organization, 'live')),
    new Catalogue(world, await world.tenantOf(organization, 'sandbox')),
  ];
};

/** The suite leaves no invariant broken. */
export const keepsInvariants = (world: () => World): void => {
  afterAll(async () => expect(await auditInvariants(world().store)).toEqual([]));
};
