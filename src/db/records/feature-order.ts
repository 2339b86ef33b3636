import { sql } from 'kysely';
import { MAX_INT32 } from '../../vocabulary.ts';
import { dialect, queries } from '../read/reader.ts';
import type { Feature, FeatureSection } from '../tables.ts';
import { featureRows, featureSectionRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';
import { number } from './numbering.ts';

/** Where features and sections stand: 0…n−1 without gaps, among those of a section or without. */

/** A live feature and its place. */
export interface PlacedFeature {
  id: string;
  sectionId: string | null;
  position: number;
}

const inOrder = (writer: Writer) =>
  writer[queries]
    .selectFrom('feature')
    .select(['id', 'section_id', 'position'])
    .where('tenant_id', '=', writer.tenant.id)
    .where('deleted_at', 'is', null)
    .orderBy('section_position')
    .orderBy('position')
    .orderBy('id');

const placed = (row: {
  id: string;
  section_id: string | null;
  position: number;
}): PlacedFeature => ({
  id: row.id,
  sectionId: row.section_id,
  position: row.position,
});

/** All live features, in their order. */
export const placedFeatures = async (writer: Writer): Promise<PlacedFeature[]> =>
  (await inOrder(writer).execute()).map(placed);

const featuresIn = async (writer: Writer, sectionId: string | null): Promise<PlacedFeature[]> => {
  const all = inOrder(writer);
  const inside =
    sectionId === null
      ? all.where('section_id', 'is', null)
      : all.where('section_id', '=', sectionId);
  return (await inside.execute()).map(placed);
};

/** Where a feature goes that is new in a section, or among those without one. */
export const nextPosition = async (writer: Writer, sectionId: string | null): Promise<number> => {
  const { last } = await writer[queries]
    .selectFrom('feature')
    .select((eb) => eb.fn.max<number | null>('position').as('last'))
    .where('tenant_id', '=', writer.tenant.id)
    .where('deleted_at', 'is', null)
    .where('section_id', sectionId === null ? 'is' : '=', sectionId)
    .executeTakeFirstOrThrow();
  return last === null ? 0 : last + 1;
};

/** A feature, and the section that it is to stand in. */
export interface Placing {
  feature: PlacedFeature;
  section: Pick<FeatureSection, 'id' | 'position'> | null;
}

interface Move extends Placing {
  sectionId: string | null;
  position: number;
}

/** The features of each section get numbers from 0, as listed. */
const numbered = (placings: readonly Placing[]): Move[] => {
  const taken = new Map<string | null, number>();
  return placings.map(({ feature, section }) => {
    const sectionId = section?.id ?? null;
    const position = taken.get(sectionId) ?? 0;
    taken.set(sectionId, position + 1);
    return { feature, section, sectionId, position };
  });
};

const changesSection = ({ feature, sectionId }: Move): boolean => feature.sectionId !== sectionId;

/**
 * Puts features in the listed order: all features of each section that one leaves, enters or moves
 * in. One that enters another section has changed; one that only shifts has not. In two phases, as
 * numbers are unique: those that move first get out of the way.
 */
export const placeFeatures = async (
  writer: Writer,
  placings: readonly Placing[],
): Promise<void> => {
  const moves = numbered(placings).filter(
    (move) => changesSection(move) || move.feature.position !== move.position,
  );
  if (moves.length === 0) return;
  const entering = moves.filter(changesSection);
  const ids = entering.map(({ feature }) => feature.id);
  if (ids.length > 0) await featureRows.select(writer, { id: ids });
  const beyond = placings.reduce((most, { feature }) => Math.max(most, feature.position + 1), 0);
  await number(
    writer,
    'feature.position',
    moves.map(({ feature }) => feature.id),
    Math.max(beyond, placings.length),
  );
  await featureRows.update(
    writer,
    entering.map(({ feature, section, sectionId }) => ({
      id: feature.id,
      sectionId,
      sectionPosition: section?.position ?? null,
    })),
  );
  await numberInSections(
    writer,
    placings.map(({ feature }) => feature.id),
  );
  for (const { feature, position } of moves)
    featureRows.noteMembers(
      writer,
      { id: feature.id, position: feature.position },
      { id: feature.id, position },
    );
};

const numberInSections = async (writer: Writer, ids: readonly string[]): Promise<void> => {
  const { asked, askFor } = writer[dialect];
  await sql`update feature set position = listed.position from (
      select feature.id,
        row_number() over (partition by feature.section_id order by asked.place) - 1 as position
      from ${asked(sql`${askFor(ids)}`)} as asked
      join feature on feature.tenant_id = ${writer.tenant.id} and feature.id = asked.value) as listed
    where feature.tenant_id = ${writer.tenant.id} and feature.id = listed.id
      and feature.position <> listed.position`.execute(writer[queries]);
};

/** Numbers the features that remain in a section, or without one, when one has left. */
export const closeGap = async (
  writer: Writer,
  { sectionId, sectionPosition }: Pick<Feature, 'sectionId' | 'sectionPosition'>,
): Promise<void> => {
  const section =
    sectionId === null ? null : { id: sectionId, position: sectionPosition ?? MAX_INT32 };
  const remaining = await featuresIn(writer, sectionId);
  await placeFeatures(
    writer,
    remaining.map((feature) => ({ feature, section })),
  );
};

/** Numbers all sections as listed; their features follow. Answers them as they are then. */
export const numberSections = async (
  writer: Writer,
  sections: readonly FeatureSection[],
): Promise<FeatureSection[]> => {
  const moving = sections.filter(({ position }, place) => position !== place);
  if (moving.length > 0) {
    const beyond = Math.max(sections.length, ...sections.map(({ position }) => position + 1));
    const idsOf = (listed: readonly FeatureSection[]) => listed.map(({ id }) => id);
    await number(writer, 'feature_section.position', idsOf(moving), beyond);
    await number(writer, 'feature_section.position', idsOf(sections));
    await followSections(writer);
  }
  return sections.map((section, position) => {
    if (section.position !== position)
      featureSectionRows.noteMembers(
        writer,
        { id: section.id, position: section.position },
        { id: section.id, position },
      );
    return { ...section, position };
  });
};

/** Features repeat the positions of their sections. */
const followSections = async (writer: Writer): Promise<void> => {
  const behind = await writer[queries]
    .selectFrom('feature')
    .innerJoin('feature_section', (join) =>
      join
        .onRef('feature_section.tenant_id', '=', 'feature.tenant_id')
        .onRef('feature_section.id', '=', 'feature.section_id')
        .onRef('feature_section.position', '<>', 'feature.section_position'),
    )
    .select(['feature.id', 'feature.section_position', 'feature_section.position'])
    .where('feature.tenant_id', '=', writer.tenant.id)
    .execute();
  if (behind.length === 0) return;
  await sql`update feature set section_position = feature_section.position from feature_section
    where feature.tenant_id = ${writer.tenant.id}
      and feature_section.tenant_id = feature.tenant_id
      and feature_section.id = feature.section_id
      and feature.section_position <> feature_section.position`.execute(writer[queries]);
  for (const { id, section_position, position } of behind)
    featureRows.noteMembers(
      writer,
      { id, sectionPosition: section_position },
      { id, sectionPosition: position },
    );
};
