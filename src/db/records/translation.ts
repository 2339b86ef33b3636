import { nounOf } from '../ids.ts';
import { type RecordLookup, relation } from '../read/lookup.ts';
import { queries } from '../read/reader.ts';
import { type Translation, translation } from '../tables.ts';
import { translationRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { featureById } from './feature.ts';
import { planById } from './plan.ts';
import { planGroupById } from './plan-group.ts';

/** Objects have 50 translations at most, of some kilobytes each. */
const MOST_OBJECTS = 50;

const translationsOf = (owner: RecordLookup<{ id: string }>) =>
  relation({
    owner,
    table: translation,
    rows: ({ tenant, [queries]: db }) =>
      db.selectFrom('translation').where('translation.tenant_id', '=', tenant.id),
    by: 'objectId',
    order: ['locale'],
    isCached: owner.isCached,
    most: MOST_OBJECTS,
  });

/** What an object is called in other languages, by locale. */
export const translationsOfPlan = translationsOf(planById);
export const translationsOfFeature = translationsOf(featureById);
export const translationsOfGroup = translationsOf(planGroupById);

/** The translations of an object, to be written. */
export const storedTranslationsOf = async (
  writer: Writer,
  objectId: string,
): Promise<Translation[]> =>
  (await translationRows.select(writer, { objectId })).map(translationRows.record);

const stored = (image: Translation) => {
  const noun = nounOf(image.objectId);
  const linked = (to: typeof noun) => (noun === to ? image.objectId : null);
  return translation.fresh(image, {
    planId: linked('plan'),
    featureId: linked('feature'),
    planGroupId: linked('planGroup'),
  });
};

/** `before` is what is stored for the same locale. */
export const saveTranslation = (
  writer: Writer,
  before: Translation | undefined,
  after: Translation,
): Promise<void> =>
  translationRows.replace(writer, before ? [stored(before)] : [], [stored(after)]);

export const removeTranslation = async (
  writer: Writer,
  { objectId, locale }: Translation,
): Promise<void> => {
  await translationRows.remove(writer, { objectId, locale });
};
