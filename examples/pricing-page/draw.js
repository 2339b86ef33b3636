import { words } from './words.js';

/** An element with children. Text stays text, and what is not there is left out. */
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat().filter(Boolean));
  return made;
};
const text = (tag, className, content) => content && element(tag, { className }, content);

export const put = (selector, ...nodes) =>
  document.querySelector(selector).replaceChildren(...nodes.flat());

/** Radio buttons. The focus stays where it was. */
const putChoices = (name, chosen, options) => {
  const hadFocus = document.activeElement?.name === name;
  const labels = [...options].map(([value, label]) => {
    const input = element('input', { type: 'radio', name, value, checked: value === chosen });
    return element('label', {}, input, element('span', {}, label));
  });
  put(`.${name}-choice div`, labels);
  if (hadFocus) document.querySelector(`[name=${name}]:checked`).focus();
};

/** The amount stands out of the words around it. */
const headline = ({ headline, headlineAmount: amount }) => {
  if (!amount) return element('strong', {}, headline);
  const [before, ...after] = headline.split(amount);
  return [before, element('strong', { className: 'amount' }, amount), after.join(amount)];
};

const card = ({ plan, texts, gainsTitle, gains }, offer, cells) => {
  const { highlighted, callToAction } = plan.presentation;
  const { savings, introOffer, trial } = offer ?? {};
  const items = gains.map(({ id }) => {
    const { name, kind, text: said } = cells.get(id);
    return element('li', {}, name, kind !== 'INCLUDED' && text('span', '', said));
  });
  const notes = [text('b', '', savings), text('b', '', introOffer), text('span', '', trial)];
  return element(
    'article',
    { className: highlighted ? 'plan highlighted' : 'plan' },
    element('h2', {}, texts.name),
    text('p', 'badge', texts.badge),
    text('p', 'tagline', texts.tagline ?? texts.description),
    element(
      'p',
      { className: 'headline' },
      headline(offer ?? { headline: texts.callToActionLabel }),
    ),
    element('p', { className: 'notes' }, notes),
    callToAction && element('a', { href: callToAction.url }, texts.callToActionLabel),
    text('h3', '', gainsTitle),
    element('ul', {}, items),
  );
};

const row = ({ name, cells }, shown) => {
  const values = cells.map(({ kind, text: said, planFeature }, place) => {
    const isMark = kind === 'EXCLUDED' || (kind === 'INCLUDED' && !planFeature.limits.length);
    const className = `${shown[place]} ${isMark ? kind : ''}`;
    return element('td', { className }, element('span', {}, said));
  });
  return element('tr', {}, element('th', { scope: 'row' }, name), values);
};

const section = ({ name, rows }, shown) => {
  const title = { scope: 'rowgroup', colSpan: ['', ...shown].length };
  const heading = name && element('tr', { className: 'section' }, element('th', title, name));
  return element(
    'tbody',
    {},
    heading,
    rows.map((each) => row(each, shown)),
  );
};

/** The words of the page itself. */
export const drawWords = ({ locale }) => {
  const own = words[locale];
  const regions = new Intl.DisplayNames(locale, { type: 'region' });
  document.documentElement.lang = locale;
  document.title = own.title;
  for (const place of document.querySelectorAll('[data-word]'))
    place.textContent = own[place.dataset.word];
  for (const option of document.querySelector('[name=country]'))
    option.text = regions.of(option.value);
};

/** What the gateway said: the page, for the choices that a visitor made. */
export const drawPage = (page, { locale, country, interval, plan }) => {
  const { currency, taxNote, intervals, columns, sections } = page;
  const offers = columns.map(
    (column) =>
      column.offers.find((offer) => offer.billingInterval === interval) ?? column.offers[0],
  );
  const names = new Map(
    columns.flatMap((column) =>
      column.offers.map((offer) => [offer.billingInterval, offer.intervalName]),
    ),
  );
  const rows = sections.flatMap((each) => each.rows);
  const cells = rows.flatMap(({ name, cells }) => cells.map((cell) => ({ ...cell, name })));
  const cellsById = new Map(cells.map((cell) => [cell.planFeature?.id, cell]));
  // Phones show one plan of the table.
  const shown = columns.map((column) => (column.plan.code === plan ? 'shown' : ''));
  const heads = columns.map(({ texts }, place) => {
    const price = text('span', '', offers[place]?.headline);
    return element('th', { scope: 'col', className: shown[place] }, texts.name, price);
  });
  const corner = element('td', {}, element('span', { className: 'hidden' }, words[locale].feature));
  const head = element('thead', {}, element('tr', {}, corner, heads));
  putChoices(
    'interval',
    interval,
    intervals.map((each) => [each, names.get(each)]),
  );
  putChoices(
    'plan',
    plan,
    columns.map((column) => [column.plan.code, column.texts.name]),
  );
  put(
    '.plans',
    columns.map((column, place) => card(column, offers[place], cellsById)),
  );
  put(
    'table',
    head,
    sections.map((each) => section(each, shown)),
  );
  const region = new Intl.DisplayNames(locale, { type: 'region' }).of(country);
  const facts = [
    `${words[locale].pricesFor} ${region}`,
    currency.toUpperCase(),
    taxNote,
    names.get(interval),
  ];
  put('.status', facts.filter(Boolean).join(' · '));
};
