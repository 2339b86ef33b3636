import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { schema } from '../../schema/index.ts';
import { hostileJson, Verbatim } from './hostile.ts';
import type { ValueGenerator } from './value-generator.ts';

/** Documents that the schema allows, but for a hostile value here and there. */

const DEEPEST = 4;
const HOSTILE_VALUE = 0.03;

type Slot = GraphQLArgument | GraphQLInputField;

export interface Asked {
  query: string;
  variables: Record<string, unknown>;
}

export class DocumentGrammar {
  readonly #generator: ValueGenerator;
  #variables: { name: string; type: string; value: unknown }[] = [];
  #fragments: string[] = [];
  #root = '';

  constructor(generator: ValueGenerator) {
    this.#generator = generator;
  }

  document(): Asked {
    const { random } = this.#generator;
    this.#variables = [];
    this.#fragments = [];
    const kind = random.chance(0.45) ? 'mutation' : 'query';
    const root = kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
    // What is deleted cannot be hurt any more.
    const fields = Object.values(root?.getFields() ?? {}).filter(
      ({ name }) => !name.startsWith('delete') || random.chance(0.2),
    );
    const roots = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, (_, index) => {
      const field = random.pick(fields);
      this.#root = field.name;
      return `${index === 0 ? '' : `root${index}: `}${this.#field(field, DEEPEST)}`;
    });
    const declared = this.#variables.map(({ name, type }) => `$${name}: ${type}`).join(', ');
    const head =
      random.chance(0.3) || declared ? `${kind} ${declared ? `Fuzz(${declared})` : ''}` : kind;
    return {
      query: [`${head} { ${roots.join(' ')} }`, ...this.#fragments].join(' '),
      variables: Object.fromEntries(this.#variables.map(({ name, value }) => [name, value])),
    };
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const { random } = this.#generator;
    const args = random.chance(0.9) ? this.#sensible(field.args) : field.args;
    const passed = args.map((arg) => `${arg.name}: ${this.#argument(arg)}`).join(', ');
    const directive = random.chance(0.03)
      ? random.pick([' @include(if: true)', ' @skip(if: false)', ' @skip(if: true)'])
      : '';
    return `${field.name}${passed ? `(${passed})` : ''}${directive}${this.#selection(getNamedType(field.type), depth)}`;
  }

  #sensible(args: readonly GraphQLArgument[]): GraphQLArgument[] {
    const { random } = this.#generator;
    const name = random.pick(['id', 'code']);
    const isLookup =
      args.length === 2 && args.every((arg) => arg.name === 'id' || arg.name === 'code');
    if (isLookup) return args.filter((arg) => arg.name === name);
    const end = random.pick(['first', 'last', 'filter', 'orderBy']);
    return args.filter((arg) => {
      if (isRequired(arg)) return true;
      return /^(first|last|after|before)$/.test(arg.name) ? arg.name === end : random.chance(0.3);
    });
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const { random } = this.#generator;
    if (isLeafType(type)) return '';
    if (isAbstractType(type)) {
      const members = schema.getPossibleTypes(type).filter(() => random.chance(0.7));
      return ` { __typename ${members.map((member) => `... on ${member.name}${this.#selection(member, depth)}`).join(' ')} }`;
    }
    if (!isObjectType(type)) return '';
    const fields = Object.values(type.getFields()).filter(
      ({ type }) => depth > 1 || isLeafType(getNamedType(type)),
    );
    const chosen = fields.filter(() => random.chance(depth === DEEPEST ? 0.5 : 0.35));
    const names = chosen.map(
      (field, index) =>
        // One name for two fields of the members of a union clashes where their types differ.
        `${/^(type|code|name)$/.test(field.name) || random.chance(0.1) ? `${field.name}Of${type.name}${index}: ` : ''}${this.#field(field, depth - 1)}`,
    );
    const selection = `{ ${['__typename', ...names].join(' ')} }`;
    if (!random.chance(0.04)) return ` ${selection}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${selection}`);
    return ` { ...${name} }`;
  }

  #argument(arg: GraphQLArgument): string {
    const { random } = this.#generator;
    const value = this.#value(arg.type, arg);
    if (!random.chance(0.3)) return literal(value, arg.type);
    const name = `v${this.#variables.length}`;
    this.#variables.push({ name, type: String(arg.type), value });
    return `$${name}`;
  }

  #value(type: GraphQLInputType, slot: Slot): unknown {
    const { random } = this.#generator;
    if (isNonNullType(type)) return this.#value(type.ofType, slot);
    if (random.chance(HOSTILE_VALUE)) return new Verbatim(hostileJson(random));
    if (isListType(type))
      return Array.from({ length: random.pick([0, 1, 2, 3, random.chance(0.05) ? 101 : 1]) }, () =>
        this.#value(type.ofType, slot),
      );
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter((field) => isRequired(field) || random.chance(0.3))
          .map((field) => [field.name, this.#value(field.type, field)]),
      );
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    return this.#scalar(type.name, slot.name);
  }

  #scalar(type: string, name: string): unknown {
    const generator = this.#generator;
    switch (type) {
      case 'ID':
        return generator.id(name, this.#root);
      case 'Int':
      case 'Float':
      case 'RateAmount':
      case 'Quantity':
        return generator.wholeNumber(name);
      case 'Boolean':
        return generator.flag();
      case 'JSONObject':
        return generator.object();
      case 'CurrencyCode':
        return generator.text('currency');
      case 'CountryCode':
        return generator.text('country');
      case 'DateTime':
        return generator.text('expiresAt');
      default:
        return generator.text(name, this.#root);
    }
  }
}

const isRequired = ({ type, defaultValue }: Slot): boolean =>
  isNonNullType(type) && defaultValue === undefined;

const literal = (value: unknown, type: GraphQLInputType): string => {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (value instanceof Verbatim) return value.text;
  if (isEnumType(type)) return String(value);
  if (isListType(type) && Array.isArray(value))
    return `[${value.map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(', ')}]`;
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const members = Object.entries(value).map(
    ([key, member]) => `${key}: ${literal(member, fields[key]?.type ?? type)}`,
  );
  return `{${members.join(', ')}}`;
};
