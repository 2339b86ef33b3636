import { describe, expect, it } from 'vitest';
import { findMarketPrices } from '../../src/db/records/market-price.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import type { Market } from '../../src/domain/market.ts';
import {
  type MarketPriceInput,
  SetMarketPricesInput,
  setMarketPrices,
} from '../../src/domain/market-price.ts';
import { deletePlan, setPlanVisibility } from '../../src/domain/plan.ts';
import { removePlanFeature } from '../../src/domain/plan-feature.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  type PlanPrice,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import {
  Loaders,
  marketUnitPricesOfPrice,
  planById,
  priceById,
} from '../../src/domain/relations.ts';
import { priceAt } from '../../src/domain/revision.ts';
import { removeUnitPrice, setUnitPrice } from '../../src/domain/unit-price.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';
import { beforeLastWrite, sortedRows, storedOf } from '../restore.ts';

const tiers = [
  { upTo: 20, unitPrice: 5_000 },
  { upTo: null, unitPrice: 3_000, flatPrice: 70_000 },
];
const stored = [
  { upTo: 20, unitPrice: 5_000, flatPrice: 0 },
  { upTo: null, unitPrice: 3_000, flatPrice: 70_000 },
];

describe('the input of market prices', () => {
  it('refuses bad values by field', () => {
    const entry = { marketId: 'brazil', currency: 'brl', price: 0, unitPrices: [] };
    expectRefusals(
      SetMarketPricesInput,
      { marketPrices: [entry] },
      {
        marketPrices: [null, undefined, 7, Array(251).fill(entry)],
        'marketPrices.0.marketId': [...bad.references, null, undefined],
        'marketPrices.0.currency': [...bad.currencies, null, undefined],
        'marketPrices.0.price': [...bad.amounts, null, undefined],
        'marketPrices.0.unitPrices': [null, 7, Array(501).fill({ featureId: 'a', unitPrice: 1 })],
      },
    );
    const unit = { featureId: 'seats', tiersMode: 'graduated', tiers };
    expectRefusals(
      SetMarketPricesInput,
      { marketPrices: [{ ...entry, unitPrices: [unit] }] },
      {
        'marketPrices.0.unitPrices.0.featureId': [...bad.references, null, undefined],
        'marketPrices.0.unitPrices.0.unitPrice': [...bad.amounts, null],
        'marketPrices.0.unitPrices.0.tiersMode': [...bad.words, null],
        'marketPrices.0.unitPrices.0.tiers': [[], 7, null, Array(51).fill(tiers[1])],
      },
    );
  });

  it('takes what is fine', () => {
    const entry = { marketId: 'brazil', currency: 'BRL', price: 0 };
    expectAcceptance(
      SetMarketPricesInput,
      { marketPrices: [entry] },
      {
        marketPrices: [[], Array(250).fill(entry)],
        'marketPrices.0.currency': ['usd', 'KWD', 'chf'],
        'marketPrices.0.unitPrices': [[], undefined],
      },
    );
  });
});

onEveryEngine('market prices', (world) => {
  keepsInvariants(world);

  /** A plan with seats that are sold by blocks of ten, and three markets. */
  const open = async (shop?: Catalogue) => {
    const catalogue = shop ?? (await newCatalogue(world()));
    const plan = await catalogue.plan({ consumptionModel: 'metered' });
    const price = await catalogue.price(plan);
    const seats = await catalogue.feature({ type: 'seats' });
    await catalogue.attach(plan, seats);
    await catalogue.change((w) =>
      setUnitPrice(w, plan.id, price.id, {
        featureId: seats.id,
        unitPrice: 100,
        blockSize: 10,
      }),
    );
    const [brazil, chile, euro] = [
      await catalogue.market({ countryCodes: ['BR'] }),
      await catalogue.market({ countryCodes: ['CL'] }),
      await catalogue.market({ countryCodes: ['DE', 'FR'] }),
    ];
    const set = (...marketPrices: MarketPriceInput[]) =>
      catalogue.change((w) => setMarketPrices(w, plan.id, price.id, { marketPrices }));
    const refuses = (marketPrices: MarketPriceInput[], param: string, code = 'validation_error') =>
      catalogue.refuses((w) => setMarketPrices(w, plan.id, price.id, { marketPrices }), {
        code,
        param,
      });
    return { shop: catalogue, plan, price, seats, brazil, chile, euro, set, refuses };
  };
  const entry = ({ id: marketId }: Market, price = 319_000, currency = 'brl') => ({
    marketId,
    currency,
    price,
  });
  const pricesOf = async (shop: Catalogue, { id }: PlanPrice) =>
    (await findMarketPrices(shop.reader(), [id])).map(({ marketId, currency, price }) => [
      marketId,
      currency,
      price,
    ]);
  const unitsOf = async (shop: Catalogue, { id }: PlanPrice) =>
    (await new Loaders(shop.reader()).load(marketUnitPricesOfPrice, id)).map(
      ({ marketId, unitPrice, tiersMode, tiers }) => [marketId, unitPrice, tiersMode, tiers],
    );
  const variantOf = ({ shop, plan, price }: Awaited<ReturnType<typeof open>>, ...of: Market[]) =>
    shop.change((w) =>
      addPriceVariant(w, plan.id, {
        inheritsFromPriceId: price.id,
        marketPrices: of.map((market) => entry(market, 5)),
      }),
    );

  it('are the whole list, in the order of the markets', async () => {
    const { shop, price, brazil, chile, euro, set } = await open();
    const answer = await set(entry(euro, 270_000, 'EUR'), entry(brazil));
    expect(answer).toMatchObject({ id: price.id, revision: 3 });
    expect(await pricesOf(shop, price)).toEqual([
      [brazil.id, 'brl', 319_000],
      [euro.id, 'eur', 270_000],
    ]);
    await set(entry(brazil, 300_000), entry(chile, 0, 'usd'));
    expect(await pricesOf(shop, price)).toEqual([
      [brazil.id, 'brl', 300_000],
      [chile.id, 'usd', 0],
    ]);
    await set();
    expect(await pricesOf(shop, price)).toEqual([]);
  });

  it('name each live market once, by id or code', async () => {
    const { shop, brazil, chile, set, refuses, price } = await open();
    const [other] = [await newCatalogue(world())];
    const foreign = await other.market();
    await set(
      { ...entry(brazil), marketId: brazil.code },
      { ...entry(chile), marketId: chile.code },
    );
    expect((await pricesOf(shop, price)).map(([id]) => id)).toEqual([brazil.id, chile.id]);
    await refuses(
      [{ ...entry(brazil), marketId: brazil.code }, entry(chile), entry(brazil)],
      'marketPrices.2.marketId',
    );
    for (const marketId of [foreign.id, 'pmg_none', 'none'])
      await refuses(
        [entry(brazil), { ...entry(chile), marketId }],
        'marketPrices.1.marketId',
        'market_not_found',
      );
  });

  it('belong to a live price of the plan', async () => {
    const { shop, plan, price, brazil } = await open();
    const other = await shop.plan();
    const marketPrices = [entry(brazil)];
    await shop.refuses((w) => setMarketPrices(w, other.id, price.id, { marketPrices }), {
      code: 'price_not_found',
      param: 'priceId',
    });
    await shop.refuses((w) => setMarketPrices(w, 'pln_none', price.id, { marketPrices }), {
      code: 'plan_not_found',
      param: 'planId',
    });
    await shop.change((w) => deletePlanPrice(w, plan.id, price.id));
    await shop.refuses((w) => setMarketPrices(w, plan.id, price.id, { marketPrices }), {
      code: 'price_not_found',
      param: 'priceId',
    });
  });

  it('are written with a price, too', async () => {
    const { shop, plan, brazil, chile } = await open();
    const price = await shop.change((w) =>
      addPlanPrice(w, plan.code, {
        billingInterval: 'yearly',
        price: 5,
        marketPrices: [{ ...entry(brazil), marketId: brazil.code }],
      }),
    );
    expect(price.revision).toBe(1);
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'brl', 319_000]]);
    const changed = await shop.change((w) =>
      updatePlanPrice(w, plan.id, price.id, { price: 7, marketPrices: [entry(chile)] }),
    );
    expect(changed).toMatchObject({ price: 7, revision: 2 });
    expect(await pricesOf(shop, price)).toEqual([[chile.id, 'brl', 319_000]]);
    await shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 8 }));
    expect(await pricesOf(shop, price)).toEqual([[chile.id, 'brl', 319_000]]);
    await shop.refuses(
      (w) =>
        addPlanPrice(w, plan.id, {
          billingInterval: 'weekly',
          price: 5,
          marketPrices: [entry(brazil), entry(brazil)],
        }),
      { code: 'validation_error', param: 'marketPrices.1.marketId' },
    );
    const [{ items }] = [await listAuditLog(shop.reader(), {}, { first: 1 })];
    expect(items[0]?.operation).toBe('updatePlanPrice');
  });

  it('are 0 on a free plan', async () => {
    const { shop, brazil, chile } = await open();
    const plan = await shop.plan({ isFree: true });
    const price = await shop.price(plan, { price: 0, marketPrices: [entry(brazil, 0)] });
    await shop.refuses(
      (w) =>
        setMarketPrices(w, plan.id, price.id, {
          marketPrices: [entry(brazil, 0), entry(chile, 1)],
        }),
      { code: 'validation_error', param: 'marketPrices.1.price' },
    );
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'brl', 0]]);
  });

  it('have unit prices of their own: flat or tiers, in whole blocks', async () => {
    const { shop, price, seats, brazil, chile, set, refuses } = await open();
    const units = (unitPrices: MarketPriceInput['unitPrices']) => [
      { ...entry(brazil), unitPrices },
    ];
    await set(
      { ...entry(brazil), unitPrices: [{ featureId: seats.code, unitPrice: 120 }] },
      {
        ...entry(chile),
        unitPrices: [{ featureId: seats.id, tiersMode: 'volume', tiers }],
      },
    );
    expect(await unitsOf(shop, price)).toEqual(
      [
        [brazil.id, 120, null, []],
        [chile.id, null, 'volume', stored],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    const at = 'marketPrices.0.unitPrices.0';
    const { id: featureId } = seats;
    await refuses(units([{ featureId, unitPrice: 1, tiers }]), `${at}.tiers`);
    await refuses(units([{ featureId, unitPrice: 1, tiersMode: 'volume' }]), `${at}.tiersMode`);
    await refuses(units([{ featureId, tiers }]), `${at}.tiersMode`);
    await refuses(units([{ featureId }]), `${at}.unitPrice`);
    await refuses(
      units([
        { featureId, unitPrice: 1 },
        { featureId, unitPrice: 2 },
      ]),
      'marketPrices.0.unitPrices.1.featureId',
    );
    await refuses(
      units([
        { featureId, tiersMode: 'volume', tiers: [{ upTo: 15, unitPrice: 1 }, { unitPrice: 1 }] },
      ]),
      `${at}.tiers.0.upTo`,
    );
    const other = await shop.feature({ type: 'seats' });
    const named = (featureId: string, code: string) =>
      refuses(units([{ featureId, unitPrice: 1 }]), `${at}.featureId`, code);
    await named(other.id, 'unit_price_not_found');
    await named('ftr_none', 'feature_not_found');
  });

  it('keep unit prices that are not sent, unless the market goes', async () => {
    const { shop, price, seats, brazil, chile, set, refuses } = await open();
    const unitPrices = [{ featureId: seats.id, unitPrice: 120 }];
    await set({ ...entry(brazil), unitPrices }, { ...entry(chile), unitPrices });
    await set(entry(brazil, 5));
    expect(await unitsOf(shop, price)).toEqual([[brazil.id, 120, null, []]]);
    await refuses([entry(brazil, 5, 'usd')], 'marketPrices.0.unitPrices');
    await set({ ...entry(brazil, 5, 'usd'), unitPrices });
    expect(await unitsOf(shop, price)).toEqual([[brazil.id, 120, null, []]]);
    await set({ ...entry(brazil, 5, 'usd'), unitPrices: [] });
    expect(await unitsOf(shop, price)).toEqual([]);
    await set(entry(brazil));
    expect(await unitsOf(shop, price)).toEqual([]);
  });

  it('lose unit prices with what these stand on', async () => {
    const { shop, plan, price, seats, brazil, set } = await open();
    const unitPrices = [{ featureId: seats.id, unitPrice: 120 }];
    const reset = async () => {
      await set({ ...entry(brazil), unitPrices });
      expect(await unitsOf(shop, price)).toEqual([[brazil.id, 120, null, []]]);
    };
    await reset();
    const variant = await shop.change((w) =>
      addPriceVariant(w, plan.id, {
        inheritsFromPriceId: price.id,
        marketPrices: [{ ...entry(brazil), unitPrices }],
      }),
    );
    expect(await unitsOf(shop, variant)).toEqual([[brazil.id, 120, null, []]]);
    const before = sortedRows(await storedOf(shop));
    await shop.change((w) => removeUnitPrice(w, plan.id, price.id, seats.id));
    expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    expect([await unitsOf(shop, price), await unitsOf(shop, variant)]).toEqual([[], []]);
    await shop.change((w) =>
      setUnitPrice(w, plan.id, price.id, { featureId: seats.id, unitPrice: 1 }),
    );
    await reset();
    await shop.change((w) => removePlanFeature(w, plan.id, seats.id));
    expect(await unitsOf(shop, price)).toEqual([]);
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'brl', 319_000]]);
  });

  it('hold the block size of their tiers', async () => {
    const { shop, plan, price, seats, brazil, set } = await open();
    await set({
      ...entry(brazil),
      unitPrices: [{ featureId: seats.id, tiersMode: 'graduated', tiers }],
    });
    const setBlock = (blockSize: number) => (w: Parameters<typeof setUnitPrice>[0]) =>
      setUnitPrice(w, plan.id, price.id, { featureId: seats.id, blockSize });
    await shop.refuses(setBlock(15), { code: 'validation_error', param: 'blockSize' });
    await shop.change(setBlock(20));
    await shop.change((w) =>
      setUnitPrice(w, plan.id, price.id, { featureId: seats.id, tiersMode: 'volume', tiers }),
    );
    expect(await unitsOf(shop, price)).toEqual([[brazil.id, null, 'graduated', stored]]);
  });

  it('cannot go while a variant overrides them', async () => {
    const opened = await open();
    const { shop, plan, price, brazil, chile, set, refuses } = opened;
    await set(entry(brazil), entry(chile));
    const variant = await variantOf(opened, chile);
    await refuses([entry(brazil)], 'marketPrices', 'price_in_use');
    await refuses([], 'marketPrices', 'price_in_use');
    await shop.refuses((w) => updatePlanPrice(w, plan.id, price.id, { marketPrices: [] }), {
      code: 'price_in_use',
      param: 'marketPrices',
    });
    await set(entry(chile, 7));
    await shop.change((w) => deletePlanPrice(w, plan.id, variant.id));
    await set();
  });

  it('touch their price and its plan, for the public as well', async () => {
    const opened = await open();
    const { shop, plan, price, brazil, set } = opened;
    const loaders = () => new Loaders(shop.reader('public'));
    const other = await shop.price(plan, { billingInterval: 'yearly' });
    const time = '2100-01-01T00:00:00.000Z';
    await shop.changeAt(time, (w) =>
      setMarketPrices(w, plan.id, price.id, { marketPrices: [entry(brazil)] }),
    );
    expect(await loaders().load(priceById, price.id)).toMatchObject({ updatedAt: time });
    expect(await loaders().load(planById, plan.id)).toMatchObject({ updatedAt: time });
    expect(await loaders().load(priceById, other.id)).toEqual({
      ...other,
      revision: null,
    });
    const { revision } = await set(entry(brazil));
    const guard = priceAt(revision - 1, plan.id, price.id);
    await expect(
      shop.change((w) => setMarketPrices(w, plan.id, price.id, { marketPrices: [] }), { guard }),
    ).rejects.toMatchObject({ code: 'revision_mismatch', currentRevision: revision });
  });

  it('stay as they are where minor units cannot tell the difference', async () => {
    const { shop, plan, price, brazil, set } = await open();
    await set(entry(brazil, 319_050));
    const send = (cents: number, currency = 'brl') =>
      shop.change(
        (w) =>
          setMarketPrices(w, plan.id, price.id, {
            marketPrices: [entry(brazil, cents, currency)],
          }),
        { priceUnit: 'minor_unit' },
      );
    await send(319_100);
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'brl', 319_050]]);
    await send(319_200);
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'brl', 319_200]]);
    await send(319_200, 'eur');
    expect(await pricesOf(shop, price)).toEqual([[brazil.id, 'eur', 319_200]]);
  });

  it('are apart in live and sandbox', async () => {
    const [live, sandbox] = await bothModes(world());
    const { brazil } = await open(live);
    const { refuses } = await open(sandbox);
    await refuses([entry(brazil)], 'marketPrices.0.marketId', 'market_not_found');
  });

  it('go with their price and plan, and can be put back from the audit log', async () => {
    const opened = await open();
    const { shop, plan, price, seats, brazil, chile } = opened;
    const unitPrices = [{ featureId: seats.id, unitPrice: 120 }];
    const yearly = await shop.price(plan, {
      billingInterval: 'yearly',
      marketPrices: [entry(brazil)],
    });
    const base = [{ ...entry(brazil), unitPrices }, entry(chile)];
    for (const write of [
      () => opened.set(...base),
      () => opened.set(entry(brazil, 1), { ...entry(chile, 2), unitPrices }),
      () => opened.set({ ...entry(chile), unitPrices: [] }),
      () => opened.set(...base),
      () => variantOf(opened, brazil),
      () => shop.change((w) => deletePlanPrice(w, plan.id, yearly.id)),
      () => shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: false })),
      () => shop.change((w) => updatePlanPrice(w, plan.id, price.id, { price: 3, trialDays: 4 })),
      () => shop.change((w) => deletePlan(w, plan.id)),
    ]) {
      const before = sortedRows(await storedOf(shop));
      await write();
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }
    expect(await shop.rows('market_price')).toEqual([]);
    expect(await shop.rows('market_unit_price')).toEqual([]);
    const { items } = await listAuditLog(shop.reader(), { objectId: brazil.id }, { first: 1 });
    expect(items[0]).toMatchObject({ operation: 'deletePlan' });
  });
});
