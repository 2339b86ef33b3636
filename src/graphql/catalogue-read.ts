import { Kind, type OperationDefinitionNode } from 'graphql';

/**
 * What they answer changes with the catalogue's revision only, and is the same for every key of an
 * audience.
 */
const fields = new Set([
  'plan',
  'plans',
  'feature',
  'features',
  'featureSection',
  'featureSections',
  'planGroup',
  'planGroups',
  'market',
  'markets',
  'pricingPage',
  'estimate',
  'node',
  'nodes',
  '__typename',
]);

export const isCatalogueRead = ({ operation, selectionSet }: OperationDefinitionNode): boolean =>
  operation === 'query' &&
  selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && fields.has(selection.name.value),
  );
