import { drawPage, drawWords, put } from './draw.js';
import { words } from './words.js';

/** One answer of the gateway is the page: every text in it is ready to print. */
const QUERY = `query PricingPage($group: ID!, $context: PriceContext!, $locale: Locale!) {
  pricingPage(group: $group, context: $context, locale: $locale) {
    currency taxNote intervals
    columns {
      plan { code presentation { highlighted callToAction { url } } }
      texts { name description tagline badge callToActionLabel }
      offers { billingInterval intervalName headline headlineAmount trial introOffer savings }
      gainsTitle
      gains { id }
    }
    sections { name rows { name cells { kind text planFeature { id limits { unlimited } } } } }
  }
}`;

const main = document.querySelector('main');
const address = new URLSearchParams(location.search);
const { language, region } = new Intl.Locale(navigator.language);
const visitor = { country: region?.length === 2 ? region : 'US', locale: language };
const state = { ...visitor, ...main.dataset, ...Object.fromEntries(address) };
if (!Object.hasOwn(words, state.locale)) state.locale = 'en';
let page;
let asked;

const draw = () => {
  const { intervals, columns } = page;
  if (!intervals.includes(state.interval)) [state.interval] = intervals;
  const isThere = columns.some(({ plan }) => plan.code === state.plan);
  const highlighted = columns.find(({ plan }) => plan.presentation.highlighted);
  if (!isThere) state.plan = (highlighted ?? columns[0]).plan.code;
  drawPage(page, state);
};

/** A GET with the key in its address: browsers send no preflight, and caches may answer. */
const load = async () => {
  const { gateway, key, group, country, locale } = state;
  const variables = JSON.stringify({ group, context: { country }, locale });
  const query = new URLSearchParams({ key, query: QUERY, variables });
  asked = query;
  main.ariaBusy = 'true';
  try {
    drawWords(state);
    const response = await fetch(`${gateway}/graphql?${query}`);
    const { data, errors } = await response.json();
    // A later choice has its own answer.
    if (asked !== query) return;
    if (!data?.pricingPage) throw new Error(JSON.stringify(errors ?? data));
    page = data.pricingPage;
    draw();
    main.className = 'drawn';
  } catch (failure) {
    if (asked !== query) return;
    console.error(failure);
    main.className = 'failed';
    put('.status', words[state.locale].failed);
  }
  main.ariaBusy = 'false';
};

main.addEventListener('change', ({ target: { name, value } }) => {
  state[name] = value;
  address.set(name, value);
  history.replaceState(null, '', `?${address}`);
  if (name === 'country' || name === 'locale') load();
  else draw();
});
for (const name of ['country', 'locale']) {
  const select = main.querySelector(`[name=${name}]`);
  select.value = state[name];
  if (select.value !== state[name]) select.add(new Option(state[name], state[name], true, true));
}
load();
