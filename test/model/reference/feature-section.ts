import type { CallOf } from './calls.ts';
import { newCode } from './codes.ts';
import type { Feature, Section } from './records.ts';
import { invalid, type ReferenceTenant, type Result, type Stamp, touch } from './tenant.ts';

/** The feature goes to the end of the section, or of the features without one. */
export const moveTo = (tenant: ReferenceTenant, feature: Feature, section: Section | null) => {
  tenant.features = [...tenant.features.filter((other) => other !== feature), feature];
  if (section) tenant.sectionOf.set(feature.id, section.id);
  else tenant.sectionOf.delete(feature.id);
};

export const createFeatureSection = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createFeatureSection'>,
  { now, id }: Stamp,
): Result => {
  const code = newCode(input, tenant.sections, 'section');
  if (tenant.sections.length >= 100) throw invalid('name');
  const section: Section = {
    ...{ id, code, name: input.name.trim(), createdAt: now, updatedAt: now },
  };
  tenant.sections.push(section);
  return { section };
};

export const updateFeatureSection = (
  tenant: ReferenceTenant,
  { sectionId, input }: CallOf<'updateFeatureSection'>,
  { now }: Stamp,
): Result => {
  const section = tenant.section(sectionId);
  section.name = input.name.trim();
  touch(section, now);
  return { section };
};

export const deleteFeatureSection = (
  tenant: ReferenceTenant,
  { sectionId }: CallOf<'deleteFeatureSection'>,
  { now }: Stamp,
): Result => {
  const section = tenant.section(sectionId);
  for (const feature of tenant.featuresIn(section.id)) {
    moveTo(tenant, feature, null);
    touch(feature, now);
  }
  tenant.sections.splice(tenant.sections.indexOf(section), 1);
  tenant.gone.push(section.id);
  return { id: section.id };
};

export const arrangeFeatures = (
  tenant: ReferenceTenant,
  { input: { sections } }: CallOf<'arrangeFeatures'>,
  { now }: Stamp,
): Result => {
  const named = new Set<Section | null>();
  const taken = new Set<Feature>();
  const places = sections.map(({ sectionId, featureIds }, index) => {
    const param = `sections.${index}`;
    const section = sectionId == null ? null : tenant.section(sectionId, `${param}.sectionId`);
    if (named.has(section)) throw invalid(`${param}.sectionId`);
    named.add(section);
    const features = featureIds.map((id, place) => {
      const feature = tenant.feature(id, `${param}.featureIds.${place}`);
      if (taken.has(feature)) throw invalid(`${param}.featureIds.${place}`);
      taken.add(feature);
      return feature;
    });
    return { section, features };
  });
  if (named.size === 1 && named.has(null) && taken.size === 0)
    throw invalid('sections.0.featureIds');
  for (const { section, features } of places)
    for (const feature of features) {
      if (tenant.sectionOf.get(feature.id) !== section?.id) touch(feature, now);
      if (section) tenant.sectionOf.set(feature.id, section.id);
      else tenant.sectionOf.delete(feature.id);
    }
  tenant.features = [...taken, ...tenant.features.filter((feature) => !taken.has(feature))];
  const first = places.flatMap(({ section }) => section ?? []);
  tenant.sections = [...first, ...tenant.sections.filter((section) => !first.includes(section))];
  return { sections: tenant.sections.map(({ id }) => id) };
};
