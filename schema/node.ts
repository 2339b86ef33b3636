import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../src/context.ts';
import {
  changeSetById,
  featureById,
  featureSectionById,
  type Include,
  type Loaders,
  marketById,
  planById,
  planFeatureById,
  planGroupById,
  priceById,
} from '../src/domain/relations.ts';
import { builder } from './builder.ts';
import { costOfNodes } from './cost.ts';
import { includeOf } from './include.ts';

/**
 * Objects that can be fetched by their id alone. Ids are the API's own, and their prefix tells the
 * type.
 */

const kinds = {
  pln: {
    type: 'Plan',
    load: (loaders: Loaders, id: string, selected: Include) =>
      loaders.loadWith(planById, id, selected),
  },
  pp: { type: 'PlanPrice', load: (loaders: Loaders, id: string) => loaders.load(priceById, id) },
  ftr: { type: 'Feature', load: (loaders: Loaders, id: string) => loaders.load(featureById, id) },
  fse: {
    type: 'FeatureSection',
    load: (loaders: Loaders, id: string) => loaders.load(featureSectionById, id),
  },
  plg: {
    type: 'PlanGroup',
    load: (loaders: Loaders, id: string) => loaders.load(planGroupById, id),
  },
  pmg: { type: 'Market', load: (loaders: Loaders, id: string) => loaders.load(marketById, id) },
  chs: {
    type: 'ChangeSet',
    load: (loaders: Loaders, id: string) => loaders.load(changeSetById, id),
  },
  plf: {
    type: 'PlanFeature',
    load: (loaders: Loaders, id: string) => loaders.load(planFeatureById, id),
  },
};

const kindOf = (id: string) => {
  const prefix = id.slice(0, id.indexOf('_'));
  return Object.hasOwn(kinds, prefix) ? kinds[prefix as keyof typeof kinds] : undefined;
};

const load = (context: Context, id: string, info: GraphQLResolveInfo) => {
  const kind = kindOf(id);
  if (kind === kinds.chs) context.showsChangeSets = true;
  return kind?.load(context.loaders, id, includeOf(info)) ?? null;
};

export const Node = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'An object that can be fetched by its id alone.',
  resolveType: ({ id }) => kindOf(id)?.type,
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Id with a prefix that tells the type, e.g. `pln_…`. No other object has it.',
    }),
  }),
});

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    description:
      'The plan, price, feature, section, plan group, market, feature of a plan or change set with ' +
      'this id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'Id of the object.' }) },
    resolve: (_, { id }, context, info) => load(context, id, info),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description:
      'The objects with these ids, in the same order; null where there is none. At most 100 ids.',
    args: { ids: t.arg.idList({ required: true, description: 'Ids of the objects.' }) },
    complexity: costOfNodes,
    resolve: (_, { ids }, context, info) => Promise.all(ids.map((id) => load(context, id, info))),
  }),
}));
