import { z } from 'zod';
import { isCurrency } from '../../../currencies.ts';
import { fromZod, invalid } from '../../../errors.ts';
import type { BillingInterval, LimitPeriod } from '../../../vocabulary.ts';
import { codeAmong } from '../../codes.ts';
import { maxima } from '../../maxima.ts';
import type {
  CatalogueFeature,
  CatalogueFeatureLimit,
  CataloguePlan,
  CataloguePlanFeature,
  CataloguePrice,
} from '../document.ts';
import { Exact } from './exact.ts';
import { evaluate, variablesIn } from './expression.ts';
import { parseYaml } from './foreign-yaml.ts';
import { type Imported, isGiven, isObject, mapOf, Remainder, unknownMembers } from './imported.ts';
import { capitalized, countsPeople, phraseOf, singularOf, titleOf } from './words.ts';

/**
 * Pricing2Yaml, the format of the ISA group at the University of Seville for prices of SaaS
 * products, in its versions 2.x. Documents of 3.x differ in add-ons and periods only.
 */

const text = z.string('must be a text');
const flag = z.boolean('must be true or false');
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  text
    .transform((word) => word.trim().toUpperCase())
    .pipe(z.enum(words, `must be one of ${words.join(', ')}`));
const value = z.union([z.string(), z.boolean(), z.array(z.string())], 'must be a value');
const valueType = oneOf(['BOOLEAN', 'NUMERIC', 'TEXT']);

const foreignFeature = z.looseObject(
  {
    description: text.nullish(),
    tag: text.nullish(),
    type: oneOf([
      'INFORMATION',
      'INTEGRATION',
      'DOMAIN',
      'AUTOMATION',
      'MANAGEMENT',
      'GUARANTEE',
      'SUPPORT',
      'PAYMENT',
    ]),
    valueType,
    defaultValue: value,
  },
  'must be a map',
);

const foreignLimit = z.looseObject(
  {
    description: text.nullish(),
    type: oneOf(['RENEWABLE', 'NON_RENEWABLE', 'TIME_DRIVEN', 'RESPONSE_DRIVEN']),
    valueType,
    defaultValue: value,
    unit: text.nullish(),
    period: z.looseObject({ value: text, unit: text }, 'must be a map').nullish(),
    linkedFeatures: z.array(text, 'must be a list').nullish(),
  },
  'must be a map',
);

const foreignOverride = z.looseObject({ value: value.nullish() }, 'must be a map').nullable();

const foreignPlan = z.looseObject(
  {
    description: text.nullish(),
    price: text.nullish(),
    monthlyPrice: text.nullish(),
    annualPrice: text.nullish(),
    unit: text.nullish(),
    private: flag.nullish(),
    features: mapOf(foreignOverride).nullish(),
    usageLimits: mapOf(foreignOverride).nullish(),
  },
  'must be a map',
);

const foreignDocument = z.looseObject({
  saasName: text,
  syntaxVersion: text.nullish(),
  version: text.nullish(),
  createdAt: text.nullish(),
  url: text.nullish(),
  currency: text,
  hasAnnualPayment: flag.nullish(),
  billing: mapOf(text).nullish(),
  variables: mapOf(z.unknown()).nullish(),
  tags: z.array(text, 'must be a list').nullish(),
  features: mapOf(foreignFeature),
  usageLimits: mapOf(foreignLimit).nullish(),
  plans: mapOf(foreignPlan).nullish(),
  addOns: mapOf(z.unknown()).nullish(),
});

type Document = z.output<typeof foreignDocument>;
type Feature = z.output<typeof foreignFeature>;
type UsageLimit = z.output<typeof foreignLimit>;
type Plan = z.output<typeof foreignPlan>;
type Value = z.output<typeof value>;
type Amount = Exact | 'unlimited';

/** Throws a ValidationError that names what is wrong with the document. */
export const importPricing2Yaml = (text: string): Imported => {
  const parsed = parseYaml(text);
  if (!isObject(parsed)) throw invalid('document', 'must be a map');
  const read = foreignDocument.safeParse(parsed);
  if (!read.success) throw fromZod(read.error);
  return new Conversion(read.data).imported;
};

/** Where in the catalogue a usage limit stands. */
type Home =
  | { kind: 'included'; feature: string }
  | { kind: 'limit'; feature: string; code: string }
  | { kind: 'words'; feature: string }
  | { kind: 'own'; code: string; limit?: string };

/** Real documents write such numbers for "unlimited". */
const AS_GOOD_AS_UNLIMITED = new Exact(10n ** 12n);

const intervals: Readonly<Record<string, BillingInterval>> = {
  week: 'weekly',
  weekly: 'weekly',
  month: 'monthly',
  mo: 'monthly',
  monthly: 'monthly',
  quarter: 'quarterly',
  quarterly: 'quarterly',
  year: 'yearly',
  yr: 'yearly',
  yearly: 'yearly',
  annual: 'yearly',
  annually: 'yearly',
  annum: 'yearly',
  once: 'one_time',
  'one-time': 'one_time',
  lifetime: 'one_time',
};
const months: Partial<Record<BillingInterval, bigint>> = {
  monthly: 1n,
  quarterly: 3n,
  yearly: 12n,
};

const periods: Readonly<Record<string, LimitPeriod>> = {
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  year: 'year',
};
const events = new Set(['meeting', 'call', 'message', 'request', 'upload', 'file', 'use', 'event']);

const notTold: Readonly<Record<string, string>> = {
  type: 'A feature of a catalogue has no kind of content.',
  integrationType: 'A feature of a catalogue has no kind of integration.',
  automationType: 'A feature of a catalogue has no kind of automation.',
  docUrl: 'A feature of a catalogue has no link.',
  pricingUrls: 'A feature of a catalogue has no links.',
  pricingURLs: 'A feature of a catalogue has no links.',
  expression: 'A catalogue evaluates no expressions.',
  serverExpression: 'A catalogue evaluates no expressions.',
  render: 'A catalogue does not say how features are rendered.',
};

const LONGEST_DESCRIPTION = 2_000;
const LONGEST_LABEL = 255;
/** Leaves room for what tells names apart. */
const LONGEST_NAME = 240;
const unknown = 'Nothing is known of it.';

class Conversion {
  readonly #document: Document;
  readonly #remainder = new Remainder();
  readonly #sections = new Map<string, { name: string }>();
  readonly #sectionOfTag = new Map<string, string>();
  readonly #features = new Map<string, CatalogueFeature>();
  readonly #codeOfFeature = new Map<string, string>();
  readonly #codeOfUnit = new Map<string, string>();
  readonly #homes = new Map<string, Home>();
  readonly #plans = new Map<string, CataloguePlan>();
  readonly #variables = new Map<string, Exact>();
  readonly #usedVariables = new Set<string>();
  readonly #usageLimits: ReadonlyMap<string, UsageLimit>;
  readonly #foreignPlans: ReadonlyMap<string, Plan>;
  readonly imported: Imported;

  constructor(document: Document) {
    this.#document = document;
    this.#usageLimits = document.usageLimits ?? new Map();
    this.#foreignPlans = document.plans ?? new Map();
    this.#checkVersion();
    const currency = document.currency.trim().toLowerCase();
    if (!isCurrency(currency))
      throw invalid('currency', 'must be the code of an ISO 4217 currency, such as USD');
    this.#checkReferences();
    this.#readVariables();
    this.#nameSections();
    this.#nameUnits();
    for (const key of document.features.keys())
      this.#codeOfFeature.set(key, this.#newCode(phraseOf(key)));
    this.#findHomes();
    for (const [key, feature] of document.features) this.#addFeature(key, feature);
    for (const [key, limit] of this.#usageLimits) this.#addLimit(key, limit);
    for (const [key, plan] of this.#foreignPlans) this.#addPlan(key, plan);
    this.#reportRest();
    this.imported = {
      file: {
        catalogue: 1,
        baseCurrency: currency,
        sections: this.#sections,
        features: this.#features,
        plans: this.#plans,
        groups: this.#groups(),
      },
      leftOut: this.#remainder.leftOut,
    };
  }

  #checkVersion(): void {
    const { syntaxVersion, version } = this.#document;
    const said = syntaxVersion ?? version ?? '';
    if (!/^[23](\.\d+)?$/.test(said))
      throw invalid('syntaxVersion', `must be 2.x or 3.x${said === '' ? '' : `, not ${said}`}`);
  }

  #checkReferences(): void {
    const { features } = this.#document;
    for (const [key, { linkedFeatures }] of this.#usageLimits)
      for (const [index, linked] of (linkedFeatures ?? []).entries())
        if (!features.has(linked))
          throw invalid(`usageLimits.${key}.linkedFeatures.${index}`, `${linked} is no feature`);
    for (const [key, plan] of this.#foreignPlans) {
      for (const name of plan.features?.keys() ?? [])
        if (!features.has(name))
          throw invalid(`plans.${key}.features.${name}`, 'is no feature of the document');
      for (const name of plan.usageLimits?.keys() ?? [])
        if (!this.#usageLimits.has(name))
          throw invalid(`plans.${key}.usageLimits.${name}`, 'is no usage limit of the document');
    }
  }

  #readVariables(): void {
    for (const [name, variable] of this.#document.variables ?? []) {
      const number = typeof variable === 'string' ? Exact.read(variable) : undefined;
      if (number) this.#variables.set(name, number);
    }
  }

  #nameSections(): void {
    const ofFeatures = [...this.#document.features].map(([key, { tag }]) => ({
      tag,
      path: `features.${key}.tag`,
    }));
    const declared = (this.#document.tags ?? []).map((tag, index) => ({
      tag,
      path: `tags.${index}`,
    }));
    for (const { tag, path } of [...declared, ...ofFeatures]) {
      if (tag == null || this.#sectionOfTag.has(tag)) continue;
      const name = this.#remainder.text(tag, LONGEST_LABEL, path);
      if (name === undefined) continue;
      if (this.#sections.size === maxima.sectionsOfCatalogue) {
        this.#remainder.add(
          path,
          `A catalogue has at most ${maxima.sectionsOfCatalogue} sections.`,
        );
        continue;
      }
      const code = codeAmong(this.#sections, name, { noun: 'featureSection', word: 'section' });
      this.#sections.set(code, { name });
      this.#sectionOfTag.set(tag, code);
    }
  }

  /** Units of prices, such as users, are features that come first. */
  #nameUnits(): void {
    for (const [key, plan] of this.#foreignPlans) {
      const { unit } = unitOfPlan(plan.unit);
      const isAmount = /\d|#/.test(this.#priceOf(plan) ?? '');
      if (!isAmount || unit === undefined || this.#codeOfUnit.has(unit)) continue;
      const unitName = this.#remainder.text(unit, LONGEST_LABEL, `plans.${key}.unit`);
      if (unitName === undefined) continue;
      const isSeats = countsPeople(unit);
      const isFirst = ![...this.#features.values()].some(({ name }) => name === 'Seats');
      const path = `plans.${key}.unit`;
      const name = this.#featureName(isSeats && isFirst ? 'Seats' : capitalized(unitName), path);
      const code = this.#newCode(name);
      this.#features.set(code, { name, type: isSeats ? 'seats' : 'quota', unitName });
      this.#codeOfUnit.set(unit, code);
    }
  }

  #newCode(name: string): string {
    const taken = new Set([...this.#features.keys(), ...this.#codeOfFeature.values()]);
    return codeAmong(taken, name, { noun: 'feature', word: 'feature' });
  }

  #findHomes(): void {
    const numeric = new Map<string, number>();
    for (const { valueType, linkedFeatures } of this.#usageLimits.values())
      if (valueType === 'NUMERIC' && linkedFeatures?.length === 1)
        for (const linked of linkedFeatures) numeric.set(linked, (numeric.get(linked) ?? 0) + 1);
    const limits = new Map<string, Set<string>>();
    const words = new Set<string>();
    for (const [key, limit] of this.#usageLimits) {
      const [linked, ...others] = limit.linkedFeatures ?? [];
      const feature =
        linked !== undefined && others.length === 0
          ? this.#document.features.get(linked)
          : undefined;
      const codes = limits.get(linked ?? '') ?? new Set();
      const isFlag = feature?.valueType === 'BOOLEAN';
      if (linked === undefined || !feature) this.#homes.set(key, this.#ownHome(key, limit));
      else if (limit.valueType === 'NUMERIC' && isFlag && numeric.get(linked) === 1) {
        const home: Home = this.#isIncludable(key, limit)
          ? { kind: 'included', feature: linked }
          : { kind: 'limit', feature: linked, code: limitCode(codes, key) };
        this.#homes.set(key, home);
      } else if (limit.valueType === 'NUMERIC' && codes.size < maxima.limitsOfFeature) {
        const code = limitCode(codes, key);
        limits.set(linked, codes.add(code));
        this.#homes.set(key, { kind: 'limit', feature: linked, code });
      } else if (
        limit.valueType === 'TEXT' &&
        isFlag &&
        !words.has(linked) &&
        !numeric.has(linked)
      ) {
        words.add(linked);
        this.#homes.set(key, { kind: 'words', feature: linked });
      } else this.#homes.set(key, this.#ownHome(key, limit));
    }
  }

  #ownHome(key: string, limit: UsageLimit): Home {
    const code = this.#newCode(phraseOf(key));
    this.#codeOfFeature.set(`usageLimits.${key}`, code);
    const isPlain = limit.valueType !== 'NUMERIC' || this.#isIncludable(key, limit);
    return isPlain ? { kind: 'own', code } : { kind: 'own', code, limit: 'amount' };
  }

  /** Included amounts are whole numbers, and are per month or standing. */
  #isIncludable(key: string, limit: UsageLimit): boolean {
    const { period } = unitOfLimit(limit);
    if (period !== 'month' && period !== 'never') return false;
    return this.#amountsOf(key, limit).every(
      (amount) => amount === 'unlimited' || amount.whole !== undefined,
    );
  }

  /** Everything that a usage limit is in one plan or another. */
  #amountsOf(key: string, limit: UsageLimit): Amount[] {
    const path = `usageLimits.${key}`;
    const own = [...this.#foreignPlans].flatMap(([planKey, { usageLimits }]) => {
      const given = usageLimits?.get(key)?.value;
      return given == null ? [] : [amountOf(given, `plans.${planKey}.${path}.value`)];
    });
    return [amountOf(limit.defaultValue, `${path}.defaultValue`), ...own];
  }

  #addFeature(key: string, feature: Feature): void {
    const path = `features.${key}`;
    checkValue(feature.valueType, feature.defaultValue, `${path}.defaultValue`);
    const code = this.#codeOfFeature.get(key) ?? '';
    const description = this.#description(feature.description, path);
    const section = this.#sectionOfTag.get(feature.tag ?? '');
    this.#features.set(code, {
      name: this.#featureName(phraseOf(key), path),
      type: feature.valueType === 'NUMERIC' ? 'quota' : 'boolean',
      ...(description !== undefined && { description }),
      ...(section !== undefined && { section }),
    });
    for (const [member, reason] of Object.entries(notTold)) {
      const given = feature[member];
      if (isGiven(given) && !(member === 'render' && given === 'AUTO'))
        this.#remainder.add(`${path}.${member}`, reason);
    }
    const known = z.looseObject({ ...foreignFeature.shape, ...shapeOf(notTold) });
    for (const member of unknownMembers(feature, known))
      this.#remainder.add(`${path}.${member}`, unknown);
  }

  #addLimit(key: string, limit: UsageLimit): void {
    const path = `usageLimits.${key}`;
    checkValue(limit.valueType, limit.defaultValue, `${path}.defaultValue`);
    const home = this.#homes.get(key);
    const { unitName: unit, period, unsaid } = unitOfLimit(limit);
    const unitName = this.#remainder.text(unit, LONGEST_LABEL, `${path}.unit`);
    if (unsaid) this.#remainder.add(`${path}.period`, 'A limit counts anew after one period only.');
    const linkedCode = home && home.kind !== 'own' && this.#codeOfFeature.get(home.feature);
    const linked = linkedCode ? this.#features.get(linkedCode) : undefined;
    const amountType = () => {
      if (period === 'month') return 'usage';
      return countsPeople(unit ?? '') ? 'seats' : 'quota';
    };
    let isDescribed = false;
    if (home?.kind === 'own') {
      const description = this.#description(limit.description, path);
      const isAmount = limit.valueType === 'NUMERIC' && home.limit === undefined;
      this.#features.set(home.code, {
        name: this.#featureName(phraseOf(key), path),
        type: isAmount ? amountType() : 'boolean',
        ...(description !== undefined && { description }),
        ...(isAmount && unitName !== undefined && { unitName }),
        ...(home.limit !== undefined && {
          limits: new Map([[home.limit, this.#limitEntry(key, limit, unitName)]]),
        }),
      });
      isDescribed = true;
      if ((limit.linkedFeatures?.length ?? 0) > 0)
        this.#remainder.add(
          `${path}.linkedFeatures`,
          'It is a feature of its own, as it does not belong to one feature alone.',
        );
    } else if (linked && linkedCode && home?.kind === 'included') {
      const description = linked.description ?? this.#description(limit.description, path);
      isDescribed = linked.description === undefined;
      this.#features.set(linkedCode, {
        ...linked,
        type: amountType(),
        ...(description !== undefined && { description }),
        ...(unitName !== undefined && { unitName }),
      });
    } else if (linked && linkedCode && home?.kind === 'limit')
      this.#features.set(linkedCode, {
        ...linked,
        limits: new Map([
          ...(linked.limits ?? []),
          [home.code, this.#limitEntry(key, limit, unitName)],
        ]),
      });
    if (!isDescribed && isGiven(limit.description))
      this.#remainder.add(`${path}.description`, 'A limit has no description.');
    for (const member of unknownMembers(limit, foreignLimit))
      this.#remainder.add(`${path}.${member}`, notTold[member] ?? unknown);
  }

  #limitEntry(key: string, limit: UsageLimit, unitName: string | undefined): CatalogueFeatureLimit {
    const { period } = unitOfLimit(limit);
    const decimals = this.#decimalsOf(key, limit);
    return {
      name: this.#name(phraseOf(key), `usageLimits.${key}`),
      ...(unitName !== undefined && { unitName }),
      ...(decimals > 0 && { decimals }),
      ...(period !== 'never' && { period }),
    };
  }

  #decimalsOf(key: string, limit: UsageLimit): number {
    const places = this.#amountsOf(key, limit).map((amount) =>
      amount === 'unlimited' ? 0 : (amount.places ?? 0),
    );
    return Math.max(...places);
  }

  #name(name: string, path: string): string {
    if (name.length <= LONGEST_NAME) return name;
    this.#remainder.add(path, `Its name is cut to ${LONGEST_NAME} characters.`);
    return name.slice(0, LONGEST_NAME).toWellFormed().trimEnd();
  }

  #featureName(name: string, path: string): string {
    return this.#remainder.featureName(this.#name(name, path), path);
  }

  #description(description: string | null | undefined, path: string): string | undefined {
    return this.#remainder.text(description, LONGEST_DESCRIPTION, `${path}.description`);
  }

  #addPlan(key: string, plan: Plan): void {
    const path = `plans.${key}`;
    const name = this.#name(titleOf(key), path);
    const code = codeAmong(this.#plans, name, { noun: 'plan', word: 'plan' });
    const description = this.#description(plan.description, path);
    const price = this.#readPrice(plan, path);
    const prices = price instanceof Exact ? this.#prices(plan, price, path) : new Map();
    if (!(price instanceof Exact)) this.#reportPriceless(plan, path);
    const features = new Map<string, CataloguePlanFeature>();
    for (const { unitPrices } of prices.values())
      for (const unit of unitPrices?.keys() ?? []) features.set(unit, {});
    this.#addPlanFeatures(key, plan, features);
    this.#plans.set(code, {
      name,
      ...(description !== undefined && { description }),
      ...(plan.private === true && { isPublic: false }),
      ...(price === 'on request' && { availability: 'contact_sales' }),
      prices,
      features,
    });
    for (const member of unknownMembers(plan, foreignPlan))
      this.#remainder.add(`${path}.${member}`, unknown);
  }

  #priceOf({ price, monthlyPrice }: Plan): string | undefined {
    return price ?? monthlyPrice ?? undefined;
  }

  #readPrice(plan: Plan, path: string): Exact | 'on request' | undefined {
    const written = this.#priceOf(plan);
    if (written === undefined) throw invalid(`${path}.price`, 'must be a number or a text');
    const { price, monthlyPrice } = plan;
    if (price != null && monthlyPrice != null && !isSame(price, monthlyPrice))
      this.#remainder.add(`${path}.monthlyPrice`, `The price is ${price}.`);
    const number = Exact.read(written);
    if (number) {
      if (number.sign < 0) throw invalid(`${path}.price`, 'must not be negative');
      return number;
    }
    if (/[#*]/.test(written)) {
      for (const name of variablesIn(written)) this.#usedVariables.add(name);
      const result = evaluate(written, this.#variables);
      if (!result || result.sign < 0)
        this.#remainder.add(`${path}.price`, 'It is an expression that cannot be evaluated.');
      return result && result.sign >= 0 ? result : undefined;
    }
    if (!/contact|sales|custom|quote|request|talk|n\/a/i.test(written))
      this.#remainder.add(
        `${path}.price`,
        'It is a text. The plan says that one has to contact sales.',
      );
    return 'on request';
  }

  #reportPriceless({ unit, price, annualPrice }: Plan, path: string): void {
    const reason = 'The plan has no price.';
    if (isGiven(unit)) this.#remainder.add(`${path}.unit`, reason);
    if (isGiven(annualPrice) && annualPrice !== price)
      this.#remainder.add(`${path}.annualPrice`, reason);
  }

  #prices(plan: Plan, price: Exact, path: string): Map<BillingInterval, CataloguePrice> {
    const prices = new Map<BillingInterval, CataloguePrice>();
    const { unit, interval, block, unsaid } = unitOfPlan(plan.unit);
    if (unsaid !== undefined)
      this.#remainder.add(`${path}.unit`, `A price cannot say "${unsaid}".`);
    if (interval === undefined) {
      this.#remainder.add(`${path}.price`, 'A price has no such period.');
      return prices;
    }
    for (const offer of this.#offers(plan, price, interval, path)) {
      const amount = offer.price.amount;
      if (typeof amount === 'string') {
        this.#remainder.add(offer.path, `Its ${offer.interval} price ${amount}.`);
        continue;
      }
      const code = unit === undefined ? undefined : this.#codeOfUnit.get(unit);
      const unitPrice = { unitPrice: amount, ...(block > 1 && { blockSize: block }) };
      prices.set(
        offer.interval,
        code === undefined
          ? { price: amount }
          : { price: 0, unitPrices: new Map([[code, unitPrice]]) },
      );
    }
    return prices;
  }

  *#offers(
    { annualPrice }: Plan,
    price: Exact,
    interval: BillingInterval,
    path: string,
  ): Generator<{ interval: BillingInterval; price: Exact; path: string }> {
    const billing = interval === 'monthly' ? this.#billing() : [];
    if (interval !== 'monthly') yield { interval, price, path: `${path}.price` };
    for (const { interval, factor } of billing)
      yield { interval, price: price.times(factor), path: `${path}.price` };
    if (annualPrice == null) return;
    const annual = Exact.read(annualPrice);
    const leave = (reason: string) => this.#remainder.add(`${path}.annualPrice`, reason);
    if (this.#document.hasAnnualPayment === false) leave('The document has no yearly payment.');
    else if (interval !== 'monthly' || billing.some(({ interval }) => interval === 'yearly'))
      leave('The yearly price follows from the billing.');
    else if (!annual || annual.sign < 0) leave('It is no amount.');
    else
      yield {
        interval: 'yearly',
        price: annual.times(new Exact(12n)),
        path: `${path}.annualPrice`,
      };
  }

  /** By what a monthly price is multiplied, for each interval. */
  #billing(): { interval: BillingInterval; factor: Exact }[] {
    const { billing } = this.#document;
    if (!billing || billing.size === 0) return [{ interval: 'monthly', factor: new Exact(1n) }];
    return [...billing].flatMap(([name, written]) => {
      const interval = intervals[name.toLowerCase()];
      const count = interval && months[interval];
      const factor = Exact.read(written);
      if (!factor || factor.sign <= 0 || new Exact(1n).minus(factor).sign < 0)
        throw invalid(`billing.${name}`, 'must be a number above 0, and at most 1');
      return interval && count ? [{ interval, factor: factor.times(new Exact(count)) }] : [];
    });
  }

  #addPlanFeatures(key: string, plan: Plan, features: Map<string, CataloguePlanFeature>): void {
    const have = new Set<string>();
    for (const [name, feature] of this.#document.features) {
      const path = `plans.${key}.features.${name}`;
      const given = plan.features?.get(name)?.value ?? undefined;
      if (given !== undefined) checkValue(feature.valueType, given, `${path}.value`);
      this.#reportOverride(plan.features?.get(name), path);
      const entry = this.#entryOf(feature, given ?? feature.defaultValue, path);
      if (!entry) continue;
      have.add(name);
      this.#setFeature(features, this.#codeOfFeature.get(name), entry, path);
    }
    for (const [name, limit] of this.#usageLimits) {
      const path = `plans.${key}.usageLimits.${name}`;
      const given = plan.usageLimits?.get(name)?.value ?? undefined;
      if (given !== undefined) checkValue(limit.valueType, given, `${path}.value`);
      this.#reportOverride(plan.usageLimits?.get(name), path);
      const links = limit.linkedFeatures ?? [];
      const isOn = links.length === 0 || links.some((linked) => have.has(linked));
      const amount = given ?? limit.defaultValue;
      if (isOn) this.#addPlanLimit(name, limit, amount, features, path);
      else if (given !== undefined && !isNothing(limit, amount))
        this.#remainder.add(path, 'The plan does not have the feature that it limits.');
    }
  }

  #reportOverride(given: z.output<typeof foreignOverride> | undefined, path: string): void {
    for (const member of Object.keys(given ?? {}))
      if (member !== 'value' && isGiven(given?.[member]))
        this.#remainder.add(`${path}.${member}`, unknown);
  }

  #setFeature(
    features: Map<string, CataloguePlanFeature>,
    code: string | undefined,
    entry: CataloguePlanFeature,
    path: string,
  ): void {
    if (code === undefined) return;
    if (features.size < maxima.featuresOfPlan || features.has(code)) features.set(code, entry);
    else this.#remainder.add(path, `A plan has at most ${maxima.featuresOfPlan} features.`);
  }

  /** What a plan says of a feature; undefined where it does not have it. */
  #entryOf(feature: Feature, value: Value, path: string): CataloguePlanFeature | undefined {
    if (isNothing(feature, value)) return undefined;
    if (feature.valueType === 'BOOLEAN') return {};
    if (feature.valueType === 'TEXT') return this.#inWords(value, path);
    const amount = amountOf(value, path);
    if (amount === 'unlimited') return { unlimited: true };
    return amount.whole === undefined
      ? { displayValue: String(value) }
      : this.#included(amount, path);
  }

  #inWords(value: Value, path: string): CataloguePlanFeature {
    const words = Array.isArray(value)
      ? value.map((word) => (word === 'ACH' ? word : phraseOf(word))).join(', ')
      : String(value);
    const displayValue = this.#remainder.text(words, LONGEST_LABEL, path);
    return displayValue === undefined ? {} : { displayValue };
  }

  #included(amount: Amount, path: string): CataloguePlanFeature {
    if (amount === 'unlimited' || amount.minus(AS_GOOD_AS_UNLIMITED).sign >= 0) {
      if (amount !== 'unlimited') this.#remainder.add(path, `${amount} stands for "unlimited".`);
      return { unlimited: true };
    }
    return { includedAmount: amount.whole ?? 0 };
  }

  #addPlanLimit(
    name: string,
    limit: UsageLimit,
    value: Value,
    features: Map<string, CataloguePlanFeature>,
    path: string,
  ): void {
    const home = this.#homes.get(name);
    if (!home) return;
    const isOwn = home.kind === 'own';
    if (isOwn && isNothing(limit, value)) return;
    const code = isOwn ? home.code : this.#codeOfFeature.get(home.feature);
    const before = features.get(code ?? '');
    if (!isOwn && !before) return;
    const limitCode = isOwn ? home.limit : home.kind === 'limit' ? home.code : undefined;
    if (limitCode !== undefined) {
      const amount = this.#limitAmount(name, limit, value, path);
      const limits = new Map(before?.limits);
      if (amount !== undefined) limits.set(limitCode, { amount });
      this.#setFeature(features, code, { ...before, limits }, path);
    } else if (limit.valueType === 'NUMERIC') {
      const included = this.#included(amountOf(value, path), path);
      this.#setFeature(features, code, { ...before, ...included }, path);
    } else if (limit.valueType === 'TEXT')
      this.#setFeature(features, code, { ...before, ...this.#inWords(value, path) }, path);
    else this.#setFeature(features, code, { ...before }, path);
  }

  #limitAmount(key: string, limit: UsageLimit, value: Value, path: string): string | undefined {
    const amount = amountOf(value, path);
    if (amount === 'unlimited') return amount;
    if (amount.places === undefined) {
      this.#remainder.add(path, 'It is finer than four decimals.');
      return undefined;
    }
    const isUnlimited = amount.minus(AS_GOOD_AS_UNLIMITED).sign >= 0;
    if (isUnlimited) this.#remainder.add(path, `${amount} stands for "unlimited".`);
    if (isUnlimited) return 'unlimited';
    const scaled = amount.scaled(this.#decimalsOf(key, limit)) ?? 0n;
    if (scaled <= BigInt(Number.MAX_SAFE_INTEGER)) return amount.toString();
    this.#remainder.add(path, 'It is too large.');
    return undefined;
  }

  /** The document is one price list. */
  #groups(): Map<string, { name: string; plans: string[] }> {
    const name = this.#remainder.text(this.#document.saasName, LONGEST_LABEL, 'saasName');
    if (name === undefined || this.#plans.size === 0) return new Map();
    const plans = [...this.#plans.keys()];
    if (plans.length > maxima.plansOfGroup)
      this.#remainder.add('plans', `A group has at most ${maxima.plansOfGroup} plans.`);
    const code = codeAmong(new Set(), name, { noun: 'planGroup', word: 'group' });
    return new Map([[code, { name, plans: plans.slice(0, maxima.plansOfGroup) }]]);
  }

  #reportRest(): void {
    const { syntaxVersion, version, createdAt, url, billing, variables, addOns } = this.#document;
    if (isGiven(version) && syntaxVersion != null)
      this.#remainder.add('version', 'A catalogue has no version of its own.');
    if (isGiven(createdAt)) this.#remainder.add('createdAt', 'A catalogue has no date.');
    if (isGiven(url)) this.#remainder.add('url', 'A catalogue has no link to its page.');
    for (const name of billing?.keys() ?? [])
      if (!months[intervals[name.toLowerCase()] ?? 'weekly'])
        this.#remainder.add(`billing.${name}`, 'A price has no such interval.');
    for (const name of variables?.keys() ?? [])
      if (!this.#usedVariables.has(name))
        this.#remainder.add(`variables.${name}`, 'No price of a plan uses it.');
    for (const name of addOns?.keys() ?? [])
      this.#remainder.add(`addOns.${name}`, 'A catalogue has no add-ons.');
    for (const member of unknownMembers(this.#document, foreignDocument))
      this.#remainder.add(member, unknown);
  }
}

const shapeOf = (members: object): Record<string, z.ZodType> =>
  Object.fromEntries(Object.keys(members).map((name) => [name, z.unknown()]));

const limitCode = (taken: ReadonlySet<string>, key: string): string =>
  codeAmong(taken, phraseOf(key), { noun: 'feature', word: 'limit' });

const isSame = (one: string, other: string): boolean => {
  const [first, second] = [Exact.read(one), Exact.read(other)];
  return first && second ? first.minus(second).sign === 0 : one === other;
};

const amountOf = (value: Value, path: string): Amount => {
  const written = typeof value === 'string' ? value.trim() : '';
  if (/^\+?\.inf$/i.test(written)) return 'unlimited';
  const amount = Exact.read(written);
  if (!amount) throw invalid(path, 'must be a number');
  if (amount.sign < 0) throw invalid(path, 'must not be negative');
  return amount;
};

const checkValue = (type: Feature['valueType'], value: Value, path: string): void => {
  if (type === 'NUMERIC') amountOf(value, path);
  if (type === 'BOOLEAN' && typeof value !== 'boolean')
    throw invalid(path, 'must be true or false');
  if (type === 'TEXT' && typeof value === 'boolean') throw invalid(path, 'must be a text');
};

/** Whether a value says that the plan does not have it. */
const isNothing = ({ valueType }: Pick<Feature, 'valueType'>, value: Value): boolean => {
  if (valueType === 'BOOLEAN') return value === false;
  if (valueType === 'TEXT') return !isGiven(Array.isArray(value) ? value : String(value).trim());
  return typeof value === 'string' && Exact.read(value)?.sign === 0;
};

const partsOf = (unit: string | null | undefined): string[] =>
  (unit ?? '')
    .replace(/\s+per\s+|\s*\/\s*/gi, '/')
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '');

interface UnitOfPlan {
  /** What is priced, one at a time; undefined for the plan as a whole. */
  unit?: string;
  /** How many of them are sold together. */
  block: number;
  /** Undefined where prices cannot be for such a time. */
  interval?: BillingInterval | undefined;
  unsaid?: string;
}

/** "user/month", "/month", "month", "500 contacts/year". */
const unitOfPlan = (written: string | null | undefined): UnitOfPlan => {
  const parts = partsOf(written);
  const isTime = (part: string) => Object.hasOwn(intervals, singularOf(part.toLowerCase()));
  const time = parts.find(isTime);
  const other = parts.find((part) => /^(day|hour|minute|semester)s?$/i.test(part));
  const rest = parts.filter(
    (part) => part !== time && part !== other && !isCurrency(part.toLowerCase()),
  );
  const [first, ...unsaid] = rest;
  const [, count, counted] = /^(\d{1,9})\s+(.+)$/.exec(first ?? '') ?? [];
  const unit = counted ?? first;
  const interval = time === undefined ? 'monthly' : intervals[singularOf(time.toLowerCase())];
  return {
    ...(unit !== undefined && { unit: unit.includes(' ') ? unit : singularOf(unit) }),
    block: Math.max(Number(count ?? 1), 1),
    interval: other === undefined ? interval : undefined,
    ...(unsaid.length > 0 && { unsaid: unsaid.join('/') }),
  };
};

interface UnitOfLimit {
  unitName?: string;
  period: LimitPeriod;
  /** The document says a period that limits do not have. */
  unsaid: boolean;
}

/** "email/month", "GB", "min/meeting". */
const unitOfLimit = ({ unit, type, period }: UsageLimit): UnitOfLimit => {
  const parts = partsOf(unit);
  const last = singularOf((parts.at(-1) ?? '').toLowerCase());
  const isRate = parts.length > 1 || (unit ?? '').trim().startsWith('/');
  const ofUnit = periods[last] ?? (events.has(last) ? 'event' : undefined);
  const said = period && periods[singularOf(period.unit.toLowerCase())];
  const isOne = period?.value.trim() === '1';
  const byType = type === 'RENEWABLE' || type === 'TIME_DRIVEN' ? 'month' : 'never';
  const isOfUnit = isRate && ofUnit !== undefined;
  const named = (isOfUnit ? parts.slice(0, -1) : parts).join('/');
  const otherwise = period ? 'never' : byType;
  return {
    ...(named !== '' && { unitName: named }),
    period: isOfUnit ? ofUnit : said && isOne ? said : otherwise,
    unsaid: period != null && !(said && isOne),
  };
};
