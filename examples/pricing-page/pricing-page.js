import { words } from './words.js';

/** Draws a pricing page of one answer of the gateway, in which every text is ready to print. */
const QUERY = `query PricingPage($group: ID!, $context: PriceContext!, $locale: Locale!) {
  pricingPage(group: $group, context: $context, locale: $locale) {
    taxNote intervals
    columns {
      plan { presentation { highlighted callToAction { url } } }
      texts { name description tagline badge callToActionLabel }
      offers { billingInterval intervalName headline trial introOffer savings }
      gainsTitle
      gains { feature { localized(locale: $locale) { name } } }
    }
    sections { name rows { name cells { kind text } } }
  }
}`;

const main = document.querySelector('main');
const form = document.querySelector('form');
const address = new URLSearchParams(location.search);
const { gateway, key, group, country, locale, interval } = {
  ...main.dataset,
  ...Object.fromEntries(address),
};
const language = locale ?? new Intl.Locale(navigator.language).language;
const state = {
  country: country ?? new Intl.Locale(navigator.language).region ?? 'US',
  locale: Object.hasOwn(words, language) ? language : 'en',
  interval: interval ?? 'MONTHLY',
};
let page;

/** An element and its children; what is text stays text, and what is not there is left out. */
const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat().filter(Boolean));
  return made;
};
const text = (tag, className, content) => content && element(tag, { className }, content);
const put = (selector, ...children) =>
  document.querySelector(selector).replaceChildren(...children.flat());

const card = ({ plan: { presentation }, texts, offers, gainsTitle, gains }) => {
  const { highlighted, callToAction } = presentation;
  const offer = offers.find((each) => each.billingInterval === state.interval) ?? offers[0];
  const notes = offer && [offer.savings, offer.introOffer, offer.trial, page.taxNote];
  return element(
    'article',
    { className: highlighted ? 'plan highlighted' : 'plan', ariaLabel: texts.name },
    text('p', 'badge', texts.badge),
    text('h2', '', texts.name),
    text('p', 'tagline', texts.tagline ?? texts.description),
    text('p', 'headline', offer ? offer.headline : texts.callToActionLabel),
    element(
      'p',
      { className: 'notes' },
      (notes ?? []).map((note) => text('span', '', note)),
    ),
    callToAction && element('a', { href: callToAction.url }, texts.callToActionLabel),
    text('p', 'gains', gainsTitle),
    element(
      'ul',
      {},
      gains.map(({ feature }) => text('li', '', feature.localized.name)),
    ),
  );
};

const head = ({ columns }) => [
  element('th', { scope: 'col' }, text('span', 'hidden', words[state.locale].feature)),
  ...columns.map(({ texts }) => element('th', { scope: 'col' }, texts.name)),
];
const row = ({ name, cells }) =>
  element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    cells.map(({ kind, text: said }) => element('td', { className: kind }, text('span', '', said))),
  );
const section = ({ name, rows }) => {
  const heading = { scope: 'rowgroup', colSpan: ['', ...page.columns].length };
  return element(
    'tbody',
    {},
    name && element('tr', { className: 'section' }, element('th', heading, text('span', '', name))),
    rows.map(row),
  );
};

const radio = (value) => {
  const offers = page.columns.flatMap((column) => column.offers);
  const { intervalName } = offers.find(({ billingInterval }) => billingInterval === value);
  const input = { type: 'radio', name: 'interval', value, checked: value === state.interval };
  return element('label', {}, element('input', input), text('span', '', intervalName));
};

const draw = () => {
  const names = new Intl.DisplayNames(state.locale, { type: 'region' });
  const own = words[state.locale];
  document.documentElement.lang = state.locale;
  document.title = own.title;
  for (const place of document.querySelectorAll('[data-word]'))
    place.textContent = own[place.dataset.word];
  for (const option of form.country.options) option.text = names.of(option.value);
  if (!page.intervals.includes(state.interval)) [state.interval] = page.intervals;
  put('.intervals div', page.intervals.map(radio));
  put('.plans', page.columns.map(card));
  put('table', element('thead', {}, element('tr', {}, head(page))), page.sections.map(section));
  put('.status', `${own.pricesFor} ${names.of(state.country)}`);
};

/** A GET with the key in its address: browsers send no preflight, and caches may answer. */
const load = async () => {
  main.ariaBusy = 'true';
  const variables = { group, context: { country: state.country }, locale: state.locale };
  const query = new URLSearchParams({ key, query: QUERY, variables: JSON.stringify(variables) });
  try {
    const response = await fetch(`${gateway}/graphql?${query}`);
    page = (await response.json()).data.pricingPage;
    draw();
  } catch (failure) {
    console.error(failure);
    put('.status', words[state.locale].failed);
  }
  main.ariaBusy = 'false';
};

form.addEventListener('change', ({ target: { name, value } }) => {
  state[name] = value;
  address.set(name, value);
  history.replaceState(null, '', `?${address}`);
  if (name === 'interval') put('.plans', page.columns.map(card));
  else load();
});
for (const name of ['country', 'locale']) {
  const options = [...form[name].options].map(({ value }) => value);
  if (!options.includes(state[name])) form[name].append(new Option(state[name], state[name]));
  form[name].value = state[name];
}
load();
