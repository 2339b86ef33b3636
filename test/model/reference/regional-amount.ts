import type { CallOf } from './calls.ts';
import { following, hasOverage, unset } from './derive.ts';
import { replaceRegionalPrices } from './price.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';

/** One amount in one currency. */

export const deriveRegionalPrice = (
  tenant: ReferenceTenant,
  call: CallOf<'deriveRegionalPrice'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId, currency: code } = call;
  const plan = tenant.plan(planId);
  const price = tenant.basePrice(call);
  const currency = code.toLowerCase();
  const rate = tenant.ratesOf(planId).find((rate) => rate.currency === currency);
  if (!rate) throw new Refusal('exchange_rate_not_found', 'currency');
  const row = following(price, unset(priceId, currency), rate);
  touch(price, now);
  touch(plan, now);
  replaceRegionalPrices(tenant, [row]);
  return { price };
};

export const setRegionalOverage = (
  tenant: ReferenceTenant,
  { planId, featureId: idOrCode, input }: CallOf<'setRegionalOverage'>,
  { now }: Stamp,
): Result => {
  tenant.refuseBaseCurrency(input.currency, 'currency');
  const plan = tenant.plan(planId);
  const { id: featureId } = tenant.feature(idOrCode);
  const planFeature = tenant.planFeature(planId, featureId);
  if (!hasOverage(planFeature)) throw invalid('featureId');
  const currency = input.currency.toLowerCase();
  touch(planFeature, now);
  touch(plan, now);
  tenant.regionalOverages = tenant.regionalOverages.filter(
    (row) => row.planId !== planId || row.featureId !== featureId || row.currency !== currency,
  );
  tenant.regionalOverages.push({
    planId,
    featureId,
    currency,
    unitPrice: input.unitPrice,
    autoSynced: false,
  });
  return { planFeature };
};
