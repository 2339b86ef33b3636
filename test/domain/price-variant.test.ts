import { describe, expect, it } from 'vitest';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import type { Market } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  type PlanPrice,
  setDefaultPlanPrice,
  type UpdatePlanPriceInput,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import { AddPriceVariantInput, addPriceVariant } from '../../src/domain/price-variant.ts';
import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { Loaders, priceById, variantsOfPrice } from '../../src/domain/relations.ts';
import { removeUnitPrice, setUnitPrice } from '../../src/domain/unit-price.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals, goodMetadata } from '../refusals.ts';
import { beforeLastWrite, sortedRows, storedOf } from '../restore.ts';

describe('the input of variants', () => {
  const entry = { marketId: 'brazil', currency: 'brl', price: 0 };

  it('refuses bad values by field', () => {
    expectRefusals(
      AddPriceVariantInput,
      {
        inheritsFromPriceId: 'pp_1',
        name: 'Partners',
        code: 'partners',
        marketPrices: [entry],
        metadata: {},
      },
      {
        inheritsFromPriceId: [...bad.references, null, undefined],
        name: bad.names,
        code: bad.codes,
        marketPrices: [[], null, undefined, 7, Array(251).fill(entry)],
        metadata: bad.metadata,
      },
    );
  });

  it('takes what is fine', () => {
    expectAcceptance(
      AddPriceVariantInput,
      { inheritsFromPriceId: 'pp_1', marketPrices: [entry] },
      { name: [null, undefined], code: [null, undefined], metadata: [null, ...goodMetadata] },
    );
  });
});

onEveryEngine('variants of prices', (world) => {
  keepsInvariants(world);

  const entry = ({ id: marketId }: Market, price = 319_000) => ({
    marketId,
    currency: 'brl',
    price,
  });
  /** A price with an offer and amounts in two of three markets. */
  const open = async () => {
    const shop = await newCatalogue(world());
    const [brazil, chile, peru] = [
      await shop.market({ countryCodes: ['BR'] }),
      await shop.market({ countryCodes: ['CL'] }),
      await shop.market({ countryCodes: ['PE'] }),
    ];
    const plan = await shop.plan({ consumptionModel: 'metered' });
    const base = await shop.price(plan, {
      price: 290_000,
      trialDays: 14,
      includedBalance: 5,
      includedCredits: 6,
      introOffer: { enabled: true, discountType: 'percentage', discountValue: 5_000 },
      metadata: { own: true },
      marketPrices: [entry(brazil), entry(chile)],
    });
    const add = (input: Partial<AddPriceVariantInput> = {}) =>
      shop.change((w) =>
        addPriceVariant(w, plan.id, {
          inheritsFromPriceId: base.id,
          marketPrices: [entry(brazil, 250_000)],
          ...input,
        }),
      );
    const refuses = (
      input: Partial<AddPriceVariantInput>,
      param: string,
      code = 'validation_error',
    ) =>
      shop.refuses(
        (w) =>
          addPriceVariant(w, plan.id, {
            inheritsFromPriceId: base.id,
            marketPrices: [entry(brazil)],
            ...input,
          }),
        { code, param },
      );
    return { shop, plan, base, brazil, chile, peru, add, refuses };
  };
  const variantsOf = (shop: Catalogue, { id }: PlanPrice) =>
    new Loaders(shop.reader()).load(variantsOfPrice, id);
  const priceOf = (shop: Catalogue, { id }: PlanPrice) =>
    new Loaders(shop.reader()).load(priceById, id);

  it('repeat what they inherit, and have metadata, name and code of their own', async () => {
    const { shop, plan, base, add } = await open();
    const variant = await add({ name: ' For Partners ', metadata: { a: 1 } });
    expect(variant).toEqual({
      ...base,
      id: expect.stringMatching(/^pp_/),
      isDefault: false,
      metadata: { a: 1 },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      inheritsFromPriceId: base.id,
      code: 'for_partners',
      name: 'For Partners',
      revision: 1,
    });
    expect(await priceOf(shop, variant)).toEqual(variant);
    expect(await variantsOf(shop, base)).toEqual([variant]);
    expect(await findPricesOfPlans(shop.reader(), [plan.id])).toEqual([base]);
    await shop.refuses((w) => addPlanPrice(w, plan.id, { billingInterval: 'monthly', price: 1 }), {
      code: 'duplicate',
      param: 'billingInterval',
    });
  });

  it('have a code that is made from the name, or from their number', async () => {
    const { add, refuses } = await open();
    const made = async (name?: string, code?: string) => {
      const variant = await add({ name, code });
      return `${variant.code}: ${variant.name}`;
    };
    expect(await made('Partners')).toBe('partners: Partners');
    expect(await made('PARTNERS')).toBe('partners_2: PARTNERS');
    expect(await made('日本')).toBe('variant: 日本');
    expect(await made()).toBe('variant_2: Variant 2');
    expect(await made()).toBe('variant_3: Variant 3');
    expect(await made(undefined, 'own')).toBe('own: Variant 4');
    expect(await made('Resellers', 'res')).toBe('res: Resellers');
    await refuses({ code: 'own' }, 'code', 'duplicate');
  });

  it('leave their code to others when they are deleted', async () => {
    const { shop, plan, base, add, refuses } = await open();
    const variant = await add({ code: 'own' });
    await refuses({ code: 'own' }, 'code', 'duplicate');
    expect(await shop.change((w) => deletePlanPrice(w, plan.id, variant.id))).toEqual({
      id: variant.id,
      planId: plan.id,
    });
    expect(await variantsOf(shop, base)).toEqual([]);
    expect(await priceOf(shop, base)).toMatchObject({ isDefault: true });
    const again = await add({ code: 'own' });
    expect(again.id).not.toBe(variant.id);
  });

  it('inherit from a live price of the plan that is no variant', async () => {
    const { shop, plan, base, brazil, add, refuses } = await open();
    const variant = await add();
    const param = 'inheritsFromPriceId';
    await refuses({ inheritsFromPriceId: variant.id }, param);
    await refuses({ inheritsFromPriceId: 'pp_none' }, param, 'price_not_found');
    const other = await shop.plan();
    const foreign = await shop.price(other, { marketPrices: [entry(brazil)] });
    await refuses({ inheritsFromPriceId: foreign.id }, param, 'price_not_found');
    await shop.refuses(
      (w) =>
        addPriceVariant(w, 'pln_none', {
          inheritsFromPriceId: base.id,
          marketPrices: [entry(brazil)],
        }),
      { code: 'plan_not_found', param: 'planId' },
    );
    await shop.change((w) => deletePlanPrice(w, plan.id, variant.id));
    await shop.change((w) => deletePlanPrice(w, plan.id, base.id));
    await refuses({}, param, 'price_not_found');
  });

  it('override markets of their base only, at least one', async () => {
    const { shop, plan, brazil, chile, peru, add, refuses } = await open();
    await refuses({ marketPrices: [entry(brazil), entry(peru)] }, 'marketPrices.1.marketId');
    await refuses(
      { marketPrices: [{ ...entry(brazil), marketId: 'x' }] },
      'marketPrices.0.marketId',
      'market_not_found',
    );
    const variant = await add();
    const set = (...markets: Market[]) => ({
      marketPrices: markets.map((market) => entry(market, 1)),
    });
    const refused = (param: string) => ({ code: 'validation_error', param });
    await shop.refuses(
      (w) => setMarketPrices(w, plan.id, variant.id, set(peru)),
      refused('marketPrices.0.marketId'),
    );
    for (const write of [setMarketPrices, updatePlanPrice])
      await shop.refuses((w) => write(w, plan.id, variant.id, set()), refused('marketPrices'));
    await shop.change((w) => setMarketPrices(w, plan.id, variant.id, set(chile)));
    const changed = await shop.change((w) =>
      updatePlanPrice(w, plan.id, variant.id, set(brazil, chile)),
    );
    expect(changed.revision).toBe(3);
  });

  it('follow their base', async () => {
    const { shop, plan, base, add } = await open();
    const [first, second] = [await add(), await add()];
    const update = (input: UpdatePlanPriceInput) =>
      shop.change((w) => updatePlanPrice(w, plan.id, base.id, input));
    await update({
      price: 300_000,
      trialDays: 7,
      includedBalance: null,
      includedCredits: null,
      introOffer: { enabled: false },
    });
    const inherited = {
      price: 300_000,
      trialDays: 7,
      includedBalance: null,
      includedCredits: null,
      introOffer: { ...base.introOffer, enabled: false },
    };
    for (const variant of [first, second])
      expect(await priceOf(shop, variant)).toEqual({
        ...variant,
        ...inherited,
        revision: 2,
        updatedAt: expect.any(String),
      });
    await update({ metadata: { b: 2 }, price: 300_000 });
    expect(await priceOf(shop, first)).toMatchObject({ metadata: {}, revision: 2 });
  });

  it('change by name, metadata and markets alone', async () => {
    const { shop, plan, base, add } = await open();
    const variant = await add({ name: 'Partners', metadata: { a: 1, b: 2 } });
    const changed = await shop.change((w) =>
      updatePlanPrice(w, plan.id, variant.id, { name: ' Friends ', metadata: { a: null } }),
    );
    expect(changed).toEqual({
      ...variant,
      name: 'Friends',
      metadata: { b: 2 },
      revision: 2,
      updatedAt: changed.updatedAt,
    });
    const inherited: UpdatePlanPriceInput = {
      price: 1,
      trialDays: 1,
      isDefault: false,
      includedBalance: null,
      includedCredits: null,
      introOffer: {},
    };
    for (const [param, value] of Object.entries(inherited))
      await shop.refuses(
        (w) => updatePlanPrice(w, plan.id, variant.id, { name: 'X', [param]: value }),
        { code: 'validation_error', param },
      );
    await shop.refuses((w) => updatePlanPrice(w, plan.id, base.id, { name: 'X' }), {
      code: 'validation_error',
      param: 'name',
    });
  });

  it('take nothing that belongs to their base', async () => {
    const { shop, plan, base, add } = await open();
    const { id } = await add();
    const seats = await shop.feature({ type: 'seats' });
    await shop.attach(plan, seats);
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.5 });
    expect((await shop.rows('regional_price')).map(({ price_id }) => price_id)).toEqual([base.id]);
    const refused = { code: 'validation_error', param: 'priceId' };
    await shop.refuses((w) => setDefaultPlanPrice(w, plan.id, id), refused);
    const overrides = [{ currency: 'eur', price: 1 }];
    await shop.refuses((w) => upsertRegionalPrices(w, plan.id, id, { overrides }), refused);
    await shop.refuses((w) => deleteRegionalPrices(w, plan.id, id), refused);
    await shop.refuses((w) => deriveRegionalPrice(w, plan.id, id, 'eur'), refused);
    const unit = { featureId: seats.id, unitPrice: 1 };
    await shop.refuses((w) => setUnitPrice(w, plan.id, id, unit), refused);
    await shop.refuses((w) => removeUnitPrice(w, plan.id, id, seats.id), refused);
    await shop.refuses(
      (w) =>
        setPlanRegionalPricing(w, plan.id, {
          currency: 'eur',
          exchangeRate: 1,
          prices: [{ priceId: id, price: 1 }],
        }),
      { code: 'validation_error', param: 'prices.0.priceId' },
    );
  });

  it('hold their base until they are gone', async () => {
    const { shop, plan, base, add } = await open();
    const variants = [await add(), await add()];
    const inUse = { code: 'price_in_use', param: 'priceId' };
    for (const { id } of variants) {
      await shop.refuses((w) => deletePlanPrice(w, plan.id, base.id), inUse);
      await shop.change((w) => deletePlanPrice(w, plan.id, id));
    }
    await shop.change((w) => deletePlanPrice(w, plan.id, base.id));
  });

  it('touch their plan, not their base', async () => {
    const { shop, base, add } = await open();
    await add();
    expect(await priceOf(shop, base)).toEqual(base);
    const [plan] = await shop.rows('plan');
    expect(plan?.revision).toBe(3);
  });

  it('are twenty at most, of which deleted ones are none', async () => {
    const { shop, plan, add, refuses } = await open();
    const [first] = await Promise.all(Array.from({ length: maxima.variantsOfPrice }, () => add()));
    await refuses({}, 'inheritsFromPriceId');
    await shop.change((w) => deletePlanPrice(w, plan.id, first?.id ?? ''));
    await add();
  });

  it('can be put back from the audit log', async () => {
    const { shop, plan, base, brazil, chile, add } = await open();
    const variant = await add();
    for (const write of [
      () => add(),
      () =>
        shop.change((w) =>
          updatePlanPrice(w, plan.id, variant.id, {
            name: 'X',
            marketPrices: [entry(brazil, 1), entry(chile, 2)],
          }),
        ),
      () => shop.change((w) => updatePlanPrice(w, plan.id, base.id, { price: 5 })),
      () => shop.change((w) => deletePlanPrice(w, plan.id, variant.id)),
      () => shop.change((w) => deletePlan(w, plan.id)),
    ]) {
      const before = sortedRows(await storedOf(shop));
      await write();
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }
  });
});
