import type { Context } from '../src/context.ts';
import {
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
} from '../src/domain/relations.ts';
import {
  type LocalizedTexts as LocalizedTextsRecord,
  localized,
  SetTranslationInput,
  setTranslation,
  type TranslatedObject,
  translatedAt,
} from '../src/domain/translation.ts';
import { mapMaybePromise } from '../src/maybe-promise.ts';
import { builder } from './builder.ts';
import { reads } from './include.ts';
import { inputType } from './input.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { Feature, Plan, PlanGroup } from './refs.ts';
import { expectedRevision } from './revision.ts';

const LocalizedTexts = builder.objectRef<LocalizedTextsRecord>('LocalizedTexts').implement({
  description:
    'The texts of an object in a locale. Each one falls back for itself: from "pt-BR" to "pt" to ' +
    'what the object has.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Display name.' }),
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
  }),
});

const localeOfTexts = builder.args((t) => ({
  locale: t.field({ type: 'Locale', required: true, description: 'The language, e.g. "pt-BR".' }),
}));

/** Options of the field `localized`. */
const localizedBy = (translations: typeof translationsOfPlan) => ({
  type: LocalizedTexts,
  description: 'Its texts in a locale.',
  args: localeOfTexts,
  ...reads(translations),
  resolve: (
    object: LocalizedTextsRecord & { id: string },
    { locale }: { locale: string },
    { loaders }: Context,
  ) =>
    mapMaybePromise(loaders.load(translations, object.id), (found) =>
      localized(object, found, locale),
    ),
});

builder.objectFields(Plan, (t) => ({ localized: t.field(localizedBy(translationsOfPlan)) }));
builder.objectFields(Feature, (t) => ({ localized: t.field(localizedBy(translationsOfFeature)) }));
builder.objectFields(PlanGroup, (t) => ({ localized: t.field(localizedBy(translationsOfGroup)) }));

const Translation = builder.objectRef<TranslatedObject>('Translation').implement({
  description: 'The texts of an object in one locale, as they are stored.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from the object and the locale. `node` does not know it.',
      resolve: ({ objectId, locale }) => `${objectId}_${locale}`,
    }),
    locale: t.expose('locale', { type: 'Locale', description: 'The locale, in canonical form.' }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'Display name; null where it is not translated.',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Free text; null where it is not translated.',
    }),
    object: t.expose('object', {
      type: Node,
      description: 'The plan, feature or plan group that the texts are of.',
    }),
  }),
});

builder.mutationFields((t) => ({
  setTranslation: t.field({
    type: Translation,
    description:
      'Sets texts of a plan, a feature or a plan group in one locale; what is left out stays. An ' +
      'object has at most 50 locales. Errors: `plan_not_found`, `feature_not_found`, ' +
      '`plan_group_not_found`, `not_found` (an id of anything else).',
    args: {
      ...expectedRevision,
      objectId: t.arg.id({
        required: true,
        description: 'Id of the plan, feature or plan group.',
      }),
      locale: t.arg({ type: 'Locale', required: true, description: 'The language of the texts.' }),
      input: t.arg({
        required: true,
        description: 'The texts.',
        type: inputType(
          'SetTranslationInput',
          SetTranslationInput,
          'Texts of an object in one locale.',
          { name: 'String', description: 'String' },
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
