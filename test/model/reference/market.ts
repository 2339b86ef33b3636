import type { CallOf, MarketPriceOfInput } from './calls.ts';
import { newCode } from './codes.ts';
import { priceAfter } from './money.ts';
import type { Market, MarketPrice, MarketUnitPrice, Plan, Price } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';
import { checkTiers, tiersOf } from './unit-price.ts';

/** Markets, and what prices are in them. */

/** In upper case; each is in no other market. */
const countriesFor = (tenant: ReferenceTenant, sent: string[], own?: Market): string[] => {
  const codes = sent.map((code) => code.toUpperCase());
  for (const [index, code] of codes.entries())
    if (codes.indexOf(code) < index) throw invalid(`countryCodes.${index}`);
  const isTaken = (market: Market) =>
    market !== own && market.countryCodes.some((code) => codes.includes(code));
  if (tenant.markets.some(isTaken)) throw new Refusal('duplicate', 'countryCodes');
  return codes;
};

export const createMarket = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createMarket'>,
  { now, id }: Stamp,
): Result => {
  const code = newCode(input, tenant.markets, 'market');
  const market: Market = {
    id,
    code,
    name: input.name.trim(),
    countryCodes: countriesFor(tenant, input.countryCodes),
    taxBehavior: input.taxBehavior ?? null,
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: now,
  };
  tenant.markets.push(market);
  return { market };
};

export const updateMarket = (
  tenant: ReferenceTenant,
  { marketId, input }: CallOf<'updateMarket'>,
  { now }: Stamp,
): Result => {
  const market = tenant.market(marketId);
  const { name, countryCodes, metadata = {} } = input;
  const { taxBehavior = market.taxBehavior } = input;
  Object.assign(market, {
    name: name?.trim() ?? market.name,
    countryCodes: countryCodes ? countriesFor(tenant, countryCodes, market) : market.countryCodes,
    taxBehavior,
    metadata: Object.fromEntries(
      Object.entries({ ...market.metadata, ...metadata }).filter(([key]) => metadata[key] !== null),
    ),
  });
  touch(market, now);
  return { market };
};

export const deleteMarket = (
  tenant: ReferenceTenant,
  { marketId }: CallOf<'deleteMarket'>,
): Result => {
  const market = tenant.market(marketId);
  if (tenant.marketPrices.some((row) => row.marketId === market.id))
    throw new Refusal('market_in_use', 'marketId');
  tenant.markets.splice(tenant.markets.indexOf(market), 1);
  tenant.gone.push(market.id);
  return { id: market.id };
};

/** Currencies of market prices in the contract. */
const contractCurrencies = new Set(
  'ars brl clp cop pen uyu pyg bob mxn cad eur jpy cny krw hkd sgd twd inr thb usd'.split(' '),
);

const unitsOf = (
  tenant: ReferenceTenant,
  { unitPrices }: MarketPriceOfInput,
  before: MarketPrice | undefined,
  currency: string,
  base: Price,
  path: string,
): MarketUnitPrice[] => {
  if (!unitPrices) {
    const kept = before?.unitPrices ?? [];
    if (kept.length > 0 && before?.currency !== currency) throw invalid(`${path}.unitPrices`);
    return kept;
  }
  const ids = unitPrices.map(({ featureId }) => tenant.feature(featureId).id);
  for (const [place, id] of ids.entries())
    if (ids.indexOf(id) < place) throw invalid(`${path}.unitPrices.${place}.featureId`);
  return unitPrices.map(({ unitPrice, tiers, tiersMode }, place) => {
    const at = `${path}.unitPrices.${place}`;
    const featureId = ids[place] ?? '';
    if (unitPrice !== undefined) {
      if (tiers) throw invalid(`${at}.tiers`);
      if (tiersMode) throw invalid(`${at}.tiersMode`);
      return { featureId, unitPrice, tiersMode: null, tiers: [] };
    }
    if (!tiers) throw invalid(`${at}.unitPrice`);
    if (!tiersMode) throw invalid(`${at}.tiersMode`);
    const written = tiersOf(tiers);
    const { blockSize = 1 } =
      tenant.unitPrices.find((unit) => unit.priceId === base.id && unit.featureId === featureId) ??
      {};
    checkTiers(written, blockSize, `${at}.tiers`);
    return { featureId, unitPrice: null, tiersMode, tiers: written };
  });
};

/** All market prices of a price as entries make them. Changes nothing yet. */
export const marketPricesAfter = (
  tenant: ReferenceTenant,
  plan: Plan,
  price: Pick<Price, 'id' | 'inheritsFromPriceId'>,
  entries: MarketPriceOfInput[],
  seen: { seesMinorUnits?: true } = {},
): MarketPrice[] => {
  const path = (index: number) => `marketPrices.${index}`;
  const named = entries.map(({ marketId }) => tenant.findMarket(marketId)?.id ?? marketId);
  for (const [index, id] of named.entries())
    if (named.indexOf(id) < index) throw invalid(`${path(index)}.marketId`);
  for (const [index, id] of named.entries())
    if (!tenant.findMarket(id)) throw new Refusal('market_not_found', `${path(index)}.marketId`);
  const base = tenant.prices.find(({ id }) => id === price.inheritsFromPriceId);
  if (base) {
    if (named.length === 0) throw invalid('marketPrices');
    const ofBase = tenant.marketPricesOf(base.id).map(({ marketId }) => marketId);
    for (const [index, id] of named.entries())
      if (!ofBase.includes(id)) throw invalid(`${path(index)}.marketId`);
  }
  for (const [index, entry] of entries.entries())
    if (plan.isFree && entry.price > 0) throw invalid(`${path(index)}.price`);

  const before = tenant.marketPricesOf(price.id);
  const kept = before.filter(
    ({ currency, marketId }) =>
      seen.seesMinorUnits && !contractCurrencies.has(currency) && !named.includes(marketId),
  );
  const staying = [...named, ...kept.map(({ marketId }) => marketId)];
  const needed = tenant.variantsOf(price.id).flatMap(({ id }) => tenant.marketPricesOf(id));
  for (const { marketId } of before)
    if (!staying.includes(marketId) && needed.some((row) => row.marketId === marketId))
      throw new Refusal('price_in_use', 'marketPrices');

  const stands = base ?? (price as Price);
  for (const [index, { unitPrices = [] }] of entries.entries())
    for (const [place, { featureId }] of unitPrices.entries()) {
      const param = `${path(index)}.unitPrices.${place}.featureId`;
      const { id } = tenant.feature(featureId, param);
      if (!tenant.unitPrices.some((unit) => unit.priceId === stands.id && unit.featureId === id))
        throw new Refusal('unit_price_not_found', param);
    }
  const rows = entries.map((entry, index): MarketPrice => {
    const marketId = named[index] ?? '';
    const currency = entry.currency.toLowerCase();
    const known = before.find((row) => row.marketId === marketId);
    const stored = known?.currency === currency ? known.price : undefined;
    return {
      priceId: price.id,
      marketId,
      currency,
      price: priceAfter(seen, entry.price, stored, currency),
      unitPrices: unitsOf(tenant, entry, known, currency, stands, path(index)),
    };
  });
  return [...kept, ...rows];
};

export const replaceMarketPrices = (
  tenant: ReferenceTenant,
  priceId: string,
  rows: MarketPrice[],
): void => {
  tenant.marketPrices = [...tenant.marketPrices.filter((row) => row.priceId !== priceId), ...rows];
};

export const setMarketPrices = (
  tenant: ReferenceTenant,
  { planId, priceId, input }: CallOf<'setMarketPrices'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId);
  const rows = marketPricesAfter(tenant, plan, price, input.marketPrices);
  replaceMarketPrices(tenant, priceId, rows);
  touch(price, now);
  touch(plan, now);
  return { price };
};

/** What units cost in markets goes with the unit price that it stands on. */
export const dropMarketUnitPrices = (
  tenant: ReferenceTenant,
  basePriceId: string,
  featureId: string,
  now: string,
): void => {
  for (const price of tenant.prices) {
    if ((price.inheritsFromPriceId ?? price.id) !== basePriceId) continue;
    for (const row of tenant.marketPricesOf(price.id)) {
      const rest = row.unitPrices.filter((unit) => unit.featureId !== featureId);
      if (rest.length === row.unitPrices.length) continue;
      row.unitPrices = rest;
      touch(price, now);
    }
  }
};

export const addPriceVariant = (
  tenant: ReferenceTenant,
  { planId, input }: CallOf<'addPriceVariant'>,
  { now, id }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const param = 'inheritsFromPriceId';
  const base = tenant.price(planId, input.inheritsFromPriceId, param);
  if (input.billingInterval && input.billingInterval !== base.billingInterval)
    throw new Refusal('price_not_found', param);
  if (base.inheritsFromPriceId !== null) throw invalid(param);
  const variants = tenant.variantsOf(base.id);
  if (variants.length >= 20) throw invalid(param);
  const taken = variants.map(({ code }) => ({ code: code ?? '' }));
  let number = 2;
  while (taken.some(({ code }) => code === `variant_${number}`)) number += 1;
  const named = newCode(
    { code: input.code ?? null, name: input.name ?? `Variant ${number}` },
    taken,
    'variant',
  );
  const price: Price = {
    ...structuredClone(base),
    id,
    isDefault: false,
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: now,
    inheritsFromPriceId: base.id,
    code: named,
    name: input.name?.trim() ?? `Variant ${number}`,
  };
  const rows = marketPricesAfter(tenant, plan, price, input.marketPrices);
  tenant.prices.push(price);
  replaceMarketPrices(tenant, id, rows);
  touch(plan, now);
  return { price };
};
