import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { arrange, type Ids, type Noun, nouns } from './arrangement.ts';
import { mutationOf, onEveryGateway } from './client.ts';

type Taken = readonly (GraphQLArgument | GraphQLInputField)[];
/** The names on the way from a root field to an id; the one entry of a list is no step of its own. */
type Path = string[];

/** Ids that nothing has. */
const unknown: Ids = {
  plan: `pln_${'z'.repeat(26)}`,
  price: `pp_${'z'.repeat(26)}`,
  feature: `ftr_${'z'.repeat(26)}`,
  planGroup: `plg_${'z'.repeat(26)}`,
  apiKey: `key_${'z'.repeat(26)}`,
};

const bare = (type: GraphQLInputType): GraphQLInputType =>
  isNonNullType(type) || isListType(type) ? bare(type.ofType) : type;

const pathsToIds = (taken: Taken): Path[] =>
  taken.flatMap(({ name, type }) => {
    const inner = bare(type);
    if (isInputObjectType(inner)) return pathsToIds(Object.values(inner.getFields())).map((path) => [name, ...path]);
    return String(inner) === 'ID' ? [[name]] : [];
  });

/** What the last name of a path says that the id is of; of a root field's own `id`, the field says it. */
const nounsAt = (field: string, path: Path): readonly Noun[] => {
  const name = path.at(-1);
  const noun = nouns.find((noun) => name === `${noun}Id` || name === `${noun}Ids` || (name === 'id' && field === noun));
  if (noun) return [noun];
  return field === 'revokeApiKey' || field === 'rotateApiKey' ? ['apiKey'] : ['plan', 'price', 'feature', 'planGroup'];
};

const places = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
  Object.values(root?.getFields() ?? {}).flatMap(({ name, args }) =>
    pathsToIds(args).flatMap((path) =>
      nounsAt(name, path).map((noun) => ({ root: root?.name, field: name, path: path.join('.'), noun })),
    ),
  ),
);

const scalars: Record<string, unknown> = {
  String: 'some',
  Int: 1,
  Float: 1,
  Boolean: true,
  CurrencyCode: 'eur',
  RateAmount: 1,
  Quantity: 1,
};

/** Values for what is required and what lies on the path: our own ids, and at its end the one in question. Names are changes. */
const samplesFor = (taken: Taken, path: Path, id: string, ours: Ids): Record<string, unknown> =>
  Object.fromEntries(
    taken
      .filter(({ name, type }) => isNonNullType(type) || name === path[0] || name === 'name')
      .map(({ name, type }) => [name, sampleFor(name, type, name === path[0] ? path.slice(1) : undefined, id, ours)]),
  );

const sampleFor = (name: string, type: GraphQLInputType, rest: Path | undefined, id: string, ours: Ids): unknown => {
  if (isNonNullType(type)) return sampleFor(name, type.ofType, rest, id, ours);
  if (isListType(type)) return [sampleFor(name, type.ofType, rest, id, ours)];
  if (isInputObjectType(type)) return samplesFor(Object.values(type.getFields()), rest ?? [], id, ours);
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (type.name !== 'ID') return scalars[type.name];
  const noun = nouns.find((noun) => name === `${noun}Id`);
  return rest || !noun ? id : ours[noun];
};

const callOf = ({ root, field, path }: (typeof places)[number], id: string, ours: Ids) => {
  const found = (root === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields()[field];
  if (!found) throw new Error(`${root} has no field ${field}`);
  const variables = samplesFor(found.args, path.split('.'), id, ours);
  if (root === 'Mutation') return { document: mutationOf(field), variables };
  const used = found.args.filter(({ name }) => name in variables);
  const type = getNamedType(found.type);
  const selection = isObjectType(type) && type.getFields().totalCount ? 'totalCount' : '__typename';
  const document = `query(${used.map(({ name, type }) => `$${name}: ${type}`)}) {
    ${field}(${used.map(({ name }) => `${name}: $${name}`)}) { ${selection} }
  }`;
  return { document, variables };
};

onEveryGateway('an id of another tenant', (client) => {
  const answerTo = async (place: (typeof places)[number], id: string, ours: Ids) => {
    const { document, variables } = callOf(place, id, ours);
    const { headers: _, ...answer } = await client().answer(document, variables);
    return answer;
  };
  const sandboxOf = async (): Promise<Catalogue> => {
    const { world } = client();
    const { viewer } = await client().data('{ viewer { organization { name } } }');
    return new Catalogue(world, await world.tenantOf(viewer.organization.name, 'sandbox'));
  };

  it.each(places)('answers as an unknown one: $root $field by $path of a $noun', async (place) => {
    const ours = await arrange(client().catalogue);
    const strangers = [await newCatalogue(client().world), await sandboxOf()];
    const missing = await client().changesNothing(() => answerTo(place, unknown[place.noun], ours));
    expect(missing.status).toBe(200);
    for (const stranger of strangers) {
      const theirs = await arrange(stranger);
      const before = await stranger.contents();
      expect(await client().changesNothing(() => answerTo(place, theirs[place.noun], ours))).toEqual(missing);
      expect(await stranger.contents()).toEqual(before);
    }
    expect(await answerTo(place, ours[place.noun], ours)).not.toEqual(missing);
  });

  it('is asked for wherever an id can be', () => {
    expect(places.length).toBeGreaterThan(35);
    expect(new Set(places.map(({ noun }) => noun))).toEqual(new Set(nouns));
  });

  describe('counts for codes as well', () => {
    it('which name nothing either', async () => {
      const { catalogue } = client();
      const { plan } = await arrange(catalogue);
      const stranger = await newCatalogue(client().world);
      await stranger.plan({ code: 'theirs' });
      await stranger.feature({ code: 'theirs' });
      expect(
        await client().data(
          `query($plan: ID!) {
            plan(code: "theirs") { id }
            feature(code: "theirs") { id }
            plans(filter: { codes: ["theirs"], visibility: ALL }) { totalCount }
            node(id: $plan) { ... on Plan { feature(code: "theirs") { enabled } } }
          }`,
          { plan },
        ),
      ).toEqual({ plan: null, feature: null, plans: { totalCount: 0 }, node: { feature: null } });
      const input = { featureId: 'theirs' };
      expect(await client().mutate('addPlanFeature', { planId: plan, input })).toEqual(
        await client().mutate('addPlanFeature', { planId: plan, input: { featureId: 'nobodys' } }),
      );
    });

    it('which are free here', async () => {
      const stranger = await newCatalogue(client().world);
      await stranger.plan({ code: 'same' });
      await stranger.feature({ code: 'same', name: 'Same' });
      expect(await client().mutate('createPlan', { input: { name: 'P', code: 'same' } }, 'code')).toMatchObject({
        code: 'same',
      });
      expect(
        await client().mutate('createFeature', { input: { name: 'Same', code: 'same', type: 'USAGE' } }, 'code'),
      ).toMatchObject({ code: 'same' });
    });
  });

  it('is in no list', async () => {
    const ours = await arrange(client().catalogue);
    await arrange(await newCatalogue(client().world));
    await arrange(await sandboxOf());
    const ids = '{ totalCount nodes { id } }';
    expect(await client().data(`{ plans${ids} features${ids} planGroups${ids} apiKeys { totalCount } }`)).toEqual({
      plans: { totalCount: 1, nodes: [{ id: ours.plan }] },
      features: { totalCount: 1, nodes: [{ id: ours.feature }] },
      planGroups: { totalCount: 1, nodes: [{ id: ours.planGroup }] },
      apiKeys: { totalCount: 2 },
    });
  });
});
