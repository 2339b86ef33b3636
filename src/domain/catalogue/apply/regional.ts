import { findExchangeRates } from '../../../db/records/exchange-rate.ts';
import { storedFeaturesOf } from '../../../db/records/plan-feature.ts';
import {
  findRegionalOverages,
  removeRegionalOverages,
  saveRegionalOverages,
} from '../../../db/records/regional-overage.ts';
import {
  findRegionalPrices,
  removeRegionalPrices,
  saveRegionalPrices,
} from '../../../db/records/regional-price.ts';
import {
  findRegionalUnitPrices,
  removeRegionalUnitPrices,
  saveRegionalUnitPrices,
  storedUnitPrices,
} from '../../../db/records/unit-price.ts';
import type {
  ExchangeRate,
  Plan,
  PlanPrice,
  RegionalIntroOffer,
  RegionalOverage,
  RegionalPrice,
  RegionalUnitPrice,
  UnitPrice,
} from '../../../db/tables.ts';
import { isSame } from '../../../db/write/change-list.ts';
import { invalid } from '../../../errors.ts';
import {
  derivedRow,
  deriveOverage,
  followPrice,
  hasOverage,
  refuseOfferAbovePrice,
} from '../../derived-pricing.ts';
import { deriveUnitPrice } from '../../derived-unit-pricing.ts';
import { refuseBaseCurrency } from '../../exchange.ts';
import { removePlanCurrency, setExchangeRate } from '../../exchange-rate.ts';
import { getFeature } from '../../feature.ts';
import { refuseGrowth } from '../../maxima.ts';
import type { Writer } from '../../operation.ts';
import { getPlan, refusePriceOnFreePlan } from '../../plan.ts';
import { overageByHand } from '../../regional-overage.ts';
import { amountsOf, checkTiers } from '../../unit-amounts.ts';
import type {
  CataloguePlan,
  CataloguePlanFeature,
  CatalogueRegionalPrice,
  CatalogueUnitAmounts,
} from '../document.ts';
import { none } from '../level.ts';
import { pricesInPlace } from './prices-in-place.ts';
import { at } from './refusal.ts';

/** Amounts of one plan in other currencies: exchange rates, and what is set by hand. */

export const writeExchangeRates = async (
  writer: Writer,
  code: string,
  before: CataloguePlan | undefined,
  after: CataloguePlan,
): Promise<void> => {
  const path = (currency: string) => `plans.${code}.exchangeRates.${currency}`;
  for (const currency of before?.exchangeRates?.keys() ?? [])
    if (!after.exchangeRates?.has(currency))
      await at(path(currency), () => removePlanCurrency(writer, code, currency));
  for (const [currency, { exchangeRate = 0 }] of after.exchangeRates ?? none)
    if (before?.exchangeRates?.get(currency)?.exchangeRate !== exchangeRate)
      await at(path(currency), () => setExchangeRate(writer, code, { currency, exchangeRate }));
};

const rateIn = (rates: readonly ExchangeRate[], currency: string): ExchangeRate | undefined =>
  rates.find((rate) => rate.currency === currency);

type Offer = NonNullable<CatalogueRegionalPrice['introOffer']>;

const offerByHand = ({ percentage, amount, durationCycles }: Offer): RegionalIntroOffer => {
  const discountValue = percentage ?? amount;
  if (discountValue === undefined || (percentage !== undefined && amount !== undefined))
    throw invalid('introOffer', 'must have either a percentage or an amount');
  if (durationCycles === 0) throw invalid('introOffer.durationCycles', 'must be at least 1');
  const discountType = percentage === undefined ? 'amount' : 'percentage';
  return { discountType, discountValue, durationCycles: durationCycles ?? null };
};

/** The row of a price in a currency; undefined for none. */
const regionalRow = (
  plan: Plan,
  price: PlanPrice,
  currency: string,
  entry: CatalogueRegionalPrice,
  rate: ExchangeRate | undefined,
): RegionalPrice | undefined => {
  const { price: amount, includedBalance, introOffer, omitted } = entry;
  const isByHand = [amount, includedBalance, introOffer].some((value) => value !== undefined);
  if (omitted || (!rate && !isByHand)) {
    if (isByHand) throw invalid('omitted', 'must be left out where there are amounts');
    return undefined;
  }
  if (!rate && amount === undefined)
    throw invalid('price', 'is required: the plan has no exchange rate to derive it from');
  const row = derivedRow(price.id, currency);
  if (amount !== undefined) {
    refusePriceOnFreePlan(plan, amount, 'price');
    Object.assign(row, { price: amount, autoSynced: false });
  }
  if (includedBalance !== undefined)
    Object.assign(row, { includedBalance, includedBalanceAutoSynced: false });
  if (introOffer) {
    if (price.introOffer?.enabled === false)
      throw invalid('introOffer', 'is of a price whose introductory offer is off');
    Object.assign(row, { introOffer: offerByHand(introOffer), introOfferAutoSynced: false });
  }
  const followed = followPrice(price, row, rate, 'price');
  refuseOfferAbovePrice(followed, 'price');
  return followed;
};

/** What is derived of a row may have been derived otherwise once: only the rest has to agree. */
const isLike = (row: RegionalPrice, other: RegionalPrice, isDerivable: boolean): boolean => {
  const agrees = (isAuto: boolean, isOtherAuto: boolean, isEqual: boolean) =>
    isDerivable ? isAuto === isOtherAuto && (isAuto || isEqual) : isEqual;
  return (
    agrees(row.autoSynced, other.autoSynced, row.price === other.price) &&
    agrees(
      row.includedBalanceAutoSynced,
      other.includedBalanceAutoSynced,
      row.includedBalance === other.includedBalance,
    ) &&
    row.introOfferAutoSynced === other.introOfferAutoSynced &&
    (row.introOfferAutoSynced || isSame(row.introOffer, other.introOffer))
  );
};

const writeRegionalPrices = async (
  writer: Writer,
  plan: Plan,
  price: PlanPrice,
  regional: ReadonlyMap<string, CatalogueRegionalPrice>,
  rates: readonly ExchangeRate[],
  path: string,
): Promise<void> => {
  const before = await findRegionalPrices(writer, [price.id]);
  const currencies = new Set([...rates.map(({ currency }) => currency), ...regional.keys()]);
  const after: RegionalPrice[] = [];
  const kept = new Set<string>();
  for (const currency of currencies)
    await at(`${path}.${currency}`, async () => {
      if (regional.has(currency)) refuseBaseCurrency(writer.tenant, currency, 'currency');
      const rate = rateIn(rates, currency);
      const row = regionalRow(plan, price, currency, regional.get(currency) ?? {}, rate);
      if (!row) return;
      kept.add(currency);
      const earlier = before.find((each) => each.currency === currency);
      if (!earlier || !isLike(earlier, row, rate !== undefined)) after.push(row);
    });
  await at(path, async () => {
    refuseGrowth('currenciesOfPrice', before.length, kept.size, 'currency');
    await saveRegionalPrices(writer, before, after);
    const gone = before.map(({ currency }) => currency).filter((currency) => !kept.has(currency));
    if (gone.length > 0) await removeRegionalPrices(writer, price.id, gone);
  });
};

const isOf = (unit: UnitPrice) => (row: RegionalUnitPrice) => row.featureId === unit.featureId;

/** Before a unit price changes: what was set by hand in other currencies follows it, or goes. */
export const releaseRegionalUnitPrices = async (
  writer: Writer,
  price: PlanPrice,
  code: string,
): Promise<void> => {
  const { id: featureId } = await getFeature(writer, code);
  const [unit] = await storedUnitPrices(writer, { priceId: price.id, featureId });
  if (!unit) return;
  const rows = (await findRegionalUnitPrices(writer, [price.id])).filter(isOf(unit));
  const rates = await findExchangeRates(writer, [price.planId]);
  await releaseRows(
    writer,
    unit,
    rows.filter(({ autoSynced }) => !autoSynced),
    rates,
  );
};

const releaseRows = async (
  writer: Writer,
  unit: UnitPrice,
  rows: readonly RegionalUnitPrice[],
  rates: readonly ExchangeRate[],
): Promise<void> => {
  const derivable = rows.filter(({ currency }) => rateIn(rates, currency));
  await saveRegionalUnitPrices(
    writer,
    derivable,
    derivable.flatMap(({ currency }) => {
      const rate = rateIn(rates, currency);
      return rate ? [deriveUnitPrice(unit, rate)] : [];
    }),
  );
  await removeRegionalUnitPrices(
    writer,
    rows.filter((row) => !derivable.includes(row)),
  );
};

/** As inputs of operations say it. */
export const unitInput = ({ unitPrice, tiersMode, tiers }: CatalogueUnitAmounts) => ({
  unitPrice,
  tiersMode,
  tiers: tiers?.map(({ upTo, ...tier }) => ({ ...tier, upTo: upTo ?? null })),
});

const unitRow = (
  unit: UnitPrice,
  currency: string,
  entry: CatalogueUnitAmounts,
): RegionalUnitPrice => {
  const { unitPrice, tiersMode, tiers } = amountsOf(unitInput(entry), undefined);
  if ((tiersMode === null) !== (unit.tiersMode === null))
    throw invalid('tiers', 'must be like those of the price in the base currency');
  if (tiersMode !== unit.tiersMode)
    throw invalid('tiersMode', 'must be that of the price in the base currency');
  checkTiers(tiers, unit.blockSize, 'tiers');
  const { priceId, featureId } = unit;
  return { priceId, featureId, currency, unitPrice, tiersMode, tiers, autoSynced: false };
};

const writeRegionalUnitPrices = async (
  writer: Writer,
  price: PlanPrice,
  regional: ReadonlyMap<string, CatalogueRegionalPrice>,
  rates: readonly ExchangeRate[],
  path: string,
): Promise<void> => {
  const units = await storedUnitPrices(writer, { priceId: price.id });
  if (units.length === 0 && [...regional.values()].every(({ unitPrices }) => !unitPrices)) return;
  const before = await findRegionalUnitPrices(writer, [price.id]);
  const priced = new Set(
    (await findRegionalPrices(writer, [price.id])).map(({ currency }) => currency),
  );
  const after: RegionalUnitPrice[] = [];
  for (const [currency, { unitPrices }] of regional)
    for (const [code, entry] of unitPrices ?? none)
      await at(`${path}.${currency}.unitPrices.${code}`, async () => {
        const feature = await getFeature(writer, code);
        const unit = units.find(({ featureId }) => featureId === feature.id);
        if (!unit) throw invalid('unitPrices', 'is of a feature that has no unit price');
        if (!rateIn(rates, currency) && !priced.has(currency))
          throw invalid('currency', 'needs a regional price or an exchange rate');
        after.push(unitRow(unit, currency, entry));
      });
  const sameRow = (row: RegionalUnitPrice) => (other: RegionalUnitPrice) =>
    other.featureId === row.featureId && other.currency === row.currency;
  await saveRegionalUnitPrices(
    writer,
    before,
    after.filter((row) => !isSame(before.find(sameRow(row)), row)),
  );
  for (const unit of units)
    await releaseRows(
      writer,
      unit,
      before.filter((row) => isOf(unit)(row) && !row.autoSynced && !after.some(sameRow(row))),
      rates,
    );
};

const writeRegionalOverages = async (
  writer: Writer,
  plan: Plan,
  links: ReadonlyMap<string, CataloguePlanFeature>,
  rates: readonly ExchangeRate[],
  path: string,
): Promise<void> => {
  const stored = await storedFeaturesOf(writer, plan.id);
  const before = await findRegionalOverages(writer, [plan.id]);
  for (const [code, { regionalOverages = none }] of links) {
    const feature = await getFeature(writer, code);
    const link = stored.find(({ featureId }) => featureId === feature.id);
    const rows = before.filter(({ featureId }) => featureId === feature.id);
    if (!link || (rows.length === 0 && regionalOverages.size === 0)) continue;
    await at(`${path}.${code}.regionalOverages`, async () => {
      if (regionalOverages.size > 0 && !hasOverage(link))
        throw invalid('overage', 'is required where there is one in other currencies');
      for (const currency of regionalOverages.keys()) refuseBaseCurrency(writer.tenant, currency);
      const byHand = [...regionalOverages].map(
        ([currency, { unitPrice = 0 }]): RegionalOverage =>
          overageByHand(link, currency, unitPrice),
      );
      const released = rows.filter(
        ({ autoSynced, currency }) => !autoSynced && !regionalOverages.has(currency),
      );
      const derived = released.flatMap(({ currency }) => {
        const rate = rateIn(rates, currency);
        return rate ? [deriveOverage(link, rate)] : [];
      });
      const changed = byHand.filter((row) => {
        const earlier = rows.find(({ currency }) => currency === row.currency);
        return earlier?.autoSynced !== false || earlier.unitPrice !== row.unitPrice;
      });
      await saveRegionalOverages(writer, rows, [...changed, ...derived]);
      const gone = released.map(({ currency }) => currency);
      const left = gone.filter((currency) => !rateIn(rates, currency));
      if (left.length > 0) await removeRegionalOverages(writer, plan.id, feature.id, left);
    });
  }
};

/** All amounts of a plan in other currencies, once its prices, features and rates are there. */
export const writeRegional = async (
  writer: Writer,
  code: string,
  after: CataloguePlan,
): Promise<void> => {
  const plan = await getPlan(writer, code);
  const rates = await findExchangeRates(writer, [plan.id]);
  const prices = await pricesInPlace(writer, code);
  for (const [interval, { regional = none }] of after.prices ?? none) {
    const price = prices.get(interval);
    if (!price) continue;
    const path = `plans.${code}.prices.${interval}.regional`;
    await writeRegionalPrices(writer, plan, price, regional, rates, path);
    await writeRegionalUnitPrices(writer, price, regional, rates, path);
  }
  const links = after.features ?? none;
  await writeRegionalOverages(writer, plan, links, rates, `plans.${code}.features`);
};
