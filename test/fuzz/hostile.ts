import type { Random } from '../model/random.ts';

/** What nobody should send. */

const deep = (levels: number, open: string, close: string) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

const texts = [
  '',
  ' ',
  'a\0b',
  '\ud800',
  '\udc00\ud800',
  '\u202e',
  '\ufeff',
  '\uffff',
  'ﬁ İ ẞ 💶 日本 é',
  '👩‍👩‍👧‍👦'.repeat(30),
  'x'.repeat(256),
  'x'.repeat(5_000),
  "'; drop table plan; --",
  '" or 1=1 --',
  '%',
  '_',
  '%00',
  '../../..',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$' + '{7*7}',
  '<script>alert(1)</script>',
  'null',
  'a\r\nb',
  '\\',
  '\u2028',
  '1e400',
];

const numbers = [
  '1e400',
  '-1e400',
  '1e-400',
  '-0',
  '-1',
  '0.1',
  '1.5',
  '1E5',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '123456789012345678901234567890',
  '0.1e-7',
  `1${'0'.repeat(400)}`,
  `0.${'3'.repeat(400)}`,
];

const structures = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"a":null}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3,"length":-1,"then":1}',
  '{"":1}',
  '{"a":1,"a":2}',
  '{"toJSON":"x"}',
  deep(6, '[', ']'),
  deep(200, '[', ']'),
  deep(200, '{"a":', '}'),
  deep(3_000, '[', ']'),
  `[${'1,'.repeat(500)}1]`,
  `{${Array.from({ length: 60 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
];

export const hostileText = (random: Random): string => random.pick(texts);

/** JSON of any kind, as text. */
export const hostileJson = (random: Random): string =>
  random.pick([
    () => JSON.stringify(hostileText(random)),
    () => random.pick(numbers),
    () => random.pick(structures),
  ])();

/** JSON that is written as it stands here. */
export class Verbatim {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const jsonText = (value: unknown): string => {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
    .join(',')}}`;
};

/** The value with one of its parts changed, lost, doubled or joined by another. */
export const spoilt = (random: Random, value: unknown): unknown => {
  if (Array.isArray(value) && value.length > 0 && random.chance(0.7)) {
    const index = random.below(value.length);
    return value.map((item, at) => (at === index ? spoilt(random, item) : item));
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    value instanceof Verbatim
  )
    return random.chance(0.1) ? [value] : new Verbatim(hostileJson(random));
  const members = Object.entries(value);
  const index = random.below(members.length + 1);
  const [key, member] = members[index] ?? [
    random.pick(['__proto__', 'constructor', 'id', 'object', hostileText(random)]),
  ];
  const change = random.weighted({ spoil: 6, lose: 2, rename: 1 });
  if (change === 'spoil')
    return fromMembers([...members.filter(([own]) => own !== key), [key, spoilt(random, member)]]);
  if (change === 'lose') return fromMembers(members.filter(([own]) => own !== key));
  return fromMembers(members.map(([own, of]) => [own === key ? hostileText(random) : own, of]));
};

/** With `__proto__` as a key like any other. */
const fromMembers = (members: [string, unknown][]): object => Object.fromEntries(members);

const cut = (random: Random, text: string) => text.slice(0, random.below(text.length + 1));
const inserted = (random: Random, text: string, what: string) => {
  const at = random.below(text.length + 1);
  return `${text.slice(0, at)}${what}${text.slice(at)}`;
};

/** A text with something wrong somewhere. */
export const garbled = (random: Random, text: string): string =>
  random.pick([
    () => cut(random, text),
    () =>
      inserted(
        random,
        text,
        random.pick(['{', '}', '"', '\\', ',', ':', '\0', ' ', '💶', '\ud800', '[', '#', '\u2028']),
      ),
    () => inserted(random, text, hostileJson(random)),
    () => text.replace(/"(\w+)":/, '"$1":null,"$1":'),
    () => text.replace(/\d+/, random.pick(numbers)),
    () => `${text}${text}`,
    () => [...text].reverse().join(''),
  ])();

/** A body with something wrong in its bytes. */
export const garbledBody = (random: Random, text: string): Buffer => {
  const bytes = Buffer.from(text);
  const at = random.below(bytes.length + 1);
  return random.pick([
    () => Buffer.from(garbled(random, text)),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(text, 'utf16le'),
    () =>
      Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(random.pick(['ff', 'c080', 'eda080', 'f8808080', '80', '00']), 'hex'),
        bytes.subarray(at),
      ]),
    () => Buffer.from(deep(random.pick([1_000, 10_000, 100_000]), random.pick(['[', '{"a":']), '')),
    () => Buffer.from(deep(20_000, '[', ']')),
    () => Buffer.alloc(0),
    () => Buffer.from(' '.repeat(random.below(1_000))),
    () => Buffer.alloc(random.pick([262_143, 262_144, 262_145, 300_000]), 'x'),
    () => Buffer.from(`{"__proto__":{"a":1},${text.slice(1)}`),
  ])();
};
