import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import type { PricingPageInput } from '../../src/domain/pricing-page.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { expectAgreement, printedPage, rowsOf, seen } from './printed-page.ts';

const printed = (catalogue: Catalogue, input: Partial<PricingPageInput>) =>
  printedPage(catalogue.reader(), input);

onEveryEngine('a printed page', (world) => {
  const demo = async () => {
    const catalogue = await newCatalogue(world());
    await catalogue.change((w) => createDemoCatalogue(w));
    return catalogue;
  };

  it.each([
    ['workspace', 'en', {}],
    ['workspace', 'de', { country: 'DE' }],
    ['workspace', 'ja', { currency: 'jpy' }],
    ['workspace_studio', 'fr', { country: 'FR' }],
    ['workspace_ai', 'pt-BR', { country: 'BR' }],
  ])(
    'of %s in %s says the same amounts in all formats, as schema.org has them',
    async (group, locale, context) => {
      expectAgreement(await printed(await demo(), { group, locale, context }));
    },
  );

  it.each(['en', 'de'])('of the demo is golden in %s', async (locale) => {
    const { markdown } = await printed(await demo(), { group: 'workspace', locale });
    await expect(markdown).toMatchFileSnapshot(`golden/pricing-page.${locale}.md`);
  });

  it('has every tier as an exact decimal, and whether tax is included', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan({ code: 'pro', consumptionModel: 'metered' });
    const { id } = await catalogue.price(plan, {
      billingInterval: 'quarterly',
      price: 9_007_199_254_740_991,
    });
    const calls = await catalogue.feature({ code: 'calls', unitName: 'call' });
    await catalogue.attach(plan, calls);
    await catalogue.change((w) =>
      setUnitPrice(w, plan.id, id, {
        featureId: 'calls',
        blockSize: 100,
        tiersMode: 'graduated',
        tiers: [{ upTo: 1_000, unitPrice: 5, flatPrice: 70_000 }, { unitPrice: 3 }],
      }),
    );
    const page = await printed(catalogue, { plans: ['pro'], taxBehavior: 'exclusive' });
    const ld = JSON.parse(page.jsonLd);
    const common = {
      '@type': 'UnitPriceSpecification',
      priceCurrency: 'USD',
      valueAddedTaxIncluded: false,
      billingDuration: { '@type': 'QuantitativeValue', value: 3, unitCode: 'MON' },
    };
    const units = {
      referenceQuantity: { '@type': 'QuantitativeValue', value: 100, unitText: 'call' },
    };
    const first = {
      eligibleQuantity: { '@type': 'QuantitativeValue', minValue: 1, maxValue: 1_000 },
    };
    expect(ld['@graph'][0].offers[0]).toMatchObject({
      price: '900719925474.0991',
      priceSpecification: [
        { ...common, price: '900719925474.0991' },
        { ...common, ...units, ...first, price: '0.0005' },
        { ...common, ...first, price: '7.00' },
        {
          ...common,
          ...units,
          price: '0.0003',
          eligibleQuantity: { '@type': 'QuantitativeValue', minValue: 1_001 },
        },
      ],
    });
    expectAgreement(page);
    expect(page.markdown).toContain('\n\nexcl. VAT\n');
  });

  describe('takes names for text, whatever they hold', () => {
    it.each([
      'a | b || c \\| d \\',
      '<script>alert(1)</script> & <b>bold</b> &lt;',
      '*strong* _em_ `code` ~~gone~~ ![image](https://evil.example/x.png)',
      '[link](javascript:alert(1)) https://evil.example www.evil.example <https://evil.example>',
      'two\nlines\n\n# heading\n- item',
      '</td></tr></table>',
      '$1 #1 1. 50% off (now!) "quoted" {braces} [x] ^2 = a+b',
    ])('%s', async (name) => {
      const catalogue = await newCatalogue(world());
      const section = await catalogue.section({ name });
      const feature = await catalogue.feature({ name, unitName: name, sectionId: section.id });
      for (const code of ['one', 'two']) {
        const plan = await catalogue.plan({
          code,
          name,
          description: name,
          presentation: {
            tagline: name,
            badge: name,
            callToAction: { label: name, url: '/a(b)|<c>"d`' },
          },
        });
        await catalogue.price(plan);
        await catalogue.attach(plan, feature, { displayValue: name });
      }
      const { markdown, jsonLd, json } = await printed(catalogue, { plans: ['one', 'two'] });
      const html = marked.parse(markdown, { async: false });
      const elements = new Set([...html.matchAll(/<(\w+)/g)].map(([, element]) => element));
      expect([...elements].sort()).toEqual([
        'a',
        'br',
        'strong',
        'table',
        'tbody',
        'td',
        'th',
        'thead',
        'tr',
      ]);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^\/a%28b%29/);
      const shown = name.replaceAll(/\n+/g, ' ');
      const rows = rowsOf(markdown);
      for (const row of rows) expect(row).toHaveLength(3);
      expect(rows.map((row) => row.map(seen))).toEqual(
        expect.arrayContaining([
          ['', `${shown}\n${shown}`, `${shown}\n${shown}`],
          ['', shown, shown],
          [shown, '', ''],
          [shown, shown, shown],
        ]),
      );
      expect(jsonLd).not.toMatch(/[<>&]/);
      expect(JSON.parse(jsonLd)['@graph'][0].name).toBe(name);
      expect(json.columns[0]?.name).toBe(name);
    });
  });
});
