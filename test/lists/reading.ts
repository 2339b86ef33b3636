import type { PriceList } from './price-list.ts';

type Ask = (document: string, variables: Record<string, unknown>) => Promise<unknown>;

/** Translations are asked for twice: a text that has none reads as in any other language. */
const LOCALIZED = '{ name description unitName unitNamePlural }';
const TEXTS = `name description
  german: localized(locale: "de") ${LOCALIZED} any: localized(locale: "zh") ${LOCALIZED}`;

const FEATURE = `code type unitName unitNamePlural section { code } ${TEXTS}
  limits { code name unitName unitNamePlural decimals period perFeature { code } }`;

const PRICE = `billingInterval price isDefault trialDays includedCredits
  introOffer { enabled discountType discountValue durationCycles }
  regionalPrices { currency price autoSynced }
  marketPrices { ...Market } variants { code name marketPrices { ...Market } }
  unitPrices {
    planFeature { feature { code } } unitPrice blockSize minimumQuantity maximumQuantity tiersMode
    tiers { ...Tier } isOverage regional { currency unitPrice tiers { ...Tier } autoSynced }
  }`;

const PLAN_FEATURE = `feature { code } enabled includedAmount unlimited displayValue
  overage { enabled unitPrice } regionalOverages { currency unitPrice autoSynced }
  limits { limit { code } amount unlimited }`;

const PLAN = `code isFree isPublic availability
  presentation { tagline badge highlighted callToAction { label url } } basedOn { code }
  consumptionModel metadata publicMetadata ${TEXTS}
  exchangeRates { currency exchangeRate } prices { ${PRICE} } features { ${PLAN_FEATURE} }`;

const MARKET_PRICE = `market { code } currency price
  unitPrices { feature { code } unitPrice tiersMode tiers { ...Tier } }`;

type Json = Record<string, unknown>;

/** An object that stands for another one becomes its code. */
const isReference = (value: object): value is { code: string } =>
  Object.keys(value).join() === 'code';

const sortedBy = (name: string, list: unknown): unknown =>
  (list as Json[]).toSorted((a, b) => (String(a[name]) < String(b[name]) ? -1 : 1));

/** The answer in the words of price lists. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isReference(value)) return value.code;
  if ('feature' in value && Object.keys(value).length === 1) return plain(value.feature);
  const { german, any, limit, metadata, publicMetadata, ...rest } = value as Json;
  // What is made in one millisecond is in any order.
  if ('market' in rest) rest.unitPrices = sortedBy('feature', plain(rest.unitPrices));
  if ('marketPrices' in rest) rest.marketPrices = sortedBy('market', plain(rest.marketPrices));
  if ('variants' in rest) rest.variants = sortedBy('code', plain(rest.variants));
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, plain(member)])),
    ...(german !== undefined && { german: translated(german as Json, any as Json) }),
    ...(limit !== undefined && { code: plain(limit) }),
    ...(metadata !== undefined && { metadata }),
    ...(publicMetadata !== undefined && { publicMetadata }),
  };
};

/** What a language has of its own. */
const translated = (texts: Json, fallback: Json): Json =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text === fallback[name] ? null : text]),
  );

interface Page {
  nodes: Json[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

const everything = async (ask: Ask, list: string, selection: string): Promise<Json[]> => {
  const nodes: Json[] = [];
  for (let after: string | null = null, goesOn = true; goesOn; ) {
    const { page } = (await ask(
      `query ($after: String) { page: ${list}(first: 50, after: $after) {
        nodes { ${selection} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    )) as { page: Page };
    nodes.push(...page.nodes);
    [after, goesOn] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  return nodes;
};

/** The only price list of a tenant, by queries only. */
export const readBack = async (ask: Ask): Promise<PriceList> => {
  const { viewer } = (await ask('{ viewer { organization { baseCurrency } } }', {})) as {
    viewer: { organization: { baseCurrency: string } };
  };
  const features = await everything(ask, 'features', FEATURE);
  const sections = await everything(ask, 'featureSections', 'code name');
  const markets = await everything(ask, 'markets', 'code name countryCodes taxBehavior');
  const [group, ...others] = await everything(ask, 'planGroups', `${TEXTS} plans { code }`);
  if (!group || others.length > 0) throw new Error('there is one group');
  const { plans: members, ...texts } = group;
  const plans = [];
  for (const { code } of members as { code: string }[]) {
    const { plan } = (await ask(
      `query ($code: String) { plan(code: $code) { ${PLAN} } }
      fragment Market on MarketPrice { ${MARKET_PRICE} }
      fragment Tier on PriceTier { upTo unitPrice flatPrice }`,
      {
        code,
      },
    )) as { plan: Json };
    plans.push(plan);
  }
  return plain({
    baseCurrency: viewer.organization.baseCurrency,
    group: texts,
    sections,
    markets: sortedBy('code', markets),
    features,
    plans,
  }) as PriceList;
};
