import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../schema/index.ts';

/**
 * Walks the whole schema by what it says of itself: documents that lead to every field, with every
 * value that is known.
 */

/** Values to ask with. */
export interface Known {
  ids: readonly string[];
  codes: readonly string[];
}

type AnyField = GraphQLField<unknown, unknown>;

/** A page that has more room than the lists have objects, and does not cost too much. */
const PAGE = 'first: 10';

/** Steps within which all is asked for at once, and those that are taken one by one. */
const NEAR = 1;
const FAR = 3;
/** From pages and estimates, whose parts have no ids to go on from. */
const FARTHER = 4;

/** GraphQL literals of the type, each worth a try. A type that is new to this walk is a failure. */
const literals = (name: string, wrapped: GraphQLInputType, known: Known): string[] => {
  const type = getNullableType(wrapped);
  const texts = (values: readonly string[]) => values.map((value) => JSON.stringify(value));
  if (isListType(type)) return [`[${literals(name, type.ofType, known).join(', ')}]`];
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  // All that is used has to be there.
  if (type.name === 'UsageInput')
    return [`{ feature: ${JSON.stringify(known.codes[0])}, quantity: 3 }`];
  if (isInputObjectType(type)) return objects(Object.values(type.getFields()), known);
  if (type.name === 'ID') return texts(known.ids);
  if (type.name === 'String') return texts([...known.codes, ...known.ids.slice(0, 1)]);
  if (type.name === 'Locale') return ['"de-DE"'];
  if (type.name === 'CurrencyCode') return ['"eur"'];
  if (type.name === 'CountryCode') return ['"DE"'];
  if (type.name === 'Boolean') return ['true', 'false'];
  if (type.name === 'Int' || type.name === 'Quantity') return ['100'];
  throw new Error(`the walk has no value of the type ${type.name}, for ${name}`);
};

type Taken = GraphQLArgument | GraphQLInputField;

const isRequired = ({ type, defaultValue }: Taken): boolean =>
  isNonNullType(type) && defaultValue === undefined;

/** The required members together, and each optional one in addition, with each of its values. */
const members = (taken: readonly Taken[], known: Known, always = ''): string[] => {
  const values = (member: Taken) =>
    literals(member.name, member.type, known).map((value) => `${member.name}: ${value}`);
  const required = taken.filter(isRequired);
  const optional = taken.filter((member) => !isRequired(member));
  const base = required.reduce<string[]>(
    (sets, member) => sets.flatMap((set) => values(member).map((value) => `${set} ${value}`)),
    [always],
  );
  return [
    ...base,
    ...optional.flatMap((member) => values(member).map((value) => `${base[0]} ${value}`)),
  ];
};

/** Where a list shows public plans only unless it is told otherwise, it is told so. */
const objects = (taken: readonly GraphQLInputField[], known: Known): string[] => {
  const visibility = taken.find(({ name }) => name === 'visibility');
  const rest = taken.filter((member) => member !== visibility);
  return members(rest, known, visibility ? 'visibility: ALL' : '').map((set) => `{ ${set} }`);
};

/** The pages of a list are on no way to anywhere else. */
const stepsTo = ({ type }: AnyField): number =>
  /(Connection|Edge)$/.test(getNamedType(type).name) ? 0 : 1;

const called = (argumentSet: string): string =>
  argumentSet.trim() === '' ? '' : `(${argumentSet})`;

export type IsOpen = (type: string, field: string) => boolean;

export interface Step {
  field: string;
  document: string;
}

/**
 * A document for each way to call each field of Query, and one for each way on from an object that
 * has an id.
 */
export class Walk {
  /** Fields that a document asks for, as `Type.field`. */
  readonly reached = new Set<string>();
  readonly steps: Step[];
  readonly #known: Known;
  /** For fields inside others. */
  readonly #few: Known;
  readonly #isOpen: IsOpen;

  constructor(known: Known, isOpen: IsOpen) {
    this.#known = known;
    this.#few = { ids: known.ids.slice(0, 1), codes: known.codes };
    this.#isOpen = isOpen;
    const roots = this.#fieldsOf(schema.getQueryType());
    this.steps = roots.flatMap((field) =>
      this.#surroundings(getNamedType(field.type)).flatMap((around) => this.#calls(field, around)),
    );
    const nodes = roots.find(({ name }) => name === 'nodes');
    if (!nodes) throw new Error('Query has no field nodes');
    for (const way of this.#ways(getNamedType(nodes.type), FAR))
      this.steps.push(...this.#calls(nodes, way));
    for (const field of roots.filter(({ args }) => args.some(({ name }) => name === 'plans')))
      for (const way of this.#ways(getNamedType(field.type), FARTHER)) {
        const ofPlans = members(field.args, this.#known).find((set) => / plans: /.test(set)) ?? '';
        this.steps.push({
          field: field.name,
          document: `{ ${field.name}${called(ofPlans)} ${way} }`,
        });
      }
  }

  #calls(field: AnyField, inner: string): Step[] {
    this.reached.add(`Query.${field.name}`);
    return members(field.args, this.#known).map((set) => ({
      field: field.name,
      document: `{ ${field.name}${called(set)} ${inner} }`,
    }));
  }

  #fieldsOf(type: GraphQLNamedType | null | undefined): AnyField[] {
    if (!isObjectType(type)) throw new Error(`the walk finds no fields in ${type?.name}`);
    const open = Object.values(type.getFields()).filter(({ name }) =>
      this.#isOpen(type.name, name),
    );
    return open;
  }

  #arguments({ args }: AnyField): string[] {
    const isPaged = args.some(({ name }) => name === 'first');
    return members(args.filter(isRequired), this.#few, isPaged ? PAGE : '');
  }

  /** The field in each way to call it, the first under its own name. */
  #everyWay(type: GraphQLNamedType, field: AnyField, inner: string): string {
    this.reached.add(`${type.name}.${field.name}`);
    const sets = this.#arguments(field);
    return sets
      .map(
        (set, n) => `${n === 0 ? '' : `${field.name}${n}: `}${field.name}${called(set)} ${inner}`,
      )
      .join(' ');
  }

  #oneWay(type: GraphQLNamedType, field: AnyField, inner: string): string {
    this.reached.add(`${type.name}.${field.name}`);
    const [set = ''] = this.#arguments(field);
    return `${field.name}${called(set)} ${inner}`;
  }

  /** Kinds have fields of one name and different types: each is asked about by itself. */
  #surroundings(type: GraphQLNamedType): string[] {
    if (!isAbstractType(type)) return [this.#around(type, NEAR)];
    return schema
      .getPossibleTypes(type)
      .map((kind) => `{ ... on ${kind.name} ${this.#around(kind, NEAR)} }`);
  }

  /** All at once: what lies within some steps of a type. */
  #around(type: GraphQLNamedType, steps: number): string {
    if (isLeafType(type)) return '';
    const near = this.#fieldsOf(type).filter(
      ({ type }) => steps > 0 || isLeafType(getNamedType(type)),
    );
    const asked = near.map((field) =>
      this.#oneWay(type, field, this.#around(getNamedType(field.type), steps - stepsTo(field))),
    );
    return `{ __typename ${asked.join(' ')} }`;
  }

  /** One by one: every way on from a type, with all values at its end. */
  #ways(type: GraphQLNamedType, steps: number): string[] {
    if (steps === 0) return [];
    if (isAbstractType(type))
      return schema
        .getPossibleTypes(type)
        .flatMap((kind) => this.#ways(kind, steps).map((way) => `{ ... on ${kind.name} ${way} }`));
    const on = this.#fieldsOf(type).filter(({ type }) => !isLeafType(getNamedType(type)));
    return on.flatMap((field) => {
      const next = getNamedType(field.type);
      const further = this.#ways(next, steps - 1).map((way) => this.#oneWay(type, field, way));
      return [this.#everyWay(type, field, this.#around(next, 0)), ...further].map(
        (way) => `{ ${way} }`,
      );
    });
  }
}
