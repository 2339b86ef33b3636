import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createPlan, updatePlan } from '../../src/domain/plan.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { command } from './command.ts';

onEveryEngine('check', (world) => {
  const check = (...args: string[]) => command(['check', ...args], { DATABASE_URL: world().url });

  it('finds nothing wrong with a healthy database', async () => {
    const tenant = await world().newTenant();
    await world().store.write(tenant, anyone, (w) => createPlan(w, { name: 'Pro', code: 'pro' }));
    expect(await check()).toEqual({ code: 0, stdout: 'No finding.\n', stderr: '' });
    expect(await check('--json')).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('warns of rows that are older than a rule, and exits with 0', async () => {
    const { store } = world();
    const tenant = await world().newTenant();
    const plan = await store.write(tenant, anyone, (w) =>
      createPlan(w, { name: 'Pro', code: 'old' }),
    );
    await sql`update plan set name = ' ' where id = ${plan.id}`.execute(store.engine.writing);
    const finding = `the name of the plan has no character that can be seen: ${plan.id} (tenant ${tenant.id})`;
    expect(await check()).toEqual({
      code: 0,
      stdout: `warning, invariant 7: ${finding}\n`,
      stderr: '',
    });
    const { code, stdout } = await check('--json');
    expect({ code, findings: JSON.parse(stdout) }).toEqual({
      code: 0,
      findings: [{ invariant: 7, finding, isWarning: true }],
    });
    await store.write(tenant, anyone, (w) => updatePlan(w, plan.id, { name: 'Pro' }));
  });

  it('prints each finding and exits with 1', async () => {
    const { store } = world();
    const tenant = await world().newTenant();
    const plan = await store.write(tenant, anyone, (w) =>
      createPlan(w, { name: 'Pro', code: 'pro' }),
    );
    await store.write(tenant, anyone, (w) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }),
    );
    await sql`update plan_price set is_default = 0 where tenant_id = ${tenant.id}`.execute(
      store.engine.writing,
    );
    await sql`update tenant set revision = revision + 1 where id = ${tenant.id}`.execute(
      store.engine.writing,
    );
    const findings = [
      {
        invariant: 3,
        finding: `the plan has live prices, but no default: ${plan.id} (tenant ${tenant.id})`,
      },
      {
        invariant: 14,
        finding: `a write to the catalogue has no audit row: revision 3 (tenant ${tenant.id})`,
      },
    ];
    const lines = findings.map(({ invariant, finding }) => `invariant ${invariant}: ${finding}\n`);
    expect(await check()).toEqual({ code: 1, stdout: lines.join(''), stderr: '' });
    const { code, stdout } = await check('--json');
    expect({ code, findings: JSON.parse(stdout) }).toEqual({ code: 1, findings });
  });
});
