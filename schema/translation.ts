import type { Context } from '../src/context.ts';
import {
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
  translationsOfPlanFeatures,
  translationsOfSection,
} from '../src/domain/relations.ts';
import {
  type LocalizedTexts as LocalizedTextsRecord,
  localized,
  SetTranslationInput,
  setTranslation,
  type TranslatedObject,
  textsOf,
  translatedAt,
} from '../src/domain/translation.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { Feature, FeatureSection, Plan, PlanFeature, PlanGroup } from './refs.ts';
import { expectedRevision } from './revision.ts';

const TEXTS = {
  name: 'Display name.',
  description: 'Free text.',
  tagline: 'One line under the name of a plan.',
  badge: 'A word that sets a plan apart.',
  callToActionLabel: 'Text of the button of a plan.',
  displayValue: 'What a page shows instead of a number of a feature of a plan.',
  unitName: 'What one unit of a feature is called.',
  unitNamePlural:
    'What several units of a feature are called. Null where `unitName` stands for them, too.',
};

export const LocalizedTexts = builder.objectRef<LocalizedTextsRecord>('LocalizedTexts').implement({
  description:
    'The texts of an object in a locale. Each one falls back for itself: from "pt-BR" to "pt" to ' +
    'what the object has; `unitNamePlural` goes with `unitName`. A text that such an object ' +
    'cannot have is null.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: TEXTS.name }),
    description: t.exposeString('description', { nullable: true, description: TEXTS.description }),
    tagline: t.exposeString('tagline', { nullable: true, description: TEXTS.tagline }),
    badge: t.exposeString('badge', { nullable: true, description: TEXTS.badge }),
    callToActionLabel: t.exposeString('callToActionLabel', {
      nullable: true,
      description: TEXTS.callToActionLabel,
    }),
    displayValue: t.exposeString('displayValue', {
      nullable: true,
      description: TEXTS.displayValue,
    }),
    unitName: t.exposeString('unitName', { nullable: true, description: TEXTS.unitName }),
    unitNamePlural: t.exposeString('unitNamePlural', {
      nullable: true,
      description: TEXTS.unitNamePlural,
    }),
  }),
});

const localeOfTexts = builder.args((t) => ({
  locale: t.field({ type: 'Locale', required: true, description: 'The language, e.g. "pt-BR".' }),
}));

/** Options of the field `localized`: where an object's translations are, and its own texts. */
const localizedBy = <Item extends { id: string }>(
  translations: typeof translationsOfPlan,
  ownTexts: (item: Item) => LocalizedTextsRecord,
  ownerOf: (item: Item) => string = ({ id }) => id,
) => ({
  type: LocalizedTexts,
  description: 'Its texts in a locale.',
  args: localeOfTexts,
  ...reads(translations),
  resolve: (item: Item, { locale }: { locale: string }, { loaders }: Context) =>
    mapMaybePromise(loaders.load(translations, ownerOf(item)), (found) =>
      localized(
        ownTexts(item),
        found.filter(({ objectId }) => objectId === item.id),
        locale,
      ),
    ),
});

builder.objectFields(Plan, (t) => ({
  localized: t.field(localizedBy(translationsOfPlan, textsOf.plan)),
}));
builder.objectFields(Feature, (t) => ({
  localized: t.field(localizedBy(translationsOfFeature, textsOf.feature)),
}));
builder.objectFields(FeatureSection, (t) => ({
  localized: t.field(localizedBy(translationsOfSection, textsOf.named)),
}));
builder.objectFields(PlanGroup, (t) => ({
  localized: t.field(localizedBy(translationsOfGroup, textsOf.named)),
}));
builder.objectFields(PlanFeature, (t) => ({
  localized: t.field(
    localizedBy(translationsOfPlanFeatures, textsOf.planFeature, ({ planId }) => planId),
  ),
}));

const translated = (description: string) =>
  ({ nullable: true, description: `${description} Null where it is not translated.` }) as const;

const Translation = builder.objectRef<TranslatedObject>('Translation').implement({
  description: 'The texts of an object in one locale, as they are stored.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the object and the locale. `node` does not know it.',
      resolve: ({ objectId, locale }) => `${objectId}_${locale}`,
    }),
    locale: t.expose('locale', { type: 'Locale', description: 'The locale, in canonical form.' }),
    name: t.exposeString('name', translated(TEXTS.name)),
    description: t.exposeString('description', translated(TEXTS.description)),
    tagline: t.exposeString('tagline', translated(TEXTS.tagline)),
    badge: t.exposeString('badge', translated(TEXTS.badge)),
    callToActionLabel: t.exposeString('callToActionLabel', translated(TEXTS.callToActionLabel)),
    displayValue: t.exposeString('displayValue', translated(TEXTS.displayValue)),
    unitName: t.exposeString('unitName', translated(TEXTS.unitName)),
    unitNamePlural: t.exposeString('unitNamePlural', translated(TEXTS.unitNamePlural)),
    object: t.expose('object', {
      type: Node,
      description: 'What the texts are of.',
    }),
  }),
});

builder.mutationFields((t) => ({
  setTranslation: t.field({
    type: Translation,
    description:
      'Sets texts of a plan, a feature, a section, a plan group or a feature of a plan in one ' +
      'locale; what is left out stays. Plans have a name, a description, a tagline, a badge and a ' +
      'label of their call to action; features a name, a description and the name of a unit with ' +
      'its plural; groups a name and a description; sections a name; features of plans a display ' +
      'value. An object has at most 50 locales. Errors: ' +
      '`plan_not_found`, `feature_not_found`, `feature_section_not_found`, ' +
      '`plan_group_not_found`, `not_found` (an id of anything else).',
    args: {
      ...expectedRevision,
      objectId: t.arg.id({
        required: true,
        description: 'Id of the object; a code is none.',
      }),
      locale: t.arg({ type: 'Locale', required: true, description: 'The language of the texts.' }),
      input: t.arg({
        required: true,
        description: 'The texts.',
        type: inputType(
          'SetTranslationInput',
          SetTranslationInput,
          'Texts of an object in one locale.',
          {
            name: 'String',
            description: 'String',
            tagline: 'String',
            badge: 'String',
            callToActionLabel: 'String',
            displayValue: 'String',
            unitName: 'String',
            unitNamePlural: 'String',
          },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { objectId, locale, input, expectedRevision }, { write }) =>
      write((w) => setTranslation(w, objectId, locale, input), {
        guard: translatedAt(expectedRevision, objectId),
      }),
  }),
}));
