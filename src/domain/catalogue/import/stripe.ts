import { z } from 'zod';
import { digitsOf, isCurrency } from '../../../currencies.ts';
import { invalid, ValidationError } from '../../../errors.ts';
import { metadataFault } from '../../../metadata.ts';
import { foldName } from '../../../names.ts';
import type { BillingInterval, JsonObject } from '../../../vocabulary.ts';
import { codeAmong } from '../../codes.ts';
import { maxima } from '../../maxima.ts';
import type {
  CatalogueFeature,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
  CatalogueRegionalPrice,
  CatalogueUnitAmounts,
  CatalogueUnitPrice,
} from '../document.ts';
import { Exact } from './exact.ts';
import {
  type Imported,
  isGiven,
  isObject,
  mapOf,
  parseJson,
  Remainder,
  unknownMembers,
} from './imported.ts';
import { capitalized, countsPeople } from './words.ts';

/** Products and prices as Stripe's API lists them. */

const text = z.string('must be a text');
const flag = z.boolean('must be true or false');
const whole = z
  .number('must be a whole number')
  .refine(Number.isSafeInteger, 'must be a whole number');
const decimal = text.regex(/^\d{1,30}(\.\d{1,30})?$/, 'must be a decimal number');
const named = z.union([text, z.looseObject({ id: text })], 'must be an id');
const map = 'must be a map';

const tier = z.looseObject(
  {
    up_to: z.union([whole, z.literal('inf')], 'must be a whole number, or inf').nullish(),
    unit_amount: whole.nullish(),
    unit_amount_decimal: decimal.nullish(),
    flat_amount: whole.nullish(),
    flat_amount_decimal: decimal.nullish(),
  },
  map,
);

const amounts = {
  unit_amount: whole.nullish(),
  unit_amount_decimal: decimal.nullish(),
  custom_unit_amount: z.unknown().optional(),
  tiers: z.array(tier, 'must be a list').nullish(),
  tax_behavior: text.nullish(),
};

const recurring = z.looseObject(
  {
    interval: z.enum(['day', 'week', 'month', 'year'], 'must be day, week, month or year'),
    interval_count: whole.nullish(),
    trial_period_days: whole.nullish(),
    usage_type: z.enum(['licensed', 'metered'], 'must be licensed or metered').nullish(),
    meter: text.nullish(),
    aggregate_usage: text.nullish(),
  },
  map,
);

const listedPrice = z.looseObject(
  {
    id: text,
    object: text.nullish(),
    active: flag.nullish(),
    billing_scheme: z.enum(['per_unit', 'tiered'], 'must be per_unit or tiered').nullish(),
    created: z.unknown().optional(),
    currency: text.transform((code) => code.toLowerCase()),
    currency_options: mapOf(z.looseObject(amounts, map)).nullish(),
    livemode: z.unknown().optional(),
    lookup_key: text.nullish(),
    metadata: mapOf(text).nullish(),
    nickname: text.nullish(),
    product: named,
    recurring: recurring.nullish(),
    tiers_mode: z.enum(['graduated', 'volume'], 'must be graduated or volume').nullish(),
    transform_quantity: z
      .looseObject({ divide_by: whole, round: z.enum(['up', 'down'], 'must be up or down') }, map)
      .nullish(),
    type: text.nullish(),
    ...amounts,
  },
  map,
);

const marketingFeatures = z.array(z.looseObject({ name: text }, map), 'must be a list').nullish();

const listedProduct = z.looseObject(
  {
    id: text,
    object: text.nullish(),
    active: flag.nullish(),
    created: z.unknown().optional(),
    default_price: named.nullish(),
    description: text.nullish(),
    features: marketingFeatures,
    livemode: z.unknown().optional(),
    marketing_features: marketingFeatures,
    metadata: mapOf(text).nullish(),
    name: text,
    type: text.nullish(),
    unit_label: text.nullish(),
    updated: z.unknown().optional(),
  },
  map,
);

type Price = z.output<typeof listedPrice>;
type Product = z.output<typeof listedProduct>;
type Amounts = Pick<
  Price,
  'unit_amount' | 'unit_amount_decimal' | 'custom_unit_amount' | 'tiers' | 'tax_behavior'
>;

interface StripeOptions {
  /** Base currency of the catalogue; that of most prices unless given. */
  baseCurrency?: string;
}

/** Throws a ValidationError that names what is wrong with the export. */
export const importStripe = (text: string, options: StripeOptions = {}): Imported => {
  const remainder = new Remainder();
  const { products, prices } = readExport(text, remainder);
  return new Conversion(products, prices, options.baseCurrency, remainder).imported;
};

interface Found {
  path: string;
  value: unknown;
}

/** `{products, prices}`, lists one after another, or the objects themselves. */
const readExport = (text: string, remainder: Remainder) => {
  // Only where one document ends and the next begins can these stand without a comma.
  const joined = text.replace(/\}\s*[\r\n]\s*\{/g, '},{');
  const parsed = parseJson(joined === text ? text : `[${joined}]`);
  const found = [...itemsOf(parsed, '', remainder)];
  const products = new Map<string, Product>();
  const prices = new Map<string, Price>();
  for (const { path, value } of found) {
    const kind = kindOf(path, value);
    if (kind === 'product') addOnce(products, checked(listedProduct, path, value), path);
    else if (kind === 'price') addOnce(prices, checked(listedPrice, path, value), path);
    else throw invalid(path, 'must be a product or a price');
  }
  return { products, prices };
};

function* itemsOf(value: unknown, path: string, remainder: Remainder): Generator<Found> {
  const at = (step: string | number) => (path === '' ? String(step) : `${path}.${step}`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      if (isObject(item) && item.object === 'list') yield* itemsOf(item, at(index), remainder);
      else yield { path: at(index), value: item };
  } else if (isObject(value) && ('data' in value || value.object === 'list')) {
    if (!Array.isArray(value.data)) throw invalid(at('data'), 'must be a list');
    if (value.has_more === true)
      remainder.add(at('has_more'), 'The list has more pages, which are not in the export.');
    yield* itemsOf(value.data, at('data'), remainder);
  } else if (path === '' && isObject(value) && ('products' in value || 'prices' in value)) {
    for (const name of ['products', 'prices']) yield* itemsOf(value[name] ?? [], name, remainder);
    for (const name of Object.keys(value))
      if (name !== 'products' && name !== 'prices') remainder.add(name, unknown);
  } else throw invalid(path === '' ? 'document' : path, 'must be products and prices of Stripe');
}

const kindOf = (path: string, value: unknown): unknown => {
  if (isObject(value) && typeof value.object === 'string') return value.object;
  if (path.startsWith('products.')) return 'product';
  return path.startsWith('prices.') ? 'price' : undefined;
};

const checked = <Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  value: unknown,
): z.output<Schema> => {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const { issues } = read.error;
  throw new ValidationError(
    issues.map((issue) => ({ field: [path, ...issue.path].join('.'), message: issue.message })),
  );
};

const addOnce = <Item extends { id: string }>(
  items: Map<string, Item>,
  item: Item,
  path: string,
): void => {
  if (items.has(item.id)) throw invalid(`${path}.id`, `${item.id} is there twice`);
  items.set(item.id, item);
};

const unknown = 'Nothing is known of it.';
/** Leaves room for what tells names of features apart. */
const LONGEST_LABEL = 240;
const LONGEST_DESCRIPTION = 2_000;
const MOST_TIERS = 50;
const MOST_COUNT = 2_147_483_647;

/** Where Stripe counts other minor units than ISO 4217. */
const ownDigits: Readonly<Record<string, number>> = { isk: 2, mga: 0, ugx: 2 };

const intervals: Readonly<Record<string, BillingInterval>> = {
  '1 week': 'weekly',
  '1 month': 'monthly',
  '3 month': 'quarterly',
  '12 month': 'yearly',
  '1 year': 'yearly',
};

const notTold: Readonly<Record<string, string>> = {
  images: 'A plan has no pictures.',
  package_dimensions: 'A plan is not shipped.',
  shippable: 'A plan is not shipped.',
  statement_descriptor: 'A plan has no text for statements of account.',
  tax_code: 'A catalogue computes no tax.',
  url: 'A plan has no link.',
};

const idOf = (named: string | { id: string }): string =>
  typeof named === 'string' ? named : named.id;

/** What a price charges: the plan as a whole, or units of a feature. */
interface Charge {
  amounts: CatalogueUnitAmounts;
  currency: string;
}

interface RegionalInProgress {
  price?: number;
  unitPrices: Map<string, CatalogueUnitAmounts>;
}

interface PriceInProgress {
  price: CataloguePrice;
  /** The price of Stripe that charges the plan as a whole. */
  flat?: string;
  unitPrices: Map<string, CatalogueUnitPrice>;
  regional: Map<string, RegionalInProgress>;
  metadata: Map<string, string>;
}

class Conversion {
  readonly #remainder: Remainder;
  readonly #base: string;
  readonly #features = new Map<string, CatalogueFeature>();
  readonly #codeOfFeature = new Map<string, string>();
  readonly #plans = new Map<string, CataloguePlan>();
  readonly imported: Imported;

  constructor(
    products: ReadonlyMap<string, Product>,
    prices: ReadonlyMap<string, Price>,
    baseCurrency: string | undefined,
    remainder: Remainder,
  ) {
    this.#remainder = remainder;
    const pricesOf = new Map<string, Price[]>();
    for (const price of prices.values()) {
      const product = products.get(idOf(price.product));
      const path = `prices.${price.id}`;
      if (price.active === false) remainder.add(path, 'It is not active.');
      else if (!product || !isPlan(product)) remainder.add(path, 'Its product is not imported.');
      else pricesOf.set(product.id, [...(pricesOf.get(product.id) ?? []), price]);
    }
    this.#base = baseCurrency?.toLowerCase() ?? mostFrequent([...pricesOf.values()].flat());
    if (!isCurrency(this.#base))
      throw invalid('baseCurrency', 'must be the code of an ISO 4217 currency');
    for (const product of products.values())
      if (isPlan(product)) this.#addPlan(product, pricesOf.get(product.id) ?? []);
      else
        remainder.add(
          `products.${product.id}`,
          product.active === false ? 'It is not active.' : 'It is a good that is shipped, no plan.',
        );
    const used = new Set(
      [...this.#plans.values()].flatMap(({ features }) => [...(features?.keys() ?? [])]),
    );
    this.imported = {
      file: {
        catalogue: 1,
        baseCurrency: this.#base,
        features: new Map([...this.#features].filter(([code]) => used.has(code))),
        plans: this.#plans,
      },
      leftOut: remainder.leftOut,
    };
  }

  #addPlan(product: Product, prices: readonly Price[]): void {
    const path = `products.${product.id}`;
    const name = this.#remainder.text(product.name, LONGEST_LABEL, `${path}.name`) ?? product.id;
    const description = this.#remainder.text(
      product.description,
      LONGEST_DESCRIPTION,
      `${path}.description`,
    );
    const code = codeAmong(this.#plans, name, { noun: 'plan', word: 'plan' });
    const features = new Map<string, CataloguePlanFeature>();
    const inProgress = this.#prices(product, prices, features);
    this.#addMarketingFeatures(product, features);
    const own = new Map([['stripe_product', product.id]]);
    const metadata = this.#metadata(product.metadata ?? new Map(), own, `${path}.metadata`);
    const defaultPrice = product.default_price && idOf(product.default_price);
    const defaultInterval = [...inProgress].find(([, { flat, metadata }]) =>
      [flat, ...metadata.values()].includes(defaultPrice ?? ''),
    )?.[0];
    this.#plans.set(code, {
      name,
      ...(description !== undefined && { description }),
      metadata,
      ...(defaultInterval !== undefined && { defaultInterval }),
      prices: new Map([...inProgress].map(([interval, price]) => [interval, this.#finish(price)])),
      features,
    });
    for (const member of unknownMembers(product, listedProduct))
      if (product[member] !== false)
        this.#remainder.add(`${path}.${member}`, notTold[member] ?? unknown);
    for (const price of prices) this.#reportPrice(price);
  }

  #addMarketingFeatures(product: Product, features: Map<string, CataloguePlanFeature>): void {
    for (const member of ['marketing_features', 'features'] as const)
      for (const [index, { name: written }] of (product[member] ?? []).entries()) {
        const path = `products.${product.id}.${member}.${index}`;
        const name = this.#remainder.text(written, LONGEST_LABEL, path);
        if (name === undefined) continue;
        const code = this.#feature(`marketing ${foldName(name)}`, { name, type: 'boolean' }, path);
        if (features.size < maxima.featuresOfPlan) features.set(code, {});
        else this.#remainder.add(path, `A plan has at most ${maxima.featuresOfPlan} features.`);
      }
  }

  /** The code of a feature that several plans may share. */
  #feature(key: string, feature: CatalogueFeature & { name: string }, path: string): string {
    const known = this.#codeOfFeature.get(key);
    if (known !== undefined) return known;
    const name = this.#remainder.featureName(feature.name, path);
    const code = codeAmong(this.#features, name, { noun: 'feature', word: 'feature' });
    this.#codeOfFeature.set(key, code);
    this.#features.set(code, { ...feature, name });
    return code;
  }

  #prices(
    product: Product,
    prices: readonly Price[],
    features: Map<string, CataloguePlanFeature>,
  ): Map<BillingInterval, PriceInProgress> {
    const done = new Map<BillingInterval, PriceInProgress>();
    const labelPath = `products.${product.id}.unit_label`;
    const label = this.#remainder.text(product.unit_label, LONGEST_LABEL, labelPath);
    const defaultPrice = product.default_price && idOf(product.default_price);
    const rank = (price: Price) =>
      (this.#inBase(price) ? 0 : 2) + (price.id === defaultPrice ? 0 : 1);
    // Prices in other currencies need one in the base currency beside which to stand.
    for (const price of prices.toSorted((one, other) => rank(one) - rank(other))) {
      const interval = this.#interval(price);
      if (interval === undefined) continue;
      const before = done.get(interval);
      const charges = this.#charges(price);
      const [main, ...regional] = charges;
      if (!main) continue;
      const unit = this.#unitOf(label, price);
      const isRegional = main.currency !== this.#base;
      const entry: PriceInProgress = before ?? {
        price: {},
        unitPrices: new Map(),
        regional: new Map(),
        metadata: new Map(),
      };
      const path = `prices.${price.id}`;
      if (isRegional) {
        const ofUnit = entry.unitPrices.get(unit ?? '');
        const isSameBlock = ofUnit?.blockSize === this.#block(price).blockSize;
        if (unit === undefined ? entry.flat === undefined : !ofUnit || !isSameBlock) {
          this.#remainder.add(path, `The plan has no such price in ${this.#base}.`);
          continue;
        }
      } else if (unit === undefined ? entry.flat !== undefined : entry.unitPrices.has(unit)) {
        this.#remainder.add(path, `The plan has another ${interval} price.`);
        continue;
      } else if (unit === undefined) {
        entry.flat = price.id;
        entry.price.price = main.amounts.unitPrice;
      } else {
        entry.unitPrices.set(unit, { ...main.amounts, ...this.#block(price) });
        features.set(unit, {});
      }
      done.set(interval, entry);
      const placed = (isRegional ? charges : regional).filter((charge) =>
        this.#addRegional(entry, charge, unit, path),
      );
      if (isRegional && placed.length === 0) continue;
      this.#keep(entry, price, unit, isRegional ? main.currency : undefined);
    }
    return done;
  }

  #addRegional(
    { regional }: PriceInProgress,
    { currency, amounts }: Charge,
    unit: string | undefined,
    path: string,
  ): boolean {
    const entry: RegionalInProgress = regional.get(currency) ?? { unitPrices: new Map() };
    const isTaken = unit === undefined ? entry.price !== undefined : entry.unitPrices.has(unit);
    if (isTaken) {
      this.#remainder.add(path, `The plan has another such price in ${currency}.`);
      return false;
    }
    if (regional.size === maxima.currenciesOfPrice && !regional.has(currency)) {
      this.#remainder.add(path, `A price has at most ${maxima.currenciesOfPrice} currencies.`);
      return false;
    }
    if (unit !== undefined) entry.unitPrices.set(unit, amounts);
    else if (amounts.unitPrice !== undefined) entry.price = amounts.unitPrice;
    regional.set(currency, entry);
    return true;
  }

  /** Trial days and metadata of one of the prices of Stripe that are one of the catalogue. */
  #keep(
    { price: kept, metadata }: PriceInProgress,
    price: Price,
    unit: string | undefined,
    currency: string | undefined,
  ): void {
    const path = `prices.${price.id}`;
    const days = price.recurring?.trial_period_days ?? 0;
    if (days > 0 && days <= MOST_COUNT && kept.trialDays === undefined) kept.trialDays = days;
    else if (days !== 0 && days !== kept.trialDays)
      this.#remainder.add(`${path}.recurring.trial_period_days`, 'The plan has another trial.');
    const mark = [unit, currency].filter((part) => part !== undefined);
    const own = [
      [['stripe_price', ...mark].join('_'), price.id],
      [['stripe_lookup_key', ...mark].join('_'), price.lookup_key ?? ''],
    ] as const;
    for (const [key, value] of [...(price.metadata ?? []), ...own])
      if (value !== '' && !metadata.has(key)) metadata.set(key, value);
      else if (value !== '' && metadata.get(key) !== value)
        this.#remainder.add(`${path}.metadata.${key}`, 'Another price has it, too.');
  }

  #finish({ price, flat, unitPrices, regional, metadata }: PriceInProgress): CataloguePrice {
    const all = new Map<string, CatalogueRegionalPrice>();
    for (const [currency, entry] of regional) {
      if (entry.price === undefined && flat !== undefined) {
        this.#remainder.add(
          `prices.${flat}.currency_options.${currency}`,
          'Units have a price in this currency, and the plan has none.',
        );
        continue;
      }
      all.set(currency, {
        price: entry.price ?? 0,
        ...(entry.unitPrices.size > 0 && { unitPrices: entry.unitPrices }),
      });
    }
    const first = flat ?? [...metadata.values()][0] ?? '';
    return {
      ...price,
      price: price.price ?? 0,
      metadata: this.#metadata(metadata, new Map(), `prices.${first}.metadata`),
      unitPrices,
      regional: all,
    };
  }

  #metadata(
    given: ReadonlyMap<string, string>,
    own: ReadonlyMap<string, string>,
    path: string,
  ): JsonObject {
    const all = Object.fromEntries([...given, ...own]);
    if (metadataFault(all) === undefined) return all;
    const fault = metadataFault(Object.fromEntries(given));
    this.#remainder.add(path, `With the ids of Stripe it ${fault ?? 'is too large'}.`);
    return fault === undefined ? Object.fromEntries(given) : Object.fromEntries(own);
  }

  #interval({ id, recurring }: Price): BillingInterval | undefined {
    if (!recurring) return 'one_time';
    const every = `${recurring.interval_count ?? 1} ${recurring.interval}`;
    const interval = Object.hasOwn(intervals, every) ? intervals[every] : undefined;
    if (!interval) this.#remainder.add(`prices.${id}`, `A price cannot be for every ${every}s.`);
    return interval;
  }

  #inBase({ currency, currency_options }: Price): boolean {
    return currency === this.#base || (currency_options?.has(this.#base) ?? false);
  }

  /** What a price charges in each of its currencies, the base currency first. */
  #charges(price: Price): Charge[] {
    const path = `prices.${price.id}`;
    const options = [...(price.currency_options ?? [])].filter(
      ([currency]) => currency !== price.currency,
    );
    const all: { currency: string; amounts: Amounts; path: string }[] = [
      { currency: price.currency, amounts: price, path },
      ...options.map(([currency, amounts]) => ({
        currency,
        amounts,
        path: `${path}.currency_options.${currency}`,
      })),
    ];
    const rank = ({ currency }: { currency: string }) => (currency === this.#base ? 0 : 1);
    const [main, ...others] = all.toSorted((one, other) => rank(one) - rank(other));
    const first = main && this.#charge(price, main);
    if (!first) return [];
    return [first, ...others.flatMap((other) => this.#charge(price, other) ?? [])];
  }

  #charge(
    price: Price,
    { currency, amounts, path }: { currency: string; amounts: Amounts; path: string },
  ): Charge | undefined {
    const leave = (reason: string) => {
      this.#remainder.add(path, reason);
      return undefined;
    };
    if (!isCurrency(currency)) return leave('Its currency is none of ISO 4217.');
    if (isGiven(amounts.custom_unit_amount)) return leave('The customer chooses the amount.');
    if (price.transform_quantity?.round === 'down')
      return leave('Its units are rounded down to whole blocks; a catalogue rounds up.');
    if (price.transform_quantity && price.transform_quantity.divide_by < 1)
      return leave('Its blocks are empty.');
    if (price.billing_scheme === 'tiered') {
      const tiers = this.#tiers(amounts.tiers ?? [], currency);
      if (typeof tiers === 'string') return leave(tiers);
      return { currency, amounts: { tiersMode: price.tiers_mode ?? 'graduated', tiers } };
    }
    const unitPrice = amountOf(amounts.unit_amount_decimal, amounts.unit_amount, currency);
    if (unitPrice === undefined) return leave('It has no amount.');
    if (typeof unitPrice === 'string') return leave(`Its amount ${unitPrice}.`);
    return { currency, amounts: { unitPrice } };
  }

  #tiers(
    tiers: readonly z.output<typeof tier>[],
    currency: string,
  ): NonNullable<CatalogueUnitAmounts['tiers']> | string {
    if (tiers.length === 0) return 'Its tiers are not in the export; expand data.tiers.';
    if (tiers.length > MOST_TIERS) return `It has more than ${MOST_TIERS} tiers.`;
    const read: NonNullable<CatalogueUnitAmounts['tiers']> = [];
    for (const [index, tier] of tiers.entries()) {
      const {
        up_to: upTo,
        unit_amount,
        unit_amount_decimal,
        flat_amount,
        flat_amount_decimal,
      } = tier;
      const unitPrice = amountOf(unit_amount_decimal, unit_amount, currency) ?? 0;
      const flatPrice = amountOf(flat_amount_decimal, flat_amount, currency) ?? 0;
      if (typeof unitPrice === 'string') return `An amount of its tiers ${unitPrice}.`;
      if (typeof flatPrice === 'string') return `An amount of its tiers ${flatPrice}.`;
      const isLast = index === tiers.length - 1;
      const isOpen = upTo == null || upTo === 'inf';
      if (isOpen !== isLast) return 'Its last tier has to be open, and no other.';
      if (!isOpen && upTo <= (read.at(-1)?.upTo ?? 0)) return 'Its tiers do not rise.';
      read.push({ ...(!isOpen && { upTo }), unitPrice, ...(flatPrice > 0 && { flatPrice }) });
    }
    return read;
  }

  #block({ transform_quantity }: Price): { blockSize?: number } {
    const size = transform_quantity?.divide_by ?? 1;
    return size > 1 ? { blockSize: size } : {};
  }

  /** The feature whose units a price charges; undefined where it charges the plan as a whole. */
  #unitOf(label: string | undefined, price: Price): string | undefined {
    const isMetered = price.recurring?.usage_type === 'metered';
    const isPerUnit =
      isMetered ||
      label !== undefined ||
      price.billing_scheme === 'tiered' ||
      price.transform_quantity != null;
    if (!isPerUnit) return undefined;
    const path = `prices.${price.id}`;
    if (!isMetered) {
      const isSeats = label !== undefined && countsPeople(label);
      const type = isSeats ? 'seats' : 'quota';
      return this.#feature(
        `unit ${foldName(label ?? '')}`,
        {
          name: capitalized(label ?? 'units'),
          type,
          ...(label !== undefined && { unitName: label }),
        },
        path,
      );
    }
    const nickname = this.#remainder.text(price.nickname, LONGEST_LABEL, `${path}.nickname`);
    const meter = price.recurring?.meter ?? undefined;
    const name = label ?? nickname ?? 'Usage';
    return this.#feature(
      `meter ${meter ?? foldName(name)}`,
      {
        name: capitalized(name),
        type: 'usage',
        ...(label !== undefined && { unitName: label }),
      },
      path,
    );
  }

  #reportPrice(price: Price): void {
    const path = `prices.${price.id}`;
    const { recurring: every, nickname, tax_behavior: tax } = price;
    if (isGiven(nickname)) this.#remainder.add(`${path}.nickname`, 'A price has no name.');
    if (isGiven(tax) && tax !== 'unspecified')
      this.#remainder.add(`${path}.tax_behavior`, 'Whether tax is included is set elsewhere.');
    if (isGiven(every?.meter))
      this.#remainder.add(`${path}.recurring.meter`, 'A catalogue does not meter usage.');
    if (isGiven(every?.aggregate_usage) && every?.aggregate_usage !== 'sum')
      this.#remainder.add(`${path}.recurring.aggregate_usage`, 'Usage is added up.');
    for (const member of every ? unknownMembers(every, recurring) : [])
      this.#remainder.add(`${path}.recurring.${member}`, unknown);
    for (const member of unknownMembers(price, listedPrice))
      this.#remainder.add(`${path}.${member}`, unknown);
  }
}

const isPlan = ({ active, type }: Product): boolean => active !== false && type !== 'good';

/** The currency of most prices; of several, the one that comes first. */
const mostFrequent = (prices: readonly Price[]): string => {
  const counts = new Map<string, number>();
  for (const { currency } of prices) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, one], [, other]) => other - one);
  return first?.[0] ?? 'usd';
};

/** In rate scale, or what keeps it from being an amount; undefined where there is none. */
const amountOf = (
  decimal: string | null | undefined,
  whole: number | null | undefined,
  currency: string,
): number | string | undefined => {
  const written = decimal ?? (whole == null ? undefined : String(whole));
  const minor = written === undefined ? undefined : Exact.read(written);
  const digits = ownDigits[currency] ?? digitsOf(currency);
  return minor?.over(new Exact(10n ** BigInt(digits))).amount;
};
