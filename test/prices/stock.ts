import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { createMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { addPlanPrice, updatePlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setRegionalOverage } from '../../src/domain/regional-overage.ts';
import { deleteRegionalPrices, upsertRegionalPrices } from '../../src/domain/regional-price.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import type {
  Amounts,
  PlanOf,
  PricedCatalogue,
  PriceInMarket,
  PriceOf,
  UnitOf,
} from './priced-catalogue.ts';

/** Enters a catalogue with the operations that both surfaces have. */

const sent = ({ unitPrice, tiers }: Amounts) => (unitPrice === null ? { tiers } : { unitPrice });

const marketPricesOf = (inMarkets: readonly PriceInMarket[], units: readonly UnitOf[]) => ({
  marketPrices: inMarkets.map(({ market, currency, price, units: ofMarket }) => ({
    marketId: market.code,
    currency,
    price,
    unitPrices: [...ofMarket].map(([featureId, amounts]) => {
      const { tiersMode } = units.find(({ feature }) => feature.code === featureId) ?? {};
      return { featureId, ...sent(amounts), ...(tiersMode && { tiersMode }) };
    }),
  })),
});

const addPrice = async (writer: Writer, { code }: PlanOf, price: PriceOf): Promise<string> => {
  const { id } = await addPlanPrice(writer, code, {
    billingInterval: price.interval,
    price: price.formerPrice ?? price.price,
    introOffer: price.offer,
  });
  return id;
};

/** Rates make rows of all prices, in which more is set by hand afterwards. */
const setRates = async (writer: Writer, plan: PlanOf, ids: readonly string[]): Promise<void> => {
  for (const [currency, exchangeRate] of plan.rates) {
    const introOffers = plan.prices.flatMap(({ offersByHand }, place) => {
      const offer = offersByHand.get(currency);
      return offer ? [{ priceId: ids[place] ?? '', ...offer }] : [];
    });
    if (introOffers.length > 0)
      await setPlanRegionalPricing(writer, plan.code, { currency, exchangeRate, introOffers });
    else {
      await setExchangeRate(writer, plan.code, { currency, exchangeRate: exchangeRate * 3 });
      await setExchangeRate(writer, plan.code, { currency, exchangeRate });
    }
  }
};

const priceElsewhere = async (
  writer: Writer,
  { code }: PlanOf,
  id: string,
  { byHand, units, inMarkets, variants, ...price }: PriceOf,
): Promise<void> => {
  const overrides = [...byHand].map(([currency, price]) => ({ currency, price }));
  if (overrides.length > 0) await upsertRegionalPrices(writer, code, id, { overrides });
  for (const { feature, tiersMode, byHand: elsewhere, ...amounts } of units)
    await setUnitPrice(writer, code, id, {
      featureId: feature.code,
      ...sent(amounts),
      ...(tiersMode && { tiersMode }),
      regional: [...elsewhere].map(([currency, amounts]) => ({ currency, ...sent(amounts) })),
    });
  if (price.formerPrice !== undefined)
    await updatePlanPrice(writer, code, id, { price: price.price });
  await setMarketPrices(writer, code, id, marketPricesOf(inMarkets, units));
  for (const { name, inMarkets } of variants)
    await addPriceVariant(writer, code, {
      inheritsFromPriceId: id,
      name,
      ...marketPricesOf(inMarkets, units),
    });
  if (price.isDeletedElsewhere) await deleteRegionalPrices(writer, code, id);
};

const addPlan = async (writer: Writer, plan: PlanOf): Promise<string> => {
  const { code, isFree, isPublic } = plan;
  const { id } = await createPlan(writer, {
    name: code,
    code,
    isFree,
    isPublic,
    consumptionModel: 'metered',
  });
  for (const { feature, overage } of plan.features)
    await addPlanFeature(writer, code, { featureId: feature.code, overage });
  const ids: string[] = [];
  for (const price of plan.prices) ids.push(await addPrice(writer, plan, price));
  await setRates(writer, plan, ids);
  for (const { feature, overagesByHand } of plan.features)
    for (const [currency, unitPrice] of overagesByHand)
      await setRegionalOverage(writer, code, feature.code, { currency, unitPrice });
  for (const [place, price] of plan.prices.entries())
    await priceElsewhere(writer, plan, ids[place] ?? '', price);
  return id;
};

/** In one transaction. Answers the ids of the plans by their codes. */
export const stock = operation(
  'stockCatalogue',
  async (writer, { markets, features, plans }: PricedCatalogue): Promise<Map<string, string>> => {
    for (const { name, code, countries: countryCodes, taxBehavior } of markets)
      await createMarket(writer, { name, code, countryCodes, taxBehavior });
    for (const { code, name, type } of features)
      await createFeature(writer, { code, name: `${name} (${code})`, type });
    const ids = new Map<string, string>();
    for (const plan of plans) ids.set(plan.code, await addPlan(writer, plan));
    writer.about([...ids.values()][0] ?? '');
    return ids;
  },
);
