import { billingIntervals } from '../../src/vocabulary.ts';
import type { Random } from './random.ts';
import type { Call, CallOf, MarketPriceOfInput, OperationName } from './reference/calls.ts';
import { hasOverage } from './reference/derive.ts';
import type { ReferenceTenant } from './reference/tenant.ts';
import * as words from './words.ts';

/**
 * Thinks of things to ask for: mostly sensible ones, on what is there; sometimes about what is
 * gone, another's, or nothing at all.
 */
export class CallGenerator {
  readonly #random: Random;
  readonly #tenant: ReferenceTenant;
  readonly #strangers: ReferenceTenant[];

  constructor(random: Random, tenant: ReferenceTenant, strangers: ReferenceTenant[]) {
    this.#random = random;
    this.#tenant = tenant;
    this.#strangers = strangers;
  }

  call(): Call {
    const { plans, features, sections, markets, groups } = this.#tenant;
    const growth = (population: { length: number }, most: number) =>
      population.length < most ? 6 : 0.5;
    const shrinkage = (population: { length: number }, least: number) =>
      population.length > least ? 2 : 0.2;
    const name = this.#random.weighted<OperationName>({
      createPlan: growth(plans, 6),
      updatePlan: 3,
      setPlanVisibility: 1,
      deletePlan: shrinkage(plans, 4),
      addPlanFeature: 6,
      updatePlanFeature: 6,
      removePlanFeature: 2,
      addPlanPrice: 8,
      updatePlanPrice: 6,
      deletePlanPrice: 4,
      setDefaultPlanPrice: 3,
      createMarket: growth(markets, 3),
      updateMarket: 2,
      deleteMarket: shrinkage(markets, 2),
      setMarketPrices: 8,
      addPriceVariant: 6,
      upsertRegionalPrices: 4,
      deleteRegionalPrices: 1,
      deriveRegionalPrice: 2,
      setRegionalOverage: 3,
      setExchangeRate: 4,
      removePlanCurrency: 1.5,
      setPlanRegionalPricing: 4,
      createFeature: growth(features, 5),
      updateFeature: 2,
      setFeatureLimits: 4,
      setPlanFeatureLimits: 5,
      createFeatureSection: growth(sections, 2) / 2,
      updateFeatureSection: 1,
      deleteFeatureSection: shrinkage(sections, 2) / 2,
      arrangeFeatures: 4,
      setUnitPrice: 10,
      removeUnitPrice: 1.5,
      deleteFeature: shrinkage(features, 4),
      createPlanGroup: growth(groups, 2),
      updatePlanGroup: 1,
      deletePlanGroup: shrinkage(groups, 2) / 2,
      addPlanToGroup: 6,
      removePlanFromGroup: 2,
      reorderPlansInGroup: 3,
      createChangeSet: 8,
      applyChangeSet: 8,
      discardChangeSet: 1,
    });
    return this.#callGenerators[name]();
  }

  /** Mostly one of these; else something that names nothing here. */
  #id(ids: readonly string[]): string {
    const random = this.#random;
    if (ids.length > 0 && random.chance(0.92)) return random.pick(ids);
    const stranger = random.pick(this.#strangers);
    const others = [
      ...stranger.plans,
      ...stranger.prices,
      ...stranger.features,
      ...stranger.groups,
      ...stranger.markets,
    ];
    const own = [...this.#tenant.plans, ...this.#tenant.features, ...this.#tenant.groups];
    const wrong = [
      ...this.#tenant.gone,
      ...[...others, ...own].map(({ id }) => id),
      'pln_nothing',
      '%',
      'Ü',
    ];
    return random.pick(wrong.filter((id) => !ids.includes(id)));
  }

  #planId = () => this.#id(this.#tenant.plans.map(({ id }) => id));
  #groupId = () => this.#id(this.#tenant.groups.map(({ id }) => id));

  #featureId(): string {
    const { features } = this.#tenant;
    return this.#id(features.map(({ id, code }) => (this.#random.chance(0.8) ? id : code)));
  }

  #sectionId(): string {
    const { sections } = this.#tenant;
    return this.#id(sections.map(({ id, code }) => (this.#random.chance(0.8) ? id : code)));
  }

  #marketId(): string {
    const { markets } = this.#tenant;
    return this.#id(markets.map(({ id, code }) => (this.#random.chance(0.8) ? id : code)));
  }

  /** Mostly of what may be named. */
  #marketPrices({ planId, priceId }: { planId: string; priceId: string }): MarketPriceOfInput[] {
    const random = this.#random;
    const { prices, markets, plans, unitPrices } = this.#tenant;
    const price = prices.find(({ id }) => id === priceId);
    const baseId = price?.inheritsFromPriceId ?? undefined;
    const ofBase = baseId && this.#tenant.marketPricesOf(baseId).map(({ marketId }) => marketId);
    const known = ofBase && random.chance(0.9) ? ofBase : markets.map(({ id }) => id);
    const needed = this.#tenant
      .variantsOf(priceId)
      .flatMap(({ id }) => this.#tenant.marketPricesOf(id).map(({ marketId }) => marketId));
    const chosen = random.shuffled(known).slice(0, random.below(3) + (ofBase ? 1 : 0));
    if (random.chance(0.8)) chosen.push(...needed.filter((id) => !chosen.includes(id)));
    const named = [...new Set(chosen)];
    if (random.chance(0.04)) named.push(this.#marketId());
    const isFree = plans.some(({ id, isFree }) => id === planId && isFree);
    const sold = unitPrices.filter((unit) => unit.priceId === (baseId ?? priceId));
    const unit = ({ featureId }: { featureId: string }) => ({
      featureId: random.chance(0.97) ? featureId : this.#featureId(),
      ...(random.chance(0.5)
        ? { unitPrice: words.amount(random) }
        : { tiers: words.tiers(random), ...random.some({ tiersMode: words.tiersMode(random) }) }),
    });
    return named.map((marketId) => ({
      marketId,
      currency: words.freeCurrency(random),
      price: isFree && random.chance(0.9) ? 0 : words.amount(random),
      ...(random.chance(0.5)
        ? { unitPrices: sold.filter(() => random.chance(0.6)).map(unit) }
        : {}),
    }));
  }

  #ofPrice() {
    const { prices } = this.#tenant;
    const price = prices.length > 0 ? this.#random.pick(prices) : undefined;
    const planId = price && this.#random.chance(0.95) ? price.planId : this.#planId();
    return { planId, priceId: this.#id(price ? [price.id] : []) };
  }

  /** Mostly one that the plan has a rate of. */
  #currencyOf(planId: string): string {
    const rates = this.#tenant.ratesOf(planId);
    return rates.length > 0 && this.#random.chance(0.8)
      ? this.#random.pick(rates).currency
      : words.freeCurrency(this.#random);
  }

  #ofPlanFeature() {
    const { planFeatures } = this.#tenant;
    if (planFeatures.length === 0 || this.#random.chance(0.08))
      return { planId: this.#planId(), featureId: this.#featureId() };
    const { planId, featureId } = this.#random.pick(planFeatures);
    return { planId, featureId };
  }

  #overage() {
    return this.#random.some({
      enabled: words.flag(this.#random),
      unitPrice: words.amount(this.#random),
    });
  }

  #planFeatureFields() {
    const random = this.#random;
    return {
      enabled: words.flag(random),
      includedAmount: random.chance(0.5) ? 0 : words.amount(random),
      unlimited: random.chance(0.2),
      overage: this.#overage(),
      pricingMode: random.chance(0.8) ? ('fixed' as const) : ('ai_model' as const),
    };
  }

  #regionalPricing(planId: string): CallOf<'setPlanRegionalPricing'>['input'] {
    const random = this.#random;
    const prices = this.#tenant.pricesOf(planId).map(({ id }) => id);
    const features = this.#tenant
      .featuresOf(planId)
      .filter((link) => hasOverage(link) || random.chance(0.1));
    const isRepeating = random.chance(0.02);
    const someOf = (ids: string[]) => {
      const chosen = ids.filter(() => random.chance(0.3));
      if (random.chance(0.02)) chosen.push(this.#id([]));
      return isRepeating ? [...chosen, ...chosen] : chosen;
    };
    return {
      currency: words.currency(random),
      exchangeRate: words.exchangeRate(random),
      ...random.some({
        prices: someOf(prices).map((priceId) => ({
          priceId,
          price: words.amount(random),
          ...random.some({ includedBalance: random.chance(0.2) ? null : words.amount(random) }),
        })),
        features: someOf(features.map(({ featureId }) => featureId)).map((featureId) => ({
          featureId,
          overageUnitPrice: words.amount(random),
        })),
        introOffers: someOf(prices).map((priceId) => ({
          priceId,
          discountType: words.discountType(random),
          discountValue: words.discountValue(random),
          durationCycles: Math.max(1, words.count(random)),
        })),
      }),
    };
  }

  /** Mostly one that may still be applied. */
  #changeSet() {
    const { changeSets } = this.#tenant;
    const open = changeSets.filter(({ status }) => status === 'draft');
    const some = open.length > 0 && this.#random.chance(0.85) ? open.slice(-5) : changeSets;
    return some.length > 0 ? this.#random.pick(some) : undefined;
  }

  /** Names what is there only, and takes no unit prices away. */
  #document(): string {
    const random = this.#random;
    const tenant = this.#tenant;
    const name = () => words.name(random).trim();
    const plans = random
      .shuffled(tenant.plans)
      .slice(0, 1 + random.below(2))
      .map(({ id, code }) => {
        const links = tenant.features
          .filter(() => random.chance(0.25))
          .map((feature) => {
            const isThere = tenant.featuresOf(id).some((link) => link.featureId === feature.id);
            const isSold = tenant.unitPrices.some(
              (unit) => unit.planId === id && unit.featureId === feature.id,
            );
            if (isThere && !isSold && random.chance(0.5)) return [feature.code, null];
            const limits = tenant
              .limitsOf(feature.id)
              .filter(() => random.chance(0.5))
              .map((limit) => [limit.code, random.pick(['0', 'unlimited'])]);
            return [feature.code, limits.length > 0 ? { limits: Object.fromEntries(limits) } : {}];
          });
        const prices = tenant
          .pricesOf(id)
          .filter(() => random.chance(0.4))
          .map(({ billingInterval }) => [
            billingInterval,
            { price: random.pick([0, 4.9, 99, 29.0001]) },
          ]);
        const sent = {
          ...random.some({ name: name() }),
          ...(prices.length > 0 && { prices: Object.fromEntries(prices) }),
          ...(links.length > 0 && { features: Object.fromEntries(links) }),
        };
        return [code, sent];
      });
    // Several would be put in their order.
    const features = random
      .shuffled(tenant.features)
      .slice(0, random.below(2))
      .map(({ code }) => [code, { name: name() }]);
    return JSON.stringify({
      catalogue: 1,
      ...(features.length > 0 && { features: Object.fromEntries(features) }),
      ...(plans.length > 0 && { plans: Object.fromEntries(plans) }),
    });
  }

  #callGenerators: { [Name in OperationName]: () => CallOf<Name> } = {
    createPlan: () => {
      const random = this.#random;
      return {
        operation: 'createPlan',
        input: {
          name: words.name(random),
          code: words.code(random),
          ...words.nullish(random, {
            description: words.text(random),
            consumptionModel: words.consumptionModel(random),
            isPublic: words.flag(random),
            isFree: random.chance(0.3),
            blockOnExhaustion: words.flag(random),
            metadata: words.anyMetadata(random),
            availability: words.availability(random),
            presentation: words.presentation(random),
          }),
          ...(random.chance(0.2) ? { planGroupId: this.#groupId() } : {}),
          ...(random.chance(0.2) ? { basedOnPlanId: this.#planId() } : {}),
        },
      };
    },
    updatePlan: () => ({
      operation: 'updatePlan',
      planId: this.#planId(),
      input: this.#random.some({
        name: words.name(this.#random),
        description: words.description(this.#random),
        metadata: words.anyMetadata(this.#random),
        isPublic: words.flag(this.#random),
        availability: words.availability(this.#random),
        presentation: words.presentation(this.#random),
        basedOnPlanId: this.#random.chance(0.2) ? null : this.#planId(),
      }),
    }),
    setPlanVisibility: () => ({
      operation: 'setPlanVisibility',
      planId: this.#planId(),
      input: { isPublic: words.flag(this.#random) },
    }),
    deletePlan: () => ({ operation: 'deletePlan', planId: this.#planId() }),
    addPlanFeature: () => ({
      operation: 'addPlanFeature',
      planId: this.#planId(),
      input: {
        featureId: this.#featureId(),
        ...words.nullish(this.#random, {
          ...this.#planFeatureFields(),
          creditsPerUnit: words.count(this.#random),
          margin: words.count(this.#random),
          displayValue: words.name(this.#random),
        }),
      },
    }),
    updatePlanFeature: () => ({
      operation: 'updatePlanFeature',
      ...this.#ofPlanFeature(),
      input: this.#random.some({
        ...this.#planFeatureFields(),
        creditsPerUnit: this.#random.chance(0.3) ? null : words.count(this.#random),
        margin: this.#random.chance(0.3) ? null : words.count(this.#random),
        displayValue: this.#random.chance(0.3) ? null : words.name(this.#random),
      }),
    }),
    removePlanFeature: () => ({ operation: 'removePlanFeature', ...this.#ofPlanFeature() }),
    addPlanPrice: () => {
      const random = this.#random;
      const planId = this.#planId();
      const taken = this.#tenant.pricesOf(planId).map(({ billingInterval }) => billingInterval);
      const free = billingIntervals.filter((interval) => !taken.includes(interval));
      const isFree = this.#tenant.plans.find(({ id }) => id === planId)?.isFree;
      return {
        operation: 'addPlanPrice',
        planId,
        input: {
          billingInterval:
            free.length > 0 && random.chance(0.8)
              ? random.pick(free)
              : words.billingInterval(random),
          price: isFree && random.chance(0.8) ? 0 : words.amount(random),
          ...words.nullish(random, {
            trialDays: random.chance(0.7) ? 0 : words.count(random),
            isDefault: words.flag(random),
            includedBalance: words.amount(random),
            includedCredits: words.count(random),
            introOffer: { ...words.introOffer(random), enabled: words.flag(random) },
            metadata: words.anyMetadata(random),
          }),
          ...(random.chance(0.2)
            ? { marketPrices: this.#marketPrices({ planId, priceId: '' }) }
            : {}),
        },
      };
    },
    updatePlanPrice: () => {
      const random = this.#random;
      const at = this.#ofPrice();
      const isVariant = this.#tenant.prices.some(
        ({ id, inheritsFromPriceId }) => id === at.priceId && inheritsFromPriceId !== null,
      );
      const marketPrices = random.chance(0.3) ? { marketPrices: this.#marketPrices(at) } : {};
      if (isVariant && random.chance(0.9))
        return {
          operation: 'updatePlanPrice',
          ...at,
          input: {
            ...random.some({ name: words.name(random), metadata: words.anyMetadata(random) }),
            ...marketPrices,
          },
        };
      return {
        operation: 'updatePlanPrice',
        ...at,
        input: random.some({
          price: words.amount(random),
          trialDays: words.count(random),
          isDefault: random.chance(0.8),
          includedBalance: random.chance(0.3) ? null : words.amount(random),
          includedCredits: random.chance(0.3) ? null : words.count(random),
          introOffer: words.introOffer(random),
          metadata: words.anyMetadata(random),
          ...marketPrices,
          ...(random.chance(0.03) ? { name: words.name(random) } : {}),
        }),
      };
    },
    createMarket: () => ({
      operation: 'createMarket',
      input: {
        name: words.name(this.#random),
        countryCodes: words.countryCodes(this.#random),
        ...words.nullish(this.#random, {
          code: words.code(this.#random),
          taxBehavior: words.taxBehavior(this.#random),
          metadata: words.anyMetadata(this.#random),
        }),
      },
    }),
    updateMarket: () => ({
      operation: 'updateMarket',
      marketId: this.#marketId(),
      input: {
        ...(this.#random.chance(0.5)
          ? { name: words.name(this.#random), countryCodes: words.countryCodes(this.#random) }
          : {}),
        ...this.#random.some({
          taxBehavior: this.#random.chance(0.3) ? null : words.taxBehavior(this.#random),
          metadata: words.anyMetadata(this.#random),
        }),
      },
    }),
    deleteMarket: () => {
      const { markets, marketPrices } = this.#tenant;
      const unused = markets.filter(({ id }) => !marketPrices.some((row) => row.marketId === id));
      const [market] = this.#random.chance(0.5) ? unused : [];
      return { operation: 'deleteMarket', marketId: market?.id ?? this.#marketId() };
    },
    setMarketPrices: () => {
      const at = this.#ofPrice();
      return {
        operation: 'setMarketPrices',
        ...at,
        input: { marketPrices: this.#marketPrices(at) },
      };
    },
    addPriceVariant: () => {
      const random = this.#random;
      const { prices } = this.#tenant;
      const bases = prices.filter(
        ({ id, inheritsFromPriceId }) =>
          inheritsFromPriceId === null && this.#tenant.marketPricesOf(id).length > 0,
      );
      const base = bases.length > 0 && random.chance(0.9) ? random.pick(bases) : undefined;
      const { planId, priceId } = base
        ? { planId: base.planId, priceId: base.id }
        : this.#ofPrice();
      const inMarkets = this.#tenant.marketPricesOf(priceId).map(({ marketId }) => marketId);
      const some = this.#marketPrices({ planId, priceId });
      const fitting = some.filter(
        ({ marketId }) => inMarkets.includes(marketId) || random.chance(0.05),
      );
      const [first = ''] = inMarkets;
      const least = { marketId: first || this.#marketId(), currency: 'eur', price: 0 };
      return {
        operation: 'addPriceVariant',
        planId,
        input: {
          inheritsFromPriceId: priceId,
          marketPrices: fitting.length > 0 ? fitting : [least],
          ...words.nullish(random, {
            billingInterval:
              base && random.chance(0.95) ? base.billingInterval : words.billingInterval(random),
            name: words.name(random),
            code: words.code(random),
            metadata: words.anyMetadata(random),
          }),
        },
      };
    },
    deletePlanPrice: () => ({ operation: 'deletePlanPrice', ...this.#ofPrice() }),
    setDefaultPlanPrice: () => ({ operation: 'setDefaultPlanPrice', ...this.#ofPrice() }),
    upsertRegionalPrices: () => {
      const random = this.#random;
      const override = () => ({
        currency: words.freeCurrency(random),
        price: words.amount(random),
        ...random.some({ includedBalance: random.chance(0.2) ? null : words.amount(random) }),
      });
      return {
        operation: 'upsertRegionalPrices',
        ...this.#ofPrice(),
        input: { overrides: Array.from({ length: random.below(4) }, override) },
      };
    },
    deleteRegionalPrices: () => ({ operation: 'deleteRegionalPrices', ...this.#ofPrice() }),
    setPlanRegionalPricing: () => {
      const planId = this.#planId();
      return { operation: 'setPlanRegionalPricing', planId, input: this.#regionalPricing(planId) };
    },
    deriveRegionalPrice: () => {
      const at = this.#ofPrice();
      return { operation: 'deriveRegionalPrice', ...at, currency: this.#currencyOf(at.planId) };
    },
    setRegionalOverage: () => {
      const random = this.#random;
      const charged = this.#tenant.planFeatures.filter(hasOverage);
      const link = charged.length > 0 && random.chance(0.8) ? random.pick(charged) : undefined;
      return {
        operation: 'setRegionalOverage',
        ...(link ? { planId: link.planId, featureId: link.featureId } : this.#ofPlanFeature()),
        input: { currency: words.freeCurrency(random), unitPrice: words.amount(random) },
      };
    },
    setExchangeRate: () => {
      const random = this.#random;
      return {
        operation: 'setExchangeRate',
        planId: this.#planId(),
        input: {
          currency: words.freeCurrency(random),
          exchangeRate: words.exchangeRate(random),
          ...words.nullish(random, { overwrite: random.chance(0.4) }),
        },
      };
    },
    removePlanCurrency: () => {
      const planId = this.#planId();
      return { operation: 'removePlanCurrency', planId, currency: this.#currencyOf(planId) };
    },
    createFeature: () => ({
      operation: 'createFeature',
      input: {
        name: words.name(this.#random),
        code: words.code(this.#random),
        type: words.featureType(this.#random),
        ...words.nullish(this.#random, {
          description: words.text(this.#random),
          unitName: words.name(this.#random),
          unitNamePlural: words.name(this.#random),
        }),
        ...(this.#random.chance(0.5) ? { sectionId: this.#sectionId() } : {}),
      },
    }),
    updateFeature: () => {
      const changes = {
        description: words.description(this.#random),
        unitName: words.description(this.#random),
        ...(this.#random.chance(0.5) ? { unitNamePlural: words.plural(this.#random) } : {}),
        ...(this.#random.chance(0.4)
          ? { sectionId: this.#random.chance(0.2) ? null : this.#sectionId() }
          : {}),
      };
      return {
        operation: 'updateFeature',
        featureId: this.#featureId(),
        input: this.#random.chance(0.5)
          ? { name: words.name(this.#random), ...this.#random.some(changes) }
          : changes,
      };
    },
    deleteFeature: () => ({ operation: 'deleteFeature', featureId: this.#featureId() }),
    createFeatureSection: () => ({
      operation: 'createFeatureSection',
      input: {
        name: words.name(this.#random),
        ...words.nullish(this.#random, { code: words.code(this.#random) }),
      },
    }),
    updateFeatureSection: () => ({
      operation: 'updateFeatureSection',
      sectionId: this.#sectionId(),
      input: { name: words.name(this.#random) },
    }),
    deleteFeatureSection: () => ({
      operation: 'deleteFeatureSection',
      sectionId: this.#sectionId(),
    }),
    arrangeFeatures: () => {
      const random = this.#random;
      const sections = random.shuffled([...this.#tenant.sections.map(({ id }) => id), null]);
      const features = random.shuffled(this.#tenant.features.map(({ id }) => id));
      if (random.chance(0.05)) features.push(this.#featureId());
      if (random.chance(0.03)) sections.push(this.#sectionId());
      return {
        operation: 'arrangeFeatures',
        input: {
          sections: sections.slice(0, 1 + random.below(sections.length)).map((sectionId) => ({
            sectionId,
            featureIds: features.splice(0, random.below(4)),
          })),
        },
      };
    },
    setFeatureLimits: () => {
      const random = this.#random;
      const codes = random.shuffled(['size', 'rate', 'runs']).slice(0, random.below(4));
      if (random.chance(0.05)) codes.push(...codes);
      return {
        operation: 'setFeatureLimits',
        featureId: this.#featureId(),
        input: {
          limits: codes.map((code) => ({
            code,
            name: words.name(random),
            ...words.nullish(random, {
              unitName: words.text(random),
              unitNamePlural: words.name(random),
              decimals: random.below(5),
              period: words.limitPeriod(random),
            }),
            ...(random.chance(0.2) ? { perFeatureId: this.#featureId() } : {}),
          })),
        },
      };
    },
    setPlanFeatureLimits: () => {
      const random = this.#random;
      const at = this.#ofPlanFeature();
      const codes = this.#tenant.limitsOf(at.featureId).map(({ code }) => code);
      if (random.chance(0.1)) codes.push('size');
      return {
        operation: 'setPlanFeatureLimits',
        ...at,
        input: {
          limits: random
            .shuffled(codes)
            .slice(0, random.below(codes.length + 1))
            .map((code) =>
              random.chance(0.3)
                ? { code, unlimited: true }
                : { code, amount: words.amount(random) },
            ),
        },
      };
    },
    setUnitPrice: () => {
      const random = this.#random;
      const at = this.#ofPrice();
      const links = this.#tenant.featuresOf(at.planId);
      const link = links.length > 0 && random.chance(0.9) ? random.pick(links) : undefined;
      const amounts = random.chance(0.5)
        ? { unitPrice: words.amount(random) }
        : { tiers: words.tiers(random), ...random.some({ tiersMode: words.tiersMode(random) }) };
      const regional = () => ({
        currency: this.#currencyOf(at.planId),
        ...random.pick([{}, { unitPrice: words.amount(random) }, { tiers: words.tiers(random) }]),
      });
      return {
        operation: 'setUnitPrice',
        ...at,
        input: {
          featureId: link?.featureId ?? this.#featureId(),
          ...(random.chance(0.85) ? amounts : {}),
          ...(random.chance(0.4)
            ? random.some({
                blockSize: random.pick([1, 5, 10]),
                minimumQuantity: random.below(4) * 5,
                maximumQuantity: random.pick([null, random.below(6) * 10]),
                tiersMode: words.tiersMode(random),
              })
            : {}),
          ...(random.chance(0.4)
            ? { regional: Array.from({ length: random.below(3) }, regional) }
            : {}),
        },
      };
    },
    removeUnitPrice: () => {
      const { unitPrices } = this.#tenant;
      if (unitPrices.length === 0 || this.#random.chance(0.1))
        return { operation: 'removeUnitPrice', ...this.#ofPrice(), featureId: this.#featureId() };
      const { planId, priceId, featureId } = this.#random.pick(unitPrices);
      return { operation: 'removeUnitPrice', planId, priceId, featureId };
    },
    createPlanGroup: () => ({
      operation: 'createPlanGroup',
      input: {
        name: words.name(this.#random),
        ...words.nullish(this.#random, {
          description: words.text(this.#random),
          isPublic: words.flag(this.#random),
          code: words.code(this.#random),
        }),
      },
    }),
    updatePlanGroup: () => ({
      operation: 'updatePlanGroup',
      planGroupId: this.#groupId(),
      input: this.#random.some({
        name: words.name(this.#random),
        description: words.description(this.#random),
        isPublic: words.flag(this.#random),
      }),
    }),
    deletePlanGroup: () => ({ operation: 'deletePlanGroup', planGroupId: this.#groupId() }),
    addPlanToGroup: () => {
      const random = this.#random;
      const loose = this.#tenant.plans.filter(
        ({ id }) => !this.#tenant.groupOf(id) || random.chance(0.1),
      );
      return {
        operation: 'addPlanToGroup',
        planGroupId: this.#groupId(),
        input: {
          planId: this.#id(loose.map(({ id }) => id)),
          ...words.nullish(random, {
            sortOrder: random.chance(0.9) ? random.below(5) : words.count(random),
          }),
        },
      };
    },
    removePlanFromGroup: () => {
      const planId = this.#planId();
      const planGroupId = this.#tenant.groupOf(planId);
      return {
        operation: 'removePlanFromGroup',
        planGroupId: planGroupId && this.#random.chance(0.9) ? planGroupId : this.#groupId(),
        planId,
      };
    },
    reorderPlansInGroup: () => {
      const random = this.#random;
      const planGroupId = this.#groupId();
      const planIds = random.shuffled(this.#tenant.membersOf(planGroupId));
      if (planIds.length === 0 || random.chance(0.1)) planIds.push(this.#planId());
      if (planIds.length > 1 && random.chance(0.1)) planIds.pop();
      return { operation: 'reorderPlansInGroup', planGroupId, input: { planIds } };
    },
    createChangeSet: () => ({
      operation: 'createChangeSet',
      input: {
        document: this.#document(),
        ...words.nullish(this.#random, { name: words.name(this.#random) }),
      },
    }),
    applyChangeSet: () => {
      const set = this.#changeSet();
      const { changeSets } = this.#tenant;
      const other = changeSets.length > 0 && this.#random.chance(0.05);
      const shown = other ? this.#random.pick(changeSets) : set;
      const expectedHash = shown?.hash ?? '0'.repeat(64);
      return { operation: 'applyChangeSet', id: this.#id(set ? [set.id] : []), expectedHash };
    },
    discardChangeSet: () => {
      const set = this.#changeSet();
      return { operation: 'discardChangeSet', id: this.#id(set ? [set.id] : []) };
    },
  };
}
