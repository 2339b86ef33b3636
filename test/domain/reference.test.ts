import { expect, it } from 'vitest';
import { CreateFeatureInput } from '../../src/domain/feature.ts';
import { CreatePlanInput, deletePlan, updatePlan } from '../../src/domain/plan.ts';
import { addPlanFeature, updatePlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanToGroup, reorderPlansInGroup } from '../../src/domain/plan-group.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { planAt, planFeatureAt } from '../../src/domain/revision.ts';
import { keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const everyIssue = (result: { error?: { issues: { path: PropertyKey[]; message: string }[] } }) =>
  result.error?.issues.map(({ path, message }) => [path.join('.'), message]);

onEveryEngine('references', (world) => {
  keepsInvariants(world);

  it('name plans and features by code, wherever they stand', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'team', consumptionModel: 'metered' });
    const feature = await shop.feature({ code: 'calls' });
    const overage = { enabled: true, unitPrice: 1 };
    const link = await shop.change((w) =>
      addPlanFeature(w, 'team', { featureId: 'calls', overage }),
    );
    expect(link).toMatchObject({ planId: plan.id, featureId: feature.id });
    await shop.price(plan);
    const { plan: priced } = await shop.change((w) =>
      setPlanRegionalPricing(w, 'team', {
        currency: 'eur',
        exchangeRate: 1,
        features: [{ featureId: 'calls', overageUnitPrice: 7 }],
      }),
    );
    expect(priced.id).toBe(plan.id);
    expect(await shop.rows('exchange_rate')).toMatchObject([{ plan_id: plan.id }]);
    expect(await shop.rows('regional_overage')).toMatchObject([{ unit_price: 7 }]);
    const named = (await shop.rows('audit_log_object')).map(({ object_id }) => object_id);
    expect(named).toContain(plan.id);
    expect(named).not.toContain('team');
  });

  it('prefer an id that exists to a code that looks like it', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const first = await shop.plan({ planGroupId: group.id });
    // Earlier releases took such codes.
    const second = await shop.plan({ code: first.id, planGroupId: group.id });
    const rename = () => shop.change((w) => updatePlan(w, first.id, { name: 'New' }));
    expect((await rename()).id).toBe(first.id);
    await shop.change((w) => reorderPlansInGroup(w, group.id, { planIds: [second.id, first.id] }));
    await shop.change((w) => deletePlan(w, first.id));
    expect((await rename()).id).toBe(second.id);
  });

  it('of new objects do not look like ids', () => {
    const plan = CreatePlanInput.safeParse({ name: 'Plan', code: 'pln_1' });
    expect(everyIssue(plan)).toEqual([['code', 'must not begin with pln_, as ids do']]);
    const feature = { name: 'Feature', type: 'usage' };
    expect(everyIssue(CreateFeatureInput.safeParse({ ...feature, code: 'ftr_1' }))).toEqual([
      ['code', 'must not begin with ftr_, as ids do'],
    ]);
    expect(CreateFeatureInput.safeParse({ ...feature, code: 'pln_1' }).success).toBe(true);
    expect(CreatePlanInput.safeParse({ name: 'Plan', code: 'pln' }).success).toBe(true);
  });

  it('may be mixed in a list, which costs one statement', async () => {
    const shop = await newCatalogue(world());
    const group = await shop.group();
    const plans = [];
    for (const code of ['a', 'b', 'c', 'd'])
      plans.push(await shop.plan({ code, planGroupId: group.id }));
    const ids = plans.map(({ id }) => id);
    const reorder = (planIds: string[]) =>
      shop.change((w) => reorderPlansInGroup(w, group.id, { planIds }));
    const statementsOf = async (work: () => Promise<unknown>) => {
      const before = world().statements.length;
      await work();
      return world().statements.length - before;
    };
    const byId = await statementsOf(() => reorder(ids.toReversed()));
    const byCode = await statementsOf(() => reorder(['a', ids[1] ?? '', 'c', 'd']));
    expect(byCode).toBe(byId);
    expect((await shop.rows('plan')).toSorted((a, b) => a.sort_order - b.sort_order)).toMatchObject(
      ids.map((id) => ({ id })),
    );
    const twice = ['a', ids[0] ?? '', 'c', 'd'];
    await shop.refuses((w) => reorderPlansInGroup(w, group.id, { planIds: twice }), {
      code: 'validation_error',
      param: 'planIds',
    });
  });

  it('cost a write by id nothing, and one by code nothing either', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'team' });
    await shop.attach(plan, await shop.feature({ code: 'calls' }));
    const statementsOf = async (work: () => Promise<unknown>) => {
      const before = world().statements.length;
      await work();
      return world().statements.slice(before);
    };
    const rename = (name: string, id: string) => () =>
      shop.change((w) => updatePlan(w, id, { name }));
    const byId = await statementsOf(rename('One', plan.id));
    const reads = byId.filter((text) => /^select.* from "plan"/s.test(text));
    expect(reads).toHaveLength(1);
    expect(await statementsOf(rename('Two', 'team'))).toHaveLength(byId.length);
  });

  it('are compared as they were sent when a request is repeated', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'team' });
    const rename = (planId: string) =>
      shop.change((w) => updatePlan(w, planId, { name: 'New' }), { idempotencyKey: 'key' });
    const first = await rename('team');
    // The code may name another plan by now.
    await shop.change((w) => deletePlan(w, plan.id));
    await shop.plan({ code: 'team' });
    expect(await rename('team')).toEqual(first);
    await expect(rename(plan.id)).rejects.toMatchObject({ code: 'idempotency_key_mismatch' });
  });

  it('are followed by what guards a write', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'team' });
    await shop.attach(plan, await shop.feature({ code: 'calls' }));
    const mismatch = { code: 'revision_mismatch' };
    await expect(
      shop.change((w) => updatePlan(w, 'team', {}), { guard: planAt(7, 'team') }),
    ).rejects.toMatchObject(mismatch);
    await shop.change((w) => updatePlan(w, 'team', {}), { guard: planAt(2, 'team') });
    await expect(
      shop.change((w) => updatePlanFeature(w, 'team', 'calls', {}), {
        guard: planFeatureAt(7, 'team', 'calls'),
      }),
    ).rejects.toMatchObject(mismatch);
  });

  it('name plans by id only where the caller knows no codes', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'team' });
    const group = await shop.group();
    const idsOnly = { idsOnly: true };
    const missing = { code: 'plan_not_found', param: 'planId' };
    await expect(shop.change((w) => updatePlan(w, 'team', {}), idsOnly)).rejects.toMatchObject(
      missing,
    );
    await expect(
      shop.change((w) => addPlanToGroup(w, group.id, { planId: 'team' }), idsOnly),
    ).rejects.toMatchObject(missing);
    await shop.feature({ code: 'calls' });
    const link = await shop.change(
      (w) => addPlanFeature(w, plan.id, { featureId: 'calls' }),
      idsOnly,
    );
    expect(link.planId).toBe(plan.id);
  });
});
