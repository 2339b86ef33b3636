import { createApiKey } from '../src/domain/api-key.ts';
import { createFeature, deleteFeature } from '../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../src/domain/feature-limit.ts';
import { createFeatureSection, deleteFeatureSection } from '../src/domain/feature-section.ts';
import { createMarket, deleteMarket } from '../src/domain/market.ts';
import { setMarketPrices } from '../src/domain/market-price.ts';
import { operation } from '../src/domain/operation.ts';
import { createPlan, deletePlan, updatePlan } from '../src/domain/plan.ts';
import { addPlanFeature } from '../src/domain/plan-feature.ts';
import { addPlanToGroup, createPlanGroup, deletePlanGroup } from '../src/domain/plan-group.ts';
import { addPlanPrice } from '../src/domain/price.ts';
import { addPriceVariant } from '../src/domain/price-variant.ts';
import { createPublishableKey } from '../src/domain/publishable-key.ts';
import { setPlanRegionalPricing } from '../src/domain/regional-pricing.ts';
import { setTranslation } from '../src/domain/translation.ts';
import { setUnitPrice } from '../src/domain/unit-price.ts';
import { Catalogue } from './catalogue.ts';
import type { World } from './engines.ts';

export const ORIGIN = 'https://shop.example';

/** Stands in every text that a publishable key must not show. */
const CANARY = 'canary';
const metadata = { canary_of_ours: 'canary value' };
/** No amount of anything else has these digits, however it is written. */
const PRICE = 987_654_321;
const RATE = 7.654321;

const withPublicThings = operation('withPublicThings', async (writer) => {
  const group = await createPlanGroup(writer, { name: 'Teams' });
  const form = { consumptionModel: 'metered', metadata } as const;
  const plan = await createPlan(writer, {
    ...form,
    name: 'Pro',
    code: 'pro',
    planGroupId: group.id,
  });
  const late = await createPlan(writer, {
    ...form,
    name: 'Team',
    code: 'team',
    planGroupId: group.id,
  });
  const lonely = await createPlan(writer, { ...form, name: 'Lonely', code: 'lonely' });
  const offer = {
    introOffer: { enabled: true, discountType: 'amount', discountValue: 5 },
    metadata,
  } as const;
  const price = await addPlanPrice(writer, plan.id, {
    ...offer,
    billingInterval: 'monthly',
    price: 490_000,
  });
  const section = await createFeatureSection(writer, { name: 'Usage' });
  const feature = await createFeature(writer, {
    name: 'Calls',
    code: 'calls',
    type: 'usage',
    sectionId: section.id,
  });
  const link = { featureId: feature.id, overage: { enabled: true, unitPrice: 20 }, margin: PRICE };
  await addPlanFeature(writer, plan.id, link);
  await setUnitPrice(writer, plan.id, price.id, { featureId: feature.id, unitPrice: 7 });
  const market = await createMarket(writer, {
    name: 'Brazil',
    countryCodes: ['BR'],
    metadata,
  });
  const inMarket = {
    marketId: market.id,
    currency: 'brl',
    price: 319_000,
    unitPrices: [{ featureId: feature.id, unitPrice: 8 }],
  };
  await setMarketPrices(writer, plan.id, price.id, { marketPrices: [inMarket] });
  const variant = await addPriceVariant(writer, plan.id, {
    inheritsFromPriceId: price.id,
    name: 'For partners',
    marketPrices: [inMarket],
    metadata,
  });
  await setPlanRegionalPricing(writer, plan.id, { currency: 'eur', exchangeRate: 0.92 });
  for (const { id } of [group, plan, feature])
    await setTranslation(writer, id, 'de', { name: 'Öffentlich' });
  writer.about(group.id);
  return { group, plan, late, lonely, price, variant, section, feature, market };
});
type PublicThings = Awaited<ReturnType<typeof withPublicThings>>;

const withPrivateThings = operation('withPrivateThings', async (writer, seen?: PublicThings) => {
  const form = { consumptionModel: 'metered', isPublic: false, metadata } as const;
  const group = await createPlanGroup(writer, { name: `${CANARY} group`, isPublic: false });
  const others = await createPlanGroup(writer, {
    name: `${CANARY} group of others`,
    isPublic: false,
  });
  const plan = await createPlan(writer, {
    ...form,
    name: `${CANARY} plan`,
    code: `${CANARY}_plan`,
  });
  const grouped = {
    ...form,
    name: `${CANARY} grouped`,
    code: `${CANARY}_grouped`,
    planGroupId: others.id,
  };
  const other = await createPlan(writer, grouped);
  const price = await addPlanPrice(writer, plan.id, {
    billingInterval: 'monthly',
    price: PRICE,
    metadata,
  });
  const section = await createFeatureSection(writer, { name: `${CANARY} section` });
  const feature = await createFeature(writer, {
    name: `${CANARY} feature`,
    code: `${CANARY}_feature`,
    type: 'usage',
    unitName: `${CANARY} unit`,
    unitNamePlural: `${CANARY} units`,
    sectionId: section.id,
  });
  const empty = await createFeatureSection(writer, { name: `${CANARY} without features` });
  const loose = await createFeature(writer, {
    name: `${CANARY} loose`,
    code: `${CANARY}_loose`,
    type: 'boolean',
  });
  const counted = await createFeature(writer, {
    name: `${CANARY} counted`,
    code: `${CANARY}_counted`,
    type: 'seats',
    unitName: `${CANARY} seat`,
    unitNamePlural: `${CANARY} seats`,
  });
  for (const { id } of [feature, counted])
    await setTranslation(writer, id, 'de', {
      unitName: `${CANARY} in German`,
      unitNamePlural: `${CANARY} in German, too`,
    });
  const hiddenLimits = [
    {
      code: `${CANARY}_limit`,
      name: `${CANARY} limit`,
      unitName: `${CANARY} unit`,
      unitNamePlural: `${CANARY} units`,
    },
  ];
  for (const { id } of [feature, loose])
    await setFeatureLimits(writer, id, { limits: hiddenLimits });
  const overage = { enabled: true, unitPrice: PRICE };
  const link = await addPlanFeature(writer, plan.id, { featureId: feature.id, overage });
  await setUnitPrice(writer, plan.id, price.id, { featureId: feature.id, unitPrice: PRICE });
  const markets = [];
  for (const [name, country] of [
    ['market', 'AR'],
    ['without prices', 'UY'],
  ] as const)
    markets.push(
      await createMarket(writer, { name: `${CANARY} ${name}`, countryCodes: [country], metadata }),
    );
  const [market, unpriced] = markets;
  if (!market || !unpriced) throw new Error('there are no markets');
  const inMarkets = [market, ...(seen ? [seen.market] : [])].map(({ id }) => ({
    marketId: id,
    currency: 'ars',
    price: PRICE,
    unitPrices: [{ featureId: feature.id, unitPrice: PRICE }],
  }));
  await setMarketPrices(writer, plan.id, price.id, { marketPrices: inMarkets });
  const variant = await addPriceVariant(writer, plan.id, {
    inheritsFromPriceId: price.id,
    name: `${CANARY} variant`,
    marketPrices: inMarkets,
    metadata,
  });
  await setPlanRegionalPricing(writer, plan.id, { currency: 'eur', exchangeRate: RATE });
  if (seen) {
    await addPlanToGroup(writer, seen.group.id, { planId: plan.id, sortOrder: 1 });
    await updatePlan(writer, seen.lonely.id, { basedOnPlanId: plan.id });
    await addPlanToGroup(writer, group.id, { planId: seen.lonely.id });
    await addPlanFeature(writer, plan.id, { featureId: seen.feature.id, overage });
    await setFeatureLimits(writer, seen.feature.id, {
      limits: [
        { code: 'rate', name: 'Rate' },
        { code: 'size', name: 'Size', perFeatureId: counted.id },
      ],
    });
    const limits = (amount: number) => ({
      limits: [
        { code: 'rate', amount },
        { code: 'size', amount },
      ],
    });
    await setPlanFeatureLimits(writer, seen.plan.id, seen.feature.id, limits(4_321));
    await setPlanFeatureLimits(writer, plan.id, seen.feature.id, limits(PRICE));
  }
  await setPlanFeatureLimits(writer, plan.id, feature.id, {
    limits: [{ code: `${CANARY}_limit`, amount: PRICE }],
  });
  for (const { id } of [group, plan, feature, loose, section, empty])
    await setTranslation(writer, id, 'de', { name: `${CANARY} translation` });
  await setTranslation(writer, link.id, 'de', { displayValue: `${CANARY} words` });
  const { apiKey } = await createApiKey(writer, { name: `${CANARY} key`, scope: 'read' });
  writer.about(group.id);
  return {
    group,
    others,
    plan,
    other,
    price,
    variant,
    section,
    empty,
    feature,
    loose,
    counted,
    market,
    unpriced,
    apiKey,
  };
});
type PrivateThings = Awaited<ReturnType<typeof withPrivateThings>>;

const idsOf = (things: object): string[] => Object.values(things).map(({ id }) => id);

/**
 * A catalogue in which public things stand among what a publishable key must not see, whose key it
 * belongs to.
 */
export class Shop {
  readonly catalogue: Catalogue;
  readonly key: string;
  readonly seen: PublicThings;
  readonly hidden: PrivateThings;
  readonly #elsewhere: PrivateThings[];

  private constructor(
    catalogue: Catalogue,
    key: string,
    seen: PublicThings,
    hidden: PrivateThings[],
  ) {
    const [ours, ...elsewhere] = hidden;
    if (!ours) throw new Error('nothing is hidden');
    this.catalogue = catalogue;
    this.key = key;
    this.seen = seen;
    this.hidden = ours;
    this.#elsewhere = elsewhere;
  }

  static async open(world: World): Promise<Shop> {
    const organization = `Shop ${Math.random()}`;
    const catalogue = new Catalogue(world, await world.tenantOf(organization, 'live'));
    const sandbox = new Catalogue(world, await world.tenantOf(organization, 'sandbox'));
    const stranger = new Catalogue(
      world,
      await world.tenantOf(`${CANARY} organization ${Math.random()}`, 'live'),
    );
    const seen = await catalogue.change((w) => withPublicThings(w));
    const hidden = [await catalogue.change((w) => withPrivateThings(w, seen))];
    for (const other of [sandbox, stranger])
      hidden.push(await other.change((w) => withPrivateThings(w)));
    const form = { name: 'Page', allowedOrigins: [ORIGIN] };
    const { secret } = await catalogue.change((w) => createPublishableKey(w, form));
    return new Shop(catalogue, secret ?? '', seen, hidden);
  }

  /** Everything a client could ask for by id. */
  get ids(): string[] {
    return [...idsOf(this.seen), ...this.#hiddenIds];
  }

  get codes(): string[] {
    return ['calls', 'pro', 'usage', 'brazil', `${CANARY}_plan`, `${CANARY}_feature`];
  }

  /** Texts that must stand in no answer. */
  get canaries(): string[] {
    return [CANARY, String(PRICE), '98,765', String(RATE), ...this.#hiddenIds];
  }

  get #hiddenIds(): string[] {
    return [this.hidden, ...this.#elsewhere].flatMap(idsOf);
  }

  /**
   * As if what is hidden had never been, but for a group that a public plan stands in, and a
   * feature that a public limit is counted per.
   */
  async removeHidden(): Promise<void> {
    const { plan, other, section, empty, feature, loose, others, market, unpriced } = this.hidden;
    for (const { id } of [plan, other]) await this.catalogue.change((w) => deletePlan(w, id));
    for (const { id } of [feature, loose]) await this.catalogue.change((w) => deleteFeature(w, id));
    for (const { id } of [section, empty])
      await this.catalogue.change((w) => deleteFeatureSection(w, id));
    for (const { id } of [market, unpriced])
      await this.catalogue.change((w) => deleteMarket(w, id));
    await this.catalogue.change((w) => deletePlanGroup(w, others.id));
  }
}
