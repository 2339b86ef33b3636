import { Ajv } from 'ajv';
import { marked } from 'marked';
import { expect } from 'vitest';
import type { Reader } from '../../src/domain/operation.ts';
import { type PricingPageInput, pricingPage } from '../../src/domain/pricing-page.ts';
import type { PageContent } from '../../src/domain/pricing-page-content.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { formatAmount } from '../../src/formatting.ts';
import { pricingPageAs } from '../../src/rest/pricing-page/index.ts';
import { RATE_SCALE } from '../../src/vocabulary.ts';

/** The formats of a pricing page side by side. */

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

export interface PrintedPage {
  json: Content;
  markdown: string;
  jsonLd: string;
}

export const printedPage = async (
  reader: Reader,
  input: Partial<PricingPageInput>,
): Promise<PrintedPage> => {
  const page = await pricingPage(reader, new Loaders(reader), {
    context: {},
    locale: 'en',
    taxBehavior: 'unspecified',
    ...input,
  });
  if (!page) throw new Error('there is no page');
  const json: Content = JSON.parse(pricingPageAs('json', page));
  const markdown = pricingPageAs('markdown', page);
  const jsonLd = pricingPageAs('json-ld', page);
  return { json, markdown, jsonLd };
};

/** The cells of a table, as a reader of Markdown has them. */
export const rowsOf = (markdown: string): string[][] => {
  const html = marked.parse(markdown, { async: false });
  return html
    .split('<tr>')
    .slice(1)
    .map((row) =>
      [...row.matchAll(/<t[dh]>([\s\S]*?)<\/t[dh]>/g)].map(([, cell = '']) => cell.trim()),
    );
};

/** What a reader sees of HTML without elements other than those that a page makes. */
export const seen = (html: string): string =>
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

/** Every amount is the same in all formats, and JSON-LD has the shapes of schema.org. */
export const expectAgreement = ({ json, markdown, jsonLd }: PrintedPage): void => {
  const { locale } = json;
  isSchemaOrg(JSON.parse(jsonLd));
  expect(isSchemaOrg.errors).toBeNull();
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
