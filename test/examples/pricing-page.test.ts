import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { launchBrowser } from '../browser.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway } from '../gateway.ts';
import { StaticServer } from './static-server.ts';

/** The example as visitors see it: from another origin, in a real browser, against the demo. */

const PATIENCE_MS = 120_000;
const folder = new URL('../../examples/pricing-page/', import.meta.url);
/** Pictures to look at; they are in no commit. */
const pictures = new URL('../../test-artifacts/', import.meta.url);

let database: Database;
let world: World;
let tenant: Tenant;
let gateway: Gateway;
let site: StaticServer;
let browser: Browser;
let axe: string;
let key: string;

beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  tenant = await world.newTenant();
  await world.store.write(tenant, anyone, createDemoCatalogue);
  gateway = await Gateway.start(world, { LOG_LEVEL: 'info' });
  site = await StaticServer.of(folder);
  const made = await world.store.write(tenant, anyone, (w) =>
    createPublishableKey(w, { name: 'page', allowedOrigins: [site.origin] }),
  );
  key = made.secret ?? expect.fail('a new key has a secret');
  browser = await launchBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await mkdir(pictures, { recursive: true });
}, PATIENCE_MS);
afterAll(async () => {
  await browser.close();
  await site.close();
  await gateway.close();
  await world.close();
  await database.remove();
});

interface Look {
  colorScheme?: 'light' | 'dark';
  width?: number;
  height?: number;
  locale?: string;
}

const visit = async (
  parameters: Record<string, string>,
  { colorScheme = 'light', width = 1400, height = 900, locale = 'en-US' }: Look,
  work: (page: Page) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext({ colorScheme, locale, viewport: { width, height } });
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    const search = new URLSearchParams({ gateway: gateway.url, key, ...parameters });
    await page.goto(`${site.origin}/?${search}`);
    await page.waitForSelector('main[aria-busy="false"]');
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
};

const QUERY = `query ($country: CountryCode!, $locale: Locale!) {
  pricingPage(group: "workspace", context: { country: $country }, locale: $locale) {
    taxNote
    columns {
      plan { presentation { callToAction { url } } }
      texts { name badge callToActionLabel }
      offers { billingInterval intervalName headline trial introOffer savings }
      gainsTitle gains { feature { localized(locale: $locale) { name } } }
    }
    sections { name rows { name cells { text } } }
  }
}`;

interface Offer {
  billingInterval: string;
  intervalName: string;
  headline: string;
  trial: string | null;
  introOffer: string | null;
  savings: string | null;
}

/** What the API says that a page should show, by the words of the page. */
const toldBy = async (country: string, locale: string, interval: string) => {
  const { data, errors } = await gateway.graphql(
    key,
    QUERY,
    { country, locale },
    { origin: site.origin },
  );
  expect(errors).toBeUndefined();
  const { columns, sections, taxNote } = data.pricingPage;
  const offerOf = (offers: Offer[]): Offer | undefined =>
    offers.find((offer) => offer.billingInterval === interval) ?? offers[0];
  return {
    // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the query above.
    plans: columns.map(({ texts, offers, gainsTitle, gains }: any) => {
      const offer = offerOf(offers);
      return {
        name: texts.name,
        badge: texts.badge,
        headline: offer?.headline ?? texts.callToActionLabel,
        notes: offer
          ? [offer.savings, offer.introOffer, offer.trial, taxNote].filter((note) => note !== null)
          : [],
        gainsTitle,
        gains: gains.map(
          // biome-ignore lint/suspicious/noExplicitAny: as above.
          ({ feature }: any) => feature.localized.name,
        ),
      };
    }),
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    head: columns.map(({ texts }: any) => texts.name),
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    sections: sections.map(({ name }: any) => name).filter(Boolean),
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    rows: sections.flatMap(({ rows }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      rows.map(({ name, cells }: any) => [name, ...cells.map(({ text }: any) => text)]),
    ),
  };
};

/** The same, as it stands on the page. */
const shownOn = (page: Page) =>
  page.evaluate(() => {
    const textsOf = (root: ParentNode, selector: string) =>
      [...root.querySelectorAll(selector)].map(({ textContent }) => textContent);
    return {
      plans: [...document.querySelectorAll('.plan')].map((plan) => ({
        name: textsOf(plan, 'h2')[0],
        badge: textsOf(plan, '.badge')[0] ?? null,
        headline: textsOf(plan, '.headline')[0],
        notes: textsOf(plan, '.notes span'),
        gainsTitle: textsOf(plan, '.gains')[0] ?? null,
        gains: textsOf(plan, 'li'),
      })),
      head: textsOf(document, 'thead th').slice(1),
      sections: textsOf(document, '.section th'),
      rows: [...document.querySelectorAll('tbody tr:not(.section)')].map((row) =>
        textsOf(row, 'th, td'),
      ),
    };
  });

describe('the example of a pricing page', () => {
  it.each([
    ['desk', 1400, 900, 'light', 'US', 'en'],
    ['phone', 390, 844, 'light', 'BR', 'en'],
    ['desk-dark', 1400, 900, 'dark', 'DE', 'de'],
    ['phone-dark', 390, 844, 'dark', 'DE', 'de'],
  ] as const)(
    'shows what the API says, and axe finds nothing: %s',
    async (name, width, height, colorScheme, country, locale) => {
      await visit({ country, locale }, { width, height, colorScheme }, async (page) => {
        await page.screenshot({
          path: fileURLToPath(new URL(`pricing-page-${name}.png`, pictures)),
          fullPage: true,
        });
        expect(await shownOn(page)).toEqual(await toldBy(country, locale, 'MONTHLY'));
        expect(await page.getAttribute('html', 'lang')).toBe(locale);
        const widths = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(widths[0]).toBe(widths[1]);
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          // @ts-expect-error: axe came with its script.
          const found = await window.axe.run();
          return found.violations.map(({ id, nodes }: { id: string; nodes: unknown[] }) => [
            id,
            JSON.stringify(nodes).slice(0, 300),
          ]);
        });
        expect(violations).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  it(
    'takes one request for each country and language, and no preflight',
    async () => {
      await visit({ country: 'US', locale: 'en' }, {}, async (page) => {
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.method()));
        const settled = async () => {
          await page.waitForSelector('main[aria-busy="false"]');
        };
        await page.selectOption('select[name=country]', 'BR');
        await settled();
        expect(await shownOn(page)).toEqual(await toldBy('BR', 'en', 'MONTHLY'));
        await page.selectOption('select[name=locale]', 'de');
        await settled();
        expect(await shownOn(page)).toEqual(await toldBy('BR', 'de', 'MONTHLY'));
        expect(asked).toEqual(['GET', 'GET']);
        // The keyboard moves within the group; no other request is needed.
        await page.focus('input[name=interval]:checked');
        await page.keyboard.press('ArrowRight');
        const interval = await page.inputValue('input[name=interval]:checked');
        expect(interval).not.toBe('MONTHLY');
        expect(await shownOn(page)).toEqual(await toldBy('BR', 'de', interval));
        expect(asked).toHaveLength(2);
        expect(new URL(page.url()).searchParams.get('interval')).toBe(interval);
        expect(await page.textContent('[role=status]')).toBe('Preise für Brasilien');
      });
    },
    PATIENCE_MS,
  );

  it('prints prices and computes none', async () => {
    const script = await readFile(new URL('pricing-page.js', folder), 'utf8');
    const code = script.replace(/`[^`]*`|'[^']*'/g, "''").replace(/\/\*\*[\s\S]*?\*\//g, '');
    expect(code.match(/NumberFormat|toFixed|parseFloat|parseInt|Number\(|Math\./g)).toBeNull();
    expect(code.match(/[\w)\]]\s*[-+*/%]\s*[\w(]/g)).toBeNull();
    expect(script.split('\n').length).toBeLessThan(150);
  });
});
