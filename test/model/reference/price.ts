import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../../src/vocabulary.ts';
import type { CallOf } from './calls.ts';
import { following, isTooLarge, unset } from './derive.ts';
import { marketPricesAfter, replaceMarketPrices } from './market.ts';
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
    inheritsFromPriceId: null,
    code: null,
    name: null,
  };
  check(undefined, price);
  check(tenant.plan(planId), price);
  if (siblings.some(({ billingInterval }) => billingInterval === input.billingInterval))
    throw new Refusal('duplicate', 'billingInterval');
  checkDiscount(price, 'introOffer.discountValue');
  const rows = tenant
    .ratesOf(planId)
    .map((rate) => following(price, unset(id, rate.currency), rate));
  const inMarkets = marketPricesAfter(tenant, tenant.plan(planId), price, input.marketPrices ?? []);
  tenant.prices.push(price);
  replaceMarketPrices(tenant, id, inMarkets);
  tenant.regionalPrices.push(...rows);
  if (price.isDefault) makeDefault(tenant, price, now);
  touch(tenant.plan(planId), now);
  return { price };
};

const merged = (before: JsonObject, changes: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(([key]) => changes[key] !== null),
  );

const ofVariants = ['name', 'metadata', 'marketPrices'];

/** Variants repeat what they inherit. */
const followBase = (tenant: ReferenceTenant, before: Price, after: Price, now: string): void => {
  const inherited = ({
    price,
    trialDays,
    includedBalance,
    includedCredits,
    introOffer,
  }: Price) => ({
    ...{ price, trialDays, includedBalance, includedCredits, introOffer },
  });
  if (isDeepStrictEqual(inherited(before), inherited(after))) return;
  for (const variant of tenant.variantsOf(before.id)) {
    Object.assign(variant, structuredClone(inherited(after)));
    touch(variant, now);
  }
};

/** Over REST, what a variant inherits may be repeated, and null clears nothing in it. */
const unlessRepeated = (
  call: CallOf<'updatePlanPrice'>,
  variant: Price,
  baseCurrency: string,
): CallOf<'updatePlanPrice'>['input'] => {
  const isRepeated = ([field, value]: [string, unknown]): boolean => {
    if (ofVariants.includes(field)) return false;
    if (field === 'price')
      return priceAfter(call, Number(value), variant.price, baseCurrency) === variant.price;
    return value === null || value === Reflect.get(variant, field);
  };
  return Object.fromEntries(Object.entries(call.input).filter((entry) => !isRepeated(entry)));
};

export const updatePlanPrice = (
  tenant: ReferenceTenant,
  call: CallOf<'updatePlanPrice'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId } = call;
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId, 'priceId', call.knowsNoVariants);
  const isVariant = price.inheritsFromPriceId !== null;
  const input =
    isVariant && call.seesMinorUnits
      ? unlessRepeated(call, price, tenant.baseCurrency)
      : call.input;
  if (!isVariant && input.name !== undefined) throw invalid('name');
  const foreign = Object.keys(input).filter((field) => !ofVariants.includes(field));
  if (isVariant && foreign.length > 0) throw invalid(...foreign);
  if (price.isDefault && input.isDefault === false) throw invalid('isDefault');
  const { introOffer, metadata, isDefault, marketPrices, ...fields } = input;
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
    name: input.name?.trim() ?? price.name,
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
  const inMarkets = marketPrices && marketPricesAfter(tenant, plan, price, marketPrices, call);
  if (!isVariant) followBase(tenant, price, after, now);
  Object.assign(price, after);
  if (inMarkets) replaceMarketPrices(tenant, priceId, inMarkets);
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
  call: CallOf<'setDefaultPlanPrice'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(call.planId);
  const price = tenant.basePrice(call);
  makeDefault(tenant, price, now);
  touch(price, now);
  touch(plan, now);
  return { price };
};

export const deletePlanPrice = (
  tenant: ReferenceTenant,
  { planId, priceId, knowsNoVariants }: CallOf<'deletePlanPrice'>,
  { now }: Stamp,
): Result => {
  const plan = tenant.plan(planId);
  const price = tenant.price(planId, priceId, 'priceId', knowsNoVariants);
  if (tenant.variantsOf(priceId).length > 0) throw new Refusal('price_in_use', 'priceId');
  touch(plan, now);
  tenant.prices.splice(tenant.prices.indexOf(price), 1);
  tenant.regionalPrices = tenant.regionalPrices.filter((row) => row.priceId !== priceId);
  tenant.unitPrices = tenant.unitPrices.filter((unit) => unit.priceId !== priceId);
  replaceMarketPrices(tenant, priceId, []);
  tenant.gone.push(priceId);
  const [heir] = tenant.pricesOf(planId);
  if (price.isDefault && heir) {
    heir.isDefault = true;
    touch(heir, now);
  }
  return { id: priceId };
};
