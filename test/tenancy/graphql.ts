import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../schema/index.ts';
import { type Ids, type Noun, nouns } from '../graphql/arrangement.ts';
import { mutationOf } from '../graphql/client.ts';
import { holdsCodes, holdsIds, isAlwaysGiven, type Operation, type Slot } from './operation.ts';

/** Every root field as an operation, found by introspection. */

type Root = 'Query' | 'Mutation';
type RootField = GraphQLField<unknown, unknown>;
type Taken = readonly (GraphQLArgument | GraphQLInputField)[];

const nodes: readonly Noun[] = [
  'plan',
  'price',
  'feature',
  'planGroup',
  'section',
  'market',
  'changeSet',
];

/** Slots whose name does not tell of what they hold an id. */
const told: Record<string, readonly Noun[]> = {
  'node.id': nodes,
  'nodes.ids': nodes,
  'plan.id': ['plan'],
  'plan.code': ['plan'],
  'plans.filter.codes': ['plan'],
  'feature.id': ['feature'],
  'feature.code': ['feature'],
  'planGroup.id': ['planGroup'],
  'planGroup.code': ['planGroup'],
  'createPlan.input.basedOnPlanId': ['plan'],
  'updatePlan.input.basedOnPlanId': ['plan'],
  'featureSection.id': ['section'],
  'featureSection.code': ['section'],
  'market.id': ['market'],
  'market.code': ['market'],
  'changeSet.id': ['changeSet'],
  ...Object.fromEntries(
    ['apply', 'schedule', 'unschedule', 'revert', 'discard'].map((name) => [
      `${name}ChangeSet.id`,
      ['changeSet' as const],
    ]),
  ),
  'revokeApiKey.id': ['apiKey'],
  'rotateApiKey.id': ['apiKey'],
  'auditLog.filter.objectId': nouns,
  'setFeatureLimits.input.limits.perFeatureId': ['feature'],
  'pricingPage.group': ['planGroup'],
  'pricingPage.plans': ['plan'],
  'estimate.group': ['planGroup'],
  'estimate.plans': ['plan'],
  'estimate.usage.feature': ['feature'],
  'setTranslation.objectId': ['plan', 'feature', 'planGroup', 'section'],
};

/** Texts that name nothing yet: codes of what a mutation creates. */
const isNewCode = (root: Root, name: string) => root === 'Mutation' && name === 'code';

const bare = (type: GraphQLInputType): GraphQLInputType =>
  isNonNullType(type) || isListType(type) ? bare(type.ofType) : type;

/** Of what a field holds an id, where its name says it. */
const nounOf = (name: string): Noun | undefined => {
  if (name === 'inheritsFromPriceId') return 'price';
  if (name === 'group') return 'planGroup';
  return nouns.find((noun) => [noun, `${noun}Id`, `${noun}Ids`].includes(name));
};

const nounsAt = (field: string, path: readonly string[]): readonly Noun[] => {
  const place = [field, ...path].join('.');
  const noun = nounOf(path.at(-1) ?? '');
  const known = told[place] ?? (noun && [noun]);
  if (!known)
    throw new Error(
      `test/tenancy/graphql.ts does not know of what ${place} holds an id: add it to \`told\``,
    );
  return known;
};

const pathsToIds = (root: Root, taken: Taken): string[][] =>
  taken.flatMap(({ name, type }) => {
    const inner = bare(type);
    if (isInputObjectType(inner))
      return pathsToIds(root, Object.values(inner.getFields())).map((path) => [name, ...path]);
    const isCode = holdsCodes(name) && !isNewCode(root, name);
    return String(inner) === 'ID' || holdsIds(name) || isCode ? [[name]] : [];
  });

const slotsOf = (root: Root, { name, args }: RootField): Slot[] =>
  pathsToIds(root, args).map((path) => ({ path, nouns: nounsAt(name, path) }));

const scalars: Record<string, unknown> = {
  String: 'some',
  Int: 1,
  Float: 1,
  Boolean: true,
  CurrencyCode: 'eur',
  CountryCode: 'DE',
  Locale: 'de',
  RateAmount: 1,
  Quantity: 1,
  DateTime: '2100-01-01T00:00:00Z',
};

interface Place {
  path: readonly string[];
  id: string;
}

/** Of two arguments that exclude each other, one has to be there. */
const isGivenInstead = (name: string, at: Place | undefined): boolean =>
  name === 'group' && at?.path[0] !== 'plans';

const samples = (taken: Taken, ours: Ids, at?: Place): Record<string, unknown> =>
  Object.fromEntries(
    taken
      .filter(
        ({ name, type }) =>
          isNonNullType(type) ||
          isAlwaysGiven(name) ||
          isGivenInstead(name, at) ||
          at?.path[0] === name,
      )
      .map(({ name, type }) => [
        name,
        sample(
          name,
          type,
          ours,
          at?.path[0] === name ? { path: at.path.slice(1), id: at.id } : undefined,
        ),
      ]),
  );

const sample = (name: string, type: GraphQLInputType, ours: Ids, at?: Place): unknown => {
  if (isNonNullType(type)) return sample(name, type.ofType, ours, at);
  if (isListType(type)) return [sample(name, type.ofType, ours, at)];
  if (isInputObjectType(type)) {
    const taken = Object.values(type.getFields());
    // Of prices, only variants have a name.
    const ofAll = taken.filter(
      (field) => type.name !== 'UpdatePlanPriceInput' || field.name !== 'name',
    );
    return samples(ofAll, ours, at);
  }
  if (at) return at.id;
  // Our plan has a monthly price already.
  if (isEnumType(type)) return type.getValues().at(-1)?.name;
  const noun = nounOf(name);
  return type.name === 'ID' ? ((noun && ours[noun]) ?? ours.apiKey) : scalars[type.name];
};

const selectionOf = ({ type }: RootField): string => {
  const named = getNamedType(type);
  return isObjectType(named) && named.getFields().totalCount
    ? 'totalCount nodes { __typename }'
    : '__typename';
};

const queryOf = (field: RootField, variables: Record<string, unknown>): string => {
  const used = field.args.filter(({ name }) => name in variables);
  const declared = used.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  return used.length > 0
    ? `query(${declared}) { ${field.name}(${passed}) { ${selectionOf(field)} } }`
    : `{ ${field.name} { ${selectionOf(field)} } }`;
};

const needsOf = (root: Root, { description }: RootField): Operation['needs'] => {
  const text = description ?? '';
  if (/needs the scope admin or audit/i.test(text)) return 'audit';
  if (/needs the scope admin/i.test(text)) return 'admin';
  return root === 'Mutation' ? 'write' : 'read';
};

const operationOf = (root: Root, field: RootField): Operation => ({
  title: `${root === 'Query' ? 'query' : 'mutation'} ${field.name}`,
  writes: root === 'Mutation',
  needs: needsOf(root, field),
  slots: slotsOf(root, field),
  request: (ours, at) => {
    const { slot, id } = at ?? {};
    const variables = samples(
      field.args,
      ours,
      slot && id !== undefined ? { path: slot.path, id } : undefined,
    );
    const query = root === 'Mutation' ? mutationOf(field.name) : queryOf(field, variables);
    return {
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    };
  },
});

const roots = { Query: schema.getQueryType(), Mutation: schema.getMutationType() };

export const graphqlOperations: Operation[] = (['Query', 'Mutation'] as const).flatMap((root) =>
  Object.values(roots[root]?.getFields() ?? {}).map((field) => operationOf(root, field)),
);

/** Arguments of fields below the roots that hold ids: the matrix does not reach them. */
export const nestedIdArguments: string[] = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .filter((type) => !type.name.startsWith('__') && type !== roots.Query && type !== roots.Mutation)
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap(({ name, args }) =>
      pathsToIds('Query', args).map((path) => `${type.name}.${name}(${path.join('.')})`),
    ),
  );
