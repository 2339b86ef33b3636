import { expect, it } from 'vitest';
import { Client, onEveryGateway } from './client.ts';

const VIEWER =
  '{ viewer { organization { id name apiVersion baseCurrency taxBehavior } mode keyKind scopes } }';

onEveryGateway('viewer', (client) => {
  it.each([
    ['read', ['READ']],
    ['write', ['READ', 'WRITE']],
    ['admin', ['READ', 'WRITE', 'ADMIN', 'AUDIT']],
    ['audit', ['AUDIT']],
  ] as const)('is the holder of a key with the scope %s', async (scope, scopes) => {
    const { viewer } = await (await client().as(scope)).data(VIEWER);
    expect(viewer).toEqual({
      organization: {
        id: client().catalogue.tenant.organizationId,
        name: expect.stringContaining('Organization'),
        apiVersion: '2026-05-25',
        baseCurrency: 'usd',
        taxBehavior: 'UNSPECIFIED',
      },
      mode: 'LIVE',
      keyKind: 'SECRET',
      scopes,
    });
  });

  it('is in the mode of the key', async () => {
    const sandbox = await Client.open(client().world, client().gateway, 'sandbox');
    expect((await sandbox.data(VIEWER)).viewer.mode).toBe('SANDBOX');
  });
});
