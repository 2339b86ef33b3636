import { z } from 'zod';
import { nounOf } from '../db/ids.ts';
import { findFeature } from '../db/records/feature.ts';
import { findPlan } from '../db/records/plan.ts';
import { findPlanGroup } from '../db/records/plan-group.ts';
import {
  removeTranslation,
  saveTranslation,
  storedTranslationsOf,
} from '../db/records/translation.ts';
import type { Feature, Plan, PlanGroup, Translation } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { NotFoundError } from '../errors.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { type Guard, operation, type Reader } from './operation.ts';
import { featureAt, planAt, planGroupAt } from './revision.ts';

/** What has texts that can be translated. */
const kinds = {
  plan: { find: findPlan, at: planAt, missing: 'plan_not_found' },
  feature: { find: findFeature, at: featureAt, missing: 'feature_not_found' },
  planGroup: { find: findPlanGroup, at: planGroupAt, missing: 'plan_group_not_found' },
} as const;

const kindOf = (objectId: string) => {
  const noun = nounOf(objectId);
  return noun === 'plan' || noun === 'feature' || noun === 'planGroup' ? kinds[noun] : undefined;
};

const requireObject = async (
  reader: Reader,
  objectId: string,
): Promise<Plan | Feature | PlanGroup> => {
  const kind = kindOf(objectId);
  const object = await kind?.find(reader, objectId);
  // Features are found by their codes, too.
  if (object?.id !== objectId) throw new NotFoundError(kind?.missing ?? 'not_found', 'objectId');
  return object;
};

export const translatedAt = (
  expectedRevision: number | null | undefined,
  objectId: string,
): Guard | undefined => kindOf(objectId)?.at(expectedRevision, objectId);

export const SetTranslationInput = z.object({
  name: fields.name.nullish().describe('Display name, at most 255 characters. Null removes it.'),
  description: fields.description.nullish().describe('Null removes it.'),
});
export type SetTranslationInput = z.infer<typeof SetTranslationInput>;

/** Texts of an object in one locale, and the object. */
export interface TranslatedObject extends Translation {
  object: Plan | Feature | PlanGroup;
}

/** The locale is canonical. */
export const setTranslation = operation(
  'setTranslation',
  async (
    writer,
    objectId: string,
    locale: string,
    { name, description }: SetTranslationInput,
  ): Promise<TranslatedObject> => {
    await requireObject(writer, objectId);
    const translations = await storedTranslationsOf(writer, objectId);
    const before = translations.find((each) => each.locale === locale);
    const after: Translation = {
      objectId,
      locale,
      name: name === undefined ? (before?.name ?? null) : (name?.trim() ?? null),
      description: description === undefined ? (before?.description ?? null) : description,
    };
    writer.about(objectId);
    if (after.name !== null || after.description !== null) {
      const { length } = translations;
      refuseGrowth('localesOfObject', length, before ? length : length + 1, 'locale');
      await saveTranslation(writer, before, after);
    } else if (before) await removeTranslation(writer, before);
    await touchContainers(writer);
    return { ...after, object: await requireObject(writer, objectId) };
  },
);

export interface LocalizedTexts {
  name: string | null;
  description: string | null;
}

/** Each text in the locale, else in the one that it narrows (pt-BR → pt), else as it is stored. */
export const localized = (
  object: LocalizedTexts,
  translations: readonly Translation[],
  locale: string,
): LocalizedTexts => {
  if (translations.length === 0) return object;
  let name: string | null = null;
  let description: string | null = null;
  for (let tag = locale; tag !== ''; tag = tag.slice(0, Math.max(tag.lastIndexOf('-'), 0))) {
    const texts = translations.find((each) => each.locale === tag);
    name ??= texts?.name ?? null;
    description ??= texts?.description ?? null;
  }
  return { name: name ?? object.name, description: description ?? object.description };
};
