import { expect, it } from 'vitest';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { deletePlan, getPlan, requirePlan, updatePlan } from '../../src/domain/plan.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('the plan that a plan is based on', (world) => {
  keepsInvariants(world);

  const basedOn = (shop: Catalogue, planId: string, basedOnPlanId: string | null) =>
    shop.change((w) => updatePlan(w, planId, { basedOnPlanId }));

  it('is named by id or code, stays and is cleared', async () => {
    const shop = await newCatalogue(world());
    const basic = await shop.plan({ code: 'basic' });
    const pro = await shop.plan({ code: 'pro', basedOnPlanId: 'basic' });
    expect(pro.basedOnPlanId).toBe(basic.id);
    const renamed = await shop.change((w) => updatePlan(w, pro.id, { name: 'New' }));
    expect(renamed.basedOnPlanId).toBe(basic.id);
    expect((await basedOn(shop, pro.id, null)).basedOnPlanId).toBeNull();
    expect((await basedOn(shop, pro.id, basic.id)).basedOnPlanId).toBe(basic.id);
    expect(await requirePlan(shop.reader(), pro.id)).toMatchObject({ basedOnPlanId: basic.id });
  });

  it('is never the plan itself, not through others either', async () => {
    const shop = await newCatalogue(world());
    const a = await shop.plan();
    const b = await shop.plan({ basedOnPlanId: a.id });
    const c = await shop.plan({ basedOnPlanId: b.id });
    for (const { id } of [a, b, c])
      await shop.refuses((w) => updatePlan(w, a.id, { basedOnPlanId: id }), {
        code: 'validation_error',
        param: 'basedOnPlanId',
      });
    expect((await basedOn(shop, c.id, a.id)).basedOnPlanId).toBe(a.id);
  });

  it('is a live plan of the tenant', async () => {
    const shop = await newCatalogue(world());
    const stranger = await (await newCatalogue(world())).plan({ code: 'theirs' });
    const deleted = await shop.plan({ code: 'deleted' });
    await shop.change((w) => deletePlan(w, deleted.id));
    const plan = await shop.plan();
    for (const id of ['pln_none', stranger.id, 'theirs', deleted.id, 'deleted'])
      await shop.refuses((w) => updatePlan(w, plan.id, { basedOnPlanId: id }), {
        code: 'plan_not_found',
        param: 'basedOnPlanId',
      });
    await expect(shop.plan({ basedOnPlanId: 'pln_none' })).rejects.toMatchObject({
      code: 'plan_not_found',
      param: 'basedOnPlanId',
    });
  });

  it('leaves the plans that are based on it when it is deleted, and the trail tells', async () => {
    const shop = await newCatalogue(world());
    const floor = await shop.plan();
    const basis = await shop.plan({ basedOnPlanId: floor.id });
    const plans = [];
    for (let count = 0; count < 2; count += 1)
      plans.push(await shop.plan({ basedOnPlanId: basis.id }));
    await shop.change((w) => deletePlan(w, basis.id));
    for (const { id } of plans)
      expect(await getPlan(shop.reader(), id)).toMatchObject({ basedOnPlanId: null, revision: 2 });
    expect(await getPlan(shop.reader(), floor.id)).toMatchObject({ revision: 1 });
    const [entry] = (await listAuditLog(shop.reader(), {}, { first: 1 })).items;
    expect(entry?.changes).toMatchObject([
      ...plans.map(({ id }) => ({
        objectId: id,
        before: { basedOnPlanId: basis.id },
        after: { basedOnPlanId: null },
      })),
      { objectId: basis.id, before: { basedOnPlanId: floor.id }, after: null },
    ]);
    await shop.change((w) => deletePlan(w, floor.id));
  });

  it('moves the time that the public reads only if the public sees it', async () => {
    const shop = await newCatalogue(world());
    const shown = await shop.plan();
    const hidden = await shop.plan({ isPublic: false });
    const plan = await shop.plan();
    const timeOf = async () => (await getPlan(shop.reader('public'), plan.id)).updatedAt;
    const at = (year: number) => `${year}-01-01T00:00:00.000Z`;
    const set = (year: number, basedOnPlanId: string | null) =>
      shop.changeAt(at(year), (w) => updatePlan(w, plan.id, { basedOnPlanId }));
    await set(2101, hidden.id);
    expect(await timeOf()).toBe(plan.updatedAt);
    await set(2102, shown.id);
    expect(await timeOf()).toBe(at(2102));
    await set(2103, hidden.id);
    expect(await timeOf()).toBe(at(2103));
    await shop.changeAt(at(2104), (w) => deletePlan(w, hidden.id));
    expect(await timeOf()).toBe(at(2103));
    await set(2105, shown.id);
    await shop.changeAt(at(2106), (w) => deletePlan(w, shown.id));
    expect(await timeOf()).toBe(at(2106));
  });
});
