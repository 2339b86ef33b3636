import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page, Request } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExampleSite, findingsOf, settled } from './example-site.ts';
import { type Choices, pageShownOn } from './told-page.ts';

/** Pictures to look at. CI keeps them; git does not. */
const pictures = new URL('../../test-artifacts/', import.meta.url);

const desk = { width: 1400, height: 900 };
const phone = { width: 390, height: 844 };

/** Each pair of size, scheme and language. */
const looks: [name: string, options: BrowserContextOptions, choices: Choices, status: string][] = [
  [
    'desk',
    { viewport: desk, colorScheme: 'light' },
    { country: 'US', locale: 'en', interval: 'MONTHLY' },
    'Prices for United States · USD · excl. VAT · Monthly',
  ],
  [
    'desk-dark',
    { viewport: desk, colorScheme: 'dark' },
    { country: 'DE', locale: 'de', interval: 'YEARLY' },
    'Preise für Deutschland · EUR · zzgl. MwSt. · Jährlich',
  ],
  [
    'phone',
    { viewport: phone, colorScheme: 'light' },
    { country: 'DE', locale: 'de', interval: 'MONTHLY' },
    'Preise für Deutschland · EUR · zzgl. MwSt. · Monatlich',
  ],
  [
    'phone-dark',
    { viewport: phone, colorScheme: 'dark' },
    { country: 'BR', locale: 'en', interval: 'YEARLY' },
    // Not all plans have a price in the market of Brazil, where prices include tax.
    'Prices for Brazil · USD · Yearly',
  ],
];

/** How far things moved without being asked to: https://web.dev/articles/cls */
const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(`
    new Promise((resolve) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const { hadRecentInput, value } of list.getEntries()) if (!hadRecentInput) sum += value;
      });
      observer.observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 300);
    })
  `);

const statusOf = (page: Page) => page.locator('[role=status]');

/** What holds for every example: as its visitors see it, from another origin than the gateway's. */
export const holdExample = (name: string, folder: URL): void => {
  const site = ExampleSite.forSuite(folder);

  const visit = (
    choices: Partial<Choices>,
    options: BrowserContextOptions,
    work: (page: Page) => Promise<void>,
  ): Promise<void> => site().visit(site().addressWith(choices), options, work);

  describe(`the example ${name}`, { timeout: 120_000 }, () => {
    beforeAll(async () => {
      await mkdir(pictures, { recursive: true });
    });

    it.each(looks)('shows what the API says: %s', async (look, options, choices, status) => {
      await visit(choices, options, async (page) => {
        const path = fileURLToPath(new URL(`${name}-${look}.png`, pictures));
        await page.screenshot({ path, fullPage: true });
        expect(await pageShownOn(page)).toEqual(await site().told(choices));
        expect(await page.getAttribute('html', 'lang')).toBe(choices.locale);
        expect(await statusOf(page).textContent()).toBe(status);
        expect(await findingsOf(page)).toEqual([]);
        const sideways = 'document.documentElement.scrollWidth - innerWidth';
        expect(await page.evaluate(sideways)).toBe(0);
      });
    });

    it.each(looks.slice(1, 3))('moves nothing while it loads: %s', async (_, options, choices) => {
      await visit(choices, options, async (page) => {
        expect(await shiftOf(page)).toBeLessThan(0.01);
      });
    });

    it('takes one GET for each country and language, no preflight, and no other host', async () => {
      const hosts = new Set<string>();
      const requests = await site().requestsDuring(() =>
        visit({ country: 'US', locale: 'en' }, {}, async (page) => {
          page.on('request', (request) => hosts.add(new URL(request.url()).origin));
          await page.reload();
          await settled(page);
          await page.selectOption('select[name=country]', 'BR');
          await expect.poll(() => statusOf(page).textContent()).toContain('Brazil');
          await page.selectOption('select[name=locale]', 'de');
          await expect.poll(() => statusOf(page).textContent()).toContain('Brasilien');
        }),
      );
      // The reload asks again.
      expect(requests).toEqual(['GET', 'GET', 'GET', 'GET']);
      expect([...hosts].sort()).toEqual([site().files.origin, site().gateway.url].sort());
    });

    it('is worked with the keyboard alone', async () => {
      const choices = { country: 'US', locale: 'en', interval: 'MONTHLY' };
      await visit(choices, {}, async (page) => {
        const press = async (...keys: string[]) => {
          for (const key of keys) await page.keyboard.press(key);
        };
        const focused = () => page.evaluate('document.activeElement.name');
        await press('Tab');
        expect(await focused()).toBe('country');
        await page.keyboard.type('Bra');
        await expect.poll(() => statusOf(page).textContent()).toContain('Brazil');
        await settled(page);
        expect(await pageShownOn(page)).toEqual(await site().told({ ...choices, country: 'BR' }));
        await press('Tab');
        expect(await focused()).toBe('locale');
        await press('Tab');
        expect(await focused()).toBe('interval');
        const requests = await site().requestsDuring(() => press('ArrowRight'));
        expect(requests).toEqual([]);
        expect(await focused()).toBe('interval');
        await expect.poll(() => statusOf(page).textContent()).toMatch(/Yearly$/);
        const yearly = await site().told({ ...choices, country: 'BR', interval: 'YEARLY' });
        expect(await pageShownOn(page)).toEqual(yearly);
        const ring = await page.evaluate(
          `getComputedStyle(document.querySelector('[name=interval]:checked + span')).outlineWidth`,
        );
        expect(ring).toBe('3px');
        // The choice is part of the address.
        await page.reload();
        await settled(page);
        expect(await pageShownOn(page)).toEqual(yearly);
      });
    });

    it('shows a phone one plan of the table, and the one that is chosen', async () => {
      await visit({ country: 'US', locale: 'en' }, { viewport: phone }, async (page) => {
        const seen = () => page.locator('thead th:visible').allTextContents();
        expect(await seen()).toEqual([expect.stringMatching(/^Team/)]);
        await page.focus('[name=plan]:checked');
        await page.keyboard.press('ArrowRight');
        await expect.poll(seen).toEqual([expect.stringMatching(/^Enterprise/)]);
        const row = page.locator('tbody tr', { has: page.getByText('Support', { exact: true }) });
        expect(await row.locator('th:visible, td:visible').allTextContents()).toEqual([
          'Support',
          '24/7',
        ]);
      });
    });

    it('keeps the heads of the table in sight on a desk', async () => {
      await visit({}, { viewport: { width: 1400, height: 500 } }, async (page) => {
        await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
        const top = await page.evaluate(
          `document.querySelector('thead th').getBoundingClientRect().top`,
        );
        expect(top).toBe(0);
      });
    });

    it('says that there are no prices, and shows none of another choice', async () => {
      await visit({ country: 'US', locale: 'en' }, {}, async (page) => {
        await site().withoutGateway(page, async () => {
          await page.selectOption('select[name=locale]', 'de');
          await expect
            .poll(() => statusOf(page).textContent())
            .toBe(
              'Die Preise lassen sich gerade nicht anzeigen. Bitte später noch einmal versuchen.',
            );
          expect(await page.locator('.plan:visible, table:visible').count()).toBe(0);
        });
        await page.selectOption('select[name=locale]', 'en');
        await expect.poll(() => page.locator('.plan:visible').count()).toBe(4);
      });
    });

    it('shows the latest choice where answers come in another order', async () => {
      await visit({ country: 'US', locale: 'en' }, {}, async (page) => {
        const ofBrazil = /graphql.*BR/;
        let release = (): void => {};
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        await page.route(ofBrazil, async (route) => {
          await released;
          await route.continue();
        });
        // Answered, or given up by the page.
        const over = new Promise<void>((resolve) => {
          const notice = (request: Request) => ofBrazil.test(request.url()) && resolve();
          page.on('requestfinished', notice).on('requestfailed', notice);
        });
        await page.selectOption('select[name=country]', 'BR');
        await page.selectOption('select[name=country]', 'EC');
        await expect.poll(() => statusOf(page).textContent()).toContain('Ecuador');
        release();
        await over;
        await settled(page);
        const ecuador = { country: 'EC', locale: 'en', interval: 'MONTHLY' };
        expect(await pageShownOn(page)).toEqual(await site().told(ecuador));
      });
    });

    it('shows a price of Brazil to Brazil, after one mutation', async () => {
      const { plan, price } = await site().change(`mutation {
        plan: createPlan(input: {
          code: "pro", name: "Pro <i>&amp;</i>", consumptionModel: METERED, planGroupId: "workspace"
        }) { ... on Plan { id } ... on Error { message } }
        price: addPlanPrice(planId: "pro", input: { billingInterval: MONTHLY, price: 290000 }) {
          ... on PlanPrice { id } ... on Error { message }
        }
      }`);
      expect(plan).toHaveProperty('id');
      const { setMarketPrices } = await site().change(`mutation {
        setMarketPrices(planId: "pro", priceId: ${JSON.stringify(Object(price).id)}, input: {
          marketPrices: [{ marketId: "brazil", currency: "usd", price: 319000 }]
        }) { ... on PlanPrice { marketPrices { formattedPrice } } ... on Error { message } }
      }`);
      expect(setMarketPrices).toEqual({ marketPrices: [{ formattedPrice: '$31.90' }] });
      for (const [country, headline] of [
        ['BR', '$31.90 per month'],
        ['EC', '$29 per month'],
      ] as const)
        await visit({ country, locale: 'en' }, {}, async (page) => {
          // The name is text, whatever is in it.
          const pro = page.locator('.plan', {
            has: page.getByRole('heading', { name: 'Pro <i>&amp;</i>' }),
          });
          expect(await pro.locator('.headline').textContent()).toBe(headline);
          const told = await site().told({ country, locale: 'en', interval: 'MONTHLY' });
          expect(await pageShownOn(page)).toEqual(told);
        });
    });
  });
};
