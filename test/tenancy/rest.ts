import { z } from 'zod';
import { jsonSchema } from '../../src/rest/answer-types.ts';
import { type Endpoint, endpointsOf } from '../../src/rest/endpoints.ts';
import { eraOf } from '../../src/rest/eras/index.ts';
import { REST_PATH } from '../../src/rest/paths.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { type Ids, type Noun, nouns } from '../graphql/arrangement.ts';
import { holdsIds, isAlwaysGiven, type Operation, type Slot } from './operation.ts';

/**
 * Every endpoint of every era as an operation, found in the route table and in the schemas of
 * bodies.
 */

/** What of a JSON schema the samples need. */
const Schema = z.object({
  type: z.union([z.string(), z.array(z.string()).transform(([first]) => first)]).optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get anyOf() {
    return z.array(Schema).optional();
  },
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
});
type Schema = z.infer<typeof Schema>;

/** The newest version of each era. */
const versions = new Map(apiVersions.map((version) => [eraOf(version), version])).values();

/** What an id in a path names, by the segment before it. */
const collections: Record<string, Noun> = {
  plans: 'plan',
  features: 'feature',
  prices: 'price',
  'plan-groups': 'planGroup',
  markets: 'market',
  'market-groups': 'market',
};

/** Fields of bodies whose name does not tell of what they hold an id. */
const told: Record<string, Noun> = {
  inheritsFromPriceId: 'price',
  marketGroupId: 'market',
};

const nounOf = (name: string, place: string): Noun => {
  const noun = nouns.find((noun) => [`${noun}Id`, `${noun}Ids`].includes(name)) ?? told[name];
  if (!noun)
    throw new Error(
      `test/tenancy/rest.ts does not know of what ${place} holds an id: add it to the tables`,
    );
  return noun;
};

const isParameter = (segment: string): boolean => segment.startsWith('{');

const pathSlots = ({ method, path, segments }: Endpoint): Slot[] =>
  segments.flatMap((segment, index) => {
    if (!isParameter(segment)) return [];
    const noun = collections[segments[index - 1] ?? ''];
    if (!noun)
      throw new Error(
        `test/tenancy/rest.ts does not know of what ${method} ${path} holds an id: add it to \`collections\``,
      );
    return [{ path: [segment], nouns: [noun] }];
  });

const present = (schema: Schema): Schema =>
  schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;

const pathsToIds = (schema: Schema, place: string): Slot[] => {
  const { properties = {}, items } = present(schema);
  if (items) return pathsToIds(items, place);
  return Object.entries(properties).flatMap(([name, inner]) =>
    holdsIds(name)
      ? [{ path: [name], nouns: [nounOf(name, `${place}.${name}`)] }]
      : pathsToIds(inner, `${place}.${name}`).map((slot) => ({
          ...slot,
          path: [name, ...slot.path],
        })),
  );
};

interface Place {
  path: readonly string[];
  id: string;
}

/** A price that inherits from another one takes other members than any other price. */
const variantOf = (id: string, ours: Ids) => ({
  billingInterval: 'monthly',
  inheritsFromPriceId: id,
  marketPrices: [{ marketGroupId: ours.market, currency: 'brl', price: 1 }],
});

const sample = (name: string, schema: Schema, ours: Ids, at?: Place): unknown => {
  const { type, enum: words, properties, required = [], items } = present(schema);
  if (items) return [sample(name, items, ours, at)];
  if (properties && at?.path[0] === 'inheritsFromPriceId') return variantOf(at.id, ours);
  if (properties)
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([key]) => required.includes(key) || isAlwaysGiven(key) || at?.path[0] === key)
        .map(([key, inner]) => [
          key,
          sample(
            key,
            inner,
            ours,
            at?.path[0] === key ? { path: at.path.slice(1), id: at.id } : undefined,
          ),
        ]),
    );
  if (at) return at.id;
  if (words) return words[0];
  if (holdsIds(name)) return ours[nounOf(name, name)];
  if (name === 'currency') return 'eur';
  if (name === 'countryCodes') return 'DE';
  const values: Record<string, unknown> = {
    string: 'some',
    integer: 1,
    number: 1,
    boolean: true,
    object: {},
  };
  return values[type ?? ''];
};

const operationOf = (version: ApiVersion, endpoint: Endpoint): Operation => {
  const { method, path, segments, body } = endpoint;
  const schema = body && Schema.parse(jsonSchema(body, 'input'));
  const title = `${method} ${path}`;
  return {
    title: `${version} ${title}`,
    writes: method !== 'GET',
    needs: method === 'GET' ? 'read' : 'write',
    slots: [...pathSlots(endpoint), ...(schema ? pathsToIds(schema, title) : [])],
    request: (ours, at) => {
      const asked = at && { path: at.slot.path, id: at.id };
      const filled = segments.map((segment, index) => {
        if (!isParameter(segment)) return segment;
        const noun = collections[segments[index - 1] ?? ''];
        return asked?.path[0] === segment ? asked.id : noun && ours[noun];
      });
      return {
        path: `${REST_PATH}${filled.join('/')}`,
        method,
        headers: { 'content-type': 'application/json', 'commet-version': version },
        ...(schema && { body: JSON.stringify(sample('', schema, ours, asked)) }),
      };
    },
  };
};

export const restOperations: Operation[] = [...versions].flatMap((version) =>
  endpointsOf(version).map((endpoint) => operationOf(version, endpoint)),
);
