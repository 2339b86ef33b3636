import type { CallOf } from './calls.ts';
import { moveTo } from './feature-section.ts';
import type { Feature } from './records.ts';
import { type ReferenceTenant, Refusal, type Result, type Stamp, touch } from './tenant.ts';
import { namedUnit, unnamedUnit } from './unit-name.ts';

export const createFeature = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createFeature'>,
  { now, id }: Stamp,
): Result => {
  if (tenant.features.some(({ code }) => code === input.code))
    throw new Refusal('feature_already_exists', 'code');
  const name = input.name.trim();
  refuseTakenName(tenant, name);
  const { code, type, description } = input;
  const feature: Feature = {
    ...{ id, name, code, type, description: description ?? null },
    ...namedUnit(unnamedUnit, input),
    ...{ createdAt: now, updatedAt: now },
  };
  const section = input.sectionId == null ? null : tenant.section(input.sectionId);
  moveTo(tenant, feature, section);
  return { feature };
};

const folded = (name: string) => name.normalize('NFKC').toLowerCase();

const refuseTakenName = (tenant: ReferenceTenant, taken: string, own?: Feature): void => {
  if (tenant.features.some((other) => other !== own && folded(other.name) === folded(taken)))
    throw new Refusal('feature_already_exists', 'name');
};

export const updateFeature = (
  tenant: ReferenceTenant,
  { featureId, input }: CallOf<'updateFeature'>,
  { now }: Stamp,
): Result => {
  const feature = tenant.feature(featureId);
  const name = input.name?.trim() ?? feature.name;
  refuseTakenName(tenant, name, feature);
  const { sectionId, ...fields } = input;
  const section = sectionId == null ? null : tenant.section(sectionId);
  const unit = namedUnit(feature, input);
  if (sectionId !== undefined && tenant.sectionOf.get(feature.id) !== section?.id)
    moveTo(tenant, feature, section);
  Object.assign(feature, fields, { name }, unit);
  touch(feature, now);
  return { feature };
};

export const deleteFeature = (
  tenant: ReferenceTenant,
  { featureId }: CallOf<'deleteFeature'>,
): Result => {
  const feature = tenant.feature(featureId);
  if (tenant.planFeatures.some((link) => link.featureId === feature.id))
    throw new Refusal('feature_in_use', 'featureId');
  if (tenant.limits.some((limit) => limit.perFeatureId === feature.id))
    throw new Refusal('feature_in_use', 'featureId');
  tenant.limits = tenant.limits.filter((limit) => limit.featureId !== feature.id);
  tenant.features.splice(tenant.features.indexOf(feature), 1);
  tenant.sectionOf.delete(feature.id);
  tenant.gone.push(feature.id);
  return { id: feature.id };
};
