import { describe, expect, it } from 'vitest';
import { authenticate, createApiKey, listApiKeys, revokeApiKey } from '../../src/domain/api-key.ts';
import { RotateApiKeyInput, rotateApiKey } from '../../src/domain/api-key-rotation.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { expectAcceptance, expectRefusals } from '../refusals.ts';

const HOUR_SECONDS = 60 * 60;
const noon = '2100-01-01T12:00:00.000Z';

describe('the input of a rotation', () => {
  it('is refused by field', () => {
    expectRefusals(
      RotateApiKeyInput,
      {},
      { overlapSeconds: [-1, 0.5, '60', 30 * 24 * HOUR_SECONDS + 1], expiresAt: ['soon', 1] },
    );
    expectAcceptance(
      RotateApiKeyInput,
      {},
      { overlapSeconds: [0, 30 * 24 * HOUR_SECONDS, null], expiresAt: [noon, null] },
    );
  });
});

onEveryEngine('the rotation of a key', (world) => {
  keepsInvariants(world);

  const at = async <Result>(time: string, work: () => Promise<Result>): Promise<Result> => {
    world().time = new Date(time);
    try {
      return await work();
    } finally {
      world().time = undefined;
    }
  };
  const worksAt = (time: string, secret: string | null) =>
    at(time, async () => (await authenticate(world().store, secret ?? '')) !== undefined);
  const created = (shop: Catalogue, expiresAt = '2101-01-01T00:00:00.000Z') =>
    shop.change((w) => createApiKey(w, { name: 'Server', scope: 'write', expiresAt }));
  const rotated = (shop: Catalogue, id: string, overlapSeconds?: number) =>
    shop.changeAt(noon, (w) => rotateApiKey(w, id, { overlapSeconds }));

  it('makes a key like the old one, which works until the overlap is over', async () => {
    const shop = await newCatalogue(world());
    const old = await created(shop);
    const { apiKey, secret, replaced } = await rotated(shop, old.apiKey.id, HOUR_SECONDS);
    expect(secret).not.toBe(old.secret);
    expect(apiKey).toEqual({
      ...old.apiKey,
      id: expect.not.stringMatching(old.apiKey.id),
      hint: secret?.slice(-4),
      createdAt: noon,
      expiresAt: '2101-01-01T12:00:00.000Z',
    });
    expect(replaced).toEqual({ ...old.apiKey, expiresAt: '2100-01-01T13:00:00.000Z' });
    expect((await listApiKeys(shop.reader(), {})).items).toEqual([replaced, apiKey]);
    for (const [time, oldWorks] of [
      ['2100-01-01T12:59:59.999Z', true],
      ['2100-01-01T13:00:00.000Z', false],
    ] as const) {
      expect(await worksAt(time, old.secret)).toBe(oldWorks);
      expect(await worksAt(time, secret)).toBe(true);
    }
  });

  it('takes a day unless told otherwise, and no time where that is wanted', async () => {
    const shop = await newCatalogue(world());
    const [slow, quick] = [await created(shop), await created(shop)];
    expect((await rotated(shop, slow.apiKey.id)).replaced.expiresAt).toBe(
      '2100-01-02T12:00:00.000Z',
    );
    expect((await rotated(shop, quick.apiKey.id, 0)).replaced.expiresAt).toBe(noon);
    expect(await worksAt(noon, quick.secret)).toBe(false);
  });

  it('never lets the old key live longer than before', async () => {
    const shop = await newCatalogue(world());
    const { apiKey } = await created(shop, '2100-01-01T12:30:00.000Z');
    expect((await rotated(shop, apiKey.id, HOUR_SECONDS)).replaced).toEqual(apiKey);
  });

  it('keeps what a publishable key is bound to', async () => {
    const shop = await newCatalogue(world());
    const form = {
      name: 'Page',
      allowedOrigins: ['https://shop.example'],
      trustedDocumentsOnly: true,
    };
    const old = await shop.change((w) =>
      createPublishableKey(w, { ...form, expiresAt: '2101-01-01T00:00:00.000Z' }),
    );
    const { apiKey, secret } = await rotated(shop, old.apiKey.id);
    expect(apiKey).toMatchObject({ ...form, kind: 'publishable', scope: 'read' });
    expect(secret).toMatch(/^pk_live_/);
  });

  it('is one audit row, and no change of the catalogue', async () => {
    const shop = await newCatalogue(world());
    const { apiKey: old } = await created(shop);
    const before = [await shop.revision(), (await shop.rows('audit_log')).length];
    const { apiKey, secret, replaced } = await rotated(shop, old.id);
    const rows = await shop.rows('audit_log');
    expect([await shop.revision(), rows.length - 1]).toEqual(before);
    const row = rows.find(({ operation }) => operation === 'rotateApiKey');
    expect(row?.object_id).toBe(old.id);
    expect(JSON.parse(row?.before ?? '')).toEqual(old);
    expect(JSON.parse(row?.after ?? '')).toEqual(replaced);
    expect(JSON.parse(row?.changes ?? '')).toContainEqual({
      type: 'ApiKey',
      objectId: apiKey.id,
      planId: null,
      before: null,
      after: apiKey,
    });
    expect(JSON.stringify(rows)).not.toContain(secret?.slice(8));
  });

  it('answers a repeated request without the secret', async () => {
    const shop = await newCatalogue(world());
    const { apiKey: old } = await created(shop);
    const again = () => shop.change((w) => rotateApiKey(w, old.id, {}), { idempotencyKey: 'k' });
    const first = await again();
    expect(await again()).toEqual({ ...first, secret: null });
    expect(JSON.stringify(await shop.contents())).not.toContain(first.secret?.slice(8));
    expect((await listApiKeys(shop.reader(), {})).items).toHaveLength(2);
  });

  it('is refused for a key that has ended or is of another tenant', async () => {
    const [shop, sandbox] = await bothModes(world());
    const revoked = (await created(shop)).apiKey;
    await shop.change((w) => revokeApiKey(w, revoked.id));
    await shop.refuses((w) => rotateApiKey(w, revoked.id, {}), {
      code: 'validation_error',
      param: 'id',
    });
    const expired = (await created(shop, noon)).apiKey;
    await expect(rotated(shop, expired.id)).rejects.toMatchObject({
      code: 'validation_error',
      param: 'id',
    });
    const { id } = (await created(shop)).apiKey;
    await sandbox.refuses((w) => rotateApiKey(w, id, {}), { code: 'not_found', param: 'id' });
    await shop.refuses((w) => rotateApiKey(w, 'key_none', {}), { code: 'not_found', param: 'id' });
  });
});
