import { countFeatures, listFeatures } from '../src/domain/feature.ts';
import {
  ArrangedSectionInput,
  ArrangeFeaturesInput,
  arrangeFeatures,
  CreateFeatureSectionInput,
  countFeatureSections,
  countFeaturesOfSection,
  createFeatureSection,
  type DeletedFeatureSection as DeletedFeatureSectionRecord,
  deleteFeatureSection,
  type FeatureArrangement as FeatureArrangementRecord,
  listFeatureSections,
  listFeaturesOfSection,
  UpdateFeatureSectionInput,
  updateFeatureSection,
} from '../src/domain/feature-section.ts';
import { featureById, featureSectionByCode, featureSectionById } from '../src/domain/relations.ts';
import { featureSectionAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { COST_OF_FEATURES, costOfPage } from './cost.ts';
import { FeatureConnection } from './feature.ts';
import { inputType } from './input.ts';
import { byIdOrCode } from './lookup.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { sectionId } from './reference.ts';
import { Feature, FeatureSection } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';

FeatureSection.implement({
  description: 'A heading that features stand under, in every list of features.',
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable identifier, unique among sections; made from the name unless given.',
    }),
    name: t.exposeString('name', { description: 'Display name.' }),
    position: t.exposeInt('position', {
      description:
        'Place among the sections, from 0. Counts sections that a publishable key does not see, ' +
        'too.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it last changed. Its features and its position are not counted.',
    }),
    revision: t.int({
      nullable: true,
      description:
        'Counts the writes that changed the section itself. Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    features: t.connection(
      {
        type: Feature,
        complexity: costOfPage,
        description:
          'The features of the section, in its order, at most 100 a page (20 unless said ' +
          'otherwise).',
        resolve: async ({ id }, args, { loaders, reader, total }) =>
          connection(await listFeaturesOfSection(loaders, id, pageRequest(args)), () =>
            total('featuresOfSection', id, () => countFeaturesOfSection(reader, id)),
          ),
      },
      FeatureConnection,
    ),
  }),
});

builder.queryFields((t) => ({
  featureSection: t.field({
    type: FeatureSection,
    nullable: true,
    description: 'One section by its id or by its code; null when there is none.',
    args: {
      id: t.arg.id({ description: 'Id of the section. Either this or `code`.' }),
      code: t.arg.string({ description: 'Code of the section. Either this or `id`.' }),
    },
    resolve: (_, by, { loaders }) =>
      byIdOrCode(by, (key, value) =>
        loaders.load(key === 'id' ? featureSectionById : featureSectionByCode, value),
      ),
  }),
  featureSections: t.connection(
    {
      type: FeatureSection,
      complexity: costOfPage,
      description:
        'The sections of features, in their order, at most 100 a page (20 unless said ' +
        'otherwise). Publishable keys see those with a feature that they see.',
      resolve: async (_, args, { reader, total }) =>
        connection(await listFeatureSections(reader, pageRequest(args)), () =>
          total('featureSections', null, () => countFeatureSections(reader)),
        ),
    },
    ...connectionTypes('FeatureSection'),
  ),
}));

const DeletedFeatureSection = builder
  .objectRef<DeletedFeatureSectionRecord>('DeletedFeatureSection')
  .implement({
    description: 'A section that was deleted.',
    fields: (t) => ({
      deletedId: t.exposeID('id', {
        description: 'Id of the section. It will never name another object.',
      }),
      features: t.field({
        type: [Feature],
        complexity: COST_OF_FEATURES,
        description:
          'The features that were in it and now are in no section; without those that were deleted ' +
          'right after.',
        resolve: async ({ featureIds }, _, { loaders }) => {
          const features = await Promise.all(featureIds.map((id) => loaders.load(featureById, id)));
          return features.filter((feature) => feature !== null);
        },
      }),
    }),
  });

const FeatureArrangement = builder
  .objectRef<FeatureArrangementRecord>('FeatureArrangement')
  .implement({
    description: 'The order of the features.',
    fields: (t) => ({
      sections: t.expose('sections', {
        type: [FeatureSection],
        description: 'All sections, in their order.',
      }),
      features: t.connection(
        {
          type: Feature,
          complexity: costOfPage,
          description:
            'All features, in their order, at most 100 a page (20 unless said otherwise).',
          resolve: async (_, args, { reader, total }) =>
            connection(await listFeatures(reader, pageRequest(args)), () =>
              total('features', null, () => countFeatures(reader)),
            ),
        },
        FeatureConnection,
      ),
    }),
  });

builder.mutationFields((t) => ({
  createFeatureSection: t.field({
    type: FeatureSection,
    description:
      'Adds a section behind the others, of which there are at most 100. Errors: `duplicate` ' +
      '(code).',
    args: {
      input: t.arg({
        required: true,
        description: 'The section.',
        type: inputType('CreateFeatureSectionInput', CreateFeatureSectionInput, 'A new section.', {
          name: 'String',
          code: 'String',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => createFeatureSection(w, input)),
  }),
  updateFeatureSection: t.field({
    type: FeatureSection,
    description: 'Renames a section. Errors: `feature_section_not_found`.',
    args: {
      ...expectedRevision,
      ...sectionId,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType(
          'UpdateFeatureSectionInput',
          UpdateFeatureSectionInput,
          'Changes to a section.',
          { name: 'String' },
        ),
      }),
    },
    ...mutation,
    resolve: (_, { sectionId, input, expectedRevision }, { write }) =>
      write((w) => updateFeatureSection(w, sectionId, input), {
        guard: featureSectionAt(expectedRevision, sectionId),
      }),
  }),
  deleteFeatureSection: t.field({
    type: DeletedFeatureSection,
    description:
      'Deletes a section; its features stay and go to the end of those without a section. Errors: ' +
      '`feature_section_not_found`.',
    args: { ...sectionId, ...expectedRevision },
    ...mutation,
    resolve: (_, { sectionId, expectedRevision }, { write }) =>
      write((w) => deleteFeatureSection(w, sectionId), {
        guard: featureSectionAt(expectedRevision, sectionId),
      }),
  }),
  arrangeFeatures: t.field({
    type: FeatureArrangement,
    description:
      'Puts sections and features in an order. What is not named follows in its old order: ' +
      'sections behind those that are named, features in the section that they are in. Errors: ' +
      '`feature_section_not_found`, `feature_not_found`.',
    args: {
      input: t.arg({
        required: true,
        description: 'The order.',
        type: inputType('ArrangeFeaturesInput', ArrangeFeaturesInput, 'The order of features.', {
          sections: [
            inputType(
              'ArrangedSectionInput',
              ArrangedSectionInput,
              'A section, or the features without one, and the features that come first in it.',
              { sectionId: 'ID', featureIds: ['ID'] },
            ),
          ],
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => arrangeFeatures(w, input)),
  }),
}));
