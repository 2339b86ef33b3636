import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpointsOf } from '../../src/rest/endpoints.ts';
import { eraOf } from '../../src/rest/eras/index.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { ORIGIN, Shop } from '../hidden.ts';

/** The first of the versions that offer the same in the same way. */
const unlike = apiVersions.filter((version, index) => {
  const earlier = apiVersions[index - 1];
  if (earlier === undefined || eraOf(version) !== eraOf(earlier)) return true;
  return endpointsOf(version).length !== endpointsOf(earlier).length;
});

const params = /\{(\w+)\}/g;

onEveryEngine('a publishable key in REST', (world) => {
  let gateway: Gateway;
  let shop: Shop;
  beforeAll(async () => {
    gateway = await Gateway.start(world(), { RATE_LIMIT: 'off' });
  });
  beforeEach(async () => {
    shop = await Shop.open(world());
  });
  afterAll(() => gateway.close());

  const send = async (
    method: string,
    path: string,
    version: string,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${gateway.url}/api/v1${path}`, {
      method,
      headers: { 'x-api-key': shop.key, origin: ORIGIN, 'commet-version': version, ...headers },
    });
    return { status: response.status, text: await response.text() };
  };

  /** Every read of a version with everything that it could be asked for. */
  const reads = (version: ApiVersion): string[] =>
    endpointsOf(version)
      .filter(({ method }) => method === 'GET')
      .flatMap(({ path, operation }) => {
        const paths = path.includes('{')
          ? [...shop.ids, ...shop.codes].map((value) => path.replaceAll(params, value))
          : [path];
        const asked = operation.query
          ? ['', '?includePrivate=true', '?limit=1', '?cursor=cur_x']
          : [''];
        return paths.flatMap((one) => asked.map((query) => `${one}${query}`));
      });

  /** Some at a time: the server takes no more than so many at once. */
  const answersIn = async (version: ApiVersion, headers?: Record<string, string>) => {
    const paths = reads(version);
    const answers: { path: string; status: number; text: string }[] = [];
    while (answers.length < paths.length)
      answers.push(
        ...(await Promise.all(
          paths
            .slice(answers.length, answers.length + 100)
            .map(async (path) => ({ path, ...(await send('GET', path, version, headers)) })),
        )),
      );
    return answers;
  };

  describe.each(unlike)('of %s', (version) => {
    it('reads nothing that is hidden, nor that there was something', async () => {
      const before = await answersIn(version);
      expect(
        before.filter(({ text }) => shop.canaries.some((canary) => text.includes(canary))),
      ).toEqual([]);
      expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200, 400, 404]));
      const all = before.map(({ text }) => text).join();
      for (const text of [
        '"Pro"',
        '"Calls"',
        eraOf(version).priceUnit === 'minor_unit' ? '4900' : '490000',
        '"Teams"',
        ...(eraOf(version).hasMarkets ? ['"Brazil"', '"price":3190', '"For partners"'] : []),
      ])
        expect(all).toContain(text);
      await shop.removeHidden();
      expect(await answersIn(version)).toEqual(before);
    });

    it('reads the same with a secret key, hidden things included', async () => {
      const key = await keyOf(world(), shop.catalogue.tenant, 'read');
      const all = (await answersIn(version, { 'x-api-key': key })).map(({ text }) => text).join();
      for (const text of [
        'canary plan',
        '987654321',
        'canary group',
        ...(version < '2026-06' ? [] : ['canary value', '7.654321']),
      ])
        expect(all).toContain(text);
    });

    it('writes nothing in any operation', async () => {
      const before = await shop.catalogue.contents();
      const writes = endpointsOf(version).filter(({ method }) => method !== 'GET');
      expect(writes.length).toBeGreaterThan(20);
      for (const { method, path } of writes) {
        const at = path.replaceAll(params, shop.hidden.plan.id);
        const { status, text } = await send(method, at, version, { 'idempotency-key': 'k' });
        expect({ method, path, status, code: JSON.parse(text).error.code }).toEqual({
          method,
          path,
          status: 403,
          code: 'forbidden',
        });
        expect(text).not.toContain('canary');
      }
      expect(await shop.catalogue.contents()).toEqual(before);
    });

    it('is refused at other origins', async () => {
      for (const origin of [
        'https://evil.example',
        'http://shop.example',
        'https://shop.example:444',
        'null',
      ]) {
        const { status, text } = await send('GET', '/plans', version, { origin });
        expect({ status, code: JSON.parse(text).error.code }).toEqual({
          status: 403,
          code: 'forbidden',
        });
      }
    });
  });
});
