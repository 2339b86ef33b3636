import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalogue, CataloguePlan } from '../../src/domain/catalogue/document.ts';
import { printYaml } from '../../src/domain/catalogue/print.ts';
import { applyChangeSet, createChangeSet } from '../../src/domain/change-set.ts';
import { createFeature } from '../../src/domain/feature.ts';
import type { Tenant, Writer } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { anyone, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';

/**
 * One change set of 625 objects beside 625 single writes that make the same catalogue, in turns and
 * each on a tenant of its own; and how long the event loop kept others waiting meanwhile.
 */

const PLANS = 25;
const FEATURES = 22;
const ROUNDS = 5;

const planCode = (number: number) => `plan_${String(number).padStart(2, '0')}`;
const featureCode = (number: number) => `feature_${String(number).padStart(2, '0')}`;
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

/** 25 plans of a plan, two prices and 22 features each; the features are there before. */
const wanted: Catalogue = {
  catalogue: 1,
  plans: new Map(
    numbers(PLANS).map((number): [string, CataloguePlan] => [
      planCode(number),
      {
        name: `Plan ${number}`,
        consumptionModel: 'metered',
        prices: new Map([
          ['monthly', { price: 100_000 + number }],
          ['yearly', { price: 1_000_000 + number }],
        ]),
        features: new Map(
          numbers(FEATURES).map((each) => [featureCode(each), { includedAmount: each }]),
        ),
      },
    ]),
  ),
};

const write = <Result>(world: World, tenant: Tenant, work: (writer: Writer) => Promise<Result>) =>
  world.store.write(tenant, anyone, work);

const prepared = async (world: World): Promise<Tenant> => {
  const tenant = await world.newTenant();
  for (const number of numbers(FEATURES))
    await write(world, tenant, (w) =>
      createFeature(w, { code: featureCode(number), name: `Feature ${number}`, type: 'usage' }),
    );
  return tenant;
};

const singly = async (world: World, tenant: Tenant): Promise<number> => {
  let writes = 0;
  const single = async (work: (writer: Writer) => Promise<unknown>) => {
    await write(world, tenant, work);
    writes += 1;
  };
  for (const number of numbers(PLANS)) {
    const code = planCode(number);
    await single((w) =>
      createPlan(w, { code, name: `Plan ${number}`, consumptionModel: 'metered' }),
    );
    for (const [billingInterval, price] of [
      ['monthly', 100_000 + number],
      ['yearly', 1_000_000 + number],
    ] as const)
      await single((w) => addPlanPrice(w, code, { billingInterval, price }));
    for (const each of numbers(FEATURES))
      await single((w) =>
        addPlanFeature(w, code, { featureId: featureCode(each), includedAmount: each }),
      );
  }
  return writes;
};

/** Milliseconds, and the longest that anyone else waited for a turn. */
const timed = async (work: () => Promise<unknown>): Promise<{ took: number; longest: number }> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await nextTurn();
  delay.enable();
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  await nextTurn();
  delay.disable();
  return { took, longest: delay.max / 1e6 };
};

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const compare = async (engine: string, world: World): Promise<void> => {
  const ratios: number[] = [];
  const drafts: number[] = [];
  const waits: number[] = [];
  const draftWaits: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = [await prepared(world), await prepared(world)];
    let writes = 0;
    const single = await timed(async () => {
      writes = await singly(world, one);
    });
    const document = printYaml(wanted);
    let set = { id: '', hash: '', changes: 0 };
    const draft = await timed(async () => {
      const { id, hash, changes } = await write(world, other, (w) =>
        createChangeSet(w, { document }),
      );
      set = { id, hash, changes: changes.length };
    });
    if (set.changes !== writes) throw new Error(`${set.changes} changes, ${writes} writes`);
    const apply = await timed(() =>
      write(world, other, (w) => applyChangeSet(w, set.id, set.hash, 'admin')),
    );
    ratios.push(single.took / apply.took);
    drafts.push(single.took / draft.took);
    waits.push(apply.longest);
    draftWaits.push(draft.longest);
  }
  console.log(
    `${engine}: to apply a set of ${PLANS * (FEATURES + 3)} changes is ${median(ratios).toFixed(1)} times as fast as ` +
      `as many single writes, to make the draft ${median(drafts).toFixed(1)} times; others waited ` +
      `for at most ${median(waits).toFixed(0)} ms and ${median(draftWaits).toFixed(0)} ms`,
  );
};

const server = process.env.TEST_DATABASE_URL ? undefined : await PostgresServer.start();
try {
  for (const [engine, create] of [
    ['sqlite', newSqliteFile],
    ['postgres', () => newPostgresDatabase(process.env.TEST_DATABASE_URL ?? server?.url() ?? '')],
  ] as const) {
    const database = await create();
    const world = await World.open(database.url);
    await compare(engine, world);
    await world.close();
    await database.remove();
  }
} finally {
  await server?.remove();
}
