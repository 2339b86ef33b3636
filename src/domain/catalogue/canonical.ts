import { isSame } from '../../db/write/change-list.ts';
import { billingIntervals } from '../../vocabulary.ts';
import {
  type Catalogue,
  type CatalogueGroup,
  type CataloguePlan,
  type CataloguePrice,
  type CatalogueTranslation,
  catalogueLevel,
} from './document.ts';
import { type AnyEntry, type Level, none } from './level.ts';
import { inTurns } from './turns.ts';

/** The canonical form of a catalogue: nothing that is a default, everything in its order. */

const defaults: Readonly<Record<string, AnyEntry>> = {
  FeatureLimit: { decimals: 0, period: 'never' },
  Market: { metadata: {} },
  Plan: {
    isPublic: true,
    isFree: false,
    blockOnExhaustion: false,
    availability: 'self_service',
    presentation: {},
    metadata: {},
    publicMetadata: {},
  },
  PlanPrice: { trialDays: 0, metadata: {} },
  UnitPrice: { blockSize: 1, minimum: 0 },
  RegionalPrice: { omitted: false },
  PlanFeature: { enabled: true, includedAmount: 0, unlimited: false, pricingMode: 'fixed' },
  PlanGroup: { isPublic: true, plans: [] },
};

/** Texts that operations trim. */
const trimmed: Readonly<Record<string, readonly string[]>> = {
  FeatureSection: ['name'],
  Feature: ['name', 'unitNamePlural'],
  FeatureLimit: ['name', 'unitNamePlural'],
  Market: ['name'],
  Plan: ['name'],
  PlanPrice: ['name'],
  PlanFeature: ['displayValue'],
  PlanGroup: ['name'],
  Translation: [
    'name',
    'tagline',
    'badge',
    'callToActionLabel',
    'displayValue',
    'unitName',
    'unitNamePlural',
  ],
};

interface Offer {
  enabled?: boolean | undefined;
  percentage?: number | undefined;
  amount?: number | undefined;
  durationCycles?: number | undefined;
}

interface Presentation {
  tagline?: string | undefined;
  badge?: string | undefined;
  highlighted?: boolean | undefined;
  callToAction?: { label: string; url: string } | undefined;
}

interface Overage {
  enabled?: boolean | undefined;
  unitPrice?: number | undefined;
}

interface Tier {
  upTo?: number | undefined;
  unitPrice: number;
  flatPrice?: number | undefined;
}

/** What is undefined is left out. */
const given = <Of extends object>(object: Of): Of =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Of;

const offerOf = ({ enabled, percentage, amount, durationCycles }: Offer): AnyEntry =>
  given({ enabled: enabled === false ? false : undefined, percentage, amount, durationCycles });

const presentationOf = ({ tagline, badge, highlighted, callToAction }: Presentation): AnyEntry =>
  given({
    tagline: tagline?.trim(),
    badge: badge?.trim(),
    highlighted: highlighted || undefined,
    callToAction: callToAction && {
      label: callToAction.label.trim(),
      url: callToAction.url.trim(),
    },
  });

const overageOf = ({ enabled, unitPrice = 0 }: Overage): AnyEntry | undefined => {
  if (enabled === false) return unitPrice === 0 ? undefined : { enabled, unitPrice };
  return { unitPrice };
};

const tierOf = ({ upTo, unitPrice, flatPrice }: Tier): AnyEntry =>
  given({ upTo, unitPrice, flatPrice: flatPrice || undefined });

/** Members that are values with a form of their own. */
const forms: Readonly<Record<string, (value: never) => unknown>> = {
  introOffer: offerOf,
  presentation: presentationOf,
  overage: overageOf,
  tiers: (tiers: Tier[]) => tiers.map(tierOf),
};

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const membersOf = ({ type, members }: Level, entry: AnyEntry): Record<string, unknown> => {
  const own: Record<string, unknown> = {};
  const ofType = defaults[type];
  for (const name of Object.keys(members)) {
    let value = entry[name];
    if (value == null) continue;
    if (typeof value === 'string' && trimmed[type]?.includes(name)) value = value.trim();
    // The schema of the member has made the value what its form takes.
    if (forms[name]) value = forms[name](value as never);
    const isDefault =
      ofType &&
      Object.hasOwn(ofType, name) &&
      (isSame(ofType[name], value) || (isEmptyObject(ofType[name]) && isEmptyObject(value)));
    if (value !== undefined && !isDefault) own[name] = value;
  }
  return own;
};

/** Says nothing: the same as if it were not there. */
const meansNothing: ReadonlySet<string> = new Set(['RegionalPrice', 'Translation']);

const canonicalEntry = (level: Level, entry: AnyEntry): AnyEntry => {
  const own = membersOf(level, entry);
  for (const [name, child] of Object.entries(level.children)) {
    const map = entry[name];
    if (!(map instanceof Map)) continue;
    const items = new Map<string, AnyEntry>();
    for (const [key, item] of map) {
      const canonical = canonicalEntry(child, item);
      if (Object.keys(canonical).length > 0 || !meansNothing.has(child.type))
        items.set(key, canonical);
    }
    if (items.size > 0) own[name] = items;
  }
  return own;
};

type Compare = (a: string, b: string) => number;

const byText: Compare = (a, b) => (a < b ? -1 : Number(a > b));

/** In the order of a list; what is not in it comes last. */
const inOrderOf = (keys: Iterable<string>): Compare => {
  const places = new Map([...keys].map((key, place) => [key, place]));
  const placeOf = (key: string) => places.get(key) ?? places.size;
  return (a, b) => placeOf(a) - placeOf(b) || byText(a, b);
};

const sorted = <Value>(
  map: ReadonlyMap<string, Value> | undefined,
  compare: Compare,
): ReadonlyMap<string, Value> | undefined =>
  map && new Map([...map].sort(([a], [b]) => compare(a, b)));

const byInterval = inOrderOf(billingIntervals);

export const firstInterval = ({ prices = new Map() }: CataloguePlan): string | undefined =>
  [...prices.keys()].sort(byInterval)[0];

const sortedPrice = (price: CataloguePrice, byFeature: Compare): CataloguePrice =>
  given({
    ...price,
    unitPrices: sorted(price.unitPrices, byFeature),
    regional: mapValues(sorted(price.regional, byText), (row) =>
      given({ ...row, unitPrices: sorted(row.unitPrices, byFeature) }),
    ),
    markets: sortedMarkets(price.markets, byFeature),
    variants: mapValues(sorted(price.variants, byText), (variant) =>
      given({ ...variant, markets: sortedMarkets(variant.markets, byFeature) }),
    ),
  });

const sortedMarkets = (markets: CataloguePrice['markets'], byFeature: Compare) =>
  mapValues(sorted(markets, byText), (row) =>
    given({ ...row, unitPrices: sorted(row.unitPrices, byFeature) }),
  );

export const mapValues = <Value, Result>(
  map: ReadonlyMap<string, Value> | undefined,
  change: (value: Value, key: string) => Result,
): ReadonlyMap<string, Result> | undefined =>
  map && new Map([...map].map(([key, value]) => [key, change(value, key)]));

const sortedTranslations = <
  Item extends { translations?: ReadonlyMap<string, CatalogueTranslation> | undefined },
>(
  item: Item,
): Item => given({ ...item, translations: sorted(item.translations, byText) });

const sortedPlan = (plan: CataloguePlan, byFeature: Compare): CataloguePlan => {
  const { defaultInterval, ...rest } = plan;
  const keepsDefault =
    defaultInterval !== undefined &&
    plan.prices?.has(defaultInterval) &&
    defaultInterval !== firstInterval(plan);
  const { prices, exchangeRates, features, translations, ...members } = rest;
  return given({
    ...members,
    defaultInterval: keepsDefault ? defaultInterval : undefined,
    prices: mapValues(sorted(prices, byInterval), (price) => sortedPrice(price, byFeature)),
    exchangeRates: sorted(exchangeRates, byText),
    features: mapValues(sorted(features, byFeature), (link) =>
      given({
        ...link,
        regionalOverages: sorted(link.regionalOverages, byText),
        limits: sorted(link.limits, byText),
        translations: sorted(link.translations, byText),
      }),
    ),
    translations: sorted(translations, byText),
  });
};

/** Features in the order of their sections; those without one come last. */
const inSections = (
  features: Catalogue['features'],
  sections: Catalogue['sections'] = new Map(),
): Catalogue['features'] => {
  const places = new Map([...sections.keys()].map((code, place) => [code, place]));
  const placeOf = (section: string | undefined) => places.get(section ?? '') ?? places.size;
  return (
    features &&
    new Map([...features].sort(([, a], [, b]) => placeOf(a.section) - placeOf(b.section)))
  );
};

/** Plans group by group in the order of their groups, then those without a group. */
const orderOfPlans = (groups: ReadonlyMap<string, CatalogueGroup> | undefined): Compare =>
  inOrderOf([...(groups?.values() ?? [])].flatMap(({ plans = [] }) => plans));

/** Plans are brought into their form one by one. */
const canonicalParts = (catalogue: Catalogue) => {
  // What a level makes of its objects are objects of the level.
  const plain = canonicalEntry(catalogueLevel, { ...catalogue, plans: undefined }) as Catalogue;
  const sections = mapValues(plain.sections, sortedTranslations);
  const features = mapValues(inSections(plain.features, sections), sortedTranslations);
  const groups = mapValues(sorted(plain.groups, byText), sortedTranslations);
  const byFeature = inOrderOf(features?.keys() ?? []);
  const plans = new Map<string, CataloguePlan>();
  return {
    plans: sorted(catalogue.plans, orderOfPlans(groups)) ?? none,
    add: ([code, plan]: readonly [string, CataloguePlan]) => {
      const entry = canonicalEntry(catalogueLevel.children.plans, plan) as CataloguePlan;
      plans.set(code, sortedPlan(entry, byFeature));
    },
    all: (): Catalogue =>
      given({
        catalogue: 1,
        baseCurrency: plain.baseCurrency,
        sections,
        features,
        markets: sorted(plain.markets, byText),
        plans: plans.size > 0 ? plans : undefined,
        groups,
      }),
  };
};

export const canonical = (catalogue: Catalogue): Catalogue => {
  const { plans, add, all } = canonicalParts(catalogue);
  for (const plan of plans) add(plan);
  return all();
};

/** The same, in turns with the work of others. */
export const canonicalInTurns = async (catalogue: Catalogue): Promise<Catalogue> => {
  const { plans, add, all } = canonicalParts(catalogue);
  await inTurns(plans, add);
  return all();
};
