import type { Feature, PlanFeature, PlanPrice } from '../db/tables.ts';
import {
  headline,
  headlineAmount,
  introOffer,
  type OfferPrice,
  savings,
  trial,
  usageHeadline,
} from '../messages/offer.ts';
import { intervalName } from '../messages/page.ts';
import type { UnitCharge, UnitName } from '../messages/unit.ts';
import type { Words } from '../messages/words.ts';
import { BASIS_POINTS, type BillingInterval } from '../vocabulary.ts';
import { amountPerMonth, type EffectivePrice } from './effective-price.ts';
import type { PricedOffer } from './page-prices.ts';
import type { CellRate } from './pricing-cell.ts';
import { monthsOf } from './unit-cost.ts';
import type { EffectiveUnitPrice } from './unit-price.ts';

/** What a plan costs at one billing interval, as a page says it. */

type EffectiveUnit = EffectivePrice['unitPrices'][number];

const featureOf = ({ unitPrice }: EffectiveUnit): PlanFeature => unitPrice.planFeature;

const chargeOf = (
  { unitPrice: { blockSize }, amounts: { unitPrice, tiers } }: EffectiveUnit,
  unitName: UnitName | null,
): UnitCharge => ({ unitName, blockSize, unitPrice, tiers });

/** Monthly prices are what people compare; then comes the price to offer first. */
const byUse = (offers: readonly PricedOffer[]): PricedOffer[] =>
  offers.toSorted((one, other) => rank(one) - rank(other));
const rank = ({ price }: PricedOffer): number =>
  price.billingInterval === 'monthly' ? 0 : price.isDefault ? 1 : 2;

/** What units of a feature beyond the included amount are charged as. */
export const rateOf = (
  { featureId, creditsPerUnit, overage, pricingMode }: PlanFeature,
  unitName: UnitName | null,
  offers: readonly PricedOffer[],
): CellRate | undefined => {
  for (const { effective } of byUse(offers)) {
    const unit = effective.unitPrices.find((each) => featureOf(each).featureId === featureId);
    if (unit) return { charge: chargeOf(unit, unitName), currency: unit.currency };
  }
  if (creditsPerUnit !== null) return { credits: creditsPerUnit };
  return overage.enabled || pricingMode === 'ai_model' ? 'usage' : undefined;
};

const isStanding = ({ unitPrice: { featureType } }: EffectiveUnit): boolean =>
  featureType === 'seats' || featureType === 'quota';

/** Units that are charged from the first one on. */
const chargedFromFirst = ({ unitPrices }: EffectivePrice): EffectiveUnit[] =>
  unitPrices.filter((unit) => {
    const { enabled, includedAmount } = featureOf(unit);
    return enabled && includedAmount === 0;
  });

/** A yearly amount of units by the month, halves up. */
const chargePerMonth = (charge: UnitCharge, months: number, currency: string): UnitCharge => {
  const perMonth = (amount: number) => amountPerMonth(amount, months, currency);
  return {
    ...charge,
    unitPrice: charge.unitPrice === null ? null : perMonth(charge.unitPrice),
    tiers: charge.tiers.map(({ upTo, unitPrice, flatPrice }) => ({
      upTo,
      unitPrice: perMonth(unitPrice),
      flatPrice: perMonth(flatPrice),
    })),
  };
};

/**
 * The amounts of a price that are charged by the time: its own, and those of units that stand, such
 * as seats. Those of two prices can be compared where they have the same places.
 */
const amountsByTime = ({ price, unitPrices }: EffectivePrice) => {
  const units = unitPrices.filter(isStanding);
  const places = units.map((unit) => [
    featureOf(unit).featureId,
    unit.unitPrice.blockSize,
    unit.amounts.tiersMode,
    unit.amounts.tiers.map(({ upTo }) => upTo),
  ]);
  const ofUnits = units.flatMap(({ amounts: { unitPrice, tiers } }) =>
    unitPrice === null ? tiers.flatMap((tier) => [tier.unitPrice, tier.flatPrice]) : [unitPrice],
  );
  return { places: JSON.stringify(places), amounts: [price, ...ofUnits] };
};

/**
 * What is saved against so many months at the monthly price, in basis points, rounded down: the
 * least that is saved on any amount, so that a page promises no more than it keeps.
 */
const savedOver = (
  monthly: EffectivePrice,
  effective: EffectivePrice,
  months: number,
): number | null => {
  const [before, after] = [amountsByTime(monthly), amountsByTime(effective)];
  if (before.places !== after.places) return null;
  const saved = before.amounts.flatMap((amount, place) => {
    const full = BigInt(amount) * BigInt(months);
    const paid = BigInt(after.amounts[place] ?? 0);
    if (full === 0n && paid === 0n) return [];
    return [paid >= full ? 0 : Number(((full - paid) * BigInt(BASIS_POINTS)) / full)];
  });
  const least = Math.min(...saved);
  return saved.length > 0 && least > 0 ? least : null;
};

/** A feature, and its unit in the language of the page. */
export interface MeasuredFeature {
  feature: Feature;
  unit: UnitName | null;
}

/** What a plan costs at one billing interval. Its texts are made when they are asked for. */
export class PricingOffer {
  readonly price: PlanPrice;
  readonly billingInterval: BillingInterval;
  readonly effective: EffectivePrice;
  /** Against the same time at the monthly price, in the same currency; null where nothing is. */
  readonly savingsBasisPoints: number | null;
  readonly #features: ReadonlyMap<string, MeasuredFeature>;
  readonly #words: Words;

  constructor(
    offer: PricedOffer,
    offers: readonly PricedOffer[],
    features: ReadonlyMap<string, MeasuredFeature>,
    words: Words,
  ) {
    const { price, effective } = offer;
    this.billingInterval = price.billingInterval;
    this.effective = effective;
    this.price = price;
    this.#features = features;
    this.#words = words;
    const months = monthsOf[price.billingInterval];
    const monthly = offers.find((each) => each.price.billingInterval === 'monthly');
    this.savingsBasisPoints =
      monthly && months > 1 ? savedOver(monthly.effective, effective, months) : null;
  }

  get intervalName(): string {
    return intervalName(this.#words, this.billingInterval);
  }

  get headline(): string {
    const terms = this.#terms();
    return terms
      ? headline(this.#words, terms)
      : usageHeadline(this.#words, this.#usage(), this.effective.currency);
  }

  get headlineAmount(): string | null {
    const terms = this.#terms();
    return terms ? headlineAmount(this.#words, terms) : null;
  }

  get trial(): string | null {
    const { trialDays } = this.price;
    return trialDays > 0 ? trial(this.#words, trialDays) : null;
  }

  get introOffer(): string | null {
    const { billingInterval, effective } = this;
    const { introOffer: offer, currency } = effective;
    if (!offer?.enabled) return null;
    const { discountType, discountValue, durationCycles } = offer;
    if (discountType === null || discountValue === null) return null;
    return introOffer(this.#words, {
      currency,
      billingInterval,
      discountType,
      discountValue,
      durationCycles,
    });
  }

  get savings(): string | null {
    const { savingsBasisPoints } = this;
    return savingsBasisPoints === null ? null : savings(this.#words, savingsBasisPoints);
  }

  /** What is charged by the unit. */
  featureOf({ planFeature }: EffectiveUnitPrice): Feature | undefined {
    return this.#features.get(planFeature.featureId)?.feature;
  }

  /** What is charged by the time; undefined where nothing but usage costs anything. */
  #terms(): OfferPrice | undefined {
    const { effective, billingInterval } = this;
    const { price, currency, perMonth } = effective;
    const standing = chargedFromFirst(effective).filter(isStanding);
    if (price === 0 && standing.length === 0 && this.#usage().length > 0) return undefined;
    const isPerMonth = perMonth !== null;
    return {
      currency,
      billingInterval,
      isPerMonth,
      price: perMonth ?? price,
      unitPrices: standing.map((unit) => {
        const charge = this.#charge(unit);
        return isPerMonth ? chargePerMonth(charge, monthsOf[billingInterval], currency) : charge;
      }),
    };
  }

  #usage(): UnitCharge[] {
    const used = chargedFromFirst(this.effective).filter((unit) => !isStanding(unit));
    return used.map((unit) => this.#charge(unit));
  }

  #charge(unit: EffectiveUnit): UnitCharge {
    return chargeOf(unit, this.#features.get(featureOf(unit).featureId)?.unit ?? null);
  }
}
