import { expect, it } from 'vitest';
import { applyChangeSet, createChangeSet } from '../../../src/domain/change-set.ts';
import { newCatalogue } from '../../catalogue.ts';
import { onEveryEngine } from '../../engines.ts';

onEveryEngine('what a catalogue file does not say', (world) => {
  it('stays of an offer when the price alone changes', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ code: 'pro' });
    const introOffer = { enabled: false, discountType: 'percentage', durationCycles: 3 } as const;
    await shop.price(plan, { introOffer });
    const document = 'catalogue: 1\nplans: { pro: { prices: { monthly: { price: 12 } } } }';
    const { id, hash } = await shop.change((w) => createChangeSet(w, { document }));
    const [before] = await shop.rows('plan_price');
    await shop.change((w) => applyChangeSet(w, id, hash, 'write'));
    const [after] = await shop.rows('plan_price');
    expect(after).toEqual({
      ...before,
      price: 120_000,
      revision: expect.anything(),
      updated_at: expect.anything(),
    });
  });
});
