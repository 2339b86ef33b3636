import { endpointsOf } from '../../src/rest/endpoints.ts';
import { openApi } from '../../src/rest/openapi.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { garbledBody, hostileJson, hostileText, jsonText, spoilt, Verbatim } from './hostile.ts';
import type { Header, Request } from './probe.ts';
import type { ValueGenerator } from './value-generator.ts';

/** The part of JSON Schema that the reference is written in. */
interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Described {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: { 'application/json': { schema: Schema } } } }>
  >;
}

const references = new Map<ApiVersion, Described>();
const referenceOf = (version: ApiVersion): Described => {
  const known = references.get(version) ?? (openApi(version) as unknown as Described);
  references.set(version, known);
  return known;
};

const HOSTILE_VALUE = 0.03;

const fitting = (schema: Schema, name: string, generator: ValueGenerator): unknown => {
  const { random } = generator;
  if (random.chance(HOSTILE_VALUE)) return new Verbatim(hostileJson(random));
  if (schema.enum) return random.pick(schema.enum.map((value) => ({ value }))).value;
  if (schema.const !== undefined) return schema.const;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fitting(random.pick(choices), name, generator);
  switch (Array.isArray(schema.type) ? random.pick(schema.type) : schema.type) {
    case 'object': {
      const { properties, required = [] } = schema;
      if (!properties) return generator.object();
      const chosen = Object.entries(properties).filter(
        ([key]) => required.includes(key) || random.chance(0.35),
      );
      return Object.fromEntries(
        chosen.map(([key, member]) => [key, fitting(member, key, generator)]),
      );
    }
    case 'array':
      return Array.from({ length: random.below(4) }, () =>
        fitting(schema.items ?? {}, name, generator),
      );
    case 'integer':
    case 'number':
      return generator.wholeNumber(name);
    case 'boolean':
      return generator.flag();
    case 'null':
      return null;
    default:
      return generator.text(name);
  }
};

const queries = (generator: ValueGenerator): string => {
  const { random } = generator;
  const pairs = [
    `limit=${generator.wholeNumber('limit')}`,
    'includePrivate=true',
    `includePrivate=${encodeURIComponent(hostileText(random).toWellFormed())}`,
    `cursor=${random.pick(['', 'x', 'eyJ', '%00', '%F0%9F', btoa('["x"]')])}`,
    `limit=${random.pick(['1e3', '01', '0x10', '%31', '1&limit=2', '999999999999'])}`,
    '__proto__=1',
    'constructor[prototype]=1',
    '=',
    '%',
    '&&&',
  ];
  return random.chance(0.5) ? '' : `?${pairs.filter(() => random.chance(0.15)).join('&')}`;
};

const types = ['application/json', 'application/json; charset=utf-8', 'application/vnd.api+json'];

const versionHeader = (generator: ValueGenerator, version: ApiVersion): Header[] => {
  const { random } = generator;
  const said = random.weighted({ right: 90, other: 5, none: 5 });
  if (said === 'right') return [['commet-version', version]];
  const others = [
    '2026-13-45',
    '0',
    '9999-99-99',
    '__proto__',
    'x'.repeat(3_000),
    '💶',
    '2026-05-25, 2026-06-10',
  ];
  return said === 'other' ? [['commet-version', random.pick(others)]] : [];
};

const conditions = (generator: ValueGenerator): Header[] => {
  const { random } = generator;
  if (!random.chance(0.1)) return [];
  const tags = [
    '*',
    '"x"',
    'W/"x"',
    '',
    '"',
    '"a, b", W/"c"',
    'W/"',
    '*, "x"',
    '"💶"',
    '"x",'.repeat(500),
  ];
  return [[random.pick(['if-match', 'if-none-match']), random.pick(tags)]];
};

/** A request of any route in any version, most often with a body that fits. */
export const restRequest = (generator: ValueGenerator): Request => {
  const { random } = generator;
  const version = random.pick(apiVersions);
  // What is deleted cannot be hurt any more.
  const offered = endpointsOf(version).filter(
    ({ method }) => method !== 'DELETE' || random.chance(0.2),
  );
  const { method, path } = random.pick(offered);
  const owner = path.split('/')[1] ?? '';
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(generator.id(name, owner).toWellFormed()),
  );
  const base = path.startsWith('/plans') && random.chance(0.05) ? '/api' : '/api/v1';
  const target = `${base}${filled}${queries(generator)}`;
  const headers = [...versionHeader(generator, version), ...conditions(generator)];
  const said = random.chance(0.03)
    ? random.pick(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'GET'])
    : method;
  const body =
    referenceOf(version).paths[path]?.[method.toLowerCase()]?.requestBody?.content[
      'application/json'
    ].schema;
  if (!body && !random.chance(0.05)) return { method: said, target, headers };
  const value = fitting(body ?? {}, '', generator);
  const how = random.weighted({ fitting: 70, spoilt: 22, bytes: 8 });
  const text = jsonText(how === 'spoilt' ? spoilt(random, value) : value);
  const type: Header = [
    'content-type',
    random.chance(0.03)
      ? random.pick(['text/plain', 'application/xml', '', 'a'.repeat(4_000)])
      : random.pick(types),
  ];
  return {
    method: said,
    target,
    headers: [...headers, type],
    body: how === 'bytes' ? garbledBody(random, text) : Buffer.from(text),
  };
};
