import { type RawBuilder, sql } from 'kysely';

/**
 * A table declared once. From its fields follow the type of the record, the columns, how rows
 * become records and back, and what the public sees instead of a value.
 */

/** How a value of a record is stored. */
interface Codec<Value, Stored> {
  decode(stored: Stored): Value;
  encode(value: Value): Stored;
}

interface ColumnOptions<Value> {
  /** What the public reads instead. Undefined where it reads the value. */
  forPublic?: ((column: string) => RawBuilder<unknown>) | undefined;
  /** The public is not told the value, nor that it changes. */
  isSecret?: boolean;
  /** Stored for queries and rules: no part of the record. */
  isInternal?: boolean;
  /** Of a new row, unless the writer says otherwise. */
  initial?: Value | undefined;
  isNullable?: boolean;
}

class Column<Value, Stored, Internal extends boolean = false> {
  declare readonly internal: Internal;
  readonly codec: Codec<Value, Stored> | undefined;
  readonly options: ColumnOptions<Value>;

  constructor(codec?: Codec<Value, Stored>, options: ColumnOptions<Value> = {}) {
    this.codec = codec;
    this.options = options;
  }

  nullable(): Column<Value | null, Stored | null, Internal> {
    const { codec } = this;
    return new Column<Value | null, Stored | null, Internal>(
      codec && {
        decode: (stored) => (stored === null ? null : codec.decode(stored)),
        encode: (value) => (value === null ? null : codec.encode(value)),
      },
      { ...this.options, isNullable: true },
    );
  }

  /** The public reads `shown` instead. */
  secret(shown: RawBuilder<unknown>): Column<Value, Stored, Internal> {
    return new Column(this.codec, { ...this.options, forPublic: () => shown, isSecret: true });
  }

  /** The public reads an expression instead, made from the qualified name of the column. */
  publicly(expression: (column: string) => RawBuilder<unknown>): Column<Value, Stored, Internal> {
    return new Column(this.codec, { ...this.options, forPublic: expression });
  }

  /** No part of the record. Without `initial` the writer has to say the value of a new row. */
  asInternal(initial?: Value): Column<Value, Stored, true> {
    return new Column<Value, Stored, true>(this.codec, {
      ...this.options,
      isInternal: true,
      initial,
    });
  }
}

type AnyColumn = Column<unknown, unknown, boolean>;

/** Several columns that are one member of the record; their names begin with its name. */
class Group<Fields extends Record<string, AnyColumn>, Absent extends boolean> {
  declare readonly absent: Absent;
  readonly fields: Fields;
  /** The member is null where this column is. */
  readonly presence: string | undefined;

  constructor(fields: Fields, presence?: string) {
    this.fields = fields;
    this.presence = presence;
  }
}

type AnyGroup = Group<Record<string, AnyColumn>, boolean>;
export type Fields = Readonly<Record<string, AnyColumn | AnyGroup>>;

export const text = <Value extends string = string>() => new Column<Value, Value>();
/** ISO 8601, UTC, milliseconds. */
export const time = () => new Column<string, string>();
export const integer = () => new Column<number, number>();
/** A safe integer in rate scale. */
export const amount = () => new Column<number, number>();
/** As rows hold it: the engines have no boolean in common. */
export const asFlag = (value: boolean): Flag => (value ? 1 : 0);
export const flag = () =>
  new Column<boolean, Flag>({ decode: (stored) => stored === 1, encode: asFlag });
export const json = <Value>() =>
  new Column<Value, string>({
    decode: (stored) => JSON.parse(stored),
    encode: (value) => JSON.stringify(value),
  });
/** The shortest decimal that stands for the number, e.g. `0.92`. */
export const decimal = () => new Column<number, string>({ decode: Number, encode: String });
/** Null is stored as a word, so that foreign keys can carry the value along. */
export const textOr = <Value extends string, Word extends string>(word: Word) =>
  new Column<Value | null, Value | Word>({
    decode: (stored) => (stored === word ? null : (stored as Value)),
    encode: (value) => value ?? word,
  });

/** Null is stored as a number behind all others, so that it is sorted last. */
export const integerOr = (last: number) =>
  new Column<number | null, number>({
    decode: (stored) => (stored === last ? null : stored),
    encode: (value) => value ?? last,
  });

export const group = <const Members extends Record<string, AnyColumn>>(members: Members) =>
  new Group<Members, false>(members);
/** Null as a whole where the column of `presence` is. */
export const optionalGroup = <const Members extends Record<string, AnyColumn>>(
  members: Members,
  presence: keyof Members & string,
) => new Group<Members, true>(members, presence);

export type Flag = 0 | 1;

type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : Name;

type ValueOf<Field> =
  Field extends Column<infer Value, infer _Stored, infer _Internal> ? Value : never;
type StoredOf<Field> =
  Field extends Column<infer _Value, infer Stored, infer _Internal> ? Stored : never;
type MemberOf<Field> =
  Field extends Group<infer Members, infer Absent>
    ? { [Name in keyof Members]: ValueOf<Members[Name]> } | (Absent extends true ? null : never)
    : ValueOf<Field>;
type Shown<Of extends Fields> = {
  [Name in keyof Of as Of[Name] extends Column<infer _V, infer _S, true> ? never : Name]: Of[Name];
};
type GroupColumns<Name extends string, Field> =
  Field extends Group<infer Members, infer Absent>
    ? {
        [Member in keyof Members & string as `${Snake<Name>}_${Snake<Member>}`]:
          | StoredOf<Members[Member]>
          | (Absent extends true ? null : never);
      }
    : never;
type Merged<Union> = (Union extends unknown ? (of: Union) => void : never) extends (
  of: infer All,
) => void
  ? All
  : never;
type GroupRows<Of extends Fields> = Merged<
  { [Name in keyof Of & string]: GroupColumns<Name, Of[Name]> }[keyof Of & string]
>;
type Flat<Type> = { [Name in keyof Type]: Type[Name] };

/** What the domain reads and writes. */
export type RecordOf<Declared> = Declared extends { readonly fields: infer Of extends Fields }
  ? Flat<{ [Name in keyof Shown<Of>]: MemberOf<Of[Name & keyof Of]> }>
  : never;
/** The record with what is stored only. */
export type ImageOf<Declared> = Declared extends { readonly fields: infer Of extends Fields }
  ? Flat<{ [Name in keyof Of]: MemberOf<Of[Name]> }>
  : never;
/** A row as SQL has it, without its tenant. */
export type RowOf<Declared> = Declared extends { readonly fields: infer Of extends Fields }
  ? Flat<
      {
        [Name in keyof Of & string as Of[Name] extends AnyColumn ? Snake<Name> : never]: StoredOf<
          Of[Name]
        >;
      } & ([GroupRows<Of>] extends [never] ? unknown : GroupRows<Of>)
    >
  : never;

export const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A column of a table and where its value stands in the record. */
interface Leaf {
  readonly column: string;
  readonly path: readonly [string] | readonly [string, string];
  readonly field: AnyColumn;
}

/** What a column holds for a member of an image; null for all of a group that is absent. */
const storedValue = ({ path: [, inner], field: { codec } }: Leaf, member: unknown): unknown => {
  if (inner !== undefined && member === null) return null;
  const value = inner === undefined ? member : (member as Readonly<Record<string, unknown>>)[inner];
  return codec ? codec.encode(value) : value;
};

const leavesOf = (fields: Fields): Leaf[] =>
  Object.entries(fields).flatMap(([name, field]): Leaf[] =>
    field instanceof Column
      ? [{ column: snake(name), path: [name], field }]
      : Object.entries(field.fields).map(([member, inner]) => ({
          column: `${snake(name)}_${snake(member)}`,
          path: [name, member],
          field: inner,
        })),
  );

/** A member of an image, and where it is stored. */
export interface Member {
  readonly name: string;
  readonly columns: readonly string[];
  /** The public sees neither the member nor that it changes. */
  readonly isHidden: boolean;
  readonly isNullable: boolean;
}

const membersOf = (fields: Fields): Member[] =>
  Object.entries(fields).map(([name, field]) => ({
    name,
    columns: leavesOf({ [name]: field }).map(({ column }) => column),
    isHidden:
      field instanceof Column && (field.options.isInternal || field.options.isSecret) === true,
    isNullable: field instanceof Column && field.options.isNullable === true,
  }));

const NAME = /^[a-z][a-zA-Z0-9]*$/;

/** Throws where the functions that are made of the text of the fields would be wrong. */
const checkFields = (fields: Fields): void => {
  const columns = new Set<string>();
  for (const { column, path, field } of leavesOf(fields)) {
    for (const name of path) if (!NAME.test(name)) throw new Error(`${name} is no name`);
    if (columns.has(column)) throw new Error(`the column ${column} is declared twice`);
    columns.add(column);
    if (path.length > 1 && (field.options.isInternal || field.options.isSecret))
      throw new Error(`${path[0]} has a member that is secret or no part of the record`);
  }
};

type Codecs = readonly (Codec<unknown, unknown> | undefined)[];

/**
 * Makes functions of text: an object literal with all its members costs less than one that is
 * filled name by name, about 5 % of a small query (docs/performance.md). The text holds names of
 * the declaration only.
 */
const compiled = (parameter: string, expression: string, codecs: Codecs) =>
  new Function('codecs', `return (${parameter}) => (${expression});`)(codecs);

const decoderText = (
  fields: Fields,
  leaves: readonly Leaf[],
  stored: (leaf: number) => string,
): string => {
  const decoded = (leaf: number): string =>
    leaves[leaf]?.field.codec ? `codecs[${leaf}].decode(${stored(leaf)})` : stored(leaf);
  const placeOf = (name: string, member?: string): number =>
    leaves.findIndex(({ path }) => path[0] === name && path[1] === member);
  const members = Object.entries(fields).flatMap(([name, field]) => {
    if (field instanceof Column) {
      const leaf = placeOf(name);
      return leaf < 0 ? [] : [`${name}: ${decoded(leaf)}`];
    }
    const names = Object.keys(field.fields);
    const object = names.map((member) => `${member}: ${decoded(placeOf(name, member))}`);
    const { presence } = field;
    const orNull =
      presence === undefined ? '' : `${stored(placeOf(name, presence))} === null ? null : `;
    return [`${name}: ${orNull}{ ${object.join(', ')} }`];
  });
  return `{ ${members.join(', ')} }`;
};

const encoderText = (fields: Fields, leaves: readonly Leaf[]): string =>
  leaves
    .map(({ column, path: [name, member], field }, leaf) => {
      const group = fields[name];
      const value = member === undefined ? `image.${name}` : `image.${name}.${member}`;
      const encoded = field.codec ? `codecs[${leaf}].encode(${value})` : value;
      const isOptional = group instanceof Group && group.presence !== undefined;
      return `${column}: ${isOptional ? `image.${name} === null ? null : ` : ''}${encoded}`;
    })
    .join(', ');

export class Table<Name extends string, Of extends Fields> {
  readonly name: Name;
  readonly fields: Of;
  /** Names of the members that tell rows of a tenant apart. */
  readonly key: readonly (keyof Of & string)[];
  readonly #leaves: readonly Leaf[];
  readonly #shown: readonly Leaf[];
  /** Of the members that are stored only. */
  readonly #initial: Readonly<Record<string, unknown>>;
  /** A record from the values of its columns, in the order of `tuple`. */
  readonly decode: (values: readonly unknown[]) => RecordOf<this>;
  /** A record with what is stored only, from a row. */
  readonly image: (row: RowOf<this>) => ImageOf<this>;
  readonly row: (image: ImageOf<this>) => RowOf<this>;
  /** The record of an image. */
  readonly record: (image: ImageOf<this>) => RecordOf<this>;
  readonly members: readonly Member[];

  constructor(name: Name, fields: Of, key: readonly (keyof Of & string)[] = ['id']) {
    checkFields(fields);
    this.name = name;
    this.fields = fields;
    this.key = key;
    this.#leaves = leavesOf(fields);
    this.#shown = this.#leaves.filter(({ field }) => !field.options.isInternal);
    this.#initial = Object.fromEntries(
      this.#leaves.flatMap(({ path, field: { options } }) =>
        options.isInternal ? [[path[0], options.initial ?? null]] : [],
      ),
    );
    const codecsOf = (leaves: readonly Leaf[]) => leaves.map(({ field }) => field.codec);
    this.decode = compiled(
      'values',
      decoderText(fields, this.#shown, (leaf) => `values[${leaf}]`),
      codecsOf(this.#shown),
    );
    const columnAt = (leaf: number) => `row.${this.#leaves[leaf]?.column}`;
    this.image = compiled(
      'row',
      decoderText(fields, this.#leaves, columnAt),
      codecsOf(this.#leaves),
    );
    this.row = compiled(
      'image',
      `{ ${encoderText(fields, this.#leaves)} }`,
      codecsOf(this.#leaves),
    );
    const shown = Object.keys(fields).filter((name) =>
      this.#shown.some(({ path }) => path[0] === name),
    );
    this.record = compiled(
      'image',
      `{ ${shown.map((name) => `${name}: image.${name}`).join(', ')} }`,
      [],
    );
    this.members = membersOf(fields);
  }

  /** All columns but the tenant's. */
  get columns(): readonly string[] {
    return this.#leaves.map(({ column }) => column);
  }

  get keyColumns(): readonly string[] {
    return this.key.map(snake);
  }

  /** The columns of a record, as an audience reads them. */
  tuple(audience: 'all' | 'public', alias: string = this.name): RawBuilder<unknown>[] {
    return this.#shown.map(({ column, field: { options } }) => {
      const qualified = `${alias}.${column}`;
      return audience === 'public' && options.forPublic
        ? options.forPublic(qualified)
        : sql.ref(qualified);
    });
  }

  /** All columns as the public reads them from `alias`, some in another way. */
  publicColumns(alias: string, instead: Readonly<Record<string, RawBuilder<unknown>>> = {}) {
    const shown = this.#leaves.map(({ column, field: { options } }) => {
      const qualified = `${alias}.${column}`;
      const value = instead[column] ?? options.forPublic?.(qualified) ?? sql.ref(qualified);
      return sql`${value} as ${sql.ref(column)}`;
    });
    return sql.join([sql.ref(`${alias}.tenant_id`), ...shown]);
  }

  /** The columns whose values differ, with those of `after`. Members that are the same are not encoded. */
  difference(before: ImageOf<this>, after: ImageOf<this>): [column: string, value: unknown][] {
    const [was, is] = [before, after] as Readonly<Record<string, unknown>>[];
    const changed: [string, unknown][] = [];
    for (const leaf of this.#leaves) {
      const [name] = leaf.path;
      if (was?.[name] === is?.[name]) continue;
      const value = storedValue(leaf, is?.[name]);
      if (storedValue(leaf, was?.[name]) !== value) changed.push([leaf.column, value]);
    }
    return changed;
  }

  /** A new row's image: the record, with the first values of what is stored only. */
  fresh(record: RecordOf<this>, internals: Partial<ImageOf<this>> = {}): ImageOf<this> {
    return Object.assign({}, record, this.#initial, internals) as ImageOf<this>;
  }
}
