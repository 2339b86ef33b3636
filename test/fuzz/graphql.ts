import type { Random } from '../model/random.ts';
import { type Asked, DocumentGrammar } from './documents.ts';
import {
  garbled,
  garbledBody,
  hostileJson,
  hostileText,
  jsonText,
  spoilt,
  Verbatim,
} from './hostile.ts';
import type { Header, Request } from './probe.ts';
import type { ValueGenerator } from './value-generator.ts';

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

/** Documents made to cost more than they look. */
const monsters: ((random: Random) => string)[] = [
  (random) => `{ ${repeated(random.pick([20, 200, 2_000]), (n) => `a${n}: viewer { mode }`)} }`,
  (random) =>
    `{ ${repeated(random.pick([20, 300]), (n) => `a${n}: plans(first: 100) { nodes { prices { id } } }`)} }`,
  (random) => `${'{ a '.repeat(random.pick([50, 1_000, 4_000]))}`,
  (random) => `{ plan(code: ${'['.repeat(random.pick([10, 1_000, 7_000]))}`,
  (random) => {
    const levels = random.pick([3, 30, 300]);
    return `{ plans ${'{ nodes { planGroup { plans '.repeat(levels)}{ __typename } ${'} } } '.repeat(levels)} }`;
  },
  () => '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
  () => '{ ...a } fragment a on Query { ...a viewer { mode } }',
  (random) => {
    const depth = random.pick([5, 20]);
    const chain = repeated(
      depth,
      (n) => `fragment f${n} on Query { a: __typename ...f${n + 1} ...f${n + 1} }`,
    );
    return `{ ...f0 } ${chain} fragment f${depth} on Query { __typename }`;
  },
  (random) => `{ ${repeated(random.pick([100, 900]), () => 'plans { nodes { id } }')} }`,
  (random) => `{ viewer { mode ${repeated(random.pick([5, 500]), () => '@include(if: true)')} } }`,
  (random) => `{ ${repeated(random.pick([10, 1_500]), (n) => `unknown${n}`)} }`,
  (random) =>
    `{ nodes(ids: [${repeated(random.pick([99, 100, 101, 1_000]), () => '"pln_x"')}]) { id } }`,
  () =>
    '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
  () => '{ __type(name: "Plan") { fields { name } } __typename }',
  () => 'subscription { plans }',
  () => 'query A { __typename } query B { __typename }',
  () => 'query A { __typename } query A { __typename }',
  () => 'fragment a on Query { __typename }',
  () => 'type Query { a: Int }',
  () => '{ plan(code: "a", code: "b") { id } }',
  () => 'query ($a: Int = 1e400, $b: [[[Int]]] = [[[1]]]) { plans(first: $a) { nodes { id } } }',
  (random) => `{ plan(code: """${hostileText(random)}""") { id } }`,
  (random) => `# ${'x'.repeat(random.pick([10, 16_384, 20_000]))}\n{ __typename }`,
  (random) => `{ plan(code: "${'\\u{10FFFF}'.repeat(random.pick([1, 500]))}") { id } }`,
];

const swapped = (random: Random, text: string): string => {
  const tokens = text.match(/\w+|[^\w\s]|\s+/g) ?? [];
  const one = random.below(tokens.length);
  const other = random.below(tokens.length);
  return tokens
    .map((token, index) => (index === one ? tokens[other] : index === other ? tokens[one] : token))
    .join('');
};

const asked = (generator: ValueGenerator): Asked => {
  const { random } = generator;
  const plain = new DocumentGrammar(generator).document();
  const how = random.weighted({ plain: 60, garbled: 10, swapped: 10, monster: 12, variables: 8 });
  if (how === 'garbled') return { ...plain, query: garbled(random, plain.query) };
  if (how === 'swapped') return { ...plain, query: swapped(random, plain.query) };
  if (how === 'monster') return { ...plain, query: random.pick(monsters)(random) };
  if (how === 'variables')
    return { ...plain, variables: Object.assign({}, spoilt(random, plain.variables)) };
  return plain;
};

const types = ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'];
const otherTypes = [
  'application/graphql',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/json; charset=utf-16',
  'application/jsonx',
  '',
];

const post = (random: Random, body: Buffer): Request => {
  const type: Header = [
    'content-type',
    random.chance(0.04) ? random.pick(otherTypes) : random.pick(types),
  ];
  return { method: 'POST', target: '/graphql', headers: [type], body };
};

/** A request for `/graphql` of any kind. */
export const graphqlRequest = (generator: ValueGenerator): Request => {
  const { random } = generator;
  const { query, variables } = asked(generator);
  const whole = {
    query,
    variables,
    ...(random.chance(0.1) && { operationName: random.pick(['Fuzz', '', 'A', null, '__proto__']) }),
  };
  const how = random.weighted({ post: 78, get: 10, spoilt: 5, bytes: 5, batch: 1, trusted: 1 });
  if (how === 'get') {
    const search = `query=${encodeURIComponent(query.toWellFormed())}&variables=${encodeURIComponent(jsonText(variables).toWellFormed())}`;
    return {
      method: random.pick(['GET', 'GET', 'GET', 'HEAD']),
      target: `/graphql?${search}`,
      headers: [],
    };
  }
  if (how === 'bytes') return post(random, garbledBody(random, jsonText(whole)));
  if (how === 'batch')
    return post(random, Buffer.from(jsonText(Array.from({ length: 3 }, () => whole))));
  if (how === 'trusted') {
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: random.pick(['0'.repeat(64), '__proto__', '']) },
    };
    return post(
      random,
      Buffer.from(jsonText({ documentId: new Verbatim(hostileJson(random)), extensions })),
    );
  }
  return post(random, Buffer.from(jsonText(how === 'spoilt' ? spoilt(random, whole) : whole)));
};
