import { setImmediate as nextTurn } from 'node:timers/promises';
import { including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import { limitsOfPlan } from '../db/records/feature-limit.ts';
import { featureOfPlanFeature, featuresOfPlan } from '../db/records/plan-feature.ts';
import { translationsOfPlan, translationsOfPlanFeatures } from '../db/records/translation.ts';
import type { Feature, FeatureSection, Plan, PlanFeature, Translation } from '../db/tables.ts';
import {
  contactSales,
  everythingIn,
  intervalName,
  otherFeatures,
  taxNote,
} from '../messages/page.ts';
import { singular, type UnitName } from '../messages/unit.ts';
import { type Words, wordsIn } from '../messages/words.ts';
import { type BillingInterval, billingIntervals, type TaxBehavior } from '../vocabulary.ts';
import { effectivePricesOfPlan, type PriceContext } from './effective-price.ts';
import type { Reader } from './operation.ts';
import {
  basesOf,
  describeFeatures,
  type FeatureOfPage,
  featuresOfPage,
  type Offerings,
  offeringsOf,
  type TranslatedFeature,
  translationsOfSections,
} from './page-features.ts';
import { choosePlans, loadAll, type PlanChoice, readAhead } from './page-plans.ts';
import { type PricedPlan, pricePlans } from './page-prices.ts';
import { changeOf, PricingCell } from './pricing-cell.ts';
import { PricingOffer, rateOf } from './pricing-offer.ts';
import { type LocalizedTexts, localized, textsOf } from './translation.ts';
import { type UnitNames, unitOf } from './unit-name.ts';

/** A page that compares plans, ready to print. Every surface shows this one. */

export interface PricingPageInput extends PlanChoice {
  context: PriceContext;
  /** In canonical form. */
  locale: string;
  /** The organization's. */
  taxBehavior: TaxBehavior;
}

export interface PricingColumn {
  plan: Plan;
  texts: LocalizedTexts;
  offers: readonly PricingOffer[];
  /** Null where the reader may not see it. */
  basedOn: Plan | null;
  /** "Everything in Pro, plus"; null without such a plan. */
  gainsTitle: string | null;
  /** What it has more than the plan that it is based on, else than the column before. */
  gains: readonly PlanFeature[];
}

export interface PricingRow {
  feature: Feature;
  name: string;
  unit: UnitName | null;
  /** The name of one unit. */
  unitName: string | null;
  /** The cells are not all the same. */
  differs: boolean;
  cells: readonly PricingCell[];
}

export interface PricingSection {
  /** Null for the features without one, which come last. */
  section: FeatureSection | null;
  name: string | null;
  rows: readonly PricingRow[];
}

export interface PricingPage {
  locale: string;
  currency: string;
  taxBehavior: TaxBehavior;
  /** Null where nothing is known. */
  taxNote: string | null;
  /** Those that a column has an offer of. */
  intervals: readonly BillingInterval[];
  /** In the same order. */
  intervalNames: readonly string[];
  columns: readonly PricingColumn[];
  sections: readonly PricingSection[];
}

/** What is read with plans, apart from their prices. */
const contents = including(
  [featuresOfPlan, featureOfPlanFeature],
  limitsOfPlan,
  translationsOfPlan,
  translationsOfPlanFeatures,
);

/** What is known of a column before its cells are made. */
interface Draft {
  priced: PricedPlan;
  offerings: Offerings;
  /** Of the plan and of its features, by the id of what they are of. */
  translations: ReadonlyMap<string, readonly Translation[]>;
}

const byObject = (translations: readonly Translation[]): Map<string, Translation[]> => {
  const found = new Map<string, Translation[]>();
  for (const translation of translations) {
    const known = found.get(translation.objectId);
    if (known) known.push(translation);
    else found.set(translation.objectId, [translation]);
  }
  return found;
};

const draftsOf = async (loaders: Loaders, priced: readonly PricedPlan[]): Promise<Draft[]> => {
  const plans = priced.map(({ plan }) => plan);
  const ids = plans.map(({ id }) => id);
  const [offerings, ofPlans, ofFeatures] = await Promise.all([
    offeringsOf(loaders, plans),
    loadAll(loaders, translationsOfPlan, ids),
    loadAll(loaders, translationsOfPlanFeatures, ids),
  ]);
  return priced.map((each) => {
    const { id } = each.plan;
    return {
      priced: each,
      offerings: offerings.get(id) ?? new Map(),
      translations: byObject([...(ofPlans.get(id) ?? []), ...(ofFeatures.get(id) ?? [])]),
    };
  });
};

const nothing: readonly Translation[] = [];

/** The gains of columns: over the plan that each is based on, else over the column before. */
const gainsOf = (
  { offerings }: Draft,
  before: Offerings | undefined,
  features: readonly Feature[],
): PlanFeature[] =>
  features.flatMap(({ id }) => {
    const offering = offerings.get(id);
    return offering && changeOf(before?.get(id), offering, () => true) === 'more'
      ? [offering.planFeature]
      : [];
  });

/** What texts are made in. */
interface Language {
  words: Words;
  locale: string;
}

/** A plan that is sold by contact always has a button. */
const textsOfColumn = (
  plan: Plan,
  translations: readonly Translation[],
  { words, locale }: Language,
): LocalizedTexts => {
  const texts = localized(textsOf.plan(plan), translations, locale);
  return plan.availability === 'contact_sales' && texts.callToActionLabel === null
    ? { ...texts, callToActionLabel: contactSales(words) }
    : texts;
};

const columnsOf = async (
  loaders: Loaders,
  drafts: readonly Draft[],
  features: readonly Feature[],
  rows: readonly PricingRow[],
  language: Language,
): Promise<PricingColumn[]> => {
  const { words, locale } = language;
  const plans = drafts.map(({ priced }) => priced.plan);
  const bases = await basesOf(loaders, plans);
  const rowsById = new Map(rows.map((row) => [row.feature.id, row]));
  return drafts.map((draft, place) => {
    const { plan, offers } = draft.priced;
    const base = bases.get(plan.basedOnPlanId ?? '');
    const before = base?.offerings ?? drafts[place - 1]?.offerings;
    const nameOfBase =
      base &&
      (localized(textsOf.plan(base.plan), base.translations, locale).name ?? base.plan.name);
    return {
      plan,
      texts: textsOfColumn(plan, draft.translations.get(plan.id) ?? nothing, language),
      offers: offers.map((offer) => new PricingOffer(offer, offers, rowsById, words)),
      basedOn: base?.plan ?? null,
      gainsTitle: nameOfBase === undefined ? null : everythingIn(words, nameOfBase),
      gains: gainsOf(draft, before, features),
    };
  });
};

const textsOfFeature = (
  { feature, translations }: TranslatedFeature,
  locale: string,
): LocalizedTexts => localized(textsOf.feature(feature), translations, locale);

/** What "per" is said of. */
const nameOfOne = (counted: TranslatedFeature, locale: string): string => {
  const texts = textsOfFeature(counted, locale);
  const unit = unitOf(texts);
  return unit === null ? (texts.name ?? counted.feature.name) : singular(unit);
};

/** Limits have no translations, but those in the units of their feature have its own. */
const isInUnitsOf = (feature: UnitNames, limit: UnitNames): boolean =>
  limit.unitName === feature.unitName && limit.unitNamePlural === feature.unitNamePlural;

const rowOf = (
  described: FeatureOfPage,
  drafts: readonly Draft[],
  { words, locale }: Language,
): PricingRow => {
  const { feature } = described;
  const texts = textsOfFeature(described, locale);
  const unit = unitOf(texts);
  const limits = described.limits.map(({ limit, perFeature }) => ({
    limit,
    unit: isInUnitsOf(feature, limit) ? unit : unitOf(limit),
    perUnitName: perFeature && nameOfOne(perFeature, locale),
  }));
  const row = { feature, unit, limits, words };
  let before: PricingCell | undefined;
  const cells = drafts.map(({ priced, offerings, translations: ofPlan }) => {
    const offering = offerings.get(feature.id);
    const planFeature = offering?.planFeature;
    // Most features are no words: the texts of hundreds of cells are not put together in vain.
    const displayValue =
      planFeature?.displayValue == null
        ? null
        : localized(textsOf.planFeature(planFeature), ofPlan.get(planFeature.id) ?? nothing, locale)
            .displayValue;
    const rate = planFeature && rateOf(planFeature, unit, priced.offers);
    before = new PricingCell(priced.plan, row, { offering, rate, displayValue }, before);
    return before;
  });
  const [first, ...others] = cells;
  return {
    feature,
    name: texts.name ?? feature.name,
    unit,
    unitName: unit && singular(unit),
    differs: first !== undefined && others.some((cell) => cell.changeFrom(first) !== 'same'),
    cells,
  };
};

/** How many cells are made before other requests take their turn. */
const CELLS_AT_ONCE = 5_000;

const rowsOf = async (
  reader: Reader,
  features: readonly FeatureOfPage[],
  drafts: readonly Draft[],
  language: Language,
): Promise<PricingRow[]> => {
  const rows: PricingRow[] = [];
  let cells = 0;
  for (const feature of features) {
    reader.addWork(drafts.length);
    rows.push(rowOf(feature, drafts, language));
    cells += drafts.length;
    if (cells < CELLS_AT_ONCE) continue;
    cells = 0;
    await nextTurn();
  }
  return rows;
};

const sectionsOf = async (
  loaders: Loaders,
  features: readonly FeatureOfPage[],
  rows: readonly PricingRow[],
  { words, locale }: Language,
): Promise<PricingSection[]> => {
  const translations = await translationsOfSections(loaders, features);
  const hasSections = features.some(({ section }) => section !== null);
  const nameOf = (section: FeatureSection | null): string | null => {
    if (section === null) return hasSections ? otherFeatures(words) : null;
    const found = translations.get(section.id) ?? nothing;
    return localized(textsOf.named(section), found, locale).name;
  };
  const sections: (PricingSection & { rows: PricingRow[] })[] = [];
  for (const [place, row] of rows.entries()) {
    const section = features[place]?.section ?? null;
    const last = sections.at(-1);
    if (last && last.section?.id === section?.id) last.rows.push(row);
    else sections.push({ section, name: nameOf(section), rows: [row] });
  }
  return sections;
};

/** Null where there is no such group, or none of the plans, that the reader may see. */
export const pricingPage = async (
  reader: Reader,
  loaders: Loaders,
  input: PricingPageInput,
): Promise<PricingPage | null> => {
  const plans = await choosePlans(reader, loaders, input);
  if (!plans) return null;
  await readAhead(reader, loaders, plans, [effectivePricesOfPlan, contents]);
  const { baseCurrency } = reader.tenant;
  const { priced, currency, taxBehavior } = await pricePlans(loaders, plans, {
    ...input,
    baseCurrency,
  });
  const { locale } = input;
  const words = await wordsIn(locale);
  const language = { words, locale };
  const drafts = await draftsOf(loaders, priced);
  const found = await featuresOfPage(
    loaders,
    drafts.map(({ offerings }) => offerings),
  );
  const features = await describeFeatures(loaders, found);
  const rows = await rowsOf(reader, features, drafts, language);
  const columns = await columnsOf(loaders, drafts, found, rows, language);
  const offered = new Set(
    columns.flatMap(({ offers }) => offers.map(({ billingInterval }) => billingInterval)),
  );
  const intervals = billingIntervals.filter((interval) => offered.has(interval));
  return {
    locale,
    currency,
    taxBehavior,
    taxNote: taxNote(words, taxBehavior) || null,
    intervals,
    intervalNames: intervals.map((interval) => intervalName(words, interval)),
    columns,
    sections: await sectionsOf(loaders, features, rows, language),
  };
};

/** Ids of the plans that a page says something of. */
export const plansOn = ({ columns }: PricingPage): string[] =>
  columns.flatMap(({ plan, basedOn }) => (basedOn ? [plan.id, basedOn.id] : [plan.id]));
