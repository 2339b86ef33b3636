import { type RecordLookup, relation } from '../read/lookup.ts';
import { queries, type Source } from '../read/reader.ts';
import { type Translation, translation } from '../tables.ts';
import { translationRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { featureById } from './feature.ts';
import { featureSectionById } from './feature-section.ts';
import { planById } from './plan.ts';
import { planGroupById } from './plan-group.ts';

/** Objects have 50 translations at most, of some kilobytes each. */
const MOST_OBJECTS = 50;
const MOST_PLANS_WITH_FEATURES = 25;

const translations = ({ tenant, [queries]: db }: Source) =>
  db.selectFrom('translation').where('translation.tenant_id', '=', tenant.id);

const translationsOf = (owner: RecordLookup<{ id: string }>) =>
  relation({
    owner,
    table: translation,
    rows: translations,
    by: 'objectId',
    order: ['locale'],
    isCached: owner.isCached,
    most: MOST_OBJECTS,
  });

/** What an object is called in other languages, by locale. */
export const translationsOfPlan = translationsOf(planById);
export const translationsOfFeature = translationsOf(featureById);
export const translationsOfSection = translationsOf(featureSectionById);
export const translationsOfGroup = translationsOf(planGroupById);

/** Those of all features of a plan. */
export const translationsOfPlanFeatures = relation({
  owner: planById,
  table: translation,
  rows: (source) => translations(source).where('translation.feature_id', 'is not', null),
  by: 'planId',
  order: ['objectId', 'locale'],
  most: MOST_PLANS_WITH_FEATURES,
});

/** The translations of an object, to be written. */
export const storedTranslationsOf = async (
  writer: Writer,
  objectId: string,
): Promise<Translation[]> =>
  (await translationRows.select(writer, { objectId })).map(translationRows.record);

/** What a translation is of: the object, or the plan and the feature that it links. */
export interface TranslationLinks {
  planId?: string;
  featureId?: string;
  planGroupId?: string;
  featureSectionId?: string;
}

/** `before` is what is stored for the same locale. */
export const saveTranslation = (
  writer: Writer,
  links: TranslationLinks,
  before: Translation | undefined,
  after: Translation,
): Promise<void> => {
  const stored = (image: Translation) => translation.fresh(image, links);
  return translationRows.replace(writer, before ? [stored(before)] : [], [stored(after)]);
};

export const removeTranslation = async (
  writer: Writer,
  { objectId, locale }: Translation,
): Promise<void> => {
  await translationRows.remove(writer, { objectId, locale });
};
