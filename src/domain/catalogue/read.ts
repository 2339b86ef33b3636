import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  Scalar,
  visit,
} from 'yaml';
import { z } from 'zod';
import { ApiError, type ErrorDetail, MOST_ERRORS, ValidationError } from '../../errors.ts';
import { nearest } from '../../spelling.ts';
import { type CatalogueFile, catalogueLevel } from './document.ts';
import { type Decimal, decimals, type Level } from './level.ts';
import { takeTurn } from './turns.ts';

/** The largest file, in bytes. */
export const LONGEST_FILE = 1_048_576;
/** Characters that are parsed in one turn, up to the end of their line. */
const CHARACTERS_A_TURN = 16_384;
/** Deeper than metadata may be, far below what the parser can follow. */
const DEEPEST = 40;

/** Where something stands in the text, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface ReadCatalogue {
  file: CatalogueFile;
  /** Of the object or member with this path, else of the nearest object around it. */
  positionOf(path: string): Position;
}

/**
 * Reads a catalogue file: YAML, of which JSON is a part. Throws a ValidationError that names path,
 * line and column of what is wrong.
 */
export const readCatalogue = (text: string): ReadCatalogue => {
  refuseLong(text);
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const { file, positionOf } = new FileReader({ tokens, lines, length: text.length });
  return { file, positionOf };
};

export const readCatalogueFile = (text: string): CatalogueFile => readCatalogue(text).file;

/** The same, in turns with the work of others. */
export const readInTurns = async (text: string): Promise<CatalogueFile> => {
  refuseLong(text);
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (let start = 0; start < text.length; ) {
    const lineBreak = text.indexOf('\n', start + CHARACTERS_A_TURN);
    const end = lineBreak < 0 ? text.length : lineBreak + 1;
    tokens.push(...parser.parse(text.slice(start, end), end < text.length));
    await takeTurn();
    start = end;
  }
  return new FileReader({ tokens, lines, length: text.length }).file;
};

const refuseLong = (text: string): void => {
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST_FILE)
    throw new ApiError(
      'payload_too_large',
      `A catalogue file has at most ${LONGEST_FILE} bytes; this one has ${bytes}.`,
    );
};

/** What the parser has found in a text. */
interface Tokens {
  tokens: readonly CST.Token[];
  lines: LineCounter;
  length: number;
}

/** Looks without recursion at what the parser has found, before anything follows it down. */
export const isTooDeep = (tokens: readonly CST.Token[]): boolean => {
  const open = tokens.map((token): { token: CST.Token | null | undefined; depth: number } => ({
    token,
    depth: 0,
  }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) return true;
    if (!token) continue;
    if (token.type === 'document') open.push({ token: token.value, depth });
    else if ('items' in token)
      for (const { key, value } of token.items)
        open.push({ token: key, depth: depth + 1 }, { token: value, depth: depth + 1 });
  }
  return false;
};

const coreTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

type Value = Node | null | undefined;

class FileReader {
  readonly file: CatalogueFile;
  readonly #lines: LineCounter;
  readonly #positions = new Map<string, number>();
  readonly #faults: ErrorDetail[] = [];

  constructor({ tokens, lines, length }: Tokens) {
    this.#lines = lines;
    if (isTooDeep(tokens)) throw new ValidationError([fault('', 'is nested too deeply')]);
    // Looking for repeated keys takes the square of their number; `#pairs` takes their number.
    const options = { prettyErrors: false, uniqueKeys: false, version: '1.2' } as const;
    const [document, second] = new Composer(options).compose(tokens, true, length);
    if (second) this.#refuse('', 'must be one document', second.range[0]);
    if (!document) throw new ValidationError([fault('', 'must not be empty')]);
    for (const { message, pos } of document.errors.slice(0, 1))
      this.#refuse('', lowerFirst(message.split('\n')[0] ?? ''), pos[0]);
    if (this.#faults.length === 0)
      visit(document, {
        Node: (_key, node) => {
          if (isAlias(node) || node.anchor !== undefined)
            this.#refuse('', 'must not use anchors and aliases', node.range?.[0] ?? 0);
          else if (node.tag !== undefined && !coreTags.has(node.tag))
            this.#refuse('', 'must not use tags', node.range?.[0] ?? 0);
          return this.#faults.length > 0 ? visit.BREAK : undefined;
        },
      });
    if (this.#faults.length > 0) throw new ValidationError(this.#faults);
    const { contents } = document;
    // Levels give each member the type that its schema has.
    this.file = (isMap(contents) ? this.#entry(catalogueLevel, contents, []) : {}) as CatalogueFile;
    if (!isMap(contents)) this.#refuse('', 'must be a map that begins with `catalogue: 1`', 0);
    else if (this.file.catalogue == null)
      this.#refuse('catalogue', 'must be 1, the version of the format', 0);
    if (this.#faults.length > 0) throw new ValidationError(this.#faults);
  }

  readonly positionOf = (path: string): Position => {
    for (let known = path; known !== ''; known = known.slice(0, known.lastIndexOf('.'))) {
      const offset = this.#positions.get(known);
      if (offset !== undefined) return this.#position(offset);
      if (!known.includes('.')) break;
    }
    return { line: 1, column: 1 };
  };

  /** An object of a level, or null where one is taken away. */
  #entry(level: Level, node: Value, path: readonly string[]): object | null {
    if (isMissing(node)) return null;
    const { short } = level;
    if (!isMap(node)) {
      if (short) return { [short.member]: this.#member(level, short.member, node, path) };
      this.#refuse(pathOf(path), 'must be a map', startOf(node));
      return null;
    }
    const entry: Record<string, unknown> = {};
    const isRoot = path.length === 0;
    for (const { name, value, at } of this.#pairs(node, path)) {
      const place = [...path, name];
      this.#positions.set(place.join('.'), at);
      const child = Object.hasOwn(level.children, name) ? level.children[name] : undefined;
      if (child) entry[name] = this.#map(child, value, place);
      else if (Object.hasOwn(level.members, name))
        entry[name] = isMissing(value) ? null : this.#member(level, name, value, place);
      else if (!(isRoot && name === '$schema')) this.#refuseKey(level, place, at);
    }
    return entry;
  }

  #map(level: Level, node: Value, path: readonly string[]): Map<string, object | null> {
    const map = new Map<string, object | null>();
    if (isMissing(node)) return map;
    if (!isMap(node)) {
      this.#refuse(pathOf(path), 'must be a map', startOf(node));
      return map;
    }
    for (const { name, value, at } of this.#pairs(node, path)) {
      const place = [...path, name];
      this.#positions.set(place.join('.'), at);
      const checked = level.key.safeParse(name);
      if (!checked.success) this.#refuse(pathOf(place), messageOf(checked.error), at);
      map.set(name, this.#entry(level, value, place));
    }
    return map;
  }

  #member(level: Level, name: string, node: Value, path: readonly string[]): unknown {
    const schema = level.members[name];
    const before = this.#faults.length;
    const value = schema && this.#value(schema, node, path);
    if (!schema || this.#faults.length > before) return undefined;
    const checked = z.safeParse(schema, withoutNulls(schema, value));
    if (checked.success) return value;
    for (const issue of checked.error.issues) {
      const place = [...path, ...issue.path.map(String)];
      this.#refuse(pathOf(place), messageOf({ issues: [issue] }), this.#startOf(node, issue.path));
    }
    return undefined;
  }

  /** A value as its schema wants it: decimals exactly, everything else as YAML says it. */
  #value(schema: z.core.$ZodType, node: Value, path: readonly string[]): unknown {
    const inner = innerOf(schema);
    const decimal = decimals.get(inner as z.ZodType);
    if (decimal) return this.#decimal(decimal, node, path);
    if (inner instanceof z.ZodObject && isMap(node)) {
      const object: Record<string, unknown> = {};
      for (const { name, value, at } of this.#pairs(node, path)) {
        const place = [...path, name];
        const member = Object.hasOwn(inner.shape, name) ? inner.shape[name] : undefined;
        if (member && isMissing(value)) object[name] = null;
        else if (member) object[name] = this.#value(member, value, place);
        else this.#refuse(pathOf(place), unknownKey(name, Object.keys(inner.shape)), at);
      }
      return object;
    }
    if (inner instanceof z.ZodArray && isSeq(node))
      return node.items.map((item, index) => {
        const value = this.#value(inner.element, item as Node, [...path, String(index)]);
        return inner.element instanceof z.ZodObject ? withoutNulls(inner.element, value) : value;
      });
    if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return textOf(node);
    return this.#plain(node, path);
  }

  /** As JavaScript has it, for metadata, numbers and flags. */
  #plain(node: Value, path: readonly string[]): unknown {
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.#plain(item as Node, path));
    if (!isMap(node)) return null;
    const object = {};
    // An own member even where it is called `__proto__`.
    for (const { name, value } of this.#pairs(node, path))
      Object.defineProperty(object, name, {
        value: this.#plain(value, path),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return object;
  }

  #decimal({ places, isText }: Decimal, node: Value, path: readonly string[]): unknown {
    const written = isScalar(node) ? writtenAs(node) : '';
    if (isText && !/^[\d.]+$/.test(written)) return written;
    const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(written) ?? [];
    const refuse = (message: string) => {
      this.#refuse(pathOf(path), message, startOf(node));
      return undefined;
    };
    if (whole === undefined)
      return refuse('must be a number that is not negative, written in digits, such as 15.99');
    const digits = fraction.replace(/0+$/, '');
    if (digits.length > places) return refuse(`must have at most ${places} decimals`);
    if (isText) return `${BigInt(whole)}${digits === '' ? '' : `.${digits}`}`;
    const scaled = BigInt(whole + digits.padEnd(places, '0'));
    if (scaled > BigInt(Number.MAX_SAFE_INTEGER)) return refuse('is too large');
    return Number(scaled);
  }

  /** The pairs of a map, each key once. */
  *#pairs(
    node: { items: Pair[] },
    path: readonly string[],
  ): Generator<{ name: string; value: Value; at: number }> {
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const at = startOf(key as Value);
      if (!isScalar(key)) {
        this.#refuse(pathOf(path), 'must have texts as keys', at);
        continue;
      }
      const name = writtenAs(key);
      if (seen.has(name)) this.#refuse(pathOf([...path, name]), 'is there twice', at);
      else yield { name, value: value as Value, at };
      seen.add(name);
    }
  }

  #refuseKey({ members, children, type }: Level, path: readonly string[], at: number): void {
    const names = [...Object.keys(members), ...Object.keys(children)];
    this.#refuse(pathOf(path), unknownKey(path.at(-1) ?? '', names, type), at);
  }

  #refuse(path: string, message: string, at: number): void {
    const { line, column } = this.#position(at);
    this.#faults.push(fault(path, `${message} (line ${line}, column ${column})`));
    // Nobody reads more of them, and to find the key that was meant takes its time.
    if (this.#faults.length === MOST_ERRORS) throw new ValidationError(this.#faults);
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #startOf(node: Value, path: readonly PropertyKey[]): number {
    let found = node;
    for (const step of path) {
      if (isMap(found))
        found = found.items.find(({ key }) => isScalar(key) && writtenAs(key) === step)
          ?.value as Value;
      else if (isSeq(found)) found = found.items[Number(step)] as Value;
    }
    return startOf(found ?? node);
  }
}

const fault = (path: string, message: string): ErrorDetail => ({
  field: path === '' ? 'document' : path,
  message,
});

const pathOf = (path: readonly string[]): string => path.join('.');

const startOf = (node: Value): number => node?.range?.[0] ?? 0;

const isMissing = (node: Value): boolean =>
  node == null || (isScalar(node) && node.value === null && node.type === Scalar.PLAIN);

/** What is null in a group of members is taken away. In a list there is nothing to take it from. */
const withoutNulls = (schema: z.core.$ZodType, value: unknown): unknown => {
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    members.map(([name, member]) => [name, withoutNulls(innerOf(schema.shape[name]), member)]),
  );
};

const innerOf = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional ? schema.unwrap() : schema;

/** The text of a scalar, as it stands in the file where it has no quotes. */
const writtenAs = (node: Scalar): string =>
  node.type === Scalar.PLAIN && node.source !== undefined ? node.source : String(node.value);

/** A text without quotes may look like a number. */
const textOf = (node: Value): unknown => {
  if (!isScalar(node)) return undefined;
  return typeof node.value === 'boolean' ? node.value : writtenAs(node);
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const unknownKey = (name: string, names: readonly string[], type?: string): string => {
  const meant = nearest(name, names);
  const hint =
    meant && meant.distance <= 2 ? `: did you mean ${meant.word}?` : `: it has ${names.join(', ')}`;
  return `is no key of ${type === undefined ? 'this map' : `a ${type}`}${hint}`;
};

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

const messageOf = ({ issues: [issue] }: { issues: readonly z.core.$ZodIssue[] }): string => {
  if (issue?.code === 'invalid_type' && kinds[issue.expected])
    return `must be ${kinds[issue.expected]}`;
  if (issue?.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue?.message ?? 'is not valid';
};
