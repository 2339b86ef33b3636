import { z } from 'zod';
import { findExchangeRates } from '../db/records/exchange-rate.ts';
import { findMarketUnitPricesOn } from '../db/records/market-price.ts';
import { findRegionalPrices } from '../db/records/regional-price.ts';
import {
  findRegionalUnitPrices,
  removeRegionalUnitPrices,
  removeUnitPrices,
  saveRegionalUnitPrices,
  saveUnitPrice,
  storedUnitPrices,
} from '../db/records/unit-price.ts';
import type {
  ExchangeRate,
  Feature,
  Plan,
  PlanFeature,
  PlanPrice,
  RegionalOverage,
  RegionalUnitPrice,
  UnitPrice,
} from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { invalid, NotFoundError } from '../errors.ts';
import type { PriceTier } from '../price-tiers.ts';
import { deriveUnitPrice } from './derived-unit-pricing.ts';
import { refuseBaseCurrency } from './exchange.ts';
import { getFeature } from './feature.ts';
import * as fields from './fields.ts';
import { operationOn, type Writer } from './operation.ts';
import { requirePlan } from './plan.ts';
import { requirePlanFeature } from './plan-feature.ts';
import { requireBasePrice, requirePrice } from './price.ts';
import {
  type Amounts,
  amountsOf,
  canonical,
  checkTiers,
  tiers,
  tiersMode,
  unitPriceOfBlock,
} from './unit-amounts.ts';
import { costOfUnits, monthsOf, type UnitCost } from './unit-cost.ts';

export type { PriceTier, RegionalUnitPrice, UnitPrice };

const RegionalUnitPriceInput = z.object({
  currency: fields.currency.describe(
    'A currency in which the price has a regional price, or the plan an exchange rate.',
  ),
  unitPrice: unitPriceOfBlock.describe(
    'Price of one block, in rate scale of that currency. With neither this nor `tiers`, the row ' +
      'is derived again.',
  ),
  tiers: tiers.describe('Tiers in that currency, in place of `unitPrice`.'),
});
type RegionalUnitPriceInput = z.infer<typeof RegionalUnitPriceInput>;

export const SetUnitPriceInput = z.object({
  featureId: fields.featureId.describe(
    'Id or code of a seats, quota or usage feature of the plan, which is not unlimited there.',
  ),
  unitPrice: unitPriceOfBlock,
  tiers,
  tiersMode,
  blockSize: fields.quantity
    .min(1, 'must be at least 1')
    .optional()
    .describe('Units that are sold together; a begun block counts whole. 1 at first.'),
  minimumQuantity: fields.quantity
    .optional()
    .describe('The least that a customer can buy: a multiple of the block size. 0 at first.'),
  maximumQuantity: fields.quantity
    .nullish()
    .describe('The most that a customer can buy: a multiple of the block size. Null for no end.'),
  regional: fields
    .list(RegionalUnitPriceInput)
    .optional()
    .describe('What it is in other currencies, set by hand; currencies left out stay.'),
});
export type SetUnitPriceInput = z.infer<typeof SetUnitPriceInput>;

/** What an input leaves out stays. */
const merged = (
  input: SetUnitPriceInput,
  before: UnitPrice | undefined,
  { id: priceId, planId }: PlanPrice,
  { id: featureId, type: featureType }: Feature,
): UnitPrice => {
  const { unitPrice, tiersMode, tiers } = amountsOf(input, before);
  const { blockSize, minimumQuantity, maximumQuantity } = input;
  return {
    priceId,
    featureId,
    planId,
    unitPrice,
    tiersMode,
    tiers,
    blockSize: blockSize ?? before?.blockSize ?? 1,
    minimumQuantity: minimumQuantity ?? before?.minimumQuantity ?? 0,
    maximumQuantity:
      maximumQuantity === undefined ? (before?.maximumQuantity ?? null) : maximumQuantity,
    featureType,
  };
};

const checkQuantities = (unit: UnitPrice, input: SetUnitPriceInput): void => {
  const { blockSize, minimumQuantity, maximumQuantity } = unit;
  for (const field of ['minimumQuantity', 'maximumQuantity'] as const) {
    const quantity = unit[field];
    if (quantity === null || quantity % blockSize === 0) continue;
    if (input[field] === undefined) throw invalid('blockSize', `must divide the ${field}`);
    throw invalid(field, `must be a multiple of the block size ${blockSize}`);
  }
  if (maximumQuantity === null || minimumQuantity <= maximumQuantity) return;
  if (input.minimumQuantity === undefined)
    throw invalid('maximumQuantity', `must be at least the minimum of ${minimumQuantity}`);
  throw invalid('minimumQuantity', `must be at most the maximum of ${maximumQuantity}`);
};

const refuseUnpriceable = (plan: Plan, link: PlanFeature, feature: Feature): void => {
  if (plan.isFree) throw invalid('planId', 'is a free plan, which takes no unit price');
  if (feature.type === 'boolean')
    throw invalid('featureId', 'is a boolean feature, which has no units');
  if (link.unlimited) throw invalid('featureId', 'is unlimited on this plan');
};

/** The row that an entry sets by hand, or has derived again. */
const regionalRow = (
  unit: UnitPrice,
  { currency: code, unitPrice, tiers }: RegionalUnitPriceInput,
  rates: readonly ExchangeRate[],
  path: string,
): RegionalUnitPrice => {
  const currency = code.toLowerCase();
  if (unitPrice === undefined && tiers === undefined) {
    const rate = rates.find((rate) => rate.currency === currency);
    if (!rate) throw invalid(`${path}.currency`, 'has no exchange rate to derive from');
    return deriveUnitPrice(unit, rate);
  }
  if (unitPrice !== undefined && tiers !== undefined)
    throw invalid(`${path}.tiers`, 'cannot be combined with unitPrice');
  if (tiers !== undefined && unit.tiersMode === null)
    throw invalid(`${path}.tiers`, 'must be a unitPrice, as that of the price is');
  if (unitPrice !== undefined && unit.tiersMode !== null)
    throw invalid(`${path}.unitPrice`, 'must be tiers, as those of the price are');
  const { priceId, featureId, tiersMode, blockSize } = unit;
  const written = canonical(tiers ?? []);
  checkTiers(written, blockSize, `${path}.tiers`);
  return {
    priceId,
    featureId,
    currency,
    unitPrice: unitPrice ?? null,
    tiersMode,
    tiers: written,
    autoSynced: false,
  };
};

/** A row by hand that the input leaves as it is follows the mode, and has to fit the rest. */
const keptRow = (unit: UnitPrice, row: RegionalUnitPrice): RegionalUnitPrice => {
  if ((row.tiersMode === null) !== (unit.tiersMode === null))
    throw invalid('regional', `must say it in ${row.currency}, too: that is set by hand`);
  checkTiers(row.tiers, unit.blockSize, undefined);
  return { ...row, tiersMode: unit.tiersMode };
};

/** What it is in markets stays, and has to fit the new blocks. */
const checkTiersInMarkets = async (writer: Writer, unit: UnitPrice): Promise<void> => {
  for (const { tiers } of await findMarketUnitPricesOn(writer, unit))
    checkTiers(tiers, unit.blockSize, undefined);
};

/** All rows in other currencies: one for each rate of the plan, and those by hand. */
const regionalRows = async (
  writer: Writer,
  unit: UnitPrice,
  entries: readonly RegionalUnitPriceInput[],
  before: readonly RegionalUnitPrice[],
): Promise<RegionalUnitPrice[]> => {
  const { priceId, planId } = unit;
  const rates = await findExchangeRates(writer, [planId]);
  const prices = entries.length > 0 ? await findRegionalPrices(writer, [priceId]) : [];
  const known = new Set([...rates, ...prices].map(({ currency }) => currency));
  const rows = new Map<string, RegionalUnitPrice>();
  for (const [index, entry] of entries.entries()) {
    const path = `regional.${index}`;
    const currency = entry.currency.toLowerCase();
    if (rows.has(currency)) throw invalid(`${path}.currency`, 'is named twice');
    refuseBaseCurrency(writer.tenant, currency, `${path}.currency`);
    if (!known.has(currency))
      throw invalid(`${path}.currency`, 'needs a regional price or an exchange rate');
    rows.set(currency, regionalRow(unit, entry, rates, path));
  }
  for (const row of before)
    if (!row.autoSynced && !rows.has(row.currency)) rows.set(row.currency, keptRow(unit, row));
  for (const rate of rates)
    if (!rows.has(rate.currency)) rows.set(rate.currency, deriveUnitPrice(unit, rate));
  return [...rows.values()];
};

export const setUnitPrice = operationOn(
  'setUnitPrice',
  [fields.planId, fields.reference, SetUnitPriceInput],
  async (writer, planId, priceId, input): Promise<PlanPrice> => {
    const plan = await requirePlan(writer, planId);
    const price = await requireBasePrice(writer, planId, priceId);
    const feature = await getFeature(writer, input.featureId);
    refuseUnpriceable(plan, await requirePlanFeature(writer, planId, feature.id), feature);
    const isItsOwn = ({ featureId }: { featureId: string }) => featureId === feature.id;
    const before = (await storedUnitPrices(writer, { priceId })).find(isItsOwn);
    const unit = merged(input, before, price, feature);
    checkTiers(unit.tiers, unit.blockSize, input.tiers && 'tiers');
    checkQuantities(unit, input);
    if (before && before.blockSize !== unit.blockSize) await checkTiersInMarkets(writer, unit);

    const rowsBefore = before
      ? (await findRegionalUnitPrices(writer, [priceId])).filter(isItsOwn)
      : [];
    const rows = await regionalRows(writer, unit, input.regional ?? [], rowsBefore);
    writer.about(priceId);
    await saveUnitPrice(writer, before, unit);
    await saveRegionalUnitPrices(writer, rowsBefore, rows);
    await removeRegionalUnitPrices(
      writer,
      rowsBefore.filter((row) => !rows.some(({ currency }) => currency === row.currency)),
    );
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);

/** Where the feature has overage, that counts as its unit price from then on. */
export const removeUnitPrice = operationOn(
  'removeUnitPrice',
  [fields.planId, fields.reference, fields.featureId],
  async (writer, planId, priceId, featureId): Promise<PlanPrice> => {
    await requirePlan(writer, planId);
    await requireBasePrice(writer, planId, priceId);
    const feature = await getFeature(writer, featureId);
    const found = await storedUnitPrices(writer, { priceId });
    if (!found.some((unit) => unit.featureId === feature.id))
      throw new NotFoundError('unit_price_not_found', 'featureId');
    writer.about(priceId);
    await removeUnitPrices(writer, { priceId, featureId: feature.id });
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);

/** What units of a feature cost at a price: as the price says, or as the feature's overage does. */
export interface EffectiveUnitPrice
  extends Omit<UnitPrice, 'planId' | 'priceId' | 'featureId' | 'featureType'> {
  planPrice: PlanPrice;
  planFeature: PlanFeature;
  /** Null for overage, which counts every kind of unit by the month. */
  featureType: UnitPrice['featureType'] | null;
}

const overageOf = (planPrice: PlanPrice, planFeature: PlanFeature): EffectiveUnitPrice => ({
  planPrice,
  planFeature,
  unitPrice: planFeature.overage.unitPrice,
  tiersMode: null,
  tiers: [],
  blockSize: 1,
  minimumQuantity: 0,
  maximumQuantity: null,
  featureType: null,
});

export const isOverage = ({ featureType }: Pick<EffectiveUnitPrice, 'featureType'>): boolean =>
  featureType === null;

/** In the order of the plan's features. */
export const unitPricesAt = (
  planPrice: PlanPrice,
  own: readonly UnitPrice[],
  features: readonly PlanFeature[],
): EffectiveUnitPrice[] => {
  const found: EffectiveUnitPrice[] = [];
  for (const planFeature of features) {
    const unit = own.find(({ featureId }) => featureId === planFeature.featureId);
    if (unit) found.push(Object.assign({ planPrice, planFeature }, unit));
    else if (planFeature.overage.enabled) found.push(overageOf(planPrice, planFeature));
  }
  return found;
};

/** The overage of a feature in another currency, as the unit price that it counts as. */
export const overageIn = (
  { planPrice, planFeature }: EffectiveUnitPrice,
  { currency, unitPrice, autoSynced }: RegionalOverage,
): RegionalUnitPrice => ({
  priceId: planPrice.id,
  featureId: planFeature.featureId,
  currency,
  unitPrice,
  tiersMode: null,
  tiers: [],
  autoSynced,
});

/** What a quantity costs for one billing interval, at the amounts of one currency. */
export const costOfQuantity = (
  unit: EffectiveUnitPrice,
  amounts: Amounts,
  quantity: number,
): UnitCost => {
  const { maximumQuantity, minimumQuantity, blockSize, planFeature, planPrice } = unit;
  const { error } = fields.quantity.safeParse(quantity);
  if (error) throw invalid('quantity', error.issues[0]?.message ?? 'is no quantity');
  if (maximumQuantity !== null && quantity > maximumQuantity)
    throw invalid('quantity', `must be at most ${maximumQuantity}`);
  const isMonthly = isOverage(unit) || unit.featureType === 'usage';
  const cost = costOfUnits(amounts, {
    quantity,
    minimumQuantity,
    includedAmount: planFeature.includedAmount,
    blockSize,
    months: isMonthly ? monthsOf[planPrice.billingInterval] : 1,
  });
  if (!cost) throw invalid('quantity', 'costs more than can be counted');
  return cost;
};
