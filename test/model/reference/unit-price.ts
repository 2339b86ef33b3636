import type { CallOf, TierOfInput } from './calls.ts';
import { bounded } from './derive.ts';
import { dropMarketUnitPrices } from './market.ts';
import { unitPriceAt } from './money.ts';
import type { Rate, RegionalUnitPrice, Tier, UnitPrice } from './records.ts';
import {
  invalid,
  type ReferenceTenant,
  Refusal,
  type Result,
  type Stamp,
  touch,
} from './tenant.ts';

type Input = CallOf<'setUnitPrice'>['input'];
type Amounts = Pick<UnitPrice, 'unitPrice' | 'tiersMode' | 'tiers'>;

const unitPriceIn = (
  { unitPrice, tiers }: Pick<UnitPrice, 'unitPrice' | 'tiers'>,
  { currency, exchangeRate }: Rate,
): RegionalUnitPrice => {
  const at = (amount: number) => bounded(unitPriceAt(amount, exchangeRate));
  return {
    currency,
    unitPrice: unitPrice === null ? null : at(unitPrice),
    tiers: tiers.map((tier) => ({
      upTo: tier.upTo,
      unitPrice: at(tier.unitPrice),
      flatPrice: at(tier.flatPrice),
    })),
    autoSynced: true,
  };
};

export const tiersOf = (tiers: TierOfInput[]): Tier[] =>
  tiers.map(({ upTo = null, unitPrice, flatPrice }) => ({
    upTo,
    unitPrice,
    flatPrice: flatPrice ?? 0,
  }));

const amountsAfter = (input: Input, before: UnitPrice | undefined): Amounts => {
  if (input.unitPrice !== undefined) {
    if (input.tiers) throw invalid('tiers');
    if (input.tiersMode) throw invalid('tiersMode');
    return { unitPrice: input.unitPrice, tiersMode: null, tiers: [] };
  }
  const tiersMode = input.tiersMode ?? before?.tiersMode ?? null;
  if (input.tiers) {
    if (!tiersMode) throw invalid('tiersMode');
    return { unitPrice: null, tiersMode, tiers: tiersOf(input.tiers) };
  }
  if (!before) throw invalid('unitPrice');
  if (input.tiersMode && !before.tiersMode) throw invalid('tiersMode');
  return { unitPrice: before.unitPrice, tiersMode, tiers: before.tiers };
};

/** The first tier that does not rise, does not end, or splits a block. */
export const checkTiers = (tiers: Tier[], blockSize: number, path: string | null): void => {
  const ends = tiers.map(({ upTo }) => upTo);
  for (const [place, end] of ends.entries()) {
    const isLast = place === ends.length - 1;
    const earlier = ends.slice(0, place).map((each) => each ?? 0);
    const isWrong =
      end === null ? !isLast : isLast || end <= Math.max(0, ...earlier) || end % blockSize > 0;
    if (isWrong) throw invalid(path === null ? 'blockSize' : `${path}.${place}.upTo`);
  }
};

const checkQuantities = (unit: UnitPrice, input: Input): void => {
  for (const name of ['minimumQuantity', 'maximumQuantity'] as const)
    if ((unit[name] ?? 0) % unit.blockSize > 0)
      throw invalid(input[name] === undefined ? 'blockSize' : name);
  const { minimumQuantity, maximumQuantity } = unit;
  if (maximumQuantity !== null && minimumQuantity > maximumQuantity)
    throw invalid(input.minimumQuantity === undefined ? 'maximumQuantity' : 'minimumQuantity');
};

const regionalAfter = (
  tenant: ReferenceTenant,
  unit: UnitPrice,
  entries: NonNullable<Input['regional']>,
): RegionalUnitPrice[] => {
  const rates = tenant.ratesOf(unit.planId);
  const known = [...rates, ...tenant.regionalPricesOf(unit.priceId)].map((row) => row.currency);
  const rows: RegionalUnitPrice[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `regional.${index}`;
    const currency = entry.currency.toLowerCase();
    if (rows.some((row) => row.currency === currency) || !known.includes(currency))
      throw invalid(`${path}.currency`);
    const rate = rates.find((rate) => rate.currency === currency);
    const { unitPrice = null, tiers } = entry;
    if (unitPrice === null && !tiers) {
      if (!rate) throw invalid(`${path}.currency`);
      rows.push(unitPriceIn(unit, rate));
      continue;
    }
    if (tiers && (unitPrice !== null || !unit.tiersMode)) throw invalid(`${path}.tiers`);
    if (!tiers && unit.tiersMode) throw invalid(`${path}.unitPrice`);
    const sent = tiersOf(tiers ?? []);
    checkTiers(sent, unit.blockSize, `${path}.tiers`);
    rows.push({ currency, unitPrice, tiers: sent, autoSynced: false });
  }
  for (const row of unit.regional) {
    if (row.autoSynced || rows.some(({ currency }) => currency === row.currency)) continue;
    if ((row.unitPrice === null) !== (unit.tiersMode !== null)) throw invalid('regional');
    checkTiers(row.tiers, unit.blockSize, null);
    rows.push(row);
  }
  for (const rate of rates)
    if (!rows.some(({ currency }) => currency === rate.currency))
      rows.push(unitPriceIn(unit, rate));
  return rows;
};

export const setUnitPrice = (
  tenant: ReferenceTenant,
  call: CallOf<'setUnitPrice'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId, input } = call;
  const plan = tenant.plan(planId);
  const price = tenant.basePrice(call);
  const feature = tenant.feature(input.featureId);
  const link = tenant.planFeature(planId, feature.id);
  if (plan.isFree) throw invalid('planId');
  if (feature.type === 'boolean' || link.unlimited) throw invalid('featureId');
  const isIt = (unit: UnitPrice) => unit.priceId === priceId && unit.featureId === feature.id;
  const before = tenant.unitPrices.find(isIt);
  const unit: UnitPrice = {
    priceId,
    planId,
    featureId: feature.id,
    ...amountsAfter(input, before),
    blockSize: input.blockSize ?? before?.blockSize ?? 1,
    minimumQuantity: input.minimumQuantity ?? before?.minimumQuantity ?? 0,
    maximumQuantity:
      input.maximumQuantity === undefined
        ? (before?.maximumQuantity ?? null)
        : input.maximumQuantity,
    regional: before?.regional ?? [],
  };
  checkTiers(unit.tiers, unit.blockSize, input.tiers ? 'tiers' : null);
  checkQuantities(unit, input);
  if (before && before.blockSize !== unit.blockSize)
    for (const { id } of [price, ...tenant.variantsOf(priceId)])
      for (const { unitPrices } of tenant.marketPricesOf(id))
        for (const { featureId, tiers } of unitPrices)
          if (featureId === feature.id) checkTiers(tiers, unit.blockSize, null);
  const after = { ...unit, regional: regionalAfter(tenant, unit, input.regional ?? []) };
  tenant.unitPrices = [...tenant.unitPrices.filter((each) => !isIt(each)), after];
  touch(price, now);
  touch(plan, now);
  return { price };
};

export const removeUnitPrice = (
  tenant: ReferenceTenant,
  call: CallOf<'removeUnitPrice'>,
  { now }: Stamp,
): Result => {
  const { planId, priceId, featureId } = call;
  const plan = tenant.plan(planId);
  const price = tenant.basePrice(call);
  const feature = tenant.feature(featureId);
  const rest = tenant.unitPrices.filter(
    (unit) => unit.priceId !== priceId || unit.featureId !== feature.id,
  );
  if (rest.length === tenant.unitPrices.length)
    throw new Refusal('unit_price_not_found', 'featureId');
  tenant.unitPrices = rest;
  dropMarketUnitPrices(tenant, priceId, feature.id, now);
  touch(price, now);
  touch(plan, now);
  return { price };
};

/** The unit prices of a plan once it has the rate. Throws where an amount grows too large. */
export const unitPricesAt = (tenant: ReferenceTenant, rate: Rate, overwrite = false): UnitPrice[] =>
  tenant.unitPrices.map((unit) => {
    if (unit.planId !== rate.planId) return unit;
    const isKept = (row: RegionalUnitPrice) =>
      row.currency !== rate.currency || (!row.autoSynced && !overwrite);
    const kept = unit.regional.filter(isKept);
    const isByHand = kept.some(({ currency }) => currency === rate.currency);
    return { ...unit, regional: isByHand ? kept : [...kept, unitPriceIn(unit, rate)] };
  });
