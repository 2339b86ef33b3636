import { including } from '../db/read/include.ts';
import type { Loaders } from '../db/read/loaders.ts';
import { byPlace, featureById } from '../db/records/feature.ts';
import { limitsOfFeature, limitsOfPlan } from '../db/records/feature-limit.ts';
import { featureSectionById } from '../db/records/feature-section.ts';
import { planById } from '../db/records/plan.ts';
import { featuresOfPlan } from '../db/records/plan-feature.ts';
import {
  translationsOfFeature,
  translationsOfPlan,
  translationsOfSection,
} from '../db/records/translation.ts';
import type {
  Feature,
  FeatureLimit,
  FeatureSection,
  Plan,
  PlanFeatureLimit,
  Translation,
} from '../db/tables.ts';
import { loadAll } from './page-plans.ts';
import type { Offering } from './pricing-cell.ts';

/** The features of the plans of a page, and what each plan has of them. */

const ofBases = including(featuresOfPlan, limitsOfPlan, translationsOfPlan);
const ofFeatures = including(limitsOfFeature, translationsOfFeature);

/** What a plan has of features, by their ids. */
export type Offerings = ReadonlyMap<string, Offering>;

const noLimits: ReadonlyMap<string, PlanFeatureLimit> = new Map();

const byFeature = (
  limits: readonly PlanFeatureLimit[],
): ReadonlyMap<string, ReadonlyMap<string, PlanFeatureLimit>> => {
  const found = new Map<string, Map<string, PlanFeatureLimit>>();
  for (const limit of limits) {
    const known = found.get(limit.featureId);
    if (known) known.set(limit.code, limit);
    else found.set(limit.featureId, new Map([[limit.code, limit]]));
  }
  return found;
};

/** By the ids of the plans. */
export const offeringsOf = async (
  loaders: Loaders,
  plans: readonly Plan[],
): Promise<ReadonlyMap<string, Offerings>> => {
  const ids = plans.map(({ id }) => id);
  const [features, limits] = await Promise.all([
    loadAll(loaders, featuresOfPlan, ids),
    loadAll(loaders, limitsOfPlan, ids),
  ]);
  return new Map(
    ids.map((id) => {
      const limitsOf = byFeature(limits.get(id) ?? []);
      const offerings = new Map<string, Offering>();
      for (const planFeature of features.get(id) ?? []) {
        const { featureId } = planFeature;
        offerings.set(featureId, { planFeature, limits: limitsOf.get(featureId) ?? noLimits });
      }
      return [id, offerings];
    }),
  );
};

export interface TranslatedFeature {
  feature: Feature;
  translations: readonly Translation[];
}

/** A feature with all that its row says. */
export interface FeatureOfPage extends TranslatedFeature {
  limits: readonly {
    limit: FeatureLimit;
    /** Null where there is none, or none that the reader may see. */
    perFeature: TranslatedFeature | null;
  }[];
  section: FeatureSection | null;
}

const place = byPlace.of;
const compare = (one: string | number, other: string | number): number =>
  one === other ? 0 : one < other ? -1 : 1;

/** The order of features everywhere. */
const inOrder = (one: Feature, other: Feature): number => {
  const [positions, others] = [place(one), place(other)];
  const different = positions.findIndex((position, index) => position !== others[index]);
  return compare(positions[different] ?? 0, others[different] ?? 0);
};

/** The features of plans, in their order. */
export const featuresOfPage = async (
  loaders: Loaders,
  offerings: Iterable<Offerings>,
): Promise<Feature[]> => {
  const ids = new Set<string>();
  for (const each of offerings) for (const id of each.keys()) ids.add(id);
  const found = [...(await loadAll(loaders, featureById, ids)).values()];
  return found.filter((feature) => feature !== null).sort(inOrder);
};

/** Features with their limits, texts and sections. */
export const describeFeatures = async (
  loaders: Loaders,
  features: readonly Feature[],
): Promise<FeatureOfPage[]> => {
  await loaders.prefetch(featureById, features, ofFeatures, Number.POSITIVE_INFINITY);
  const ids = features.map(({ id }) => id);
  const sectionIds = features.flatMap(({ sectionId }) => sectionId ?? []);
  const [limits, translations, sections] = await Promise.all([
    loadAll(loaders, limitsOfFeature, ids),
    loadAll(loaders, translationsOfFeature, ids),
    loadAll(loaders, featureSectionById, sectionIds),
  ]);
  const counted = [...limits.values()].flat().flatMap(({ perFeatureId }) => perFeatureId ?? []);
  const [perFeatures, translationsOfCounted] = await Promise.all([
    loadAll(loaders, featureById, counted),
    loadAll(loaders, translationsOfFeature, counted),
  ]);
  const perFeatureOf = ({ perFeatureId }: FeatureLimit): TranslatedFeature | null => {
    const feature = perFeatures.get(perFeatureId ?? '');
    return feature ? { feature, translations: translationsOfCounted.get(feature.id) ?? [] } : null;
  };
  return features.map((feature) => ({
    feature,
    limits: (limits.get(feature.id) ?? []).map((limit) => ({
      limit,
      perFeature: perFeatureOf(limit),
    })),
    translations: translations.get(feature.id) ?? [],
    section: sections.get(feature.sectionId ?? '') ?? null,
  }));
};

/** A plan that another one is based on, which need not be on the page. */
export interface Basis {
  plan: Plan;
  offerings: Offerings;
  translations: readonly Translation[];
}

/** By the ids of the plans. */
export const basesOf = async (
  loaders: Loaders,
  plans: readonly Plan[],
): Promise<ReadonlyMap<string, Basis>> => {
  const named = plans.flatMap(({ basedOnPlanId }) => basedOnPlanId ?? []);
  const found = [...(await loadAll(loaders, planById, named)).values()];
  const bases = found.filter((plan) => plan !== null);
  await loaders.prefetch(planById, bases, ofBases, Number.POSITIVE_INFINITY);
  const [offerings, translations] = await Promise.all([
    offeringsOf(loaders, bases),
    loadAll(
      loaders,
      translationsOfPlan,
      bases.map(({ id }) => id),
    ),
  ]);
  return new Map(
    bases.map((plan) => [
      plan.id,
      {
        plan,
        offerings: offerings.get(plan.id) ?? new Map(),
        translations: translations.get(plan.id) ?? [],
      },
    ]),
  );
};

/** By the ids of the sections. */
export const translationsOfSections = (
  loaders: Loaders,
  features: readonly FeatureOfPage[],
): Promise<ReadonlyMap<string, readonly Translation[]>> =>
  loadAll(
    loaders,
    translationsOfSection,
    features.flatMap(({ section }) => section?.id ?? []),
  );
