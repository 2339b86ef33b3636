import type { JsonObject } from '../../../src/vocabulary.ts';
import type { CallOf } from './calls.ts';
import { following, isTooLarge, unset } from './derive.ts';
import { priceAfter } from './money.ts';
import type { Plan, Price, RegionalPrice } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';

const check = (plan: Plan | undefined, price: Price): void => {
  const { introOffer: offer } = price;
  if (plan?.isFree && price.price > 0) throw invalid('price');
  if (offer?.enabled && offer.discountType === null) throw invalid('introOffer.discountType');
  if (offer?.enabled && offer.discountValue === null) throw invalid('introOffer.discountValue');
  if (offer?.discountType === 'percentage' && (offer.discountValue ?? 0) > 10_000)
    throw invalid('introOffer.discountValue');
  if (offer?.enabled && offer.durationCycles === 0) throw invalid('introOffer.durationCycles');
};

const checkDiscount = ({ introOffer: offer, price }: Price, param: string): void => {
  if (offer?.enabled && isTooLarge(offer, price)) throw invalid(param);
};

/** The flag moves from the price that has it. */
const makeDefault = (tenant: ReferenceTenant, heir: Price, now: string): void => {
  for (const price of tenant.pricesOf(heir.planId))
    if (price.isDefault && price.id !== heir.id) {
      price.isDefault = false;
      touch(price, now);
    }
  heir.isDefault = true;
};

export const addPlanPrice = (
  tenant: ReferenceTenant,
  { planId, input }: CallOf<'addPlanPrice'>,
  { now, id }: Stamp,
): Result => {
  const siblings = tenant.pricesOf(planId);
  const offer = input.introOffer;
  const price: Price = {
    id,
    planId,
    billingInterval: input.billingInterval,
    price: input.price,
    isDefault: siblings.length === 0 || input.isDefault === true,
    trialDays: input.trialDays ?? 0,
    includedBalance: input.includedBalance ?? null,
    includedCredits: input.includedCredits ?? null,
    introOffer: offer
      ? { discountType: null, discountValue: null, durationCycles: null, ...offer }
      : null,
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: now,
  };
  check(undefined, price);
  check(tenant.plan(planId), price);
  if (siblings.some(({ billingInterval }) => billingInterval === input.billingInterval))
    throw new Refusal('duplicate', 'billingInterval');
  checkDiscount(price, 'introOffer.discountValue');
  const rows = tenant
    .ratesOf(planId)
    .map((rate) => following(price, unset(id, rate.currency), rate));
  tenant.prices.push(price);
  tenant.regionalPrices.push(...rows);
  if (price.isDefault) makeDefault(tenant, price, now);
  touch(tenant.plan(planId), now);
  return { price };
};

const merged = (before: JsonObject, changes: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(([key]) => changes[key] !== null),
  );

export const updatePlanPrice = (
  tenant: ReferenceTenant,
  call: CallOf<'updatePlanPrice'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId, input } = call;
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId);
  if (price.isDefault && input.isDefault === false) throw invalid('isDefault');
  const { introOffer, metadata, isDefault, ...fields } = input;
  const absent = { enabled: false, discountType: null, discountValue: null, durationCycles: null };
  const hasOfferChanges = introOffer && Object.keys(introOffer).length > 0;
  const after: Price = {
    ...price,
    ...fields,
    price: priceAfter(call, fields.price ?? price.price, price.price, tenant.baseCurrency),
    introOffer: hasOfferChanges
      ? { ...(price.introOffer ?? absent), ...introOffer }
      : price.introOffer,
    metadata: metadata ? merged(price.metadata, metadata) : price.metadata,
  };
  const { introOffer: old } = price;
  const isOtherUnit =
    introOffer?.discountType != null && introOffer.discountType !== old?.discountType;
  if (isOtherUnit && old && old.discountValue !== null && introOffer?.discountValue === undefined)
    throw invalid('introOffer.discountValue');
  check(plan, after);
  checkDiscount(after, hasOfferChanges ? 'introOffer.discountValue' : 'price');
  const rows = tenant.regionalPricesOf(priceId).map((row) => {
    const rate = tenant.ratesOf(planId).find(({ currency }) => currency === row.currency);
    const followed = following(after, row, rate);
    if (followed.introOffer && isTooLarge(followed.introOffer, followed.price))
      throw invalid('price');
    return followed;
  });
  Object.assign(price, after);
  touch(price, now);
  if (isDefault) makeDefault(tenant, price, now);
  touch(plan, now);
  replaceRegionalPrices(tenant, rows);
  return { price };
};

export const replaceRegionalPrices = (tenant: ReferenceTenant, rows: RegionalPrice[]): void => {
  const isReplaced = (old: RegionalPrice) =>
    rows.some((row) => row.priceId === old.priceId && row.currency === old.currency);
  tenant.regionalPrices = [...tenant.regionalPrices.filter((old) => !isReplaced(old)), ...rows];
};

export const setDefaultPlanPrice = (
  tenant: ReferenceTenant,
  { planId, priceId }: CallOf<'setDefaultPlanPrice'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId);
  makeDefault(tenant, price, now);
  touch(price, now);
  touch(plan, now);
  return { price };
};

export const deletePlanPrice = (
  tenant: ReferenceTenant,
  { planId, priceId }: CallOf<'deletePlanPrice'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId);
  touch(plan, now);
  tenant.prices.splice(tenant.prices.indexOf(price), 1);
  tenant.regionalPrices = tenant.regionalPrices.filter((row) => row.priceId !== priceId);
  tenant.unitPrices = tenant.unitPrices.filter((unit) => unit.priceId !== priceId);
  tenant.gone.push(priceId);
  const [heir] = tenant.pricesOf(planId);
  if (price.isDefault && heir) {
    heir.isDefault = true;
    touch(heir, now);
  }
  return { id: priceId };
};
