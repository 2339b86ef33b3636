import { z } from 'zod';
import { digitsOf, isCurrency } from '../../../currencies.ts';
import { fromZod, invalid } from '../../../errors.ts';
import {
  type BillingInterval,
  billingIntervals,
  consumptionModels,
  MAX_INT32,
} from '../../../vocabulary.ts';
import { code, description, name, unitName } from '../../fields.ts';
import type {
  CatalogueFeature,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
} from '../document.ts';
import { Exact } from './exact.ts';
import {
  type Imported,
  isObject,
  mapOf,
  parseJson,
  Remainder,
  unknownMembers,
} from './imported.ts';

/** What Commet's `defineConfig` takes, as JSON. */

const map = 'must be a map';
const flag = z.boolean('must be true or false');
const wholeUpTo = (most: number) =>
  z
    .number('must be a whole number')
    .refine((value) => Number.isSafeInteger(value) && value >= 0, {
      error: 'must be a whole number that is not negative',
      abort: true,
    })
    .refine((value) => value <= most, `must be at most ${most}`);
const whole = wholeUpTo(Number.MAX_SAFE_INTEGER);
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, `must be one of ${words.join(', ')}`);

const feature = z.looseObject(
  {
    name,
    type: oneOf(['boolean', 'usage', 'metered', 'seats', 'quota']),
    unitName: unitName.nullish(),
    description: description.nullish(),
  },
  map,
);

const price = z.looseObject(
  {
    interval: oneOf(billingIntervals),
    amount: whole.optional(),
    amountInCents: whole.optional(),
    trialDays: wholeUpTo(MAX_INT32).nullish(),
  },
  map,
);

const overage = z.looseObject({ unitPrice: whole }, map);
const planFeature = z.looseObject(
  { included: whole.nullish(), unlimited: flag.nullish(), overage: overage.nullish() },
  map,
);

const plan = z.looseObject(
  {
    name,
    description: description.nullish(),
    consumptionModel: oneOf(consumptionModels).nullish(),
    defaultInterval: oneOf(billingIntervals).nullish(),
    isFree: flag.nullish(),
    isPublic: flag.nullish(),
    sortOrder: whole.nullish(),
    prices: z.array(price, 'must be a list'),
    features: mapOf(z.union([z.boolean(), planFeature], 'must be true, false or a map')).nullish(),
  },
  map,
);

const config = z.looseObject(
  {
    schemaVersion: z.literal(1, 'must be 1').nullish(),
    features: mapOf(feature),
    plans: mapOf(plan),
  },
  map,
);

export type CommetConfig = z.output<typeof config>;
type CommetPrice = z.output<typeof price>;

/** What an amount of a price counts. Overage is in rate scale in any case. */
type CommetUnit = 'rate_scale' | 'minor_unit';

interface CommetOptions {
  amountsIn: CommetUnit;
  baseCurrency: string;
}

/** Throws a ValidationError that names what is wrong with the configuration. */
export const importCommet = (text: string, options: CommetOptions): Imported => {
  if (!isCurrency(options.baseCurrency))
    throw invalid('baseCurrency', 'must be the lower-case code of an ISO 4217 currency');
  return catalogueOfCommet(readCommet(parseJson(text)), options);
};

export const readCommet = (value: unknown): CommetConfig => {
  if (!isObject(value)) throw invalid('document', map);
  const read = config.safeParse(value);
  if (!read.success) throw fromZod(read.error);
  return read.data;
};

/** The unit of an amount, which its name may say. */
export const commetUnitOf = ({ amount }: CommetPrice, amountsIn: CommetUnit): CommetUnit =>
  amount === undefined ? 'minor_unit' : amountsIn;

export const catalogueOfCommet = (
  read: CommetConfig,
  { amountsIn, baseCurrency }: CommetOptions,
): Imported => {
  const remainder = new Remainder();
  const digits = { rate_scale: 4, minor_unit: digitsOf(baseCurrency) };
  const priceOf = (each: CommetPrice, path: string): number => {
    const given = each.amount ?? each.amountInCents;
    if (given === undefined) throw invalid(`${path}.amount`, 'is required');
    const scale = 10n ** BigInt(digits[commetUnitOf(each, amountsIn)]);
    const scaled = new Exact(BigInt(given), scale).amount;
    if (typeof scaled === 'string') throw invalid(`${path}.amount`, scaled);
    return scaled;
  };
  return {
    file: {
      catalogue: 1,
      baseCurrency,
      features: featuresOf(read, remainder),
      plans: plansOf(read, priceOf, remainder),
    },
    leftOut: remainder.leftOut,
  };
};

const unknown = 'Nothing is known of it.';

const checkCode = (path: string, written: string): void => {
  const read = code.safeParse(written);
  if (!read.success) throw invalid(path, read.error.issues[0]?.message ?? 'is no code');
};

const featuresOf = (given: CommetConfig, remainder: Remainder): Map<string, CatalogueFeature> => {
  const features = new Map<string, CatalogueFeature>();
  for (const member of unknownMembers(given, config)) remainder.add(member, unknown);
  for (const [key, each] of given.features) {
    const path = `features.${key}`;
    checkCode(path, key);
    for (const member of unknownMembers(each, feature)) remainder.add(`${path}.${member}`, unknown);
    features.set(key, {
      name: each.name,
      type: each.type === 'metered' ? 'usage' : each.type,
      ...(each.description != null && { description: each.description }),
      ...(each.unitName != null && { unitName: each.unitName }),
    });
  }
  return features;
};

const plansOf = (
  { features, plans }: CommetConfig,
  priceOf: (each: CommetPrice, path: string) => number,
  remainder: Remainder,
): Map<string, CataloguePlan> => {
  const made = new Map<string, CataloguePlan>();
  for (const [key, given] of plans) {
    const path = `plans.${key}`;
    checkCode(path, key);
    for (const member of unknownMembers(given, plan)) remainder.add(`${path}.${member}`, unknown);
    if (given.sortOrder)
      remainder.add(`${path}.sortOrder`, 'A plan has its place in a group, and the file has none.');
    const prices = new Map<BillingInterval, CataloguePrice>();
    for (const [index, each] of given.prices.entries()) {
      const at = `${path}.prices.${index}`;
      if (prices.has(each.interval)) throw invalid(`${at}.interval`, 'is there twice');
      for (const member of unknownMembers(each, price)) remainder.add(`${at}.${member}`, unknown);
      prices.set(each.interval, {
        price: priceOf(each, at),
        ...(each.trialDays && { trialDays: each.trialDays }),
      });
    }
    const { description, consumptionModel, isPublic, isFree, defaultInterval } = given;
    const own = new Map<string, CataloguePlanFeature>();
    for (const [name, value] of given.features ?? []) {
      const at = `${path}.features.${name}`;
      if (!features.has(name)) throw invalid(at, 'is no feature of the configuration');
      own.set(name, planFeatureOf(value, at, remainder));
    }
    made.set(key, {
      name: given.name,
      ...(description != null && { description }),
      ...(consumptionModel != null && { consumptionModel }),
      ...(isPublic != null && { isPublic }),
      ...(isFree != null && { isFree }),
      ...(defaultInterval != null && { defaultInterval }),
      prices,
      features: own,
    });
  }
  return made;
};

const planFeatureOf = (
  value: boolean | z.output<typeof planFeature>,
  path: string,
  remainder: Remainder,
): CataloguePlanFeature => {
  if (typeof value === 'boolean') return value ? {} : { enabled: false };
  for (const member of unknownMembers(value, planFeature))
    remainder.add(`${path}.${member}`, unknown);
  for (const member of value.overage ? unknownMembers(value.overage, overage) : [])
    remainder.add(`${path}.overage.${member}`, unknown);
  return {
    ...(value.included != null && { includedAmount: value.included }),
    ...(value.unlimited != null && { unlimited: value.unlimited }),
    ...(value.overage && { overage: { unitPrice: value.overage.unitPrice } }),
  };
};
