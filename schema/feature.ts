import {
  CreateFeatureInput,
  countFeatures,
  createFeature,
  deleteFeature,
  listFeatures,
  UpdateFeatureInput,
  updateFeature,
} from '../src/domain/feature.ts';
import type { DeletedObject } from '../src/domain/plan.ts';
import { countPlansOfFeature, listPlansOfFeature } from '../src/domain/plan-feature.ts';
import {
  featureByCode,
  featureById,
  featureSectionById,
  plansOfFeature,
} from '../src/domain/relations.ts';
import { featureAt } from '../src/domain/revision.ts';
import { LimitExceeded } from '../src/errors.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { COST_OF_LONGER_LIST, costOfPage, LONGEST_LIST } from './cost.ts';
import { inputType } from './input.ts';
import { byIdOrCode } from './lookup.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { featureId } from './reference.ts';
import { Feature, FeatureSection, PlanFeature } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';
import { FeatureType } from './vocabulary.ts';

Feature.implement({
  description: 'Something that plans offer: an ability, a quantity, seats.',
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable identifier of your choice, unique among live features.',
    }),
    name: t.exposeString('name', { description: 'Display name, unique among live features.' }),
    type: t.expose('type', { type: FeatureType, description: 'What kind of thing it counts.' }),
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
    unitName: t.exposeString('unitName', {
      nullable: true,
      description: 'What one unit is called.',
    }),
    unitNamePlural: t.exposeString('unitNamePlural', {
      nullable: true,
      description: 'What several units are called. Null where `unitName` stands for them, too.',
    }),
    section: t.field({
      type: FeatureSection,
      nullable: true,
      description: 'The section that it stands in.',
      resolve: ({ sectionId }, _, { loaders }) =>
        sectionId === null ? null : loaders.load(featureSectionById, sectionId),
    }),
    position: t.exposeInt('position', {
      description:
        'Place in its section, or among the features without one, from 0. Counts features that a ' +
        'publishable key does not see, too.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    revision: t.int({
      nullable: true,
      description: 'Counts the writes that changed the feature. Refused to publishable keys.',
      resolve: secret('revision'),
    }),
    plans: t.field({
      type: [PlanFeature],
      complexity: COST_OF_LONGER_LIST,
      deprecationReason: `It has no pages, and refuses to show more than ${LONGEST_LIST}: use planFeatures.`,
      description: 'How each live plan that has the feature offers it, oldest link first.',
      resolve: async ({ id }, _, { loaders }) => {
        const links = await loaders.loadPage(plansOfFeature, id, { limit: LONGEST_LIST });
        if (links.length > LONGEST_LIST)
          throw new LimitExceeded(
            'The list is longer than it may be; planFeatures has pages',
            LONGEST_LIST,
            links.length,
          );
        return links;
      },
    }),
    planFeatures: t.connection(
      {
        type: PlanFeature,
        complexity: costOfPage,
        description:
          'How each live plan that has the feature offers it, oldest link first, at most 100 a ' +
          'page (20 unless said otherwise).',
        resolve: async ({ id }, args, { loaders, reader, total }) =>
          connection(await listPlansOfFeature(loaders, id, pageRequest(args)), () =>
            total('planFeatures', id, () => countPlansOfFeature(reader, id)),
          ),
      },
      ...connectionTypes('PlanFeature'),
    ),
  }),
});

const [types, edgeTypes] = connectionTypes('Feature');
export const FeatureConnection = builder.connectionObject({ type: Feature, ...types }, edgeTypes);

builder.queryFields((t) => ({
  feature: t.field({
    type: Feature,
    nullable: true,
    description: 'One feature by its id or by its code; null when there is none.',
    args: {
      id: t.arg.id({ description: 'Id of the feature. Either this or `code`.' }),
      code: t.arg.string({ description: 'Code of the feature. Either this or `id`.' }),
    },
    resolve: (_, by, { loaders }) =>
      byIdOrCode(by, (key, value) =>
        loaders.load(key === 'id' ? featureById : featureByCode, value),
      ),
  }),
  features: t.connection(
    {
      type: Feature,
      complexity: costOfPage,
      description:
        'The feature catalogue, at most 100 a page (20 unless said otherwise): section by section, ' +
        'features without one last.',
      resolve: async (_, args, { reader, total }) =>
        connection(await listFeatures(reader, pageRequest(args)), () =>
          total('features', null, () => countFeatures(reader)),
        ),
    },
    FeatureConnection,
  ),
}));

const DeletedFeature = builder.objectRef<DeletedObject>('DeletedFeature').implement({
  description: 'A feature that was taken out of the catalogue.',
  fields: (t) => ({
    deletedId: t.exposeID('id', {
      description: 'Id of the feature. It will never name another object.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createFeature: t.field({
    type: Feature,
    description:
      'Adds a feature to the catalogue. Errors: `feature_already_exists` (code or name), ' +
      '`feature_section_not_found`.',
    args: {
      input: t.arg({
        required: true,
        description: 'The feature.',
        type: inputType('CreateFeatureInput', CreateFeatureInput, 'A new feature.', {
          name: 'String',
          code: 'String',
          type: FeatureType,
          description: 'String',
          unitName: 'String',
          unitNamePlural: 'String',
          sectionId: 'ID',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => createFeature(w, input)),
  }),
  updateFeature: t.field({
    type: Feature,
    description:
      'Changes a feature; what is left out stays. Errors: `feature_not_found`, ' +
      '`feature_already_exists` (name), `feature_section_not_found`.',
    args: {
      ...expectedRevision,
      ...featureId,
      input: t.arg({
        required: true,
        description: 'The changes; at least one.',
        type: inputType('UpdateFeatureInput', UpdateFeatureInput, 'Changes to a feature.', {
          name: 'String',
          description: 'String',
          unitName: 'String',
          unitNamePlural: 'String',
          sectionId: 'ID',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { featureId, input, expectedRevision }, { write }) =>
      write((w) => updateFeature(w, featureId, input), {
        guard: featureAt(expectedRevision, featureId),
      }),
  }),
  deleteFeature: t.field({
    type: DeletedFeature,
    description:
      'Takes a feature out of the catalogue for good. Errors: `feature_not_found`, ' +
      '`feature_in_use`.',
    args: { ...featureId, ...expectedRevision },
    ...mutation,
    resolve: (_, { featureId, expectedRevision }, { write }) =>
      write((w) => deleteFeature(w, featureId), { guard: featureAt(expectedRevision, featureId) }),
  }),
}));
