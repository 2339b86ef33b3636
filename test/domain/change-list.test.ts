import { expect, it } from 'vitest';
import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { rotateApiKey } from '../../src/domain/api-key-rotation.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { removePlanCurrency, setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { createFeature, deleteFeature, updateFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import {
  arrangeFeatures,
  createFeatureSection,
  deleteFeatureSection,
  updateFeatureSection,
} from '../../src/domain/feature-section.ts';
import { createMarket, deleteMarket, updateMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import type { Writer } from '../../src/domain/operation.ts';
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
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import {
  deleteRegionalPrices,
  deriveRegionalPrice,
  upsertRegionalPrices,
} from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { removeUnitPrice, setUnitPrice } from '../../src/domain/unit-price.ts';
import { ApiError } from '../../src/errors.ts';
import { billingIntervals, planAvailabilities } from '../../src/vocabulary.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { Random } from '../model/random.ts';
import { restored, type Stored, sortedRows, storedOf } from '../restore.ts';

/** `HISTORY_SEED=…` repeats a history. */
const known = [1, 2];
const seeds = process.env.HISTORY_SEED
  ? [Number(process.env.HISTORY_SEED)]
  : [...known, Math.floor(Math.random() * 2 ** 31)];
const WRITES = 200;

type Call = (writer: Writer) => Promise<unknown>;

/** Writes by chance; many are refused. */
class History {
  readonly #random: Random;
  readonly #shop: Catalogue;
  #made = 0;

  constructor(random: Random, shop: Catalogue) {
    this.#random = random;
    this.#shop = shop;
  }

  async #some(
    table:
      | 'plan'
      | 'plan_price'
      | 'plan_feature'
      | 'feature'
      | 'feature_section'
      | 'plan_group'
      | 'market'
      | 'api_key',
  ) {
    const rows = (await this.#shop.rows(table)) as unknown as Record<string, string>[];
    const sorted = rows.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    return sorted.length > 0 ? this.#random.pick(sorted) : {};
  }

  async next(): Promise<Call> {
    const random = this.#random;
    this.#made += 1;
    const code = `c${this.#made}`;
    const name = `Name ${this.#made}`;
    const plan = (await this.#some('plan')).id ?? 'pln_none';
    const basis = (await this.#some('plan')).id ?? 'pln_none';
    const group = (await this.#some('plan_group')).id ?? 'plg_none';
    const feature = (await this.#some('feature')).id ?? 'ftr_none';
    const { id: price = 'pp_none', plan_id: priced = plan } = await this.#some('plan_price');
    const link = await this.#some('plan_feature');
    const [linkedPlan, linked] = [link.plan_id ?? plan, link.feature_id ?? feature];
    const ofPlan = (await this.#shop.rows('plan_price')).filter(
      (row) => row.plan_id === linkedPlan && row.archived_at === null,
    );
    const ofLinked = ofPlan.map(({ id }) => id).sort()[0] ?? price;
    const market = (await this.#some('market')).id ?? 'pmg_none';
    const others = (await this.#shop.rows('market')).filter((row) => row.deleted_at === null);
    const countryCodes = random.shuffled(['BR', 'CL', 'DE', 'FR', 'JP', 'US']).slice(0, 2);
    const key = (await this.#some('api_key')).id ?? 'key_none';
    const isPublic = random.chance(0.6);
    const amount = random.below(50) * 10_000;
    const currency = random.pick(['eur', 'jpy', 'brl']);
    const overage = { enabled: random.chance(0.5), unitPrice: random.below(3) * 100 };
    const introOffer = {
      enabled: random.chance(0.7),
      discountType: random.pick(['amount', 'percentage'] as const),
      discountValue: random.below(9_000),
      durationCycles: 3,
    };
    const section = (await this.#some('feature_section')).id ?? 'fse_none';
    const [sectionId] = random.shuffled([section, null]);
    const [planGroupId] = random.shuffled([group, null]);
    const object = random.pick([plan, feature, group, section, link.id ?? 'plf_none']);
    const text = random.pick([name, null]);
    const texts = object.startsWith('plf_')
      ? { displayValue: text }
      : random.pick([{ name: text }, { badge: text }]);
    const locale = random.pick(['de', 'pt-BR']);
    const shown = {
      availability: random.pick(planAvailabilities),
      presentation: random.some({ tagline: name, badge: null, highlighted: isPublic }),
      basedOnPlanId: random.pick([basis, null]),
    };
    const limits = random
      .shuffled(['size', 'rate', 'runs'])
      .slice(0, 1 + random.below(3))
      .map((code) => ({ code, name, perFeatureId: random.pick([feature, null]) }));
    const amounts = ['size', 'rate'].flatMap((code) =>
      random.chance(0.5) ? [random.chance(0.7) ? { code, amount } : { code, unlimited: true }] : [],
    );
    const marketPrices = random
      .shuffled(others.map(({ id }) => id).sort())
      .slice(0, 2)
      .map((marketId) => ({
        marketId,
        currency: 'brl',
        price: amount,
        ...(random.chance(0.2) && { unitPrices: [{ featureId: linked, unitPrice: amount }] }),
      }));
    const overridden = (await this.#shop.rows('market_price'))
      .filter(({ price_id }) => price_id === ofLinked)
      .map(({ market_id: marketId }) => ({ marketId, currency: 'jpy', price: amount }));
    const calls: Record<string, [weight: number, Call]> = {
      createPlan: [
        4,
        (w) =>
          createPlan(w, {
            name,
            code,
            isPublic,
            planGroupId,
            consumptionModel: 'metered',
            basedOnPlanId: random.pick([plan, null]),
          }),
      ],
      updatePlan: [
        3,
        (w) =>
          updatePlan(w, plan, random.some({ name, isPublic, metadata: { a: amount }, ...shown })),
      ],
      setPlanVisibility: [2, (w) => setPlanVisibility(w, plan, { isPublic })],
      deletePlan: [1, (w) => deletePlan(w, plan)],
      createPlanGroup: [1, (w) => createPlanGroup(w, { name, isPublic })],
      updatePlanGroup: [2, (w) => updatePlanGroup(w, group, random.some({ name, isPublic }))],
      deletePlanGroup: [0.5, (w) => deletePlanGroup(w, group)],
      addPlanToGroup: [
        3,
        (w) => addPlanToGroup(w, group, { planId: plan, sortOrder: random.below(4) }),
      ],
      removePlanFromGroup: [2, (w) => removePlanFromGroup(w, group, plan)],
      reorderPlansInGroup: [2, await this.#reordering(group)],
      setTranslation: [4, (w) => setTranslation(w, object, locale, texts)],
      setFeatureLimits: [3, (w) => setFeatureLimits(w, random.pick([feature, linked]), { limits })],
      setPlanFeatureLimits: [
        3,
        (w) => setPlanFeatureLimits(w, linkedPlan, linked, { limits: amounts }),
      ],
      createFeature: [2, (w) => createFeature(w, { name, code, type: 'usage', sectionId })],
      updateFeature: [2, (w) => updateFeature(w, feature, random.some({ name, sectionId }))],
      createFeatureSection: [1, (w) => createFeatureSection(w, { name })],
      updateFeatureSection: [1, (w) => updateFeatureSection(w, section, { name })],
      deleteFeatureSection: [0.5, (w) => deleteFeatureSection(w, section)],
      arrangeFeatures: [2, await this.#arranging()],
      deleteFeature: [0.5, (w) => deleteFeature(w, feature)],
      addPlanFeature: [3, (w) => addPlanFeature(w, plan, { featureId: feature, overage })],
      updatePlanFeature: [
        3,
        (w) =>
          updatePlanFeature(
            w,
            linkedPlan,
            linked,
            random.some({ overage, margin: amount, enabled: isPublic, displayValue: name }),
          ),
      ],
      removePlanFeature: [1, (w) => removePlanFeature(w, linkedPlan, linked)],
      addPlanPrice: [
        4,
        (w) =>
          addPlanPrice(w, plan, {
            billingInterval: random.pick(billingIntervals),
            price: amount,
            ...random.some({ introOffer, isDefault: true, includedBalance: amount }),
          }),
      ],
      updatePlanPrice: [
        4,
        (w) =>
          updatePlanPrice(
            w,
            priced,
            price,
            random.some({ price: amount, introOffer, isDefault: true, metadata: { a: amount } }),
          ),
      ],
      setDefaultPlanPrice: [1, (w) => setDefaultPlanPrice(w, priced, price)],
      deletePlanPrice: [1, (w) => deletePlanPrice(w, priced, price)],
      upsertRegionalPrices: [
        3,
        (w) => upsertRegionalPrices(w, priced, price, { overrides: [{ currency, price: amount }] }),
      ],
      deleteRegionalPrices: [1, (w) => deleteRegionalPrices(w, priced, price)],
      setPlanRegionalPricing: [
        3,
        (w) => setPlanRegionalPricing(w, priced, { currency, exchangeRate: 1 + random.below(3) }),
      ],
      setExchangeRate: [
        3,
        (w) =>
          setExchangeRate(w, priced, {
            currency,
            exchangeRate: 1 + random.below(3),
            overwrite: random.chance(0.3),
          }),
      ],
      setRegionalOverage: [
        2,
        (w) => setRegionalOverage(w, linkedPlan, linked, { currency, unitPrice: amount }),
      ],
      deriveRegionalPrice: [1, (w) => deriveRegionalPrice(w, priced, price, currency)],
      removePlanCurrency: [1, (w) => removePlanCurrency(w, priced, currency)],
      setUnitPrice: [
        6,
        (w) =>
          setUnitPrice(w, linkedPlan, ofLinked, {
            featureId: linked,
            blockSize: 1,
            ...random.pick([
              { unitPrice: amount },
              {
                tiersMode: 'volume' as const,
                tiers: [{ upTo: 5, unitPrice: 9 }, { unitPrice: amount }],
              },
              { unitPrice: amount, regional: [{ currency, unitPrice: 7 }] },
            ]),
          }),
      ],
      removeUnitPrice: [1, (w) => removeUnitPrice(w, linkedPlan, ofLinked, linked)],
      createMarket: [4, (w) => createMarket(w, { name, countryCodes })],
      updateMarket: [
        2,
        (w) =>
          updateMarket(
            w,
            market,
            random.some({ name, countryCodes, metadata: { a: amount }, taxBehavior: null }),
          ),
      ],
      deleteMarket: [0.5, (w) => deleteMarket(w, market)],
      setMarketPrices: [
        12,
        (w) =>
          isPublic
            ? setMarketPrices(w, linkedPlan, ofLinked, { marketPrices })
            : setMarketPrices(w, priced, price, { marketPrices }),
      ],
      addPriceVariant: [
        12,
        (w) =>
          addPriceVariant(w, linkedPlan, {
            inheritsFromPriceId: ofLinked,
            marketPrices: overridden,
            ...random.some({ name, metadata: { a: amount } }),
          }),
      ],
      createApiKey: [0.3, (w) => createApiKey(w, { name, scope: 'read' })],
      createPublishableKey: [
        0.3,
        (w) => createPublishableKey(w, { name, allowedOrigins: ['https://shop.example'] }),
      ],
      rotateApiKey: [0.3, (w) => rotateApiKey(w, key, {})],
      revokeApiKey: [0.3, (w) => revokeApiKey(w, key)],
    };
    const weights = Object.fromEntries(
      Object.entries(calls).map(([name, [weight]]) => [name, weight]),
    );
    const [, call] = calls[random.weighted(weights)] ?? [];
    if (!call) throw new Error('there is nothing to call');
    return call;
  }

  async #arranging(): Promise<Call> {
    const random = this.#random;
    const idsOf = async (table: 'feature' | 'feature_section') =>
      random.shuffled((await this.#shop.rows(table)).map(({ id }) => id).sort());
    const sections = (await idsOf('feature_section')).slice(0, random.below(3));
    const features = (await idsOf('feature')).slice(0, random.below(6));
    return (w) =>
      arrangeFeatures(w, {
        sections: random.shuffled([...sections, null]).map((sectionId) => ({
          sectionId,
          featureIds: features.splice(0, random.below(4)),
        })),
      });
  }

  async #reordering(group: string): Promise<Call> {
    const plans = await this.#shop.rows('plan');
    const members = plans.filter((plan) => plan.plan_group_id === group).map(({ id }) => id);
    return (w) => reorderPlansInGroup(w, group, { planIds: this.#random.shuffled(members.sort()) });
  }
}

const counted = [
  'plan',
  'plan_price',
  'plan_feature',
  'feature',
  'feature_section',
  'plan_group',
  'market',
];
/** Members that shift with the order of a group or of features, and when and how often the row changed. */
const passing = new Set([
  'sort_order',
  'position',
  'section_position',
  'public_sort_order',
  'public_updated_at',
  'updated_at',
  'revision',
]);

const ofPrices = new Set([
  'regional_price',
  'unit_price',
  'regional_unit_price',
  'market_price',
  'market_unit_price',
]);

/** What contains what, by the tables that name it. */
const containersOf = (stored: Stored, table: string, row: Record<string, unknown>): string[] => {
  const { plan_id: planId, price_id: priceId, feature_id: featureId, plan_group_id: group } = row;
  const find = (name: string, matches: (row: Record<string, unknown>) => boolean) =>
    stored[name]?.find(matches);
  if (table === 'translation')
    return [row.object_id, ...(featureId === null || planId === null ? [] : [planId])].map(String);
  if (table === 'plan') return group === null ? [] : [String(group)];
  if (ofPrices.has(table)) {
    const price = find('plan_price', ({ id }) => id === priceId);
    return [String(priceId), String(price?.plan_id)];
  }
  if (table === 'feature_limit') return [String(featureId)];
  if (table === 'market_country') return [String(row.market_id)];
  if (table === 'regional_overage' || table === 'plan_feature_limit') {
    const link = find(
      'plan_feature',
      (other) => other.plan_id === planId && other.feature_id === featureId,
    );
    return [String(link?.id), String(planId)];
  }
  return typeof planId === 'string' ? [planId] : [];
};

const keyOf = (row: Record<string, unknown>): string =>
  [
    row.id ?? [row.object_id, row.plan_id, row.price_id, row.feature_id, row.code],
    row.market_id === undefined ? row.currency : [row.market_id, row.country_code],
    row.locale,
  ]
    .flat()
    .join(' ');

/** It went with its plan, of which the row tells. */
const isGone = (stored: Stored, id: string): boolean =>
  ['plan_feature', 'plan_price'].some((table) =>
    stored[table]?.some(
      (row) =>
        row.id === id &&
        stored.plan?.some((plan) => plan.id === row.plan_id && plan.deleted_at !== null),
    ),
  );

/** The ids of all that a write should have counted: what it changed, and what contains that. */
const expectedToCount = (before: Stored, after: Stored): Set<string> => {
  const ids = new Set<string>();
  for (const [table, rows] of Object.entries(after)) {
    const earlier = new Map(before[table]?.map((row) => [keyOf(row), row]));
    const later = new Map(rows.map((row) => [keyOf(row), row]));
    for (const key of new Set([...earlier.keys(), ...later.keys()])) {
      const [was, is] = [earlier.get(key), later.get(key)];
      const names = Object.keys(is ?? was ?? {});
      const differs = names.filter((name) => was?.[name] !== is?.[name]);
      const moves = differs.includes('plan_group_id') || differs.includes('sort_order');
      if (!was || !is || differs.some((name) => !passing.has(name))) {
        if (is?.id) ids.add(String(is.id));
        if (table !== 'plan')
          for (const [stored, row] of [
            [before, was],
            [after, is],
          ] as const)
            for (const id of row ? containersOf(stored, table, row) : []) ids.add(id);
      }
      if (table === 'plan' && (moves || !was || !is))
        for (const row of [was, is])
          if (row) for (const id of containersOf(after, table, row)) ids.add(id);
    }
  }
  return ids;
};

onEveryEngine('the change list', (world) => {
  keepsInvariants(world);

  it.each(seeds)('puts back each write of a random history (seed %d)', async (seed) => {
    const random = new Random(seed);
    const shop = await newCatalogue(world());
    const history = new History(random, shop);
    const states = [await storedOf(shop)];
    for (let written = 0; written < WRITES; written += 1) {
      const call = await history.next();
      const day = String(1 + random.below(28)).padStart(2, '0');
      try {
        await shop.changeAt(`2026-03-${day}T00:00:00.000Z`, call);
      } catch (failure) {
        if (!(failure instanceof ApiError)) throw failure;
        continue;
      }
      states.push(await storedOf(shop));
    }
    const entries = [];
    for (let after: string | undefined, goesOn = true; goesOn; ) {
      const page = await listAuditLog(shop.reader(), {}, { first: 100, after });
      entries.push(...page.items);
      const last = page.items.at(-1);
      after = last && page.cursorOf(last);
      goesOn = page.hasNextPage;
    }
    expect(entries).toHaveLength(states.length - 1);
    const operations = new Set(entries.map(({ operation }) => operation));
    // Any other history may delete early what most operations need.
    expect(operations.size).toBeGreaterThan(known.includes(seed) ? 12 : 0);
    let state = states.at(-1) ?? {};
    for (const [index, { changes, operation, sequence, objectId }] of entries.entries()) {
      const after = states.at(-1 - index) ?? {};
      const before = states.at(-2 - index) ?? {};
      state = restored(state, changes, shop.tenant.id);
      expect({ operation, sequence, ...sortedRows(state) }).toEqual({
        operation,
        sequence,
        ...sortedRows(before),
      });
      const revisions = (stored: Stored) =>
        new Map(
          counted.flatMap((table) => stored[table] ?? []).map((row) => [row.id, row.revision]),
        );
      const [earlier, later] = [revisions(before), revisions(after)];
      const moved = [...later].filter(
        ([id, revision]) => earlier.has(id) && earlier.get(id) !== revision,
      );
      for (const [id, revision] of moved) expect(revision).toBe(Number(earlier.get(id)) + 1);
      // The object of an operation counts each write, even one that leaves it as it was.
      const expected = new Set(
        [...expectedToCount(before, after)].filter(
          (id) => earlier.has(id) && later.has(id) && !isGone(after, id),
        ),
      );
      const unexpected = moved.map(([id]) => String(id)).filter((id) => !expected.has(id));
      const missing = [...expected].filter((id) => !moved.some(([other]) => other === id));
      // It writes every price and overage in its currency, if only as it was.
      const rewritten = ['setExchangeRate', 'setPlanRegionalPricing'].includes(operation)
        ? ['plan_price', 'plan_feature']
            .flatMap((table) => after[table] ?? [])
            .filter((row) => row.plan_id === objectId)
            .map(({ id }) => id)
        : [];
      const directly = unexpected.filter((id) => id === objectId);
      const parents = directly.flatMap((id) =>
        counted.flatMap((table) =>
          (after[table] ?? [])
            .filter((row) => row.id === id && table !== 'plan')
            .flatMap((row) => containersOf(after, table, row)),
        ),
      );
      expect({
        operation,
        sequence,
        unexpected: unexpected.filter(
          (id) => id !== objectId && !parents.includes(id) && !rewritten.includes(id),
        ),
        missing,
      }).toEqual({ operation, sequence, unexpected: [], missing: [] });
    }
  });
});
