import { expect, it } from 'vitest';
import { authenticate, createApiKey } from '../../src/domain/api-key.ts';
import { createKeyUsage } from '../../src/domain/api-key-usage.ts';
import { Catalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { command } from './command.ts';

onEveryEngine('keys and organizations', (world) => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await command(args, { DATABASE_URL: world().url });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await command(args, { DATABASE_URL: world().url });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };
  const newKey = async (organization: string, mode: string, scope: string) =>
    JSON.parse(
      await run(
        'keys',
        'create',
        '--organization',
        organization,
        '--mode',
        mode,
        '--scope',
        scope,
        '--json',
      ),
    );

  it('creates a key, and its organization when that is new', async () => {
    const issued = await newKey('Acme', 'sandbox', 'write');
    expect(issued).toEqual({
      id: expect.stringMatching(/^key_/),
      key: expect.stringMatching(/^ck_sandbox_/),
      organization: 'Acme',
      mode: 'sandbox',
      scope: 'write',
    });
    expect(await authenticate(world().store, issued.key)).toMatchObject({
      apiKeyId: issued.id,
      scope: 'write',
      tenant: { mode: 'sandbox' },
      organization: { name: 'Acme' },
    });
  });

  it('puts a second key into the same organization', async () => {
    const [first, second] = [
      await newKey('Twice', 'live', 'read'),
      await newKey('Twice', 'live', 'admin'),
    ];
    const holders = await Promise.all(
      [first, second].map(({ key }) => authenticate(world().store, key)),
    );
    expect(holders[0]?.tenant).toEqual(holders[1]?.tenant);
  });

  it('shows the secret once, on a line of its own', async () => {
    const said = await run(
      'keys',
      'create',
      '--organization',
      'Lines',
      '--mode',
      'live',
      '--scope',
      'read',
    );
    const [secret = ''] = said.split('\n');
    expect(await authenticate(world().store, secret)).toMatchObject({
      organization: { name: 'Lines' },
    });
    expect(await run('keys', 'list', '--organization', 'Lines', '--json')).not.toContain(secret);
  });

  it('lists the keys of both modes, without secrets', async () => {
    const live = await newKey('Lister', 'live', 'admin');
    const sandbox = await newKey('Lister', 'sandbox', 'read');
    const listed = JSON.parse(await run('keys', 'list', '--organization', 'Lister', '--json'));
    expect(listed).toMatchObject([
      { id: live.id, mode: 'live', scope: 'admin', hint: live.key.slice(-4), revokedAt: null },
      {
        id: sandbox.id,
        mode: 'sandbox',
        scope: 'read',
        hint: sandbox.key.slice(-4),
        revokedAt: null,
      },
    ]);
    const table = await run('keys', 'list', '--organization', 'Lister');
    expect(table.trimEnd().split('\n')).toHaveLength(2);
    for (const { id, key } of [live, sandbox]) {
      expect(table).toContain(id);
      expect(table).not.toContain(key);
    }
  });

  it('lists more keys than fit on a page', async () => {
    await newKey('Many', 'live', 'read');
    const tenant = await world().tenantOf('Many', 'live');
    for (let n = 0; n < 101; n += 1)
      await world().store.write(tenant, anyone, (w) =>
        createApiKey(w, { name: `Key ${n}`, scope: 'read' }),
      );
    expect(JSON.parse(await run('keys', 'list', '--organization', 'Many', '--json'))).toHaveLength(
      102,
    );
  });

  it('creates a publishable key', async () => {
    const pages = ['--origin', 'https://shop.example', '--origin', 'http://localhost:3000'];
    const place = ['--organization', 'Shop', '--mode', 'live'];
    const issued = JSON.parse(
      await run(
        'keys',
        'create',
        ...place,
        '--publishable',
        ...pages,
        '--trusted-documents-only',
        '--json',
      ),
    );
    expect(issued).toMatchObject({ key: expect.stringMatching(/^pk_live_/), scope: 'read' });
    expect(await authenticate(world().store, issued.key)).toMatchObject({
      kind: 'publishable',
      scope: 'read',
      allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
      trustedDocumentsOnly: true,
    });
    expect(await run('keys', 'list', '--organization', 'Shop')).toContain(
      'https://shop.example http://localhost:3000',
    );
  });

  it('says when a key was last used', async () => {
    const { key } = await newKey('User', 'live', 'read');
    expect(await run('keys', 'list', '--organization', 'User')).toContain('not used yet');
    const holder = (await authenticate(world().store, key)) ?? expect.fail('the key is unknown');
    const usage = createKeyUsage(world().store, (failure) => expect.fail(String(failure)));
    usage.seen(holder);
    await usage.flush();
    expect(await run('keys', 'list', '--organization', 'User')).toMatch(/ used \d{4}-/);
  });

  it('rotates a key: both work until the overlap is over', async () => {
    const old = await newKey('Rotator', 'live', 'write');
    const fresh = JSON.parse(await run('keys', 'rotate', old.id, '--overlap', '2h', '--json'));
    expect(Object.keys(fresh)).toEqual(['id', 'key']);
    const usable = async () =>
      (await Promise.all([old, fresh].map(({ key }) => authenticate(world().store, key)))).map(
        (holder) => holder?.scope,
      );
    expect(await usable()).toEqual(['write', 'write']);
    world().time = new Date(Date.now() + 2 * 60 * 60 * 1000);
    expect(await usable()).toEqual([undefined, 'write']);
    world().time = undefined;
    const [secret = ''] = (await run('keys', 'rotate', fresh.id)).split('\n');
    expect(await authenticate(world().store, secret)).toMatchObject({ scope: 'write' });
  });

  it('ends a key when it is told to', async () => {
    const endOf = async (name: string, ...options: string[]) => {
      const create = ['keys', 'create', '--organization', name, '--mode', 'live'];
      await run(...create, ...options);
      const listed = JSON.parse(await run('keys', 'list', '--organization', name, '--json'));
      return Date.parse(listed.at(-1).expiresAt);
    };
    const secret = (...when: string[]) => endOf('Ender', '--scope', 'read', ...when);
    const soon = Date.now() + 30 * 86_400_000;
    const end = await secret('--expires', '30d');
    expect(end).toBeGreaterThanOrEqual(soon);
    expect(end).toBeLessThan(soon + 60_000);
    expect(await secret('--expires', '2100-01-31')).toBe(Date.UTC(2100, 0, 31));
    expect(await secret('--expires', '2100-01-31T12:30:00+01:00')).toBe(
      Date.UTC(2100, 0, 31, 11, 30),
    );
    expect(await secret()).toBeGreaterThan(Date.now() + 364 * 86_400_000);
    const page = ['--publishable', '--origin', 'https://shop.example', '--expires', '2100-01-01'];
    expect(await endOf('Page', ...page)).toBe(Date.UTC(2100, 0, 1));
    const old = await newKey('Rotated', 'live', 'read');
    await run('keys', 'rotate', old.id, '--expires', '2100-02-01');
    const rotated = await run('keys', 'list', '--organization', 'Rotated');
    expect(rotated).toContain('expires 2100-02-01T00:00:00.000Z');
  });

  it.each([
    ['tomorrow', 'must be a day like'],
    ['2100-02-30', 'must be a day like'],
    ['2100-01-31T12:00', 'must be a day like'],
    ['-1d', 'must be a day like'],
    ['0d', 'must be in the future'],
    ['2020-01-01', 'must be in the future'],
    ['999999999d', 'must be in the future, and before the year 10000'],
    ['3000000d', 'must be in the future, and before the year 10000'],
  ])('refuses that a key ends %s', async (when, why) => {
    const create = ['keys', 'create', '--organization', 'Ender', '--mode', 'live'];
    expect(await refused(...create, '--scope', 'read', `--expires=${when}`)).toContain(why);
  });

  it('revokes a key at once', async () => {
    const { id, key } = await newKey('Revoker', 'live', 'read');
    expect(await run('keys', 'revoke', id)).toBe(`${id} is revoked.\n`);
    expect(await authenticate(world().store, key)).toBeUndefined();
    expect(await run('keys', 'list', '--organization', 'Revoker')).toContain('revoked ');
  });

  it('pins an organization to an API version', async () => {
    const { key } = await newKey('Pinned', 'live', 'read');
    await run('organizations', 'set-version', 'Pinned', '2026-07-24');
    expect(await authenticate(world().store, key)).toMatchObject({
      organization: { apiVersion: '2026-07-24' },
    });
    const organizations = JSON.parse(await run('organizations', 'list', '--json'));
    expect(organizations).toContainEqual(
      expect.objectContaining({ name: 'Pinned', apiVersion: '2026-07-24' }),
    );
    expect(await run('organizations', 'list')).toContain('2026-07-24  usd  unspecified  Pinned\n');
  });

  it('creates an organization with a base currency', async () => {
    const order = ['--organization', 'Euros', '--mode', 'live', '--scope', 'read'];
    const { key } = JSON.parse(
      await run('keys', 'create', ...order, '--base-currency', 'EUR', '--json'),
    );
    expect(await authenticate(world().store, key)).toMatchObject({
      tenant: { baseCurrency: 'eur' },
      organization: { baseCurrency: 'eur', taxBehavior: 'unspecified' },
    });
    await run('keys', 'create', ...order, '--base-currency', 'eur');
    await run('keys', 'create', ...order);
    expect(await refused('keys', 'create', ...order, '--base-currency', 'jpy')).toContain(
      'Euros exists with the base currency eur',
    );
    expect(JSON.parse(await run('keys', 'list', '--organization', 'Euros', '--json'))).toHaveLength(
      3,
    );
    expect(await refused('keys', 'create', ...order, '--base-currency', 'xau')).toContain(
      'must be the code of an ISO 4217 currency',
    );
  });

  it('says what the amounts of an organization mean', async () => {
    const { key } = await newKey('Yen', 'live', 'read');
    expect(await run('organizations', 'set-base-currency', 'Yen', 'JPY')).toBe(
      'The base currency of Yen is jpy.\n',
    );
    expect(await run('organizations', 'set-tax-behavior', 'Yen', 'inclusive')).toBe(
      'The tax behavior of Yen is inclusive.\n',
    );
    expect(await authenticate(world().store, key)).toMatchObject({
      tenant: { baseCurrency: 'jpy' },
      organization: { baseCurrency: 'jpy', taxBehavior: 'inclusive' },
    });
    expect(await run('organizations', 'list')).toContain('2026-05-25  jpy  inclusive    Yen\n');
    const shop = new Catalogue(world(), await world().tenantOf('Yen', 'sandbox'));
    await shop.price(await shop.plan());
    expect(await refused('organizations', 'set-base-currency', 'Yen', 'usd')).toBe(
      'error: Yen has amounts in jpy.\n',
    );
    await run('organizations', 'set-base-currency', 'Yen', 'jpy');
    for (const order of [
      ['set-base-currency', 'Nobody', 'eur'],
      ['set-tax-behavior', 'Nobody', 'exclusive'],
    ])
      expect(await refused('organizations', ...order)).toBe(
        'error: there is no organization named Nobody\n',
      );
    expect(await refused('organizations', 'set-base-currency', 'Yen', 'dem')).toContain(
      'must be the code of an ISO 4217 currency',
    );
    expect(await refused('organizations', 'set-tax-behavior', 'Yen', 'none')).toContain(
      'inclusive, exclusive, unspecified',
    );
  });

  it('renames an organization, whose keys go on working', async () => {
    const issued = await newKey('Before', 'live', 'read');
    await newKey('Taken', 'live', 'read');
    expect(await run('organizations', 'rename', 'Before', 'After')).toBe(
      'Before is named After.\n',
    );
    expect(await authenticate(world().store, issued.key)).toMatchObject({
      organization: { name: 'After' },
    });
    expect(await refused('organizations', 'rename', 'Before', 'Later')).toBe(
      'error: there is no organization named Before\n',
    );
    expect(await refused('organizations', 'rename', 'After', 'Taken')).toBe(
      'error: There is an organization named Taken already.\n',
    );
  });
});
