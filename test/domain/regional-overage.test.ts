import { expect, it } from 'vitest';
import { findRegionalOverages } from '../../src/db/records/regional-overage.ts';
import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { removePlanFeature, updatePlanFeature } from '../../src/domain/plan-feature.ts';
import { SetRegionalOverageInput, setRegionalOverage } from '../../src/domain/regional-overage.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';

it('the input refuses bad values by field, and takes currencies in any case', () => {
  const valid = { currency: 'eur', unitPrice: 0 };
  expectRefusals(SetRegionalOverageInput, valid, {
    currency: [...bad.currencies, null, undefined],
    unitPrice: [...bad.amounts, null, undefined],
  });
  expectAcceptance(SetRegionalOverageInput, valid, { currency: ['EUR', 'kwd'], unitPrice: [1] });
});

onEveryEngine('regional overage', (world) => {
  keepsInvariants(world);

  const stock = async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const feature = await shop.feature({ code: 'calls' });
    const link = await shop.attach(plan, feature, { overage: { enabled: true, unitPrice: 10 } });
    return { shop, plan, feature, link };
  };
  const overagesOf = async (shop: Catalogue, { id }: { id: string }) =>
    (await findRegionalOverages(shop.reader(), [id])).map(
      ({ currency, unitPrice, autoSynced }) => `${currency} ${unitPrice}${autoSynced ? '' : '!'}`,
    );

  it('is set by hand, with or without a rate', async () => {
    const { shop, plan, feature, link } = await stock();
    await shop.change((w) => setExchangeRate(w, plan.id, { currency: 'eur', exchangeRate: 2 }));
    const changed = await shop.change((w) =>
      setRegionalOverage(w, plan.id, 'calls', { currency: 'EUR', unitPrice: 7 }),
    );
    expect(changed).toEqual({ ...link, updatedAt: expect.any(String), revision: 3 });
    await shop.change((w) =>
      setRegionalOverage(w, plan.id, feature.id, { currency: 'gbp', unitPrice: 0 }),
    );
    expect(await overagesOf(shop, plan)).toEqual(['eur 7!', 'gbp 0!']);
    await shop.change((w) =>
      updatePlanFeature(w, plan.id, feature.id, { overage: { unitPrice: 30 } }),
    );
    expect(await overagesOf(shop, plan)).toEqual(['eur 7!', 'gbp 0!']);
  });

  it('leaves other currencies, features and plans', async () => {
    const { shop, plan, feature } = await stock();
    const other = await shop.feature();
    await shop.attach(plan, other, { overage: { unitPrice: 20 } });
    const elsewhere = await shop.plan({ consumptionModel: 'metered' });
    await shop.attach(elsewhere, feature, { overage: { unitPrice: 30 } });
    for (const { id } of [plan, elsewhere])
      for (const currency of ['eur', 'jpy'])
        await shop.change((w) => setExchangeRate(w, id, { currency, exchangeRate: 2 }));
    await shop.change((w) =>
      setRegionalOverage(w, plan.id, feature.id, { currency: 'jpy', unitPrice: 1 }),
    );
    expect(await overagesOf(shop, plan)).toEqual(['eur 20', 'jpy 1!', 'eur 40', 'jpy 40']);
    expect(await overagesOf(shop, elsewhere)).toEqual(['eur 60', 'jpy 60']);
  });

  it('needs overage, which is called for by its price or its switch', async () => {
    const { shop, plan, feature } = await stock();
    const update = (overage: { enabled?: boolean; unitPrice?: number }) =>
      shop.change((w) => updatePlanFeature(w, plan.id, feature.id, { overage }));
    const input = { currency: 'eur', unitPrice: 0 };
    await update({ unitPrice: 0 });
    await shop.change((w) => setRegionalOverage(w, plan.id, feature.id, input));
    await update({ enabled: false });
    expect(await overagesOf(shop, plan)).toEqual([]);
    await shop.refuses((w) => setRegionalOverage(w, plan.id, feature.id, input), {
      code: 'validation_error',
      param: 'featureId',
    });
  });

  it('answers for what is not there', async () => {
    const [shop, sandbox] = await bothModes(world());
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const [feature, detached, removed] = [
      await shop.feature(),
      await shop.feature(),
      await shop.feature(),
    ];
    const overage = { enabled: true, unitPrice: 10 };
    for (const each of [feature, removed]) await shop.attach(plan, each, { overage });
    await shop.change((w) => removePlanFeature(w, plan.id, removed.id));
    const input = { currency: 'eur', unitPrice: 1 };
    const noPlan = { code: 'plan_not_found', param: 'planId' };
    const noFeature = { code: 'feature_not_found', param: 'featureId' };
    for (const [where, planId, featureId, expected] of [
      [shop, 'pln_none', feature.id, noPlan],
      [sandbox, plan.id, feature.id, noPlan],
      [await newCatalogue(world()), plan.id, feature.id, noPlan],
      [shop, plan.id, 'ftr_none', noFeature],
      [shop, plan.id, detached.id, noFeature],
      [shop, plan.id, removed.id, noFeature],
    ] as const)
      await where.refuses((w) => setRegionalOverage(w, planId, featureId, input), expected);
  });
});
