import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '../gateway.ts';
import { ExampleSite } from './example-site.ts';
import { pageShownOn } from './told-page.ts';

/** The example as the gateway itself serves it, for people who try it. */

const folder = new URL('../../examples/pricing-page/', import.meta.url);

describe('the example that the gateway serves', { timeout: 120_000 }, () => {
  const site = ExampleSite.forSuite(folder);
  let address: string;
  beforeAll(() => {
    address = `${site().gateway.url}/examples/pricing-page`;
  });

  it('is drawn under a strict content policy', async () => {
    const faults: string[] = [];
    const search = new URLSearchParams({ key: site().key, country: 'BR', locale: 'de' });
    await site().visit(`${address}?${search}`, {}, async (page) => {
      page.on('console', (message) => faults.push(message.text()));
      page.on('pageerror', ({ message }) => faults.push(message));
      await page.reload();
      await page.locator('.drawn').waitFor();
      expect(new URL(page.url()).pathname).toBe('/examples/pricing-page/');
      const told = await site().told({ country: 'BR', locale: 'de', interval: 'MONTHLY' });
      expect(await pageShownOn(page)).toEqual(told);
      expect(faults).toEqual([]);
      const elsewhere = await page.evaluate(`fetch('https://example.com/').catch(() => 'refused')`);
      expect(elsewhere).toBe('refused');
    });
    const policy = (await fetch(`${address}/`)).headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toContain('unsafe');
  });

  it('has every file of the folder, and no other', async () => {
    const names = (await readdir(folder)).filter((name) => !name.endsWith('.md'));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const served = await fetch(`${address}/${name === 'index.html' ? '' : name}`);
      expect(await served.text()).toBe(await readFile(new URL(name, folder), 'utf8'));
    }
    for (const name of ['README.md', 'nothing.js', '..%2freact%2fpackage.json'])
      expect((await fetch(`${address}/${name}`)).status).toBe(404);
    expect((await fetch(`${address}/`, { method: 'POST' })).status).toBe(404);
  });

  it('is not there in production', () =>
    Gateway.during(site().world, { NODE_ENV: 'production' }, async ({ url }) => {
      for (const path of ['', '/', '/pricing-page.js'])
        expect((await fetch(`${url}/examples/pricing-page${path}`)).status).toBe(404);
    }));
});
