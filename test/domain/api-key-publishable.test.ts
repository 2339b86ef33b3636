import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/domain/api-key.ts';
import {
  audienceOf,
  CreatePublishableKeyInput,
  createPublishableKey,
  requireAllowedOrigin,
} from '../../src/domain/publishable-key.ts';
import { keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals } from '../refusals.ts';

const form = { name: 'Page', allowedOrigins: ['https://shop.example'] };

describe('the input of publishable keys', () => {
  it('is refused by field', () => {
    expectRefusals(CreatePublishableKeyInput, form, {
      name: [...bad.names, null, undefined],
      allowedOrigins: [
        [],
        null,
        undefined,
        'https://shop.example',
        Array.from({ length: 21 }, (_, n) => `https://s${n}.example`),
      ],
      trustedDocumentsOnly: ['true', 1],
      expiresAt: ['soon', 1],
    });
    expectAcceptance(CreatePublishableKeyInput, form, {
      allowedOrigins: [
        ['http://localhost:3000', 'https://shop.example:8443', 'https://xn--bcher-kva.example'],
      ],
      trustedDocumentsOnly: [true, false, null],
      expiresAt: ['2100-01-01T00:00:00Z', null],
    });
  });

  it.each([
    '*',
    'null',
    '',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://shop.example:443',
    'https://Shop.example',
    'https://*.shop.example',
    'https://user@shop.example',
    'https://bücher.example',
    'ftp://shop.example',
    'chrome-extension://abc',
    `https://${'a'.repeat(260)}.example`,
  ])('takes no origin like %s', (origin) => {
    expect(CreatePublishableKeyInput.safeParse({ ...form, allowedOrigins: [origin] }).success).toBe(
      false,
    );
  });

  it('takes an origin once', () => {
    const { error } = CreatePublishableKeyInput.safeParse({
      ...form,
      allowedOrigins: ['https://a.example', 'https://a.example'],
    });
    expect(error?.issues).toMatchObject([
      { path: ['allowedOrigins'], message: 'must not repeat an origin' },
    ]);
  });
});

onEveryEngine('publishable keys', (world) => {
  keepsInvariants(world);

  it('stand for the public at their origins', async () => {
    const shop = await newCatalogue(world(), 'sandbox');
    const allowedOrigins = ['https://shop.example', 'http://localhost:3000'];
    const { apiKey, secret } = await shop.change((w) =>
      createPublishableKey(w, { ...form, allowedOrigins }),
    );
    expect(secret).toMatch(/^pk_sandbox_[A-Za-z0-9_-]{43}$/);
    expect(apiKey).toMatchObject({
      kind: 'publishable',
      scope: 'read',
      allowedOrigins,
      trustedDocumentsOnly: false,
    });
    const holder =
      (await authenticate(world().store, secret ?? '')) ?? expect.fail('the key is unknown');
    expect(holder).toMatchObject({
      kind: 'publishable',
      scope: 'read',
      allowedOrigins,
      trustedDocumentsOnly: false,
    });
    expect(audienceOf(holder)).toBe('public');
    for (const origin of allowedOrigins)
      expect(requireAllowedOrigin(holder, origin)).toBeUndefined();
    for (const origin of [
      undefined,
      'null',
      '',
      'https://shop.example.evil.example',
      'http://shop.example',
    ])
      expect(() => requireAllowedOrigin(holder, origin)).toThrow(
        expect.objectContaining({ code: 'forbidden' }),
      );
  });

  it('leave one audit row, no revision and no secret', async () => {
    const shop = await newCatalogue(world());
    const make = () => shop.change((w) => createPublishableKey(w, form), { idempotencyKey: 'k' });
    const { apiKey, secret } = await make();
    expect(await make()).toEqual({ apiKey, secret: null });
    const rows = await shop.rows('audit_log');
    expect(rows.map(({ operation, object_id }) => [operation, object_id])).toEqual([
      ['createPublishableKey', apiKey.id],
    ]);
    expect(await shop.revision()).toBe(0);
    expect(JSON.stringify(await shop.contents())).not.toContain(secret?.slice(8));
  });

  it('cannot have expired already', async () => {
    const shop = await newCatalogue(world());
    const refused = { code: 'validation_error', param: 'expiresAt' };
    await shop.refuses(
      (w) => createPublishableKey(w, { ...form, expiresAt: '2020-01-01T00:00:00Z' }),
      refused,
    );
  });
});
