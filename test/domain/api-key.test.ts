import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  authenticate,
  CreateApiKeyInput,
  countApiKeys,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../src/domain/api-key.ts';
import { pinApiVersion } from '../../src/domain/organization.ts';
import { scopes } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';

describe('the input of API keys', () => {
  it('is refused by field', () => {
    expectRefusals(
      CreateApiKeyInput,
      { name: 'Key', scope: 'read', expiresAt: null },
      {
        name: [...bad.names, null, undefined],
        scope: [...bad.words, 'READ', null, undefined],
        expiresAt: [
          '',
          'tomorrow',
          '2100-01-01',
          '2100-01-01T00:00:00',
          '2100-01-01T00:00:00+01:00',
          '2100-02-30T00:00:00Z',
          '2100-01-01T24:00:00Z',
          '2100-13-01T00:00:00Z',
          '+012100-01-01T00:00:00Z',
          4_102_444_800,
          {},
        ],
      },
    );
    expectAcceptance(
      CreateApiKeyInput,
      { name: 'Key', scope: 'read' },
      { expiresAt: ['2100-01-01T00:00:00Z', '2100-01-01T00:00:00.123456789Z'], scope: scopes },
    );
  });
});

onEveryEngine('API keys', (world) => {
  keepsInvariants(world);

  const create = (shop: Catalogue, input: Partial<CreateApiKeyInput> = {}) =>
    shop.change((w) => createApiKey(w, { name: 'Key', scope: 'read', ...input }));
  const secretOf = async (shop: Catalogue, input?: Partial<CreateApiKeyInput>) =>
    (await create(shop, input)).secret ?? '';

  it('show their secret once and keep a hash of it', async () => {
    const shop = await newCatalogue(world());
    const { apiKey, secret } = await create(shop);
    expect(secret).toMatch(/^ck_live_[A-Za-z0-9_-]{43}$/);
    expect(apiKey.id).toMatch(/^key_[0-9a-z]{26}$/);
    expect(secret?.endsWith(apiKey.hint)).toBe(true);
    expect(apiKey.hint).toHaveLength(4);
    const [row] = await shop.rows('api_key');
    expect(row?.hash).toBe(createHash('sha256').update(String(secret)).digest('hex'));
    expect(JSON.stringify(await shop.contents())).not.toContain(secret);
    expect((await listApiKeys(shop.reader(), {})).items).toEqual([apiKey]);
  });

  it('say their mode and never repeat', async () => {
    const [live, sandbox] = await bothModes(world());
    const secrets = [await secretOf(live), await secretOf(live), await secretOf(sandbox)];
    expect(new Set(secrets).size).toBe(3);
    expect(secrets[2]).toMatch(/^ck_sandbox_/);
  });

  it.each(scopes)('stand for a tenant and the scope %s', async (scope) => {
    const organization = `Organization ${Math.random()}`;
    const { store } = world();
    // Each pinning is a revision of both modes.
    for (const [mode, revision] of [
      ['live', 0],
      ['sandbox', 2],
    ] as const) {
      const tenant = await world().tenantOf(organization, mode);
      const { apiKey, secret } = await store.write(
        tenant,
        { apiKeyId: null, requestId: null },
        (w) => createApiKey(w, { name: 'Key', scope }),
      );
      expect(await authenticate(store, secret ?? '')).toEqual({
        apiKeyId: apiKey.id,
        kind: 'secret',
        revision,
        nextChangeAt: null,
        databaseTime: store.engine.sql.now ? expect.any(String) : null,
        scope,
        allowedOrigins: null,
        trustedDocumentsOnly: false,
        tenant,
        organization: {
          id: tenant.organizationId,
          name: organization,
          apiVersion: '2026-05-25',
          baseCurrency: 'usd',
          taxBehavior: 'unspecified',
        },
      });
      await pinApiVersion(store, organization, '2026-07-31', anyone);
      expect(await authenticate(store, secret ?? '')).toMatchObject({
        organization: { apiVersion: '2026-07-31' },
      });
      await pinApiVersion(store, organization, '2026-05-25', anyone);
    }
  });

  it('are nobody when they are not exactly right', async () => {
    const shop = await newCatalogue(world());
    const secret = await secretOf(shop);
    const [row] = await shop.rows('api_key');
    const wrong = [
      '',
      'ck_',
      secret.slice(1),
      secret.slice(0, -1),
      `${secret} `,
      secret.toUpperCase(),
      'a\0',
      '\ud800',
    ];
    for (const text of [
      ...wrong,
      row?.hash ?? '',
      row?.id ?? '',
      `ck_live_${'A'.repeat(43)}`,
      'ck_'.repeat(10_000),
    ])
      expect(await authenticate(world().store, text)).toBeUndefined();
  });

  it('work for a year unless told otherwise', async () => {
    const shop = await newCatalogue(world());
    const made = (input: Partial<CreateApiKeyInput> = {}) =>
      shop.changeAt('2026-01-01T00:00:00.000Z', (w) =>
        createApiKey(w, { name: 'Key', scope: 'read', ...input }),
      );
    for (const { apiKey } of [await made(), await made({ expiresAt: null })])
      expect(apiKey).toMatchObject({
        createdAt: '2026-01-01T00:00:00.000Z',
        expiresAt: '2027-01-01T00:00:00.000Z',
      });
    const { apiKey } = await made({ expiresAt: '2026-01-01T00:00:00.0019Z' });
    expect(apiKey.expiresAt).toBe('2026-01-01T00:00:00.001Z');
  });

  it('stop at the moment they expire', async () => {
    const shop = await newCatalogue(world());
    const secret = await secretOf(shop, { expiresAt: '2100-01-01T00:00:00Z' });
    const at = async (time: string) => {
      world().time = new Date(time);
      try {
        return (await authenticate(world().store, secret)) !== undefined;
      } finally {
        world().time = undefined;
      }
    };
    expect(await at('2099-12-31T23:59:59.999Z')).toBe(true);
    expect(await at('2100-01-01T00:00:00.000Z')).toBe(false);
    expect(await at('2200-01-01T00:00:00.000Z')).toBe(false);
  });

  it('cannot have expired already', async () => {
    const shop = await newCatalogue(world());
    for (const expiresAt of ['2020-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])
      await shop.refuses((w) => createApiKey(w, { name: 'Key', scope: 'read', expiresAt }), {
        code: 'validation_error',
        param: 'expiresAt',
      });
    const now = '2026-01-01T00:00:00.000Z';
    const atOnce = shop.changeAt(now, (w) =>
      createApiKey(w, { name: 'Key', scope: 'read', expiresAt: now }),
    );
    await expect(atOnce).rejects.toMatchObject({ param: 'expiresAt' });
  });

  it('stop when they are revoked', async () => {
    const shop = await newCatalogue(world());
    const { apiKey, secret } = await create(shop);
    const other = await secretOf(shop);
    const time = '2100-01-01T00:00:00.000Z';
    const revoked = await shop.changeAt(time, (w) => revokeApiKey(w, apiKey.id));
    expect(revoked).toEqual({ ...apiKey, revokedAt: time });
    expect(await authenticate(world().store, secret ?? '')).toBeUndefined();
    expect(await authenticate(world().store, other)).toBeDefined();
    expect(
      await shop.changeAt('2101-01-01T00:00:00.000Z', (w) => revokeApiKey(w, apiKey.id)),
    ).toEqual(revoked);
    expect((await listApiKeys(shop.reader(), {})).items[0]).toEqual(revoked);
  });

  it('can be revoked while the clock is behind', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await create(shop);
    const revoked = await shop.changeAt('2020-01-01T00:00:00.000Z', (w) =>
      revokeApiKey(w, apiKey.id),
    );
    expect(revoked.revokedAt).toBe(apiKey.createdAt);
  });

  it('are listed oldest first, page by page', async () => {
    const shop = await newCatalogue(world());
    const keys = [];
    for (const name of ['a', 'b', 'c']) keys.push((await create(shop, { name })).apiKey);
    const { items, hasNextPage, cursorOf } = await listApiKeys(shop.reader(), { first: 2 });
    expect({ items, hasNextPage }).toEqual({ items: keys.slice(0, 2), hasNextPage: true });
    const [, second] = items;
    const rest = await listApiKeys(shop.reader(), { after: second && cursorOf(second) });
    expect(rest.items).toEqual(keys.slice(2));
    expect(await countApiKeys(shop.reader())).toBe(3);
  });

  it('belong to one tenant', async () => {
    const [live, sandbox] = await bothModes(world());
    const { apiKey } = await create(live);
    for (const other of [sandbox, await newCatalogue(world())]) {
      await other.refuses((w) => revokeApiKey(w, apiKey.id), { code: 'not_found', param: 'id' });
      expect((await listApiKeys(other.reader(), {})).items).toEqual([]);
      expect(await countApiKeys(other.reader())).toBe(0);
    }
    await live.refuses((w) => revokeApiKey(w, 'key_none'), { code: 'not_found', param: 'id' });
    await live.refuses((w) => revokeApiKey(w, 'a\0'), { code: 'not_found', param: 'id' });
  });
});
