import { expect, it } from 'vitest';
import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan, deletePlan, updatePlan } from '../../src/domain/plan.ts';
import { addPlanPrice, deletePlanPrice, setDefaultPlanPrice } from '../../src/domain/price.ts';
import { deleteRegionalPrices, upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('operations', (world) => {
  keepsInvariants(world);

  it('leave one audit row each, and raise the revision by one', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const first = await shop.price(plan);
    const second = await shop.price(plan, { billingInterval: 'yearly' });
    const overrides = [{ currency: 'eur', price: 1 }];
    await shop.change((w) => updatePlan(w, plan.id, {}));
    await shop.change((w) => setDefaultPlanPrice(w, plan.id, second.id));
    await shop.change((w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
    );
    await shop.change((w) => upsertRegionalPrices(w, plan.id, first.id, { overrides }));
    await shop.change((w) => deleteRegionalPrices(w, plan.id, first.id));
    await shop.change((w) => deletePlanPrice(w, plan.id, second.id));
    await shop.change((w) => deletePlan(w, plan.id));
    const trail = (await shop.rows('audit_log')).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(trail.map((row) => [row.operation, row.object_id])).toEqual([
      ['createPlan', plan.id],
      ['addPlanPrice', first.id],
      ['addPlanPrice', second.id],
      ['updatePlan', plan.id],
      ['setDefaultPlanPrice', second.id],
      ['setPlanRegionalPricing', plan.id],
      ['upsertRegionalPrices', first.id],
      ['deleteRegionalPrices', first.id],
      ['deletePlanPrice', second.id],
      ['deletePlan', plan.id],
    ]);
    expect(await shop.revision()).toBe(10);
  });

  it('say who did what, when and on which request', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'admin' }));
    const time = '2026-01-01T00:00:00.000Z';
    const request = { apiKeyId: apiKey.id, requestId: 'req_1' };
    const before = await shop.plan();
    const after = await shop.changeAt(
      time,
      (w) => updatePlan(w, before.id, { name: 'New' }),
      request,
    );
    const row = (await shop.rows('audit_log')).find(({ operation }) => operation === 'updatePlan');
    expect(row).toMatchObject({
      api_key_id: apiKey.id,
      request_id: 'req_1',
      at: time,
      object_id: before.id,
    });
    expect([JSON.parse(row?.before ?? ''), JSON.parse(row?.after ?? '')]).toEqual([before, after]);
  });

  it('leave nothing behind when they fail', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    await shop.refuses(
      (w) => addPlanPrice(w, 'pln_none', { billingInterval: 'monthly', price: 1 }),
      {
        code: 'plan_not_found',
      },
    );
    const before = await shop.contents();
    const broken = operation('broken', async (writer) => {
      await updatePlan(writer, plan.id, { name: 'New' });
      throw new Error('a fault');
    });
    await expect(shop.change((w) => broken(w))).rejects.toThrow('a fault');
    expect(await shop.contents()).toEqual(before);
  });

  it('on keys leave an audit row but no revision', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await shop.change((w) => createApiKey(w, { name: 'Key', scope: 'read' }));
    await shop.change((w) => revokeApiKey(w, apiKey.id));
    expect(await shop.rows('audit_log')).toHaveLength(2);
    expect(await shop.revision()).toBe(0);
  });

  it('that others call are a part of those', async () => {
    const shop = await newCatalogue(world());
    const stock = operation('stock', async (writer, codes: string[]) => {
      const ids: string[] = [];
      for (const code of codes) {
        const plan = await createPlan(writer, { name: code, code });
        await addPlanPrice(writer, plan.id, { billingInterval: 'monthly', price: 1 });
        ids.push(plan.id);
      }
      writer.about('catalogue');
      return ids;
    });
    expect(await shop.change((w) => stock(w, ['a', 'b']))).toHaveLength(2);
    expect(await shop.rows('audit_log')).toMatchObject([
      { operation: 'stock', object_id: 'catalogue', before: null, after: null },
    ]);
    expect(await shop.revision()).toBe(1);
    const before = await shop.contents();
    await expect(shop.change((w) => stock(w, ['c', 'a']))).rejects.toMatchObject({
      code: 'duplicate',
    });
    expect(await shop.contents()).toEqual(before);
  });

  it('have a write of their own, lest one goes unaccounted for', async () => {
    const shop = await newCatalogue(world());
    const before = await shop.contents();
    const two = shop.change(async (w) => {
      await createPlan(w, { name: 'a', code: 'a' });
      await createPlan(w, { name: 'b', code: 'b' });
    });
    await expect(two).rejects.toThrow('createPlan is the second operation of one write');
    expect(await shop.contents()).toEqual(before);
  });

  it('must say what they are about', async () => {
    const shop = await newCatalogue(world());
    const silent = operation('silent', async () => {});
    await expect(shop.change((w) => silent(w))).rejects.toThrow(
      'silent did not say what it is about',
    );
  });

  it('read their own writes, at one instant', async () => {
    const shop = await newCatalogue(world());
    const instants = await shop.change(async (w) => {
      const plan = await createPlan(w, { name: 'a', code: 'a' });
      return [w.now, plan.createdAt];
    });
    expect(new Set(instants).size).toBe(1);
  });
});
