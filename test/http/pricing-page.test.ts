import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

const ORIGIN = 'https://shop.example';

onEveryEngine('the address of the pricing page', (world) => {
  let gateway: Gateway;
  let tenant: Tenant;
  let key: string;
  let publishable: string;

  beforeAll(async () => {
    const { store } = world();
    gateway = await Gateway.start(world(), { PUBLIC_CACHE_SECONDS: '60' });
    tenant = await world().newTenant();
    await store.write(tenant, anyone, createDemoCatalogue);
    key = await keyOf(world(), tenant, 'read');
    const made = await store.write(tenant, anyone, (w) =>
      createPublishableKey(w, { name: 'page', allowedOrigins: [ORIGIN] }),
    );
    publishable = made.secret ?? expect.fail('a new key has a secret');
  });
  afterAll(() => gateway.close());

  const ask = async (
    search: Record<string, string>,
    headers: Record<string, string> = { 'x-api-key': key },
    method = 'GET',
  ) => {
    const response = await fetch(`${gateway.url}/pricing-page?${new URLSearchParams(search)}`, {
      method,
      headers,
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      headers: response.headers,
      text: await response.text(),
    };
  };
  const group = { group: 'workspace' };

  it('answers JSON unless something else is asked for', async () => {
    const { status, type, text } = await ask(group);
    expect([status, type]).toEqual([200, 'application/json']);
    const page = JSON.parse(text);
    expect(page.columns.length).toBeGreaterThan(1);
    expect(page.contentHash).toMatch(/^[0-9a-f]{64}$/);
    const browsers = await ask(group, {
      'x-api-key': key,
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    });
    expect(browsers.text).toBe(text);
  });

  it.each([
    ['text/markdown', 'text/markdown; charset=utf-8', /^#|\|/m],
    ['application/ld+json', 'application/ld+json', /"@context"/],
    ['application/ld+json;q=0.9, text/markdown;q=0.1', 'application/ld+json', /"@context"/],
    ['image/png, application/*;q=0.1', 'application/json', /"contentHash"/],
  ])('answers to Accept: %s', async (accept, type, content) => {
    const page = await ask(group, { 'x-api-key': key, accept });
    expect([page.status, page.type]).toEqual([200, type]);
    expect(page.text).toMatch(content);
    expect(page.headers.get('vary')).toMatch(/\baccept\b/);
  });

  it.each(['image/png', 'text/html', '*/*;q=0', 'application/json;q=0'])(
    'has no page for Accept: %s, and says which types there are',
    async (accept) => {
      const refused = await ask(group, { 'x-api-key': key, accept });
      expect([refused.status, JSON.parse(refused.text).error]).toMatchObject([
        406,
        {
          code: 'not_acceptable',
          message: 'The page can be had as application/json, text/markdown, application/ld+json.',
        },
      ]);
      expect(refused.headers.get('vary')).toMatch(/\baccept\b/);
    },
  );

  it('speaks the language and takes the currency of the address', async () => {
    const { text } = await ask({ ...group, locale: 'de_de', currency: 'EUR', country: 'de' });
    expect(JSON.parse(text)).toMatchObject({ locale: 'de-DE', currency: 'eur' });
  });

  it('takes plans by code or id, in their order', async () => {
    const [first, second] = JSON.parse((await ask(group)).text).columns.map(
      ({ plan }: { plan: { id: string; code: string } }) => plan,
    );
    const { text } = await ask({ plans: `${second.code},${first.id}` });
    expect(JSON.parse(text).columns.map(({ plan }: { plan: { id: string } }) => plan.id)).toEqual([
      second.id,
      first.id,
    ]);
  });

  it('answers HEAD without a body, and 304 to who has it', async () => {
    const head = await ask(group, undefined, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    const etag = head.headers.get('etag') ?? '';
    const again = await ask(group, { 'x-api-key': key, 'if-none-match': etag });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each([
    ['no group and no plans', {}, 400, 'validation_error', 'group'],
    ['both', { group: 'workspace', plans: 'a' }, 400, 'validation_error', 'plans'],
    ['a plan twice', { plans: 'free,free' }, 400, 'validation_error', 'plans.1'],
    ['no such group', { group: 'nothing' }, 404, 'plan_group_not_found', 'group'],
    ['no such plan', { plans: 'nothing' }, 404, 'plan_not_found', 'plans'],
    ['no country', { group: 'workspace', country: 'XX' }, 400, 'validation_error', 'country'],
    ['no currency', { group: 'workspace', currency: 'xxx' }, 400, 'validation_error', 'currency'],
    [
      'no language',
      { group: 'workspace', locale: 'de-u-nu-thai' },
      400,
      'validation_error',
      'locale',
    ],
  ])('refuses %s', async (_, search: Record<string, string>, status, code, param) => {
    const refused = await ask(search);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([
      status,
      { success: false, error: { code, param } },
    ]);
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  it('refuses other methods, and who has no key or may not read', async () => {
    const posted = await ask(group, undefined, 'POST');
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await ask(group, {})).status).toBe(401);
    expect((await ask({ ...group, key })).status).toBe(401);
    const audit = await keyOf(world(), tenant, 'audit');
    expect((await ask(group, { 'x-api-key': audit })).status).toBe(403);
    const bound = await world().store.write(tenant, anyone, (w) =>
      createPublishableKey(w, {
        name: 'bound',
        allowedOrigins: [ORIGIN],
        trustedDocumentsOnly: true,
      }),
    );
    expect((await ask({ ...group, key: bound.secret ?? '' }, {})).status).toBe(403);
  });

  it('is for publishable keys in the address, and may be shared', async () => {
    const page = await ask({ ...group, key: publishable }, { origin: ORIGIN });
    expect(page.status).toBe(200);
    expect(page.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(page.headers.get('cache-control')).toContain('s-maxage=60');
    const ids = JSON.parse(page.text).columns.map(({ plan }: { plan: { id: string } }) => plan.id);
    expect(page.headers.get('cache-tag')?.split(',').slice(1)).toEqual(ids);
  });

  it("shows no other organization's group", async () => {
    const stranger = await keyOf(world(), await world().newTenant());
    const refused = await ask(group, { 'x-api-key': stranger });
    expect(refused.status).toBe(404);
  });
});
