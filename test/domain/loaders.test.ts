import { beforeAll, describe, expect, it } from 'vitest';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation, type Reader } from '../../src/domain/operation.ts';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { addPlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import {
  exchangeRatesOfPlan,
  featuresOfPlan,
  Loaders,
  type Lookup,
  planById,
  pricesOfPlan,
  regionalPricesOfPrice,
} from '../../src/domain/relations.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine, type World } from '../engines.ts';
import { type LookupName, lookups } from '../lookups.ts';

/** A plan with everything that hangs on it, and the key under which each lookup finds it. */
const stock = async (shop: Catalogue, country: string, isPublic = true) => {
  const group = await shop.group({ isPublic });
  const plan = await shop.plan({ consumptionModel: 'metered', planGroupId: group.id, isPublic });
  const price = await shop.price(plan);
  const feature = await shop.feature();
  const planFeature = await shop.attach(plan, feature, { overage: { unitPrice: 1 } });
  await shop.change((w) =>
    setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
  );
  const limit = { code: 'size', name: 'Size' };
  await shop.change((w) => setFeatureLimits(w, feature.id, { limits: [limit] }));
  await shop.change((w) =>
    setPlanFeatureLimits(w, plan.id, feature.id, { limits: [{ code: 'size', amount: 5 }] }),
  );
  await shop.change((w) =>
    setUnitPrice(w, plan.id, price.id, { featureId: feature.id, unitPrice: 1 }),
  );
  const market = await shop.market({ countryCodes: [country] });
  const unitPrices = [{ featureId: feature.id, unitPrice: 1 }];
  const marketPrices = [{ marketId: market.id, currency: 'brl', price: 1, unitPrices }];
  await shop.change((w) => setMarketPrices(w, plan.id, price.id, { marketPrices }));
  await shop.change((w) =>
    addPriceVariant(w, plan.id, { inheritsFromPriceId: price.id, marketPrices }),
  );
  for (const { id } of [plan, feature, group])
    await shop.change((w) => setTranslation(w, id, 'de', { name: 'Neu' }));
  await shop.change((w) => setTranslation(w, planFeature.id, 'de', { displayValue: 'Alle' }));
  const keys: Record<LookupName, string> = {
    planById: plan.id,
    planByCode: plan.code,
    priceById: price.id,
    featureById: feature.id,
    featureByCode: feature.code,
    planGroupById: group.id,
    planFeatureById: planFeature.id,
    pricesOfPlan: plan.id,
    featuresOfPlan: plan.id,
    plansOfGroup: group.id,
    exchangeRatesOfPlan: plan.id,
    regionalPricesOfPrice: price.id,
    regionalOveragesOfPlan: plan.id,
    limitsOfFeature: feature.id,
    limitsOfPlan: plan.id,
    unitPricesOfPrice: price.id,
    regionalUnitPricesOfPrice: price.id,
    marketById: market.id,
    marketByCode: market.code,
    marketOfCountry: country,
    marketPricesOfPrice: price.id,
    marketUnitPricesOfPrice: price.id,
    variantsOfPrice: price.id,
    translationsOfPlan: plan.id,
    translationsOfFeature: feature.id,
    translationsOfGroup: group.id,
    translationsOfPlanFeatures: plan.id,
  };
  return { plan, keys };
};

type Stock = Awaited<ReturnType<typeof stock>>;

const names = Object.keys(lookups) as LookupName[];
const ofFeatures: LookupName[] = [
  'featureById',
  'featureByCode',
  'limitsOfFeature',
  'translationsOfFeature',
];
const ofGroups: LookupName[] = ['planGroupById', 'translationsOfGroup'];
const ofMarkets: LookupName[] = ['marketById', 'marketByCode', 'marketOfCountry'];

const countStatements = async (world: World, work: () => Promise<unknown>): Promise<number> => {
  const before = world.statements.length;
  await work();
  return world.statements.length - before;
};

onEveryEngine('loaders', (world) => {
  keepsInvariants(world);

  const found = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== null);
  const foundBy = async (name: LookupName, reader: Reader, { keys }: Stock) => {
    const [answer]: unknown[] = await lookups[name].read(reader, [keys[name]]);
    return found(answer);
  };

  let shop: Catalogue;
  let sandbox: Catalogue;
  let shown: Stock;
  let alsoShown: Stock;
  let hidden: Stock;
  let deleted: Stock;

  beforeAll(async () => {
    [shop, sandbox] = await bothModes(world());
    shown = await stock(shop, 'BR');
    alsoShown = await stock(shop, 'CL');
    hidden = await stock(shop, 'PE', false);
    deleted = await stock(shop, 'UY');
    await shop.change((w) => deletePlan(w, deleted.plan.id));
  });

  describe.each(names)('%s', (name) => {
    it('answers each key in its place, with one statement', async () => {
      const keys = [alsoShown.keys[name], 'none', shown.keys[name], '__proto__', shown.keys[name]];
      const alone: unknown[] = [];
      for (const key of keys) alone.push(...(await lookups[name].read(shop.reader(), [key])));
      const together: unknown[] = [];
      const read = async () => together.push(...(await lookups[name].read(shop.reader(), keys)));
      expect(await countStatements(world(), read)).toBe(1);
      expect(together).toEqual(alone);
      expect(together.map(found)).toEqual([true, false, true, false, true]);
      expect(together[0]).not.toEqual(together[2]);
    });

    it('shows nothing of another tenant', async () => {
      expect(await foundBy(name, sandbox.reader(), shown)).toBe(false);
      expect(await foundBy(name, (await newCatalogue(world())).reader(), shown)).toBe(false);
    });

    it('shows the public nothing that is hidden', async () => {
      expect(await foundBy(name, shop.reader('public'), shown)).toBe(true);
      expect(await foundBy(name, shop.reader('public'), hidden)).toBe(false);
      expect(await foundBy(name, shop.reader('all'), hidden)).toBe(true);
    });

    it('shows nothing of a deleted plan', async () => {
      const remains = [...ofFeatures, ...ofGroups, ...ofMarkets].includes(name);
      expect(await foundBy(name, shop.reader(), deleted)).toBe(remains);
    });

    it('has a loader', async () => {
      const loaders = new Loaders(shop.reader(), false);
      const lookup: Lookup<unknown> = lookups[name];
      expect(found(await loaders.load(lookup, shown.keys[name]))).toBe(true);
    });
  });

  it('ask nothing when nothing is asked', async () => {
    const read = () => Promise.all(names.map((name) => lookups[name].read(shop.reader(), [])));
    expect(await countStatements(world(), read)).toBe(0);
  });

  it('need as many statements for 100 plans as for one', async () => {
    const fill = operation('fill', async (writer) => {
      const ids: string[] = [];
      for (let count = 0; count < 100; count += 1) {
        const { id } = await createPlan(writer, { name: 'Plan', code: `many_${count}` });
        await addPlanPrice(writer, id, { billingInterval: 'monthly', price: 1 });
        ids.push(id);
      }
      return ids;
    });
    const ids = await shop.change((w) => fill(w));
    const read = (planIds: string[]) => async () => {
      const loaders = new Loaders(shop.reader(), false);
      const readPlan = async (id: string) => {
        const [prices] = await Promise.all([
          loaders.load(pricesOfPlan, id),
          loaders.load(planById, id),
          loaders.load(featuresOfPlan, id),
          loaders.load(exchangeRatesOfPlan, id),
        ]);
        await Promise.all(prices.map((price) => loaders.load(regionalPricesOfPrice, price.id)));
      };
      await Promise.all(planIds.map(readPlan));
    };
    expect(await countStatements(world(), read(ids.slice(0, 1)))).toBe(5);
    expect(await countStatements(world(), read(ids))).toBe(5);
  });

  it('remember what they read until they are made anew', async () => {
    const { id } = await shop.plan();
    const loaders = new Loaders(shop.reader(), false);
    expect(await loaders.load(planById, id)).toMatchObject({ id });
    await shop.change((w) => deletePlan(w, id));
    expect(await loaders.load(planById, id)).toMatchObject({ id });
    expect(await new Loaders(shop.reader(), false).load(planById, id)).toBeNull();
  });
});
