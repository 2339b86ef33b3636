import { z } from 'zod';
import { digitsOf } from '../../currencies.ts';
import { levelOf } from '../../domain/catalogue/compare.ts';
import { decimals } from '../../domain/catalogue/level.ts';
import { type Colours, printable, quoted } from '../terminal.ts';
import type { Change } from './access.ts';
import type { CurrencyAt, Side } from './currencies.ts';

/** Changes as people read them: object by object, old and new values side by side. */

type Members = NonNullable<Change['before']>;
type Value = Members[string];

const signs: Readonly<Record<Change['kind'], Sign>> = { create: '+', update: '~', delete: '-' };
type Sign = '+' | '~' | '-';

const amountText = (value: Value, currency: string | undefined): string => {
  if (currency === undefined) return String(value);
  const [whole = '', fraction = ''] = String(value).split('.');
  const digits = fraction.padEnd(digitsOf(currency), '0');
  return `${whole}${digits === '' ? '' : `.${digits}`} ${currency}`;
};

const isGroup = (value: Value | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In a list, a text without blanks needs no quotes to be told from the next. */
const wordOf = (value: Value): string =>
  typeof value === 'string' && /^\S+$/.test(value) ? printable(value) : leafText(value);

const leafText = (value: Value): string => {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(wordOf).join(', ')}]`;
  return printable(JSON.stringify(value));
};

const tierText = (tier: Value, currency: string | undefined): string => {
  if (!isGroup(tier)) return leafText(tier);
  const { upTo, unitPrice = 0, flatPrice } = tier;
  const end = upTo === undefined ? 'beyond' : `up to ${upTo}`;
  const flat = flatPrice === undefined ? '' : ` and ${amountText(flatPrice, currency)} once`;
  return `${end}: ${amountText(unitPrice, currency)}${flat}`;
};

const textOf = (
  schema: z.core.$ZodType | undefined,
  value: Value,
  currency: string | undefined,
): string => {
  const decimal = schema && decimals.get(schema as z.ZodType);
  if (decimal?.isText) return String(value);
  if (decimal) return decimal.places === 2 ? `${value} %` : amountText(value, currency);
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodObject && Array.isArray(value))
    return `[${value.map((tier) => tierText(tier, currency)).join(', ')}]`;
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return String(value);
  return leafText(value);
};

/** Every value of an object under its name; groups of members are followed down. */
const valuesOf = (
  shape: Readonly<Record<string, z.core.$ZodType>>,
  members: Members | null,
  currency: string | undefined,
): Map<string, string> => {
  const values = new Map<string, string>();
  const add = (name: string, schema: z.core.$ZodType | undefined, value: Value): void => {
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (!isGroup(value)) return void values.set(name, textOf(inner, value, currency));
    const members = inner instanceof z.ZodObject ? inner.shape : {};
    for (const [key, member] of Object.entries(value))
      add(`${name}.${printable(key)}`, members[key], member);
    if (Object.keys(value).length === 0) values.set(name, '{}');
  };
  for (const [name, value] of Object.entries(members ?? {})) add(name, shape[name], value);
  return values;
};

interface Line {
  sign: Sign;
  text: string;
}

/** The path of what belongs to an object, within it. */
const within = (group: string, path: string): string => path.slice(group.length + 1);

const linesOf = (group: string, change: Change, currencyAt: CurrencyAt): Line[] => {
  const { kind, path, before, after } = change;
  const shape = levelOf(path.split('.'))?.members ?? {};
  const valuesOn = (side: Side, members: Members | null) =>
    valuesOf(shape, members, currencyAt(path, side));
  const [old, now] = [valuesOn('before', before), valuesOn('after', after)];
  const place = within(group, path);
  const lines = [...new Set([...old.keys(), ...now.keys()])].flatMap((name): Line[] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was === is) return [];
    const member = place === '' ? name : `${place}.${name}`;
    if (was === undefined) return [{ sign: '+', text: `${member}: ${is}` }];
    if (is === undefined) return [{ sign: '-', text: `${member}: ${was}` }];
    return [{ sign: '~', text: `${member}: ${was} -> ${is}` }];
  });
  return lines.length > 0 || place === '' ? lines : [{ sign: signs[kind], text: place }];
};

/** Deletions come last, and what belongs to an object before the object. */
const inFileOrder = (changes: readonly Change[]): Change[] => [
  ...changes.filter(({ kind }) => kind !== 'delete'),
  ...changes.filter(({ kind }) => kind === 'delete').reverse(),
];

const groupOf = ({ path }: Change): string => path.split('.').slice(0, 2).join('.');

export const printDifferences = (
  changes: readonly Change[],
  currencyAt: CurrencyAt,
  colours: Colours,
): string => {
  const paint = { '+': colours.created, '-': colours.deleted, '~': colours.updated };
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const group = groups.get(groupOf(change));
    if (group) group.push(change);
    else groups.set(groupOf(change), [change]);
  }
  const print = (group: string, own: readonly Change[]): string => {
    const kind = own.find(({ path }) => path === group)?.kind ?? 'update';
    const sign = signs[kind];
    return [
      colours.heading(paint[sign](`${sign} ${printable(group)}`)),
      ...inFileOrder(own)
        .flatMap((change) => linesOf(group, change, currencyAt))
        .map(({ sign, text }) => paint[sign](`  ${sign} ${text}`)),
    ].join('\n');
  };
  return [...groups].map(([group, own]) => print(group, own)).join('\n\n');
};

/** `1 object to create, 2 to change`. */
export const countsOf = (changes: readonly Change[]): string => {
  const parts = (['create', 'update', 'delete'] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} to ${kind === 'update' ? 'change' : kind}`];
  });
  return parts
    .join(', ')
    .replace(/^(\d+)/, (count) => `${count} object${count === '1' ? '' : 's'}`);
};
