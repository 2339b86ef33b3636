import { type GraphQLField, getNamedType, isUnionType } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { Mode, Scope } from '../../src/vocabulary.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine, type World } from '../engines.ts';
import { Gateway, type GraphqlAnswer, keyOf } from '../gateway.ts';

type Variables = Record<string, unknown>;

const rootField = (root: 'Query' | 'Mutation', name: string): GraphQLField<unknown, unknown> => {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const field = type?.getFields()[name];
  if (!field) throw new Error(`${root} has no field ${name}`);
  return field;
};

// A feature has a type of its own, which clients tell from the error's by an alias, too.
const ERROR = `... on Error { errorType: type code message param docUrl }
  ... on ValidationError { details { field message } }`;

/** A document with one mutation whose arguments are all variables. */
export const mutationOf = (name: string, selection = '__typename'): string => {
  const { args, type } = rootField('Mutation', name);
  const union = getNamedType(type);
  const [changed] = isUnionType(union)
    ? union.getTypes().filter(({ name }) => !name.endsWith('Error'))
    : [];
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return `mutation(${declared}) {
    ${name}(${passed}) { __typename ... on ${changed?.name} { ${selection} } ${ERROR} }
  }`;
};

/** A client of the real server, with a key to a catalogue of its own. */
export class Client {
  readonly world: World;
  readonly gateway: Gateway;
  readonly catalogue: Catalogue;
  readonly key: string;

  private constructor(world: World, gateway: Gateway, catalogue: Catalogue, key: string) {
    this.world = world;
    this.gateway = gateway;
    this.catalogue = catalogue;
    this.key = key;
  }

  static async open(
    world: World,
    gateway: Gateway,
    mode?: Mode,
    baseCurrency?: string,
  ): Promise<Client> {
    const catalogue = await newCatalogue(world, mode, baseCurrency);
    return new Client(world, gateway, catalogue, await keyOf(world, catalogue.tenant));
  }

  /** The same catalogue by another key. */
  async as(scope: Scope): Promise<Client> {
    const { world, gateway, catalogue } = this;
    return new Client(world, gateway, catalogue, await keyOf(world, catalogue.tenant, scope));
  }

  /** The same key at another server. */
  through(gateway: Gateway): Client {
    return new Client(this.world, gateway, this.catalogue, this.key);
  }

  answer(
    document: string,
    variables?: Variables,
    headers?: Record<string, string>,
  ): Promise<GraphqlAnswer> {
    return this.gateway.graphql(this.key, document, variables, headers);
  }

  /** What a query without any error finds. */
  async data(document: string, variables?: Variables): Promise<GraphqlAnswer['data']> {
    const { status, data, errors } = await this.answer(document, variables);
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    return data;
  }

  /** The extensions of the only error of a request. */
  async refusal(document: string, variables?: Variables): Promise<GraphqlAnswer['errors']> {
    const { errors } = await this.answer(document, variables);
    expect(errors).toHaveLength(1);
    return errors[0].extensions;
  }

  /** What a mutation answers: the selection of what it changed, or an error of its union. */
  async mutate(name: string, args: Variables, selection?: string): Promise<GraphqlAnswer['data']> {
    return (await this.data(mutationOf(name, selection), args))[name];
  }

  /** The texts of the statements that the work makes the database run. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    return this.world.statementsOf(work);
  }

  /** The work leaves all that is stored for the tenant as it was. */
  async changesNothing<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = await this.catalogue.contents();
    const result = await work();
    expect(await this.catalogue.contents()).toEqual(before);
    return result;
  }
}

/** Runs a suite once on each engine, on one server, each test with a catalogue of its own. */
export const onEveryGateway = (
  title: string,
  suite: (client: () => Client) => void,
  environment: Record<string, string> = {},
): void =>
  onEveryEngine(title, (world) => {
    let gateway: Gateway;
    let client: Client;
    beforeAll(async () => {
      gateway = await Gateway.start(world(), environment);
    });
    beforeEach(async () => {
      client = await Client.open(world(), gateway);
    });
    afterAll(() => gateway.close());
    suite(() => client);
  });
