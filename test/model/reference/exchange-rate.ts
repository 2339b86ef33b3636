import type { CallOf } from './calls.ts';
import { following, hasOverage, isTooLarge, regionalOverageAt, unset } from './derive.ts';
import { replaceRegionalPrices } from './price.ts';
import type { Price, Rate, RegionalOverage } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';
import { unitPricesAt } from './unit-price.ts';

export const setExchangeRate = (
  tenant: ReferenceTenant,
  { planId, input }: CallOf<'setExchangeRate'>,
  { now }: Stamp,
): Result => {
  tenant.refuseBaseCurrency(input.currency, 'currency');
  const plan = tenant.plan(planId);
  const currency = input.currency.toLowerCase();
  const rate: Rate = { planId, currency, exchangeRate: input.exchangeRate };
  const prices = tenant.pricesOf(planId);
  const rows = prices.map((price) => {
    const before = tenant.regionalPricesOf(price.id).find((row) => row.currency === currency);
    const kept = input.overwrite ? undefined : before;
    const row = following(price, kept ?? unset(price.id, currency), rate);
    if (row.introOffer && isTooLarge(row.introOffer, row.price)) throw invalid('exchangeRate');
    return row;
  });
  const links = tenant.featuresOf(planId).filter(hasOverage);
  const isHere = (row: RegionalOverage) => row.planId === planId && row.currency === currency;
  const isKept = (row: RegionalOverage) => !row.autoSynced && !input.overwrite;
  const derived = links.map((link) => {
    const before = tenant.regionalOverages.find(
      (row) => isHere(row) && row.featureId === link.featureId,
    );
    return before && isKept(before) ? before : regionalOverageAt(link, rate);
  });
  const unitPrices = unitPricesAt(tenant, rate, input.overwrite === true);
  for (const record of [plan, ...prices, ...links]) touch(record, now);
  tenant.unitPrices = unitPrices;
  tenant.rates = [
    ...tenant.rates.filter((old) => old.planId !== planId || old.currency !== currency),
    rate,
  ];
  replaceRegionalPrices(tenant, rows);
  tenant.regionalOverages = [...tenant.regionalOverages.filter((row) => !isHere(row)), ...derived];
  return { plan: tenant.placed(plan) };
};

export const removePlanCurrency = (
  tenant: ReferenceTenant,
  { planId, currency: code }: CallOf<'removePlanCurrency'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const currency = code.toLowerCase();
  const isUnitPriced = ({ id }: Price) =>
    tenant.unitPrices.some(
      (unit) => unit.priceId === id && unit.regional.some((row) => row.currency === currency),
    );
  const prices = tenant
    .pricesOf(planId)
    .filter(
      (price) =>
        isUnitPriced(price) ||
        tenant.regionalPricesOf(price.id).some((row) => row.currency === currency),
    );
  const links = tenant
    .featuresOf(planId)
    .filter(({ featureId }) =>
      tenant.regionalOveragesOf(planId, featureId).some((row) => row.currency === currency),
    );
  const hasRate = tenant.ratesOf(planId).some((rate) => rate.currency === currency);
  if (!hasRate && prices.length + links.length === 0)
    throw new Refusal('exchange_rate_not_found', 'currency');
  for (const record of [plan, ...prices, ...links]) touch(record, now);
  const isOther = (row: { planId: string; currency: string }) =>
    row.planId !== planId || row.currency !== currency;
  tenant.unitPrices = tenant.unitPrices.map((unit) =>
    unit.planId === planId
      ? { ...unit, regional: unit.regional.filter((row) => row.currency !== currency) }
      : unit,
  );
  tenant.rates = tenant.rates.filter(isOther);
  tenant.regionalOverages = tenant.regionalOverages.filter(isOther);
  tenant.regionalPrices = tenant.regionalPrices.filter(
    (row) => row.currency !== currency || !prices.some(({ id }) => id === row.priceId),
  );
  return { plan: tenant.placed(plan) };
};
