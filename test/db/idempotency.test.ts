import { expect, it } from 'vitest';
import { findPlan } from '../../src/db/records/plan.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import { Store } from '../../src/db/store.ts';
import { fingerprint } from '../../src/db/write/idempotency.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { createPlan, updatePlan } from '../../src/domain/plan.ts';
import { addPlanPrice, deletePlanPrice, setDefaultPlanPrice } from '../../src/domain/price.ts';
import { bothModes, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';

const key = { idempotencyKey: 'k1' };
const create = (code: string) => (w: Writer) => createPlan(w, { name: 'Plan', code });

onEveryEngine('an idempotency key', (world) => {
  keepsInvariants(world);

  it('makes a repeated request answer as the first one did, without a second effect', async () => {
    const shop = await newCatalogue(world());
    const replays: string[] = [];
    const request = { ...key, onReplay: () => replays.push('replay') };
    const metadata = JSON.parse('{"__proto__":{"z":1},"b":0.1,"a":null}');
    const work = (w: Writer) => createPlan(w, { name: 'Plan', code: 'pro', metadata });
    const first = await shop.change(work, request);
    expect(replays).toEqual([]);
    const before = await shop.contents();
    const again = await shop.change(work, request);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(replays).toEqual(['replay']);
    expect(await shop.contents()).toEqual(before);
  });

  it('answers with the first outcome, also after later changes', async () => {
    const shop = await newCatalogue(world());
    const first = await shop.change(create('pro'), key);
    await shop.change((w) => updatePlan(w, first.id, { name: 'New' }));
    expect(await shop.change(create('pro'), key)).toEqual(first);
    expect(await findPlan(shop.reader(), first.id)).toMatchObject({ name: 'New' });
  });

  it('keeps what was not found or in conflict', async () => {
    const shop = await newCatalogue(world());
    const missing = (w: Writer) => updatePlan(w, 'pln_none', {});
    const taken = create('pro');
    const { id } = await shop.plan({ code: 'pro' });
    const failures: unknown[] = [];
    for (const [work, idempotencyKey] of [
      [missing, 'missing'],
      [taken, 'taken'],
      [(w: Writer) => addPlanPrice(w, id, { billingInterval: 'monthly', price: 1 }), 'price'],
    ] as const) {
      const first = await shop
        .change<unknown>(work, { idempotencyKey })
        .catch((failure) => failure);
      await shop.plan();
      const before = await shop.contents();
      const again = await shop
        .change<unknown>(work, { idempotencyKey })
        .catch((failure) => failure);
      expect(again).toEqual(first);
      expect(await shop.contents()).toEqual(before);
      failures.push(again);
    }
    expect(failures).toMatchObject([
      {
        name: 'NotFoundError',
        code: 'plan_not_found',
        param: 'planId',
        type: 'not_found_error',
        status: 404,
      },
      {
        name: 'ConflictError',
        code: 'duplicate',
        param: 'code',
        message: 'A plan with the code pro exists.',
      },
      { price: 1 },
    ]);
    expect((await shop.rows('audit_log')).map(({ operation }) => operation)).not.toContain(
      'updatePlan',
    );
  });

  it('undoes a failed effect and keeps its outcome', async () => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'taken' });
    const before = [await shop.rows('plan'), await shop.rows('audit_log'), await shop.revision()];
    const both = operation('both', async (writer) => {
      await create('free')(writer);
      await create('taken')(writer);
    });
    await expect(shop.change((w) => both(w), key)).rejects.toMatchObject({ code: 'duplicate' });
    expect([await shop.rows('plan'), await shop.rows('audit_log'), await shop.revision()]).toEqual(
      before,
    );
    expect(await shop.rows('idempotency_record')).toMatchObject([{ key: 'k1', operation: 'both' }]);
  });

  it('does not keep bad input or faults', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ isFree: true });
    const before = await shop.contents();
    const invalid = (w: Writer) =>
      addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 });
    await expect(shop.change(invalid, key)).rejects.toMatchObject({ code: 'validation_error' });
    const fault = async (w: Writer) => {
      await create('pro')(w);
      throw new Error('a fault');
    };
    await expect(shop.change(fault, key)).rejects.toThrow('a fault');
    expect(await shop.contents()).toEqual(before);
    expect(await shop.change(create('pro'), key)).toMatchObject({ code: 'pro' });
  });

  it('is refused for another operation or other input', async () => {
    const shop = await newCatalogue(world());
    await shop.change(create('pro'), key);
    const mismatch = { code: 'idempotency_key_mismatch' };
    const before = await shop.contents();
    await expect(shop.change(create('max'), key)).rejects.toMatchObject({
      ...mismatch,
      message: 'This idempotency key was used for other input.',
    });
    const other = (w: Writer) => createFeature(w, { name: 'Plan', code: 'pro', type: 'usage' });
    await expect(shop.change(other, key)).rejects.toMatchObject({
      ...mismatch,
      message: 'This idempotency key was used for the operation createPlan.',
    });
    expect(await shop.contents()).toEqual(before);
    const same = (w: Writer) => createPlan(w, { code: 'pro', name: 'Plan' });
    expect(await shop.change(same, key)).toMatchObject({ code: 'pro' });
  });

  it('is refused for another operation on the same thing', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan();
    const { id } = await shop.price(plan);
    await shop.change((w) => setDefaultPlanPrice(w, plan.id, id), key);
    const other = shop.change((w) => deletePlanPrice(w, plan.id, id), key);
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_mismatch' });
    expect(await findPricesOfPlans(shop.reader(), [plan.id])).toHaveLength(1);
  });

  it('belongs to one tenant', async () => {
    const [live, sandbox] = await bothModes(world());
    const plans = [await live.change(create('a'), key), await sandbox.change(create('b'), key)];
    expect(plans).toMatchObject([{ code: 'a' }, { code: 'b' }]);
  });

  it('is forgotten after 24 hours', async () => {
    const shop = await newCatalogue(world());
    const first = await shop.changeAt('2026-01-01T00:00:00.000Z', create('pro'), key);
    expect(await shop.changeAt('2026-01-01T23:59:59.999Z', create('pro'), key)).toEqual(first);
    const next = await shop.changeAt('2026-01-02T00:00:00.000Z', create('max'), key);
    expect(next.id).not.toBe(first.id);
    expect(await shop.rows('idempotency_record')).toHaveLength(1);
  });

  it('costs a write nothing for records that have expired', async () => {
    const shop = await newCatalogue(world());
    const then = '2026-01-01T00:00:00.000Z';
    for (const code of ['a', 'b'])
      await shop.changeAt(then, create(code), { idempotencyKey: code });
    await shop.changeAt('2026-01-03T00:00:00.000Z', create('new'), key);
    expect(await shop.rows('idempotency_record')).toHaveLength(3);
  });

  it('holds when the clock goes back', async () => {
    const shop = await newCatalogue(world());
    const first = await shop.changeAt('2026-06-01T00:00:00.000Z', create('pro'), key);
    expect(await shop.changeAt('2020-01-01T00:00:00.000Z', create('pro'), key)).toEqual(first);
  });

  it('keeps no secrets', async () => {
    const shop = await newCatalogue(world());
    const work = (w: Writer) => createApiKey(w, { name: 'Key', scope: 'read' });
    const first = await shop.change(work, key);
    expect(first.secret).toMatch(/^ck_live_/);
    expect(await shop.change(work, key)).toEqual({ apiKey: first.apiKey, secret: null });
    expect(JSON.stringify(await shop.contents())).not.toContain(first.secret);
    expect(await shop.rows('api_key')).toHaveLength(1);
  });

  it('gives 20 simultaneous requests one effect and one answer', async () => {
    const shop = await newCatalogue(world());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.change(create('pro'), key)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await shop.rows('plan')).toHaveLength(1);
    expect(await shop.rows('audit_log')).toHaveLength(1);
    expect(await shop.revision()).toBe(1);
  });

  it('gives simultaneous requests one failure', async () => {
    const shop = await newCatalogue(world());
    await shop.plan({ code: 'pro' });
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => shop.change(create('pro'), key)),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'duplicate' } });
    expect(await shop.rows('plan')).toHaveLength(1);
    expect(await shop.rows('idempotency_record')).toHaveLength(1);
  });

  it('lets simultaneous requests try anew what had failed as invalid', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.plan({ isFree: true });
    const work = (w: Writer) => addPlanPrice(w, id, { billingInterval: 'monthly', price: 1 });
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => shop.change(work, key)),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { code: 'validation_error', param: 'price' },
      });
  });

  it('is in progress for a client that waited too long for the first request', async () => {
    const shop = await newCatalogue(world());
    const store = new Store(world().store.engine, { duplicatePatienceMs: 20 });
    const request = { ...anyone, ...key };
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = store.write(shop.tenant, request, async (w) => {
      const plan = await create('pro')(w);
      await finished;
      return plan;
    });
    await expect(store.write(shop.tenant, request, create('pro'))).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'idempotency_in_progress',
      status: 409,
    });
    finish();
    const plan = await first;
    expect(await store.write(shop.tenant, request, create('pro'))).toEqual(plan);
  });

  it('serves requests that reach two servers at once', async () => {
    const shop = await newCatalogue(world());
    const stores = [new Store(world().store.engine), new Store(world().store.engine)];
    const answers = await Promise.all(
      stores.flatMap((store) =>
        [1, 2, 3].map(() => store.write(shop.tenant, { ...anyone, ...key }, create('pro'))),
      ),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await shop.rows('plan')).toHaveLength(1);
  });
});

it('the fingerprint of an input does not depend on the order of its keys', () => {
  const same = [
    ['pln_1', { a: 1, b: { c: [1, 2], d: null } }],
    ['pln_1', { b: { d: null, c: [1, 2] }, a: 1, absent: undefined }],
  ];
  expect(new Set(same.map(fingerprint)).size).toBe(1);
  const different = [
    ['pln_1', { a: [1, 2] }],
    ['pln_1', { a: [2, 1] }],
    ['pln_1', { a: { 0: 1, 1: 2 } }],
    ['pln_1', { a: '1,2' }],
    ['pln_2', { a: [1, 2] }],
    ['pln_1', JSON.parse('{"a":[1,2],"__proto__":{}}')],
    ['pln_1', JSON.parse('{"a":[1,2],"__proto__":{"b":1}}')],
    ['pln_1'],
  ];
  expect(new Set(different.map(fingerprint)).size).toBe(different.length);
});
