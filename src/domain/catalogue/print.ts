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
import type { JsonObject, JsonValue } from '../../vocabulary.ts';
import { levelOf } from './compare.ts';
import { type Catalogue, type CatalogueFile, catalogueLevel } from './document.ts';
import { type AnyEntry, type Decimal, decimals, type Level } from './level.ts';

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

export const printYaml = (
  catalogue: Catalogue | CatalogueFile,
  schemaUrl: string | undefined = undefined,
): string => {
  const printed = printableEntry(catalogueLevel, catalogue);
  const all =
    schemaUrl !== undefined && printed instanceof Map
      ? new Map([['$schema', schemaUrl], ...printed])
      : printed;
  const document = new Document(all, null, {
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

export const printJson = (
  catalogue: Catalogue | CatalogueFile,
  schemaUrl: string | undefined = undefined,
): string => {
  const printed = printableEntry(catalogueLevel, catalogue);
  const all =
    schemaUrl !== undefined && printed instanceof Map
      ? new Map([['$schema', schemaUrl], ...printed])
      : printed;
  return `${json(all, '  ')}\n`;
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
export const shownMembers = (path: string, image: JsonObject): JsonObject => {
  const level = levelOf(path.split('.'));
  if (!level || !isKey(path)) return image;
  return Object.fromEntries(
    Object.entries(level.members)
      .filter(([name]) => image[name] !== undefined)
      .map(([name, schema]) => [name, shownValue(printableValue(schema, image[name]))]),
  );
};

/** The path of an object, and not of a map. */
const isKey = (path: string): boolean => path.split('.').length % 2 === 0;

/** Of the content alone: without ids and times. */
export const hashOfCatalogue = (catalogue: Catalogue): string =>
  createHash('sha256')
    .update(json(printableEntry(catalogueLevel, catalogue), undefined))
    .digest('hex');
