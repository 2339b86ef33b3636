import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { listOrganizations } from '../../src/db/records/organization.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { ensureOrganization } from '../../src/domain/organization.ts';
import { createPlan, setPlanVisibility, updatePlan } from '../../src/domain/plan.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, emptyDatabases, onEveryEngine, World } from '../engines.ts';

/** Runs a program of its own that knows `engine`; answers what it returns. */
const inProcess = async (url: string, body: string): Promise<unknown> => {
  const program = `
    import { connect } from './src/db/engine/connect.ts';
    import { migrate } from './src/db/engine/migrate.ts';
    const engine = await connect(${JSON.stringify(url)});
    const answer = await (async () => { ${body} })();
    console.log(JSON.stringify(answer));
    await engine.close();`;
  const flags = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return JSON.parse(stdout);
};

it.each(emptyDatabases)(
  'migrations started by two processes at once run once on %s',
  async (_engine, create) => {
    const database = await create();
    const migrate = () => inProcess(database.url, 'return migrate(engine)');
    const steps = await Promise.all([migrate(), migrate()]);
    expect(steps.flat()).toEqual(migrations.map(({ name }) => name));
    await database.remove();
  },
);

onEveryEngine('two gateways on one database', (world) => {
  let other: World;
  beforeAll(async () => {
    other = await World.open(world().url);
  });
  afterAll(() => other.close());

  it('see each other at once', async () => {
    const { tenant } = await newCatalogue(world());
    const stores = [world().store, other.store];
    const plan = await world().store.write(tenant, anyone, (w) =>
      createPlan(w, { name: '0', code: 'plan' }),
    );
    for (let step = 1; step <= 20; step += 1) {
      const name = String(step);
      await stores[step % 2]?.write(tenant, anyone, (w) => updatePlan(w, plan.id, { name }));
      for (const store of stores)
        expect(await findPlan(store.reader(tenant), plan.id)).toMatchObject({ name });
    }
  });

  it('lose no write to one tenant', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan();
    const before = await catalogue.revision();
    // Two at a time for each gateway: were all there at once, the last would wait for 39 others,
    // which on a slow disk takes longer than anybody waits.
    const writers = [world(), other, world(), other].map(async ({ store }) => {
      for (let count = 0; count < 10; count += 1)
        await store.write(catalogue.tenant, anyone, (w) =>
          setPlanVisibility(w, plan.id, { isPublic: count % 3 === 0 }),
        );
    });
    await Promise.all(writers);
    expect(await catalogue.revision()).toBe(before + 40);
    expect(await catalogue.rows('audit_log')).toHaveLength(before + 40);
  });

  it('carry a repeated request out once', async () => {
    const catalogue = await newCatalogue(world());
    const request = { ...anyone, idempotencyKey: 'the same' };
    const attempts = Array.from({ length: 20 }, (_, count) =>
      (count % 2 ? world() : other).store.write(catalogue.tenant, request, (w) =>
        createPlan(w, { name: 'Once', code: 'once' }),
      ),
    );
    const plans = await Promise.all(attempts);
    expect(new Set(plans.map(({ id }) => id)).size).toBe(1);
    expect(await catalogue.rows('plan')).toHaveLength(1);
  });

  it('create an organization once', async () => {
    const name = `Shared ${crypto.randomUUID()}`;
    await Promise.all(
      [world(), other, world(), other].map(({ store }) => ensureOrganization(store, name, anyone)),
    );
    const organizations = await listOrganizations(world().store);
    expect(organizations.filter((organization) => organization.name === name)).toHaveLength(1);
  });
});
