import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/errors.ts';
import { openApi } from '../../src/rest/openapi.ts';
import { operationIds } from '../../src/rest/routes.ts';
import { apiVersions } from '../../src/vocabulary.ts';
import { expectDocumented } from './documented.ts';

interface Parameter {
  name?: string;
  in?: string;
  description?: string;
  $ref?: string;
}

interface Operation {
  operationId: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: {
    required: boolean;
    content: { 'application/json': { schema: Record<string, unknown>; example?: unknown } };
  };
  responses: Record<
    string,
    { content?: { 'application/json': { schema: { allOf?: unknown[] }; example?: unknown } } }
  >;
}

const operationsOf = (document: object) =>
  Object.entries(
    Reflect.get(document, 'paths') as Record<string, Record<string, Operation>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

/** When operations came, as the contract says; the others are in every version. */
const sinceOf = [
  ['set-plan-regional-pricing', '2026-06-07'],
  ['list-features', '2026-06-10'],
  ['get-feature', '2026-06-10'],
  ['list-markets', '2026-07-24'],
  ['get-market', '2026-07-24'],
  ['create-market', '2026-07-24'],
  ['update-market', '2026-07-24'],
  ['delete-market', '2026-07-24'],
] as const;

describe.each(apiVersions)('the OpenAPI document of %s', (version) => {
  const document = openApi(version);
  const operations = operationsOf(document);

  it('is valid', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
  });

  it('has each operation of the version once', () => {
    const ids = operations.map(({ operationId }) => operationId);
    const missing = operationIds.filter((id) => !ids.includes(id));
    expect(missing).toEqual(sinceOf.filter(([, since]) => version < since).map(([id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the tags of its operations', () => {
    const tags = (Reflect.get(document, 'tags') as { name: string }[]).map(({ name }) => name);
    expect(tags).toEqual([...new Set(operations.flatMap((operation) => operation.tags))]);
  });

  it('describes every parameter of every path', () => {
    for (const { path, parameters, tags } of operations) {
      const described = parameters.filter((parameter) => parameter.in === 'path');
      expect(described.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      for (const { description } of described) expect(description).toMatch(/\.$/);
      expect(tags).toEqual([expect.any(String)]);
    }
  });

  it('lists refusals under the status that they have', () => {
    for (const { responses } of operations)
      for (const [status, response] of Object.entries(responses)) {
        const [, codes] = response.content?.['application/json'].schema.allOf ?? [];
        if (!codes) continue;
        const named: string[] = JSON.parse(JSON.stringify(codes)).properties.error.properties.code
          .enum;
        for (const code of named) expect(Reflect.get(catalogue, code).status).toBe(Number(status));
      }
  });
});

describe('bodies in the OpenAPI document', () => {
  const fieldsOf = (version: (typeof apiVersions)[number], id: string) => {
    const found = operationsOf(openApi(version)).find(({ operationId }) => operationId === id);
    return Object.keys(found?.requestBody?.content['application/json'].schema.properties ?? {});
  };

  it('have the names of the version', () => {
    const offer = ['Enabled', 'DiscountType', 'DiscountValue', 'DurationCycles'].map(
      (member) => `introOffer${member}`,
    );
    const common = [
      'billingInterval',
      'price',
      'trialDays',
      'isDefault',
      'includedBalance',
      'includedCredits',
    ];
    expect(fieldsOf('2026-05-25', 'add-plan-price')).toEqual([...common, ...offer]);
    expect(fieldsOf('2026-07-11', 'add-plan-price')).toEqual([...common, 'introOffer']);
    expect(fieldsOf('2026-07-31', 'add-plan-price').sort()).toEqual(
      [...common, 'metadata', 'inheritsFromPriceId', 'marketPrices'].sort(),
    );
    expect(fieldsOf('2026-05-25', 'update-plan-feature')).toContain('overageUnitPrice');
    expect(fieldsOf('2026-07-11', 'update-plan-feature')).toContain('overage');
    expect(fieldsOf('2026-07-11', 'set-plan-regional-pricing')).toContain('introOffers');
    expect(fieldsOf('2026-07-31', 'set-plan-regional-pricing')).not.toContain('introOffers');
  });

  it('are required where a field of theirs is', () => {
    const required = operationsOf(openApi('2026-07-31')).flatMap(({ operationId, requestBody }) =>
      requestBody?.required ? [operationId] : [],
    );
    expect(required.sort()).toEqual(
      [
        'create-plan',
        'set-plan-visibility',
        'add-plan-feature',
        'add-plan-price',
        'upsert-regional-prices',
        'set-plan-regional-pricing',
        'create-feature',
        'create-market',
        'create-plan-group',
        'add-plan-to-group',
        'reorder-plans-in-group',
        'update-market',
      ].sort(),
    );
  });
});

describe('the check of answers against the document', () => {
  const group = {
    object: 'plan_group',
    livemode: true,
    id: 'plg_1',
    name: 'Group',
    description: null,
    isPublic: true,
    createdAt: '2026-06-01T10:00:00.000Z',
    updatedAt: '2026-06-01T10:00:00.000Z',
  };
  const exchange = (data: object, rest: object = {}) => ({
    method: 'POST',
    path: '/plan-groups',
    version: '2026-05-25',
    status: 201,
    body: { success: true, data },
    ...rest,
  });
  const { isPublic: _, ...incomplete } = group;

  it('takes what is documented', () => expectDocumented(exchange(group)));

  it.each([
    ['a missing field', exchange(incomplete)],
    ['an unknown field', exchange({ ...group, extra: 1 })],
    ['a null where there is none', exchange({ ...group, name: null })],
    ['another type', exchange({ ...group, isPublic: 'true' })],
    ['a time that is none', exchange({ ...group, createdAt: 'yesterday' })],
    ['an envelope of another era', exchange(group, { version: '2026-07-31' })],
    ['a status that is not documented', exchange(group, { status: 200 })],
    [
      'a code that is not documented for the status',
      exchange(group, {
        status: 404,
        body: {
          success: false,
          error: { type: 'conflict_error', code: 'duplicate', message: 'x', doc_url: 'http://x/y' },
        },
      }),
    ],
  ])('refuses %s', (_fault, seen) => {
    expect(() => expectDocumented(seen)).toThrow();
  });
});
