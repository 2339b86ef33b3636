import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { Client, mutationOf, onEveryGateway } from './client.ts';

const described =
  'id name kind scope allowedOrigins trustedDocumentsOnly hint createdAt expiresAt revokedAt ' +
  'lastUsedAt';
const DAY_MS = 24 * 60 * 60 * 1000;

onEveryGateway('API keys', (client) => {
  const create = async (input: object = {}) =>
    client().mutate(
      'createApiKey',
      { input: { name: 'Site', scope: 'READ', ...input } },
      `secret apiKey { ${described} }`,
    );
  const statusOf = async (key: string) =>
    (await client().gateway.graphql(key, '{ viewer { scopes } }')).status;

  it('are created with a secret that is shown once and opens the gateway', async () => {
    const { apiKey, secret } = await create({ scope: 'WRITE' });
    expect(secret).toMatch(/^ck_live_[\w-]{43}$/);
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      name: 'Site',
      kind: 'SECRET',
      scope: 'WRITE',
      allowedOrigins: null,
      trustedDocumentsOnly: false,
      hint: secret.slice(-4),
      createdAt: expect.any(String),
      expiresAt: new Date(Date.parse(apiKey.createdAt) + 365 * DAY_MS).toISOString(),
      revokedAt: null,
      lastUsedAt: null,
    });
    expect((await client().gateway.graphql(secret, '{ viewer { scopes } }')).data).toEqual({
      viewer: { scopes: ['READ', 'WRITE'] },
    });
    const { apiKeys } = await client().data(`{ apiKeys { totalCount nodes { ${described} } } }`);
    expect(apiKeys.totalCount).toBe(2);
    expect(apiKeys.nodes[1]).toMatchObject(apiKey);
    expect(JSON.stringify(apiKeys)).not.toContain(secret.slice(-20));
    expect(JSON.stringify(await client().catalogue.contents())).not.toContain(secret.slice(8));
  });

  it('of a sandbox open the sandbox', async () => {
    const sandbox = await Client.open(client().world, client().gateway, 'sandbox');
    const { secret } = await sandbox.mutate(
      'createApiKey',
      { input: { name: 'S', scope: 'ADMIN', expiresAt: null } },
      'secret',
    );
    expect(secret).toMatch(/^ck_sandbox_/);
    expect((await client().gateway.graphql(secret, '{ viewer { mode } }')).data).toEqual({
      viewer: { mode: 'SANDBOX' },
    });
  });

  it('are useless at once when they are revoked, for good', async () => {
    const { apiKey, secret } = await create();
    expect(await statusOf(secret)).toBe(200);
    const revoke = () => client().mutate('revokeApiKey', { id: apiKey.id }, described);
    const revoked = await revoke();
    expect(revoked).toMatchObject({
      __typename: 'ApiKey',
      id: apiKey.id,
      revokedAt: expect.any(String),
    });
    expect(await statusOf(secret)).toBe(401);
    expect((await revoke()).revokedAt).toBe(revoked.revokedAt);
    expect(await statusOf(secret)).toBe(401);
  });

  it('end when they expire', async () => {
    const { world } = client();
    const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
    const { secret } = await create({ expiresAt });
    expect(await statusOf(secret)).toBe(200);
    world.time = new Date(expiresAt);
    try {
      expect(await statusOf(secret)).toBe(401);
    } finally {
      world.time = undefined;
    }
  });

  it('take only times to come', async () => {
    await client().changesNothing(async () => {
      for (const expiresAt of [
        '2020-01-01T00:00:00.000Z',
        '2020-01-01',
        'soon',
        '',
        '2099-13-01T00:00:00Z',
        '2099-01-01T00:00:00',
        '\ud800',
      ])
        expect(await create({ expiresAt })).toMatchObject({
          __typename: 'ValidationError',
          param: 'expiresAt',
        });
    });
  });

  it('that are unknown cannot be revoked', async () => {
    expect(await client().mutate('revokeApiKey', { id: 'key_0' })).toMatchObject({
      __typename: 'NotFoundError',
      code: 'not_found',
      param: 'id',
    });
  });

  describe('without the scope', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const forKeys = ['createApiKey', 'createPublishableKey', 'rotateApiKey', 'revokeApiKey'];
    const variables = {
      planId: 'pln_0',
      planGroupId: 'plg_0',
      priceId: 'pp_0',
      featureId: 'ftr_0',
      sectionId: 'fse_0',
      marketId: 'pmg_0',
      id: 'key_0',
      objectId: 'pln_0',
      locale: 'de',
      currency: 'eur',
      expectedHash: 'a',
      appliesAt: '2099-01-01T00:00:00.000Z',
    };
    const minimal: Record<string, object> = {
      createPlan: { name: 'N', code: 'c' },
      createFeature: { name: 'N', code: 'c', type: 'USAGE' },
      createFeatureSection: { name: 'N' },
      updateFeatureSection: { name: 'N' },
      arrangeFeatures: { sections: [{ featureIds: [] }] },
      createPlanGroup: { name: 'N' },
      createApiKey: { name: 'N', scope: 'READ' },
      createPublishableKey: { name: 'N', allowedOrigins: [] },
      addPlanPrice: { billingInterval: 'MONTHLY', price: -1 },
      addPlanFeature: { featureId: '' },
      addPlanToGroup: { planId: '' },
      reorderPlansInGroup: { planIds: [] },
      setPlanVisibility: { isPublic: true },
      upsertRegionalPrices: { overrides: [] },
      setExchangeRate: { currency: 'eur', exchangeRate: 0 },
      setRegionalOverage: { currency: 'eur', unitPrice: -1 },
      setPlanRegionalPricing: { currency: 'eur', exchangeRate: 0 },
      setFeatureLimits: { limits: [] },
      setPlanFeatureLimits: { limits: [] },
      setUnitPrice: { featureId: '' },
      createChangeSet: { document: '' },
      createMarket: { name: '', countryCodes: [] },
      setMarketPrices: { marketPrices: [] },
      addPriceVariant: { inheritsFromPriceId: '', marketPrices: [] },
    };

    it.each(mutations)('%s is forbidden for any input', async (name) => {
      const scope = forKeys.includes(name) ? 'write' : 'read';
      const limited = await client().as(scope);
      const { status, data } = await client().changesNothing(() =>
        limited.answer(mutationOf(name), { ...variables, input: minimal[name] ?? {} }),
      );
      expect(status).toBe(200);
      expect(data[name]).toMatchObject({
        __typename: 'ForbiddenError',
        errorType: 'authentication_error',
        code: 'forbidden',
        param: null,
        message: expect.stringContaining(`the scope ${scope}`),
      });
    });

    it('keys cannot be listed', async () => {
      for (const scope of ['read', 'write'] as const)
        expect(
          await (await client().as(scope)).refusal('{ apiKeys { nodes { id } } }'),
        ).toMatchObject({
          code: 'forbidden',
          type: 'authentication_error',
        });
    });

    it('everything else can be read', async () => {
      const reading = await client().as('read');
      await reading.data(
        '{ viewer { scopes } plans { totalCount } features { totalCount } planGroups { totalCount ' +
          '} }',
      );
    });
  });
});
