import { expect, it } from 'vitest';
import { openApi } from '../../src/rest/openapi.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { onRest } from './client.ts';
import { expectDocumented } from './documented.ts';

interface Content {
  content?: { 'application/json': { example?: unknown } };
}

interface Operation {
  operationId: string;
  parameters: { $ref?: string }[];
  requestBody?: Content;
  responses: Record<string, Content & { headers: Record<string, unknown> }>;
}

const operationsOf = (version: ApiVersion) =>
  Object.entries(openApi(version).paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        ...operation,
      })),
  );

it.each(apiVersions)(
  'the document of %s has an example of every operation, and says what it may answer',
  (version) => {
    for (const { path, method, requestBody, responses, parameters } of operationsOf(version)) {
      const status = method === 'POST' ? 201 : 200;
      const body = responses[status]?.content?.['application/json'].example;
      expectDocumented({ method, path: path.replaceAll(/[{}]/g, ''), version, status, body });
      if (requestBody)
        expect(requestBody.content?.['application/json'].example).toBeTypeOf('object');
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining(['401', '403', '429', '500', '503']),
      );
      for (const { headers } of Object.values(responses))
        expect(Object.keys(headers)).toEqual(
          expect.arrayContaining([
            'Commet-Version',
            'RateLimit-Limit',
            'RateLimit-Remaining',
            'RateLimit-Reset',
          ]),
        );
      const isRead = method === 'GET';
      expect('304' in responses).toBe(isRead);
      expect('412' in responses).toBe(!isRead);
      expect('ETag' in (responses[status]?.headers ?? {})).toBe(isRead);
      const named = parameters.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? []);
      expect(named).toEqual(
        isRead
          ? ['Version', 'IfNoneMatch']
          : ['Version', 'IdempotencyKey', 'IfMatch', 'IfNoneMatch'],
      );
    }
  },
);

it.each(apiVersions)(
  'the document of %s says which version to send, and what an idempotency key is',
  (version) => {
    const { parameters } = openApi(version).components as {
      parameters: Record<string, { schema: object }>;
    };
    expect(parameters.Version).toMatchObject({
      required: true,
      schema: { type: 'string', enum: [version] },
    });
    expect(parameters.Version?.schema).not.toHaveProperty('default');
    expect(parameters.IdempotencyKey?.schema).toMatchObject({ minLength: 1, maxLength: 255 });
    const isKey = new RegExp(
      String(Reflect.get(parameters.IdempotencyKey?.schema ?? {}, 'pattern')),
    );
    expect([isKey.test('!~a'), isKey.test('a b'), isKey.test('ü'), isKey.test('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  },
);

onRest('the examples of bodies', (server) => {
  it.each(apiVersions)('do in %s what they show', async (version) => {
    const client = await server().newClient({ version });
    const { catalogue } = client;
    const group = await catalogue.group();
    const plan = await catalogue.plan({ consumptionModel: 'metered' });
    const member = await catalogue.plan({ consumptionModel: 'metered', planGroupId: group.id });
    const price = await catalogue.price(plan, { billingInterval: 'yearly', price: 10_000 });
    const feature = await catalogue.feature({ name: 'Calls', code: 'calls' });
    const market = await catalogue.market({ countryCodes: ['AD'] });

    /** The ids of examples name nothing. */
    const real = (text: string): string =>
      text
        .replaceAll(/pln_\w+c2d3/g, plan.id)
        .replaceAll(/pln_\w+c2d4/g, member.id)
        .replaceAll(/pp_01k3\w+/g, price.id)
        .replaceAll(/ftr_01k3\w+/g, feature.id)
        .replaceAll(/pmg_01k3\w+/g, market.id);

    const order = [
      ...[
        'add-plan-feature',
        'update-plan-feature',
        'add-plan-price',
        'update-plan-price',
        'add-plan-to-group',
      ],
      ...[
        'reorder-plans-in-group',
        'upsert-regional-prices',
        'set-plan-regional-pricing',
        'update-plan',
        'update-market',
        'create-market',
      ],
    ];
    const placeOf = ({ operationId }: Operation) => order.indexOf(operationId);
    const operations = operationsOf(version).filter(({ requestBody }) => requestBody);
    for (const operation of operations.toSorted((one, other) => placeOf(one) - placeOf(other))) {
      const { operationId, method, path } = operation;
      const params: Record<string, string> = {
        id: path.includes('market')
          ? market.id
          : path.startsWith('/plan-groups')
            ? group.id
            : plan.id,
        priceId: price.id,
        featureId: feature.id,
        code: feature.id,
      };
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? '');
      const body = real(
        JSON.stringify(operation.requestBody?.content?.['application/json'].example),
      );
      const answer = await client.send(address, {
        method,
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect({ operationId, status: answer.status, error: answer.body.error }).toEqual({
        operationId,
        status: method === 'POST' ? 201 : 200,
        error: undefined,
      });
    }
  });
});
