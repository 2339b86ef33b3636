import { describe, expect, it } from 'vitest';
import { importCommet } from '../../../../src/domain/catalogue/import/commet.ts';
import type { Imported } from '../../../../src/domain/catalogue/import/imported.ts';
import { importPricing2Yaml } from '../../../../src/domain/catalogue/import/pricing2yaml.ts';
import { importStripe } from '../../../../src/domain/catalogue/import/stripe.ts';
import { applyChangeSet, createChangeSet } from '../../../../src/domain/change-set.ts';
import { newCatalogue } from '../../../catalogue.ts';
import { onEveryEngine, type World } from '../../../engines.ts';
import { randomPricing2Yaml } from './foreign-generator.ts';
import { printed } from './imported-file.ts';
import * as documents from './pricing2yaml-documents.ts';

const stripe = JSON.stringify([
  { object: 'product', id: 'prod_a', name: 'Pro', unit_label: 'seat', metadata: { a: '1' } },
  {
    object: 'price',
    id: 'price_a',
    product: 'prod_a',
    currency: 'usd',
    unit_amount: 2900,
    recurring: { interval: 'month', trial_period_days: 14 },
    currency_options: { eur: { unit_amount: 2700 }, jpy: { unit_amount: 4000 } },
  },
  {
    object: 'price',
    id: 'price_b',
    product: 'prod_a',
    currency: 'usd',
    nickname: 'Calls',
    billing_scheme: 'tiered',
    tiers_mode: 'volume',
    tiers: [
      { up_to: 100, unit_amount: 5, flat_amount: 100 },
      { up_to: null, unit_amount_decimal: '0.5' },
    ],
    recurring: { interval: 'year', usage_type: 'metered' },
  },
]);

const commet = JSON.stringify({
  features: { calls: { name: 'Calls', type: 'usage', unitName: 'call' } },
  plans: {
    pro: {
      name: 'Pro',
      consumptionModel: 'metered',
      prices: [{ interval: 'monthly', amount: 2900 }],
      features: { calls: { included: 10, overage: { unitPrice: 5 } } },
    },
  },
});

/** Makes it the catalogue of a tenant, and again, which has to change nothing. */
const expectApplied = async (world: World, imported: Imported): Promise<void> => {
  const { baseCurrency = 'usd' } = imported.file;
  const catalogue = await newCatalogue(world, 'live', baseCurrency);
  const document = printed(imported);
  const set = await catalogue.change((w) => createChangeSet(w, { document }));
  expect(set.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const applied = await catalogue.change((w) => applyChangeSet(w, set.id, set.hash, 'write'));
  expect(applied.status).toBe('applied');
  const again = await catalogue.change((w) => createChangeSet(w, { document }));
  expect(again.changes).toEqual([]);
};

onEveryEngine('what is imported', (world) => {
  it.each(Object.entries(documents))('can be applied: %s', async (_, document) => {
    await expectApplied(world(), importPricing2Yaml(document));
  });

  it('can be applied from Stripe and from Commet', async () => {
    await expectApplied(world(), importStripe(stripe));
    const options = { amountsIn: 'minor_unit', baseCurrency: 'eur' } as const;
    await expectApplied(world(), importCommet(commet, options));
  });

  describe('by chance', () => {
    const seed = Number(process.env.SEED ?? 16);

    it.each([1, 2, 3, 4, 5, 6, 7, 8])(
      `can be applied (seed ${seed}, document %i)`,
      async (round) => {
        await expectApplied(world(), importPricing2Yaml(randomPricing2Yaml(seed, round).text));
      },
    );
  });
});
