import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

onEveryEngine('GraphQL over HTTP', (world) => {
  let gateway: Gateway;
  let key: string;
  beforeAll(async () => {
    gateway = await Gateway.start(world());
    key = await keyOf(world(), await world().newTenant());
  });
  afterAll(() => gateway.close());

  describe('passes every audit of the specification', () => {
    const audits = serverAudits({
      url: () => `${gateway.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) => {
        const headers = new Headers(init.headers);
        headers.set('x-api-key', key);
        return fetch(url, { ...init, headers });
      },
    });
    it.each(audits)('$id $name', async (audit) => {
      expect(await audit.fn()).toMatchObject({ status: 'ok' });
    });
    it('are as many as we know of', () => {
      expect(audits).toHaveLength(61);
    });
  });
});
