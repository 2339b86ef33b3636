import { catalogue, type ErrorCode } from '../errors.ts';
import { version as gatewayVersion } from '../version.ts';
import { type ApiVersion, type JsonValue, RATE_SCALE } from '../vocabulary.ts';
import { AnswerTypes, type Json, jsonSchema, schemaRef } from './answer-types.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import type { Era } from './eras/era.ts';
import { eraOf } from './eras/index.ts';
import { exampleAnswer, exampleBody } from './examples.ts';
import { clearedByNull } from './members.ts';
import { REST_PATH } from './paths.ts';

/**
 * The reference of one version, made of what the handler works with: routes, inputs, answers and
 * the error catalogue.
 */

const amountsOf = ({ priceUnit }: Era): string =>
  priceUnit === 'rate_scale'
    ? `Every amount is in rate scale: ${RATE_SCALE} is one unit of its currency, $1.00 as well as ¥1.`
    : `A \`price\` is in minor units of its currency: 2900 is $29.00, 1500 is ¥1500. One that is finer is shown rounded half up;
sent back as it is shown, it stays as it is stored. Balances and unit prices are in rate scale: ${RATE_SCALE} is $1.00.`;

const clearing = (version: ApiVersion): string =>
  endpointsOf(version)
    .filter(({ id, body }) => id.startsWith('update-') && body)
    .flatMap(({ id, body }) => {
      const members = body ? clearedByNull(body) : [];
      return members.length > 0
        ? [`- \`${id}\`: ${members.map((name) => `\`${name}\``).join(', ')}`]
        : [];
    })
    .join('\n');

const descriptionOf = (
  version: ApiVersion,
  era: Era,
): string => `Plans and prices, as Commet's clients know them.

${amountsOf(era)}

Null clears these members of updates; in every other member it means that the member is not given:

${clearing(version)}

A member that only other versions have is refused. A member that cannot be changed may be repeated as it is.

A write may carry an \`Idempotency-Key\`. Sent again within 24 hours it changes nothing, answers the outcome of the first
time and says so by \`Idempotent-Replayed: true\`.`;

const nouns: Record<string, { tag: string; id: string }> = {
  plans: { tag: 'Plans', id: 'Id of the plan.' },
  features: { tag: 'Features', id: 'Id of the feature.' },
  'plan-groups': { tag: 'Plan groups', id: 'Id of the plan group.' },
  markets: { tag: 'Markets', id: 'Id of the market.' },
};

const pathParameters: Record<string, string> = {
  planId: 'Id of the plan.',
  priceId: 'Id of the price.',
  featureId: 'Id or code of the feature.',
  code: 'Id or code of the feature.',
};

const onEveryRequest: ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'internal_error',
  'service_unavailable',
];
const onWrites: ErrorCode[] = [
  'validation_error',
  'invalid_json',
  'payload_too_large',
  'unsupported_media_type',
  'idempotency_key_mismatch',
  'idempotency_in_progress',
  'precondition_failed',
];

const errorsOf = ({ id, operation, method }: Endpoint, era: Era): ErrorCode[] =>
  [
    ...onEveryRequest,
    ...(method === 'GET' ? [] : onWrites),
    ...(queryOf(operation).length > 0 ? (['validation_error'] as const) : []),
    ...(operation.errors ?? []),
    ...(era.errors[id] ?? []),
  ].map((code) => era.codes?.[code] ?? code);

const json = (schema: object, example?: JsonValue): Json => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});
const header = (name: string): Json => ({ $ref: `#/components/headers/${name}` });
const parameter = (name: string): Json => ({ $ref: `#/components/parameters/${name}` });

const queryOf = ({ query }: Endpoint['operation']): [name: string, schema: unknown][] =>
  Object.entries(query ? (jsonSchema(query, 'output').properties ?? {}) : {});

const parametersOf = ({ operation, method, segments, collection }: Endpoint): Json[] => {
  const names = segments
    .filter((segment) => segment.startsWith('{'))
    .map((segment) => segment.slice(1, -1));
  return [
    ...names.map((name) => ({
      name,
      in: 'path',
      required: true,
      description: pathParameters[name] ?? nouns[collection]?.id,
      schema: { type: 'string' },
    })),
    ...queryOf(operation).map(([name, schema]) => ({ name, in: 'query', schema })),
    parameter('Version'),
    ...(method === 'GET' ? [] : [parameter('IdempotencyKey'), parameter('IfMatch')]),
    parameter('IfNoneMatch'),
  ];
};

const requestBodyOf = (endpoint: Endpoint): Json => {
  const { body } = endpoint;
  if (!body) return {};
  const schema = jsonSchema(body, 'input');
  return {
    requestBody: { required: 'required' in schema, content: json(schema, exampleBody(endpoint)) },
  };
};

const onEveryAnswer: Json = {
  'X-Request-Id': header('RequestId'),
  'Commet-Version': header('Version'),
  'RateLimit-Limit': header('RateLimitLimit'),
  'RateLimit-Remaining': header('RateLimitRemaining'),
  'RateLimit-Reset': header('RateLimitReset'),
};

const refusal = (status: number, codes: ErrorCode[]): Json => ({
  description: codes.map((code) => `\`${code}\`: ${catalogue[code].meaning}`).join('\n\n'),
  headers: {
    ...onEveryAnswer,
    ...((status === 429 || status === 503) && { 'Retry-After': header('RetryAfter') }),
  },
  content: json({
    allOf: [
      schemaRef('Error'),
      { properties: { error: { properties: { code: { enum: codes } } } } },
    ],
  }),
});

const refusals = (codes: ErrorCode[]): Json => {
  const byStatus: Record<number, ErrorCode[]> = {};
  for (const code of new Set(codes)) {
    const { status } = catalogue[code];
    byStatus[status] = [...(byStatus[status] ?? []), code];
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [status, refusal(Number(status), codes)]),
  );
};

const unchanged: Json = {
  description: '`If-None-Match` names the tag of what would be answered. Without a body.',
  headers: { ...onEveryAnswer, ETag: header('ETag') },
};

const operationOf = (endpoint: Endpoint, era: Era, types: AnswerTypes): Json => {
  const { id, operation, method, collection, answer } = endpoint;
  const { type, ref } = types.add(answer, operation.query !== undefined);
  const isRead = method === 'GET';
  const success = {
    description: 'Done.',
    headers: {
      ...onEveryAnswer,
      ...(isRead
        ? { ETag: header('ETag') }
        : { 'Idempotent-Replayed': header('IdempotentReplayed') }),
    },
    content: json(ref, exampleAnswer(endpoint, era, type)),
  };
  return {
    operationId: id,
    tags: [nouns[collection]?.tag],
    summary: operation.summary,
    parameters: parametersOf(endpoint),
    ...requestBodyOf(endpoint),
    responses: {
      [method === 'POST' ? 201 : 200]: success,
      ...(isRead && { 304: unchanged }),
      ...refusals(errorsOf(endpoint, era)),
    },
  };
};

const pathsOf = (version: ApiVersion, era: Era, types: AnswerTypes): Json => {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpointsOf(version)) {
    const { path, method } = endpoint;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint, era, types) };
  }
  return paths;
};

const tagsOf = (version: ApiVersion): Json[] => {
  const collections = new Set(endpointsOf(version).map(({ collection }) => collection));
  return Object.entries(nouns)
    .filter(([collection]) => collections.has(collection))
    .map(([, { tag }]) => ({ name: tag }));
};

const text = { type: 'string' };

const parameters = (version: ApiVersion): Json => ({
  Version: {
    name: 'Commet-Version',
    in: 'header',
    required: true,
    description:
      'The version to answer in, as this document describes it. Without it, the one of the ' +
      'organization counts.',
    schema: { ...text, enum: [version] },
    example: version,
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of your own that stands for this one write: 1 to 255 visible ASCII characters.',
    schema: { ...text, minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'Writes only if this list holds the tag that a GET of the first object in the path ' +
      'answers, or is `*`. It never holds where the path names none.',
    schema: text,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'Tags that are known: where the list holds the current one, a read answers 304 and a write ' +
      '412.',
    schema: text,
  },
});

const count = { type: 'integer', minimum: 0 };

const headers: Json = {
  Version: { description: 'The version that the answer is written in.', schema: text },
  ETag: {
    description: 'Tells this answer from others; send it as `If-None-Match` or `If-Match`.',
    schema: text,
  },
  RateLimitLimit: {
    description: 'Requests that the key may make in a minute. Absent where nothing is limited.',
    schema: count,
  },
  RateLimitRemaining: { description: 'Requests that are left of them.', schema: count },
  RateLimitReset: { description: 'Seconds until there are as many again.', schema: count },
  RequestId: {
    description: 'Names the request; the one that was sent, where it was sane.',
    schema: text,
  },
  IdempotentReplayed: {
    description: '`true` where nothing was done again; else absent.',
    schema: { ...text, enum: ['true'] },
  },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
};

/** OpenAPI 3.1. `address` is where the operations are found, as clients see it. */
export const openApi = (version: ApiVersion, address: string = REST_PATH): Json => {
  const era = eraOf(version);
  const types = new AnswerTypes(era);
  const paths = pathsOf(version, era, types);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plans Gateway',
      version,
      description: descriptionOf(version, era),
      // OpenAPI's own `version` is that of the API.
      'x-gateway-version': gatewayVersion,
    },
    servers: [{ url: address }],
    security: [{ ApiKeyAuth: [] }],
    tags: tagsOf(version),
    paths,
    components: {
      securitySchemes: { ApiKeyAuth: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      parameters: parameters(version),
      headers,
      schemas: types.schemas(),
    },
  };
};
