import type { PageContent } from '../../domain/pricing-page-content.ts';

/** A pricing page as a table that a person can read. */

type Column = PageContent['columns'][number];
type Offer = Column['offers'][number];

/** What means something to Markdown or HTML, also where a renderer makes links of addresses. */
const special = /[&<>|\\`*_~[\]!#@^]|:(?=\/\/)|(?<=\bwww)\./gi;
const blank = /[\t\n\v\f\r\u2028\u2029]+/g;

/** Names are chosen by others: no text adds markup, a link or another cell. */
const escaped = (text: string): string =>
  text.replace(special, (character) => `&#${character.charCodeAt(0)};`).replace(blank, ' ');

const LINE_BREAK = '<br>';

const lines = (...texts: (string | null)[]): string =>
  texts
    .filter((text) => text !== null)
    .map(escaped)
    .join(LINE_BREAK);

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const strong = (text: string): string => (text === '' ? '' : `**${text}**`);

/** Characters that end a link, or what it stands in. */
const linkTo = (url: string): string =>
  url.replace(/[\s<>()|\\`"]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

const buttonOf = ({ callToAction: { label, url } }: Column): string => {
  if (label === null) return '';
  return url === null ? escaped(label) : `[${escaped(label)}](${linkTo(url)})`;
};

/** A price by the month is followed by what is charged for the whole interval. */
const offerOf = (offer: Offer | undefined): string =>
  offer
    ? lines(
        offer.headline,
        offer.perMonth === null || offer.price === 0 ? null : offer.formattedPrice,
        offer.savings,
        offer.introOffer,
        offer.trial,
      )
    : '';

/** Rows that are empty for all plans say nothing. */
const unlessEmpty = (name: string, cells: readonly string[]): string[] =>
  cells.some((cell) => cell !== '') ? [rowOf([name, ...cells])] : [];

export const markdownOf = ({ columns, intervals, sections, taxNote }: PageContent): string => {
  const rows = [
    rowOf([
      '',
      ...columns.map(({ name, badge }) => {
        const title = strong(escaped(name));
        return badge === null ? title : `${title}${LINE_BREAK}${escaped(badge)}`;
      }),
    ]),
    rowOf(['---', ...columns.map(() => '---')]),
    ...unlessEmpty(
      '',
      columns.map(({ tagline, description }) => lines(tagline || description)),
    ),
    ...intervals.flatMap(({ billingInterval, name }) =>
      unlessEmpty(
        escaped(name),
        columns.map(({ offers }) =>
          offerOf(offers.find((offer) => offer.billingInterval === billingInterval)),
        ),
      ),
    ),
    ...unlessEmpty('', columns.map(buttonOf)),
    ...sections.flatMap(({ name, rows }) => [
      ...(name === null ? [] : [rowOf([strong(escaped(name)), ...columns.map(() => '')])]),
      ...rows.map((row) =>
        rowOf([escaped(row.name), ...row.cells.map(({ text }) => escaped(text))]),
      ),
    ]),
  ];
  const note = taxNote === null ? [] : ['', escaped(taxNote)];
  return `${[...rows, ...note].join('\n')}\n`;
};
