import type { CallOf, RegionalPricing } from './calls.ts';
import { byHand, following, hasOverage, isTooLarge, regionalOverageAt, unset } from './derive.ts';
import { priceAfter } from './money.ts';
import { replaceRegionalPrices } from './price.ts';
import type { PlanFeature, Price, Rate, RegionalOverage, RegionalPrice } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';
import { unitPricesAt } from './unit-price.ts';

const refuseRepeats = (keys: string[], param: (index: number) => string): void => {
  for (const [index, key] of keys.entries())
    if (keys.indexOf(key) < index) throw invalid(param(index));
};

export const upsertRegionalPrices = (
  tenant: ReferenceTenant,
  call: CallOf<'upsertRegionalPrices'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId, input } = call;
  const { overrides } = input;
  refuseRepeats(
    overrides.map(({ currency }) => currency.toLowerCase()),
    (index) => `overrides.${index}.currency`,
  );
  for (const [index, { currency }] of overrides.entries())
    tenant.refuseBaseCurrency(currency, `overrides.${index}.currency`);
  const plan = tenant.plan(planId);
  const price = tenant.basePrice(call);
  const rows = overrides.map((override, index): RegionalPrice => {
    if (plan.isFree && override.price > 0) throw invalid(`overrides.${index}.price`);
    const currency = override.currency.toLowerCase();
    const before = tenant.regionalPricesOf(priceId).find((row) => row.currency === currency);
    const rate = tenant.ratesOf(planId).find((rate) => rate.currency === currency);
    const sent = { ...override, price: priceAfter(call, override.price, before?.price, currency) };
    const row = following(price, byHand(before ?? unset(priceId, currency), sent), rate);
    if (row.introOffer && isTooLarge(row.introOffer, row.price))
      throw invalid(`overrides.${index}.price`);
    return row;
  });
  replaceRegionalPrices(tenant, rows);
  touch(price, now);
  touch(plan, now);
  return { price, overrides: rows };
};

export const deleteRegionalPrices = (
  tenant: ReferenceTenant,
  call: CallOf<'deleteRegionalPrices'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId } = call;
  const plan = tenant.plan(planId);
  const price = tenant.basePrice(call);
  touch(price, now);
  touch(plan, now);
  tenant.regionalPrices = tenant.regionalPrices.filter((row) => row.priceId !== priceId);
  const rates = tenant.ratesOf(planId).map(({ currency }) => currency);
  tenant.unitPrices = tenant.unitPrices.map((unit) =>
    unit.priceId === priceId
      ? { ...unit, regional: unit.regional.filter((row) => rates.includes(row.currency)) }
      : unit,
  );
  return { price };
};

export const setPlanRegionalPricing = (
  tenant: ReferenceTenant,
  call: CallOf<'setPlanRegionalPricing'>,
  { now }: Stamp,
): Result => {
  const { planId, input } = call;
  tenant.refuseBaseCurrency(input.currency, 'currency');
  const lists = { prices: input.prices ?? [], introOffers: input.introOffers ?? [] };
  for (const [list, entries] of Object.entries(lists))
    refuseRepeats(
      entries.map(({ priceId }) => priceId),
      (index) => `${list}.${index}.priceId`,
    );
  for (const [index, { discountType, discountValue }] of lists.introOffers.entries())
    if (discountType === 'percentage' && discountValue > 10_000)
      throw invalid(`introOffers.${index}.discountValue`);

  const plan = tenant.plan(planId);
  for (const [index, { price }] of lists.prices.entries())
    if (plan.isFree && price > 0) throw invalid(`prices.${index}.price`);
  const prices = tenant.pricesOf(planId);
  for (const [list, entries] of Object.entries(lists))
    for (const [index, { priceId }] of entries.entries())
      if (!prices.some(({ id }) => id === priceId))
        throw new Refusal('price_not_found', `${list}.${index}.priceId`);
  for (const [index, { priceId }] of lists.introOffers.entries())
    if (tenant.price(planId, priceId).introOffer?.enabled === false)
      throw invalid(`introOffers.${index}.priceId`);
  const links = tenant.featuresOf(planId);
  const unitPrices = manualUnitPrices(tenant, input, links);
  if (prices.length === 0) throw new Refusal('no_prices_configured', 'planId');

  const rate: Rate = {
    planId,
    currency: input.currency.toLowerCase(),
    exchangeRate: input.exchangeRate,
  };
  const stored = (priceId: string) =>
    tenant.regionalPricesOf(priceId).find(({ currency }) => currency === rate.currency)?.price;
  const sent = {
    ...input,
    prices: lists.prices.map((entry) => ({
      ...entry,
      price: priceAfter(call, entry.price, stored(entry.priceId), rate.currency),
    })),
  };
  const rows = prices.map((price) => regionalPrice(price, rate, sent));
  const overages = links.filter(hasOverage).map((link): RegionalOverage => {
    const { planId, featureId } = link;
    const unitPrice = unitPrices.get(featureId);
    const isManual = unitPrice !== undefined;
    return isManual
      ? { planId, featureId, currency: rate.currency, unitPrice, autoSynced: false }
      : regionalOverageAt(link, rate);
  });
  const priced = unitPricesAt(tenant, rate);
  for (const record of [plan, ...prices, ...links.filter(hasOverage)]) touch(record, now);
  tenant.unitPrices = priced;
  tenant.rates = [
    ...tenant.rates.filter((old) => old.planId !== planId || old.currency !== rate.currency),
    rate,
  ];
  replaceRegionalPrices(tenant, rows);
  const isOther = (row: RegionalOverage) =>
    row.currency !== rate.currency ||
    !overages.some(({ featureId }) => row.planId === planId && featureId === row.featureId);
  tenant.regionalOverages = [...tenant.regionalOverages.filter(isOther), ...overages];
  return {
    plan: tenant.placed(plan),
    rate,
    pricesConfigured: rows.length,
    featuresConfigured: overages.length,
  };
};

const regionalPrice = (
  price: Price,
  rate: Rate,
  { prices = [], introOffers = [] }: RegionalPricing,
): RegionalPrice => {
  const manual = prices.find(({ priceId }) => priceId === price.id);
  const offer = introOffers.find(({ priceId }) => priceId === price.id);
  let row = unset(price.id, rate.currency);
  if (manual) row = byHand(row, manual);
  if (offer) {
    const { priceId: _, ...terms } = offer;
    row = { ...row, introOffer: terms, introOfferAutoSynced: false };
  }
  const followed = following(price, row, rate);
  if (offer && isTooLarge(offer, followed.price))
    throw invalid(`introOffers.${introOffers.indexOf(offer)}.discountValue`);
  return followed;
};

const manualUnitPrices = (
  tenant: ReferenceTenant,
  { features = [] }: RegionalPricing,
  links: PlanFeature[],
): Map<string, number> => {
  const unitPrices = new Map<string, number>();
  for (const [index, { featureId, overageUnitPrice }] of features.entries()) {
    const param = `features.${index}.featureId`;
    const { id } = tenant.feature(featureId, param);
    const link = links.find((link) => link.featureId === id);
    if (!link) throw new Refusal('feature_not_found', param);
    if (unitPrices.has(id)) throw invalid(param);
    if (!hasOverage(link) && overageUnitPrice > 0) throw invalid(param);
    unitPrices.set(id, overageUnitPrice);
  }
  return unitPrices;
};
