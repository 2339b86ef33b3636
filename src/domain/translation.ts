import { z } from 'zod';
import { type Noun, nounOf } from '../db/ids.ts';
import { findFeature } from '../db/records/feature.ts';
import { findFeatureSection } from '../db/records/feature-section.ts';
import { findPlan } from '../db/records/plan.ts';
import { findStoredPlanFeature } from '../db/records/plan-feature.ts';
import { findPlanGroup } from '../db/records/plan-group.ts';
import {
  removeTranslation,
  saveTranslation,
  storedTranslationsOf,
  type TranslationLinks,
} from '../db/records/translation.ts';
import type {
  Feature,
  FeatureSection,
  Plan,
  PlanFeature,
  PlanGroup,
  Translation,
} from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import { invalid, NotFoundError } from '../errors.ts';
import * as fields from './fields.ts';
import { refuseGrowth } from './maxima.ts';
import { type Guard, operation, type Writer } from './operation.ts';
import { guardOf } from './revision.ts';
import { changedUnit, unnamed } from './unit-name.ts';

export const textNames = [
  'name',
  'description',
  'tagline',
  'badge',
  'callToActionLabel',
  'displayValue',
  'unitName',
  'unitNamePlural',
] as const;
type TextName = (typeof textNames)[number];
export type LocalizedTexts = Record<TextName, string | null>;

const noTexts: LocalizedTexts = {
  name: null,
  description: null,
  tagline: null,
  badge: null,
  callToActionLabel: null,
  displayValue: null,
  ...unnamed,
};

type Translated = Plan | Feature | FeatureSection | PlanGroup | PlanFeature;

type Missing = ConstructorParameters<typeof NotFoundError>[0];

interface Owner {
  object: Translated;
  links: TranslationLinks;
}

/** What has texts that can be translated. */
interface Kind {
  texts: readonly TextName[];
  missing: Missing;
  find(writer: Writer, id: string): Promise<Owner | undefined>;
}

const kind = <Item extends Translated>(
  texts: readonly TextName[],
  missing: Missing,
  find: (writer: Writer, id: string) => Promise<Item | undefined>,
  links: (item: Item) => TranslationLinks,
): Kind => ({
  texts,
  missing,
  find: async (writer, id) => {
    const object = await find(writer, id);
    // Some are found by their codes, too.
    return object?.id === id ? { object, links: links(object) } : undefined;
  },
});

const kinds: Partial<Record<Noun, Kind>> = {
  plan: kind(
    ['name', 'description', 'tagline', 'badge', 'callToActionLabel'],
    'plan_not_found',
    findPlan,
    ({ id }) => ({ planId: id }),
  ),
  feature: kind(
    ['name', 'description', 'unitName', 'unitNamePlural'],
    'feature_not_found',
    findFeature,
    ({ id }) => ({ featureId: id }),
  ),
  featureSection: kind(['name'], 'feature_section_not_found', findFeatureSection, ({ id }) => ({
    featureSectionId: id,
  })),
  planGroup: kind(['name', 'description'], 'plan_group_not_found', findPlanGroup, ({ id }) => ({
    planGroupId: id,
  })),
  planFeature: kind(
    ['displayValue'],
    'feature_not_found',
    findStoredPlanFeature,
    ({ planId, featureId }) => ({ planId, featureId }),
  ),
};

const kindOf = (objectId: string): Kind | undefined => {
  const noun = nounOf(objectId);
  return noun && kinds[noun];
};

const requireOwner = async (writer: Writer, objectId: string): Promise<Owner> => {
  const found = kindOf(objectId);
  const owner = await found?.find(writer, objectId);
  if (!owner) throw new NotFoundError(found?.missing ?? 'not_found', 'objectId');
  return owner;
};

export const translatedAt = (
  expectedRevision: number | null | undefined,
  objectId: string,
): Guard | undefined =>
  guardOf(
    expectedRevision,
    async (writer) => (await kindOf(objectId)?.find(writer, objectId))?.object,
  );

export const SetTranslationInput = z.object({
  name: fields.name.nullish().describe('Display name, at most 255 characters. Null removes it.'),
  description: fields.description.nullish().describe('Null removes it.'),
  tagline: fields.label.nullish().describe('Of a plan. Null removes it.'),
  badge: fields.label.nullish().describe('Of a plan. Null removes it.'),
  callToActionLabel: fields.label.nullish().describe('Of a plan. Null removes it.'),
  displayValue: fields.displayValue.nullish().describe('Of a feature of a plan. Null removes it.'),
  unitName: fields.label
    .nullish()
    .describe(
      'Of a feature: one unit. Null removes it. Another name without a plural removes the plural, too.',
    ),
  unitNamePlural: fields.unitNamePlural
    .nullish()
    .describe(
      'Of a feature: several units. Null removes it. Needs a `unitName` in the same locale, which ' +
        'stands for several, too, where this is null.',
    ),
});
export type SetTranslationInput = z.infer<typeof SetTranslationInput>;

/** Texts of an object in one locale, and the object. */
export interface TranslatedObject extends Translation {
  object: Translated;
}

const textSent = (name: TextName, text: string | null): string | null =>
  name === 'description' ? text : (text?.trim() ?? null);

/** The locale is canonical. */
export const setTranslation = operation(
  'setTranslation',
  async (
    writer,
    objectId: string,
    locale: string,
    input: SetTranslationInput,
  ): Promise<TranslatedObject> => {
    const { links } = await requireOwner(writer, objectId);
    const translations = await storedTranslationsOf(writer, objectId);
    const before = translations.find((each) => each.locale === locale);
    const after: Translation = { ...noTexts, ...before, objectId, locale };
    for (const name of textNames) {
      const text = input[name];
      if (text === undefined) continue;
      if (text !== null && !kindOf(objectId)?.texts.includes(name))
        throw invalid(name, 'is no text that the object has');
      after[name] = textSent(name, text);
    }
    const { unitName } = after;
    const { unitNamePlural } = input;
    Object.assign(after, changedUnit(before ?? unnamed, { unitName, unitNamePlural }));
    writer.about(objectId);
    if (textNames.some((name) => after[name] !== null)) {
      const { length } = translations;
      refuseGrowth('localesOfObject', length, before ? length : length + 1, 'locale');
      await saveTranslation(writer, links, before, after);
    } else if (before) await removeTranslation(writer, before);
    await touchContainers(writer);
    return { ...after, object: (await requireOwner(writer, objectId)).object };
  },
);

/** The texts of an object as they are stored; null where it has none. */
export const textsOf = {
  plan: ({ name, description, presentation }: Plan): LocalizedTexts => ({
    ...noTexts,
    name,
    description,
    tagline: presentation.tagline,
    badge: presentation.badge,
    callToActionLabel: presentation.callToActionLabel,
  }),
  feature: ({ name, description, unitName, unitNamePlural }: Feature): LocalizedTexts => ({
    ...noTexts,
    name,
    description,
    unitName,
    unitNamePlural,
  }),
  named: (object: PlanGroup | FeatureSection): LocalizedTexts => ({
    ...noTexts,
    name: object.name,
    description: 'description' in object ? object.description : null,
  }),
  planFeature: ({ displayValue }: PlanFeature): LocalizedTexts => ({ ...noTexts, displayValue }),
};

/** Adds what is missing. A plural comes with its singular: one of another language is wrong. */
const complete = (texts: LocalizedTexts, other: LocalizedTexts): void => {
  if (texts.unitName === null) texts.unitNamePlural = other.unitNamePlural;
  for (const name of textNames) if (name !== 'unitNamePlural') texts[name] ??= other[name];
};

/** Each text in the locale, else in the one that it narrows (pt-BR → pt), else as it is stored. */
export const localized = (
  stored: LocalizedTexts,
  translations: readonly Translation[],
  locale: string,
): LocalizedTexts => {
  if (translations.length === 0) return stored;
  const texts = { ...noTexts };
  for (let tag = locale; tag !== ''; tag = tag.slice(0, Math.max(tag.lastIndexOf('-'), 0))) {
    const found = translations.find((each) => each.locale === tag);
    if (found) complete(texts, found);
  }
  complete(texts, stored);
  return texts;
};
