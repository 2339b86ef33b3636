import { Ajv } from 'ajv';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { type PricingPageInput, pricingPage } from '../../src/domain/pricing-page.ts';
import type { PageContent } from '../../src/domain/pricing-page-content.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { formatAmount } from '../../src/formatting.ts';
import { pricingPageAs } from '../../src/rest/pricing-page/index.ts';
import { RATE_SCALE } from '../../src/vocabulary.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

type Content = PageContent & { contentHash: string };
type Specification = { '@type': string; price: string; priceCurrency: string };
interface Product {
  productID: string;
  name: string;
  offers?: { offers?: unknown[] };
  additionalProperty: { name: string; value: string }[];
}

/** The shapes of schema.org that a page uses, as its vocabulary has them. */
const text = { type: 'string', minLength: 1 };
const decimal = { type: 'string', pattern: '^\\d+(\\.\\d+)?$' };
const currency = { type: 'string', pattern: '^[A-Z]{3}$' };
const shape = (type: string, properties: object, required: string[]) => ({
  type: 'object',
  properties: { '@type': { const: type }, ...properties },
  required: ['@type', ...required],
  additionalProperties: false,
});
const quantitativeValue = shape(
  'QuantitativeValue',
  {
    value: { type: 'number' },
    minValue: { type: 'number' },
    maxValue: { type: 'number' },
    unitCode: { enum: ['WEE', 'MON', 'ANN'] },
    unitText: text,
  },
  [],
);
const unitPriceSpecification = shape(
  'UnitPriceSpecification',
  {
    price: decimal,
    priceCurrency: currency,
    valueAddedTaxIncluded: { type: 'boolean' },
    billingDuration: quantitativeValue,
    referenceQuantity: quantitativeValue,
    eligibleQuantity: quantitativeValue,
  },
  ['price', 'priceCurrency'],
);
const offer = shape(
  'Offer',
  {
    name: text,
    description: text,
    price: decimal,
    priceCurrency: currency,
    url: text,
    priceSpecification: { type: 'array', minItems: 1, items: unitPriceSpecification },
  },
  ['priceCurrency', 'priceSpecification'],
);
const aggregateOffer = shape(
  'AggregateOffer',
  {
    lowPrice: decimal,
    highPrice: decimal,
    priceCurrency: currency,
    offerCount: { type: 'integer', minimum: 2 },
    offers: { type: 'array', minItems: 2, items: offer },
  },
  ['lowPrice', 'highPrice', 'priceCurrency', 'offerCount', 'offers'],
);
const product = shape(
  'Product',
  {
    productID: text,
    name: text,
    description: text,
    offers: { anyOf: [aggregateOffer, { type: 'array', minItems: 1, items: offer }] },
    additionalProperty: {
      type: 'array',
      items: shape('PropertyValue', { name: text, value: text }, ['name', 'value']),
    },
  },
  ['productID', 'name', 'additionalProperty'],
);
const isSchemaOrg = new Ajv({ allErrors: true }).compile({
  type: 'object',
  properties: {
    '@context': { const: 'https://schema.org' },
    '@graph': { type: 'array', items: product },
  },
  required: ['@context', '@graph'],
  additionalProperties: false,
});

const printed = async (catalogue: Catalogue, input: Partial<PricingPageInput>) => {
  const reader = catalogue.reader();
  const page = await pricingPage(reader, new Loaders(reader), {
    context: {},
    locale: 'en',
    taxBehavior: 'unspecified',
    ...input,
  });
  if (!page) throw new Error('there is no page');
  const json: Content = JSON.parse(pricingPageAs('json', page).body);
  const markdown = pricingPageAs('markdown', page).body;
  const jsonLd = pricingPageAs('json-ld', page).body;
  return { json, markdown, jsonLd };
};

/** The cells of a table, as a reader of Markdown has them. */
const rowsOf = (markdown: string): string[][] => {
  const html = marked.parse(markdown, { async: false });
  return html
    .split('<tr>')
    .slice(1)
    .map((row) =>
      [...row.matchAll(/<t[dh]>([\s\S]*?)<\/t[dh]>/g)].map(([, cell = '']) => cell.trim()),
    );
};

/** What a reader sees of HTML without elements other than those that a page makes. */
const seen = (html: string): string =>
  html
    .replaceAll(/<\/?strong>/g, '')
    .replaceAll('<br>', '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&');

/** An exact decimal in rate scale. */
const inRateScale = (price: string): number => {
  const [whole = '', fraction = ''] = price.split('.');
  return Number(BigInt(whole) * BigInt(RATE_SCALE) + BigInt(fraction.padEnd(4, '0')));
};

const specificationsOf = ({ offers }: Product): Specification[][] => {
  const list = Array.isArray(offers) ? offers : (offers?.offers ?? []);
  return list.map((each) => (each as { priceSpecification: Specification[] }).priceSpecification);
};

/** All amounts of an offer, in the order of the specifications. */
const amountsOf = ({ price, unitPrices }: Content['columns'][number]['offers'][number]) => {
  const ofUnits = unitPrices.flatMap(({ unitPrice, tiers }) =>
    unitPrice === null
      ? tiers.flatMap((tier) =>
          tier.flatPrice === 0 ? [tier.unitPrice] : [tier.unitPrice, tier.flatPrice],
        )
      : [unitPrice],
  );
  return price === 0 && ofUnits.length > 0 ? ofUnits : [price, ...ofUnits];
};

const expectAgreement = (
  { json, markdown, jsonLd }: Awaited<ReturnType<typeof printed>>,
  locale: string,
) => {
  const graph: Product[] = JSON.parse(jsonLd)['@graph'];
  expect(graph.map(({ productID }) => productID)).toEqual(
    json.columns.map(({ plan }) => plan.code),
  );
  const rows = rowsOf(markdown).map((row) => row.map(seen));
  for (const [place, column] of json.columns.entries()) {
    const specifications = specificationsOf(graph[place] ?? expect.fail('there is no product'));
    expect(specifications.map((each) => each.map(({ price }) => inRateScale(price)))).toEqual(
      column.offers.map(amountsOf),
    );
    for (const { priceCurrency } of specifications.flat())
      expect(priceCurrency).toBe(json.currency.toUpperCase());
    for (const shown of column.offers) {
      const { price, perMonth, currency, intervalName, headline } = shown;
      const row = rows.find(([name]) => name === intervalName) ?? [];
      const cell = row[place + 1] ?? '';
      expect(cell.split('\n')[0]).toBe(headline);
      if (price === 0) continue;
      const format = (amount: number, trimZeros: boolean) =>
        formatAmount(amount, currency, { locale, trimZeros });
      expect(headline).toContain(format(perMonth ?? price, true));
      if (perMonth !== null) expect(cell.split('\n')).toContain(format(price, false));
    }
    const cells = json.sections.flatMap(({ rows }) => rows.map((row) => row.cells[place]?.text));
    expect(
      rows
        .filter(([name]) =>
          json.sections.some((section) => section.rows.some((row) => row.name === name)),
        )
        .map((row) => row[place + 1]),
    ).toEqual(cells);
  }
};

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
    ['studio', 'fr', { country: 'FR' }],
    ['ai', 'pt-BR', { country: 'BR' }],
  ])(
    'of %s in %s says the same amounts in all formats, as schema.org has them',
    async (group, locale, context) => {
      const page = await printed(await demo(), { group, locale, context });
      expectAgreement(page, locale);
      isSchemaOrg(JSON.parse(page.jsonLd));
      expect(isSchemaOrg.errors).toBeNull();
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
    isSchemaOrg(ld);
    expect(isSchemaOrg.errors).toBeNull();
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
