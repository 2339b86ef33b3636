import { createHash } from 'node:crypto';
import {
  Document,
  isCollection,
  isMap,
  type Node,
  type Scalar,
  type ScalarTag,
  visit,
  type YAMLSeq,
} from 'yaml';
import { z } from 'zod';
import type { CatalogueChange } from '../../db/tables.ts';
import type { JsonObject, JsonValue } from '../../vocabulary.ts';
import { levelOf } from './compare.ts';
import { type Catalogue, type CatalogueFile, catalogueLevel } from './document.ts';
import { type AnyEntry, type Decimal, decimals, type Level } from './level.ts';
import { inTurns } from './turns.ts';

/** Prints catalogues. The same catalogue gives the same bytes. */

/** A number as it stands in a file: exactly. */
class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const decimalText = (value: unknown, { places }: Decimal): string => {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`;
};

/** A value of a member as the file has it. */
const printableValue = (schema: z.core.$ZodType | undefined, value: unknown): unknown => {
  if (schema instanceof z.ZodOptional) return printableValue(schema.unwrap(), value);
  if (value == null) return null;
  const decimal = schema && decimals.get(schema as z.ZodType);
  if (decimal?.isText) return value === 'unlimited' ? value : new ExactNumber(String(value));
  if (decimal) return new ExactNumber(decimalText(value, decimal));
  if (schema instanceof z.ZodObject) {
    const given = value as AnyEntry;
    const names = Object.keys(schema.shape).filter((name) => given[name] !== undefined);
    return new Map(names.map((name) => [name, printableValue(schema.shape[name], given[name])]));
  }
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => printableValue(schema.element, item));
  return value;
};

const printableEntry = (level: Level, entry: AnyEntry | null): unknown => {
  if (entry === null) return null;
  const { short, members, children } = level;
  const printed = new Map<string, unknown>();
  for (const [name, schema] of Object.entries(members))
    if (entry[name] !== undefined) printed.set(name, printableValue(schema, entry[name]));
  for (const [name, child] of Object.entries(children)) {
    const map = entry[name];
    if (!(map instanceof Map) || map.size === 0) continue;
    printed.set(name, new Map([...map].map(([key, each]) => [key, printableEntry(child, each)])));
  }
  return short?.isCanonical && printed.has(short.member) ? printed.get(short.member) : printed;
};

const exactNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value: unknown) => value instanceof ExactNumber,
  stringify: ({ value }: Scalar) => (value instanceof ExactNumber ? value.text : String(value)),
  resolve: (text: string) => text,
};

const isPlain = (item: unknown): boolean => !isCollection(item);

/** Lists of plain values and tiers stand in one line. */
const inOneLine = (list: YAMLSeq): boolean =>
  list.items.every(isPlain) || list.items.every((item) => isMap(item) && item.items.length < 4);

const yaml = (printed: unknown): string => {
  const document = new Document(printed, null, {
    customTags: (tags) => [exactNumber, ...tags],
    aliasDuplicateObjects: false,
    version: '1.2',
  });
  visit(document, {
    Map: (_key, node) => {
      if (node.items.length === 0) node.flow = true;
    },
    Seq: (_key, node) => {
      if (!inOneLine(node)) return;
      for (const item of node.items) if (isMap(item as Node)) (item as YAMLSeq).flow = true;
      if (node.items.every(isPlain)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
};

type Printed = ReadonlyMap<string, unknown>;

/** What a catalogue says of itself, and then object by object. */
function* partsOf(
  catalogue: Catalogue | CatalogueFile,
): Generator<
  { members: Printed } | { map: string; isFirst: boolean; key: string; entry: unknown }
> {
  const { members, children } = catalogueLevel;
  const own = Object.entries(members).flatMap(([name, schema]): [string, unknown][] => {
    const value = (catalogue as AnyEntry)[name];
    return value === undefined ? [] : [[name, printableValue(schema, value)]];
  });
  yield { members: new Map(own) };
  for (const [map, child] of Object.entries(children)) {
    let isFirst = true;
    const entries: ReadonlyMap<string, AnyEntry | null> = new Map(
      (catalogue as AnyEntry)[map] as ReadonlyMap<string, AnyEntry | null> | undefined,
    );
    for (const [key, entry] of entries) {
      yield { map, isFirst, key, entry: printableEntry(child, entry) };
      isFirst = false;
    }
  }
}

/** The lines of YAML, object by object. */
function* yamlParts(
  catalogue: Catalogue | CatalogueFile,
  schemaUrl: string | undefined = undefined,
): Generator<string> {
  for (const part of partsOf(catalogue)) {
    if ('members' in part) {
      const { members } = part;
      const head = new Map([...(schemaUrl ? [['$schema', schemaUrl] as const] : []), ...members]);
      if (head.size > 0) yield yaml(head);
      continue;
    }
    const { map, isFirst, key, entry } = part;
    const text = yaml(new Map([[map, new Map([[key, entry]])]]));
    yield isFirst ? text : text.slice(text.indexOf('\n') + 1);
  }
}

export const printYaml = (
  catalogue: Catalogue | CatalogueFile,
  schemaUrl: string | undefined = undefined,
): string => [...yamlParts(catalogue, schemaUrl)].join('');

const json = (value: unknown, indent: string | undefined, depth = ''): string => {
  if (value instanceof ExactNumber) return value.text;
  const isMapped = value instanceof Map;
  if (!isMapped && !Array.isArray(value))
    return typeof value === 'object' && value !== null
      ? json(new Map(Object.entries(value)), indent, depth)
      : JSON.stringify(value);
  const inner = depth + (indent ?? '');
  const parts = isMapped
    ? [...value].map(
        ([name, member]) =>
          `${JSON.stringify(name)}:${indent ? ' ' : ''}${json(member, indent, inner)}`,
      )
    : value.map((item) => json(item, indent, inner));
  const [open, close] = isMapped ? '{}' : '[]';
  if (parts.length === 0 || indent === undefined) return `${open}${parts.join()}${close}`;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${depth}${close}`;
};

/** The same JSON object by object, with line breaks where it is indented. */
function* jsonParts(
  catalogue: Catalogue | CatalogueFile,
  indent: string | undefined,
  schemaUrl: string | undefined = undefined,
): Generator<string> {
  const line = (depth: number) => (indent === undefined ? '' : `\n${indent.repeat(depth)}`);
  const colon = indent === undefined ? ':' : ': ';
  const inner = (depth: number) => (indent === undefined ? '' : indent.repeat(depth));
  let open = false;
  let isFirst = true;
  yield '{';
  for (const part of partsOf(catalogue)) {
    if ('members' in part) {
      const { members } = part;
      for (const [name, value] of [
        ...(schemaUrl ? [['$schema', schemaUrl] as const] : []),
        ...members,
      ]) {
        yield `${isFirst ? '' : ','}${line(1)}${JSON.stringify(name)}${colon}${json(value, indent, inner(1))}`;
        isFirst = false;
      }
      continue;
    }
    const { map, key, entry } = part;
    if (part.isFirst) {
      yield `${open ? `${line(1)}}` : ''}${isFirst ? '' : ','}${line(1)}${JSON.stringify(map)}${colon}{`;
      open = true;
      isFirst = false;
    }
    yield `${part.isFirst ? '' : ','}${line(2)}${JSON.stringify(key)}${colon}${json(entry, indent, inner(2))}`;
  }
  yield `${open ? `${line(1)}}` : ''}${line(0)}}`;
}

export const printJson = (
  catalogue: Catalogue | CatalogueFile,
  schemaUrl: string | undefined = undefined,
): string => `${[...jsonParts(catalogue, '  ', schemaUrl)].join('')}\n`;

/** The same, in turns with the work of others. */
export const printInTurns = async (
  catalogue: Catalogue,
  format: 'yaml' | 'json',
): Promise<string> => {
  const parts: string[] = [];
  await inTurns(format === 'yaml' ? yamlParts(catalogue) : jsonParts(catalogue, '  '), (part) =>
    parts.push(part),
  );
  return `${parts.join('')}${format === 'json' ? '\n' : ''}`;
};

/** A number where JavaScript has it exactly, else its text. */
const shownNumber = ({ text }: ExactNumber): JsonValue =>
  String(Number(text)) === text ? Number(text) : text;

const shownValue = (value: unknown): JsonValue => {
  if (value instanceof ExactNumber) return shownNumber(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]) => [name, shownValue(member)]));
  if (Array.isArray(value)) return value.map(shownValue);
  // What a level has is JSON.
  return value as JsonValue;
};

/** The own members of an object as the file has them, from the image of a change. */
const shownMembers = (path: string, image: JsonObject): JsonObject => {
  const level = levelOf(path.split('.'));
  if (!level || !isKey(path)) return image;
  return Object.fromEntries(
    Object.entries(level.members)
      .filter(([name]) => image[name] !== undefined)
      .map(([name, schema]) => [name, shownValue(printableValue(schema, image[name]))]),
  );
};

/** A change with members as the file has them. */
export const shownChange = (change: CatalogueChange): CatalogueChange => ({
  ...change,
  before: change.before && shownMembers(change.path, change.before),
  after: change.after && shownMembers(change.path, change.after),
});

/** The path of an object, and not of a map. */
const isKey = (path: string): boolean => path.split('.').length % 2 === 0;

/** Of the content alone: without ids and times. */
export const hashOfCatalogue = async (catalogue: Catalogue): Promise<string> => {
  const hash = createHash('sha256');
  await inTurns(jsonParts(catalogue, undefined), (part) => hash.update(part));
  return hash.digest('hex');
};
