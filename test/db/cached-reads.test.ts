import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/db/engine/engine.ts';
import type { Reader, Tenant } from '../../src/db/read/reader.ts';
import { revisionOf } from '../../src/db/records/organization.ts';
import { Store } from '../../src/db/store.ts';
import { removePlanCurrency, setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { createFeature, deleteFeature, updateFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { createMarket, deleteMarket, updateMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { createPlan, deletePlan, setPlanVisibility, updatePlan } from '../../src/domain/plan.ts';
import {
  addPlanFeature,
  removePlanFeature,
  updatePlanFeature,
} from '../../src/domain/plan-feature.ts';
import {
  addPlanToGroup,
  createPlanGroup,
  deletePlanGroup,
  removePlanFromGroup,
  reorderPlansInGroup,
  updatePlanGroup,
} from '../../src/domain/plan-group.ts';
import {
  addPlanPrice,
  deletePlanPrice,
  setDefaultPlanPrice,
  updatePlanPrice,
} from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import {
  exchangeRatesOfPlan,
  featureById,
  featureOfPlanFeature,
  featuresOfPlan,
  type Include,
  including,
  Loaders,
  limitsOfPlan,
  marketPricesOfPrice,
  planByCode,
  planById,
  planGroupById,
  plansOfGroup,
  pricesOfPlan,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
  translationsOfPlan,
  translationsOfPlanFeatures,
  variantsOfPrice,
} from '../../src/domain/relations.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { ApiError } from '../../src/errors.ts';
import { planContents, planDetails } from '../../src/rest/details.ts';
import { type Audience, billingIntervals } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, keepsInvariants } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { type LookupName, lookups } from '../lookups.ts';
import { Random } from '../model/random.ts';

/**
 * Random writes and reads through stores with a large, a small and a tiny record cache and through
 * one without: they answer the same at every step. Each store stands for a process. A failure names
 * the seed; `CACHE_SEED` and `CACHE_STEPS` repeat or lengthen the run.
 */
const STEPS = Number(process.env.CACHE_STEPS ?? 100);

const codes = ['starter', 'team', 'scale', 'enterprise'];
const currencies = ['eur', 'brl', 'jpy'];
const countries = ['BR', 'CL', 'DE', 'FR', 'JP'];

/** Ids of what there is and was, as later steps name it. */
class Names {
  readonly plans: string[] = [];
  readonly prices: { planId: string; id: string }[] = [];
  readonly features: string[] = [];
  readonly links: { planId: string; featureId: string; id: string }[] = [];
  readonly groups: string[] = [];
  readonly markets: string[] = [];

  keysOf(name: LookupName): string[] {
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
    if (name === 'planByCode' || name === 'featureByCode') return codes;
    if (name === 'marketOfCountry') return countries;
    if (name === 'marketById' || name === 'marketByCode') return this.markets;
    if (name === 'priceById' || /OfPrice$/.test(name)) return ids(this.prices);
    if (name === 'featureById' || name === 'translationsOfFeature' || name === 'limitsOfFeature')
      return this.features;
    if (name === 'planFeatureById') return ids(this.links);
    if (name === 'planGroupById' || name === 'plansOfGroup' || name === 'translationsOfGroup')
      return this.groups;
    return this.plans;
  }
}

interface Side {
  tenant: Tenant;
  shop: Catalogue;
  names: Names;
}

const createTwoPlans = operation(
  'createTwoPlans',
  async (writer, names: Names, code: string): Promise<void> => {
    for (const suffix of ['a', 'b']) {
      const plan = await createPlan(writer, { name: 'Batch', code: `${code}_${suffix}` });
      names.plans.push(plan.id);
    }
    writer.about(writer.tenant.id);
  },
  { isBatch: true },
);

type Write = (writer: Writer) => Promise<unknown>;

/** Something to write: mostly sensible, often refused. All of it is decided here. */
const anyWrite = (random: Random, names: Names): Write => {
  const one = (ids: readonly string[]): string => (ids.length > 0 ? random.pick(ids) : 'none');
  const plan = one(names.plans.slice(-6));
  const feature = one(names.features.slice(-5));
  const group = one(names.groups.slice(-3));
  const price =
    names.prices.length > 0 ? random.pick(names.prices.slice(-6)) : { planId: plan, id: 'none' };
  const link =
    names.links.length > 0
      ? random.pick(names.links.slice(-6))
      : { planId: plan, featureId: feature };
  const code = random.pick(codes);
  const currency = random.pick(currencies);
  const amount = random.below(100) * 100;
  const isPublic = random.chance(0.6);
  const isFirst = random.chance(0.5);
  const name = `Name ${random.below(1_000)}`;
  const locale = random.pick(['de', 'pt-BR']);
  const object = random.pick([plan, plan, feature, group]);
  const billingInterval = random.pick(billingIntervals);
  const market = one(names.markets.slice(-4));
  const countryCodes = random.shuffled(countries).slice(0, 1 + random.below(2));
  const marketPrices = random
    .shuffled(names.markets.slice(-3))
    .slice(0, 2)
    .map((marketId) => ({ marketId, currency, price: amount }));
  const writes: Record<string, Write> = {
    createPlan: async (w) => {
      const input = { name, code, isPublic, consumptionModel: 'metered' as const };
      const created = await createPlan(w, { ...input, planGroupId: isFirst ? null : group });
      names.plans.push(created.id);
    },
    createTwoPlans: (w) => createTwoPlans(w, names, code),
    updatePlan: (w) => updatePlan(w, plan, { name, metadata: { name } }),
    setPlanVisibility: (w) => setPlanVisibility(w, plan, { isPublic }),
    deletePlan: (w) => deletePlan(w, plan),
    addPlanPrice: async (w) => {
      const { id } = await addPlanPrice(w, plan, { billingInterval, price: amount });
      names.prices.push({ planId: plan, id });
    },
    updatePlanPrice: (w) => updatePlanPrice(w, price.planId, price.id, { price: amount }),
    setDefaultPlanPrice: (w) => setDefaultPlanPrice(w, price.planId, price.id),
    deletePlanPrice: (w) => deletePlanPrice(w, price.planId, price.id),
    upsertRegionalPrices: (w) =>
      upsertRegionalPrices(w, price.planId, price.id, { overrides: [{ currency, price: amount }] }),
    deleteRegionalPrices: (w) => deleteRegionalPrices(w, price.planId, price.id),
    setPlanRegionalPricing: (w) =>
      setPlanRegionalPricing(w, plan, { currency, exchangeRate: 1 + amount / 1000 }),
    setExchangeRate: (w) =>
      setExchangeRate(w, plan, { currency, exchangeRate: 1 + amount / 1000, overwrite: isFirst }),
    setRegionalOverage: (w) =>
      setRegionalOverage(w, link.planId, link.featureId, { currency, unitPrice: amount }),
    deriveRegionalPrice: (w) => deriveRegionalPrice(w, price.planId, price.id, currency),
    removePlanCurrency: (w) => removePlanCurrency(w, plan, currency),
    createFeature: async (w) => {
      const created = await createFeature(w, { name, code, type: 'usage' });
      names.features.push(created.id);
    },
    updateFeature: (w) => updateFeature(w, feature, { name }),
    deleteFeature: (w) => deleteFeature(w, feature),
    addPlanFeature: async (w) => {
      const overage = { enabled: isFirst, unitPrice: isFirst ? amount : 0 };
      const { id } = await addPlanFeature(w, plan, { featureId: feature, overage });
      names.links.push({ planId: plan, featureId: feature, id });
    },
    updatePlanFeature: (w) =>
      updatePlanFeature(w, link.planId, link.featureId, { includedAmount: amount, margin: amount }),
    removePlanFeature: (w) => removePlanFeature(w, link.planId, link.featureId),
    createPlanGroup: async (w) => {
      names.groups.push((await createPlanGroup(w, { name, isPublic })).id);
    },
    updatePlanGroup: (w) => updatePlanGroup(w, group, { name, isPublic }),
    deletePlanGroup: (w) => deletePlanGroup(w, group),
    addPlanToGroup: (w) =>
      addPlanToGroup(w, group, { planId: plan, sortOrder: isFirst ? 0 : null }),
    removePlanFromGroup: (w) => removePlanFromGroup(w, group, plan),
    reorderPlansInGroup: async (w) => {
      const planIds = (await plansOfGroup.read(w, [group])).flat().map(({ id }) => id);
      return reorderPlansInGroup(w, group, { planIds: planIds.reverse() });
    },
    setFeatureLimits: (w) =>
      setFeatureLimits(w, feature, {
        limits: isFirst ? [{ code: 'size', name, perFeatureId: one(names.features) }] : [],
      }),
    setPlanFeatureLimits: (w) =>
      setPlanFeatureLimits(w, link.planId, link.featureId, {
        limits: isFirst ? [{ code: 'size', amount }] : [],
      }),
    createMarket: async (w) => {
      const { id } = await createMarket(w, { name, countryCodes });
      names.markets.push(id);
    },
    updateMarket: (w) => updateMarket(w, market, isFirst ? { name } : { countryCodes }),
    deleteMarket: (w) => deleteMarket(w, market),
    setMarketPrices: (w) => setMarketPrices(w, price.planId, price.id, { marketPrices }),
    addPriceVariant: async (w) => {
      const inherited = { inheritsFromPriceId: price.id, name, marketPrices };
      const { id } = await addPriceVariant(w, price.planId, inherited);
      names.prices.push({ planId: price.planId, id });
    },
    setTranslation: (w) => setTranslation(w, object, locale, { name: isFirst ? name : null }),
  };
  const rare = [
    'createTwoPlans',
    'deletePlan',
    'deletePlanPrice',
    'deleteFeature',
    'deletePlanGroup',
    'deleteMarket',
  ];
  const frequent = [
    'createPlan',
    'addPlanPrice',
    'createFeature',
    'addPlanFeature',
    'setMarketPrices',
  ];
  const weightOf = (each: string) => (rare.includes(each) ? 1 : frequent.includes(each) ? 5 : 3);
  const weights = Object.fromEntries(Object.keys(writes).map((each) => [each, weightOf(each)]));
  const work = writes[random.weighted(weights)];
  if (!work) throw new Error('there is something to write');
  return work;
};

/** Plans with all that hangs on them. */
const stock = async ({ shop, names }: Pick<Side, 'shop' | 'names'>): Promise<void> => {
  const group = await shop.group();
  names.groups.push(group.id);
  const market = await shop.market({ countryCodes: ['BR'] });
  names.markets.push(market.id);
  const marketPrices = [{ marketId: market.id, currency: 'brl', price: 7 }];
  for (const code of codes) {
    const feature = await shop.feature({ code });
    const plan = await shop.plan({ code, consumptionModel: 'metered', planGroupId: group.id });
    const { id } = await shop.price(plan, { marketPrices });
    const link = await shop.attach(plan, feature, { overage: { enabled: true, unitPrice: 100 } });
    await shop.regionalPricing(plan, { currency: 'eur', exchangeRate: 2 });
    for (const object of [plan, feature])
      await shop.change((w) => setTranslation(w, object.id, 'de', { name: code }));
    names.plans.push(plan.id);
    names.features.push(feature.id);
    names.prices.push({ planId: plan.id, id });
    names.links.push(link);
  }
};

/** A way to read. It asks the same of each reader, and answers all that it found. */
type Read = (reader: Reader) => Promise<unknown>;

/** Throws where it is not known: then an answer would lack it. */
const known = <Value>(loaders: Loaders, lookup: Parameters<typeof loaders.peek<Value>>[0]) => {
  return (key: string): Value => {
    const value = loaders.peek(lookup, key);
    if (value === undefined) throw new Error(`${key} was read ahead, and is not known`);
    return value;
  };
};

interface Selection {
  regionalPrices: boolean;
  prices: boolean;
  features: boolean;
  featureRecords: boolean;
  overages: boolean;
  rates: boolean;
  translations: boolean;
  limits: boolean;
  markets: boolean;
}

const includeOf = (selected: Selection): Include =>
  including(
    ...(selected.prices ? [pricesOfPlan] : []),
    ...(selected.regionalPrices ? [[pricesOfPlan, regionalPricesOfPrice] as const] : []),
    ...(selected.features ? [featuresOfPlan] : []),
    ...(selected.featureRecords ? [[featuresOfPlan, featureOfPlanFeature] as const] : []),
    ...(selected.overages ? [regionalOveragesOfPlan] : []),
    ...(selected.rates ? [exchangeRatesOfPlan] : []),
    ...(selected.translations ? [translationsOfPlan, translationsOfPlanFeatures] : []),
    ...(selected.limits ? [limitsOfPlan] : []),
    ...(selected.markets ? [[pricesOfPlan, marketPricesOfPrice, variantsOfPrice] as const] : []),
  );

const contentsOf = (loaders: Loaders, id: string, selected: Selection) => ({
  prices: (selected.prices || selected.regionalPrices) && known(loaders, pricesOfPlan)(id),
  regionalPrices:
    selected.regionalPrices &&
    known(
      loaders,
      pricesOfPlan,
    )(id).map((price) => known(loaders, regionalPricesOfPrice)(price.id)),
  features: (selected.features || selected.featureRecords) && known(loaders, featuresOfPlan)(id),
  featureRecords:
    selected.featureRecords &&
    known(loaders, featuresOfPlan)(id).map((link) => known(loaders, featureById)(link.featureId)),
  overages: selected.overages && known(loaders, regionalOveragesOfPlan)(id),
  rates: selected.rates && known(loaders, exchangeRatesOfPlan)(id),
  translations: selected.translations && known(loaders, translationsOfPlan)(id),
  featureTexts: selected.translations && known(loaders, translationsOfPlanFeatures)(id),
  limits: selected.limits && known(loaders, limitsOfPlan)(id),
  markets:
    selected.markets &&
    known(
      loaders,
      pricesOfPlan,
    )(id).map((price) => [
      known(loaders, marketPricesOfPrice)(price.id),
      known(loaders, variantsOfPrice)(price.id),
    ]),
});

const anyRead = (random: Random, names: Names, strangers: Names): Read => {
  const keysOf = (name: LookupName, most: number): string[] => {
    const own = names.keysOf(name).slice(-6);
    const foreign = strangers.keysOf(name).slice(-2);
    const count = 1 + random.below(most);
    return Array.from({ length: count }, () =>
      random.pick([...own, ...own, ...own, ...foreign, 'none']),
    );
  };
  const isSelected = () => random.chance(0.5);
  const selected: Selection = {
    prices: isSelected(),
    regionalPrices: isSelected(),
    features: isSelected(),
    featureRecords: isSelected(),
    overages: isSelected(),
    rates: isSelected(),
    translations: isSelected(),
    limits: isSelected(),
    markets: isSelected(),
  };
  const include = includeOf(selected);
  const lookup = random.pick([planById, planByCode]);
  const keys = keysOf(lookup === planById ? 'planById' : 'planByCode', 4);
  const found = (loaders: Loaders, plans: readonly ({ id: string } | null)[]) =>
    plans.map((plan) => plan && { plan, ...contentsOf(loaders, plan.id, selected) });
  const names16 = Object.keys(lookups) as LookupName[];
  const asked = random
    .shuffled(names16)
    .slice(0, 5)
    .map((name) => [name, keysOf(name, 3)] as const);
  const groupKeys = keysOf('plansOfGroup', 2);
  const details = random.pick([planContents, planDetails]);
  const reads: Record<string, Read> = {
    together: async (reader) => {
      const loaders = new Loaders(reader);
      const load = async (key: string) => loaders.loadWith(lookup, key, include);
      return found(loaders, await Promise.all(keys.map(load)));
    },
    alone: async (reader) => {
      const loaders = new Loaders(reader);
      const plans = [];
      for (const key of keys) plans.push(await loaders.loadAlone(lookup, key, include));
      return found(loaders, plans);
    },
    ofGroups: async (reader) => {
      const loaders = new Loaders(reader);
      const groups = await Promise.all(groupKeys.map((id) => loaders.load(planGroupById, id)));
      const lists = await Promise.all(groupKeys.map((id) => loaders.load(plansOfGroup, id)));
      const plans = await loaders.withRelations(planById, lists.flat(), include);
      return { groups, plans: found(loaders, plans) };
    },
    rest: async (reader) => {
      const plans = (await lookup.read(reader, keys)).filter((plan) => plan !== null);
      return details.read(reader, plans);
    },
    lookups: async (reader) => {
      const loaders = new Loaders(reader);
      const read = async ([name, keys]: (typeof asked)[number]) => {
        const lookup: Parameters<typeof loaders.load<unknown>>[0] = lookups[name];
        return [
          await Promise.all(keys.map((key) => loaders.load(lookup, key))),
          await lookup.read(reader, keys),
        ];
      };
      return Promise.all(asked.map(read));
    },
  };
  const read = reads[random.pick(Object.keys(reads))];
  if (!read) throw new Error('there is something to read');
  return read;
};

/** So that code fails where it changes a value that others get from the cache. */
const frozen = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
};

onEveryEngine('answers with and without a record cache', (world) => {
  keepsInvariants(world);
  const seed = Number(process.env.CACHE_SEED ?? Math.floor(Math.random() * 2 ** 31));

  describe(`from seed ${seed}`, () => {
    it('are the same at every step', { timeout: 900_000 }, async () => {
      const { engine } = world().store;
      const plain = new Store(engine);
      /** What is read meanwhile comes late: after the writes. */
      let writes: Promise<void> | undefined;
      const late: Engine = {
        ...engine,
        read: (query) => {
          const rows = engine.read(query);
          return writes ? Promise.all([rows, writes]).then(([answer]) => answer) : rows;
        },
      };
      const caching = [2 ** 20, 24 * 1024, 8 * 1024].map(
        (recordBytes) => new Store(late, { recordBytes }),
      );
      const stores = [plain, ...caching];
      const sides: Side[] = (await bothModes(world())).map((shop) => ({
        shop,
        tenant: shop.tenant,
        names: new Names(),
      }));
      for (const side of sides) await stock(side);
      const audiences: Audience[] = ['all', 'public'];
      /** Requests that began before the last writes, and still read. */
      const early: Reader[] = [];

      let written = 0;

      const readerOf = async (store: Store, tenant: Tenant, audience: Audience) =>
        store.reader(tenant, audience, await revisionOf(store, tenant));

      const write = async (store: Store, side: Side, work: Write, idempotencyKey?: string) => {
        try {
          await store.write(side.tenant, { ...anyone, idempotencyKey }, work);
          written += 1;
          return true;
        } catch (failure) {
          if (!(failure instanceof ApiError)) throw failure;
          return false;
        }
      };

      const step = async (number: number): Promise<void> => {
        const random = new Random(seed, number);
        const [side, other] = random.shuffled(sides);
        if (!side || !other) throw new Error('there are two');
        const { tenant, names } = side;
        const writing = random.chance(0.8) ? random.pick(caching) : plain;
        const before = await readerOf(writing, tenant, 'all');
        early.unshift(await readerOf(random.pick(caching), tenant, random.pick(audiences)));
        early.length = Math.min(early.length, 3);
        let endWrites: () => void = () => {};
        writes = new Promise((resolve) => {
          endWrites = resolve;
        });
        const meanwhile = early.map((reader) => anyRead(random, names, other.names)(reader));
        // Another process gets its write in first.
        if (random.chance(0.15)) await write(random.pick(stores), side, anyWrite(random, names));
        const key = random.chance(0.3) ? `key ${number}` : undefined;
        const work = anyWrite(random, names);
        // The request came twice, and another process was faster.
        if (key !== undefined && random.chance(0.5))
          await write(random.pick(stores), side, work, key);
        const isWritten = await write(writing, side, work, key);
        writes = undefined;
        endWrites();
        await Promise.all(meanwhile);

        const check = async (reader: Reader, read: Read, about: string) => {
          const expected = await read(plain.reader(tenant, reader.audience));
          const answer = frozen(await read(reader));
          expect(answer, `seed ${seed}, step ${number}: ${about}`).toEqual(expected);
        };
        for (let count = 0; isWritten && count < 3; count += 1)
          await check(before, anyRead(random, names, other.names), 'the request that wrote');
        for (let count = 0; count < 3; count += 1) {
          const read = anyRead(random, names, other.names);
          for (const audience of audiences)
            for (const [place, store] of caching.entries()) {
              const about = `${audience}, cache ${place}`;
              await check(await readerOf(store, tenant, audience), read, about);
            }
          for (const reader of early) await anyRead(random, names, other.names)(reader);
        }
      };
      for (let number = 0; number < STEPS; number += 1) await step(number);
      expect(written).toBeGreaterThan(STEPS / 3);
    });
  });
});
