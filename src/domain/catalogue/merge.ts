import type { CatalogueScope } from '../../vocabulary.ts';
import { canonical, canonicalInTurns, firstInterval, mapValues } from './canonical.ts';
import {
  type Catalogue,
  type CatalogueFile,
  type CataloguePlan,
  type CataloguePrice,
  catalogueLevel,
} from './document.ts';
import type { AnyEntry, Level } from './level.ts';
import { takeTurn } from './turns.ts';

const isGroupOfMembers = (value: unknown): value is AnyEntry =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);

/** JSON objects of people's own are values: a null in them is theirs. */
const isWhole = (name: string): boolean => name === 'metadata' || name === 'publicMetadata';

const mergedMember = (name: string, before: unknown, sent: unknown): unknown => {
  if (sent === undefined) return before;
  if (isWhole(name) || !isGroupOfMembers(sent)) return sent;
  const kept = isGroupOfMembers(before) ? before : {};
  const names = [...Object.keys(kept), ...Object.keys(sent)];
  const merged = names.map((each) => [each, mergedMember(each, kept[each], sent[each])]);
  return Object.fromEntries(merged.filter(([, value]) => value != null));
};

/**
 * The keys of a map in their new order: those that the file names stand as it names them among
 * themselves, in the places that they had together; new ones follow the key before them.
 */
const mergedKeys = (before: readonly string[], sent: readonly string[]): string[] => {
  const named = new Set(sent);
  const known = new Set(before);
  const inOrder = sent.filter((key) => known.has(key));
  let next = 0;
  const keys = before.map((key) => (named.has(key) ? (inOrder[next++] ?? key) : key));
  for (const [place, key] of sent.entries()) {
    if (known.has(key)) continue;
    const previous = sent.slice(0, place).findLast((each) => keys.includes(each));
    const isLast = !sent.slice(place).some((each) => known.has(each));
    if (previous === undefined || isLast) keys.push(key);
    else keys.splice(keys.indexOf(previous) + 1, 0, key);
  }
  return keys;
};

const mergedMap = (
  level: Level,
  before: ReadonlyMap<string, AnyEntry>,
  sent: ReadonlyMap<string, AnyEntry | null>,
  scope: CatalogueScope,
): ReadonlyMap<string, AnyEntry> => {
  const merged = new Map<string, AnyEntry>();
  const keys = scope === 'whole' ? sent.keys() : mergedKeys([...before.keys()], [...sent.keys()]);
  for (const key of keys) {
    const entry = sent.get(key);
    if (entry === null) continue;
    const earlier = before.get(key);
    if (entry) merged.set(key, mergedEntry(level, earlier, entry, scope));
    else if (earlier) merged.set(key, earlier);
  }
  return merged;
};

const mergedEntry = (
  { members, children }: Level,
  before: AnyEntry | undefined,
  sent: AnyEntry,
  scope: CatalogueScope,
): AnyEntry => {
  const kept = scope === 'whole' ? undefined : before;
  const merged: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = mergedMember(name, kept?.[name], sent[name]);
    if (value != null) merged[name] = value;
  }
  for (const [name, level] of Object.entries(children)) {
    const map = sent[name];
    const earlier = before?.[name];
    const known = earlier instanceof Map ? earlier : new Map();
    if (map instanceof Map) merged[name] = mergedMap(level, known, map, scope);
    else if (kept && known.size > 0) merged[name] = known;
  }
  return merged;
};

/** A default that the prices imply would change with them: it is said. */
const withDefaults = (catalogue: Catalogue): Catalogue => ({
  ...catalogue,
  plans: mapValues(catalogue.plans, (plan): CataloguePlan => {
    const interval = plan.defaultInterval ?? firstInterval(plan);
    // The first key of a map of prices is an interval.
    return { ...plan, defaultInterval: interval as CataloguePlan['defaultInterval'] };
  }),
});

type Gone = (code: string) => boolean;

const without = <Value>(
  map: ReadonlyMap<string, Value> | undefined,
  isGone: Gone,
): ReadonlyMap<string, Value> | undefined =>
  map && new Map([...map].filter(([key]) => !isGone(key)));

const withoutUnits = (price: CataloguePrice, isGone: Gone): CataloguePrice => {
  const inMarkets = (markets: CataloguePrice['markets']) =>
    mapValues(markets, (row) => ({ ...row, unitPrices: without(row.unitPrices, isGone) }));
  return {
    ...price,
    unitPrices: without(price.unitPrices, isGone),
    regional: mapValues(price.regional, (row) => ({
      ...row,
      unitPrices: without(row.unitPrices, isGone),
    })),
    markets: inMarkets(price.markets),
    variants: mapValues(price.variants, (each) => ({ ...each, markets: inMarkets(each.markets) })),
  };
};

/** What goes with something that the file takes away, unless the file says more of it. */
const planAfterRemovals = (
  before: CataloguePlan | undefined,
  after: CataloguePlan,
  isGonePlan: Gone,
): CataloguePlan => {
  const goneFrom = (
    earlier: ReadonlyMap<string, unknown> | undefined,
    now: ReadonlyMap<string, unknown> | undefined,
  ): Gone => {
    const gone = new Set([...(earlier?.keys() ?? [])].filter((key) => !now?.has(key)));
    return (key) => gone.has(key);
  };
  const featureGone = goneFrom(before?.features, after.features);
  const currencyGone = goneFrom(before?.exchangeRates, after.exchangeRates);
  return {
    ...after,
    basedOn: after.basedOn !== undefined && isGonePlan(after.basedOn) ? undefined : after.basedOn,
    features: mapValues(after.features, (link) => ({
      ...link,
      regionalOverages: without(link.regionalOverages, currencyGone),
    })),
    prices: mapValues(after.prices, (price, interval) => {
      const unitGone = goneFrom(before?.prices?.get(interval)?.unitPrices, price.unitPrices);
      const kept = withoutUnits(price, (code) => featureGone(code) || unitGone(code));
      return { ...kept, regional: without(kept.regional, currencyGone) };
    }),
  };
};

const afterRemovals = (before: Catalogue, after: Catalogue, file: CatalogueFile): Catalogue => {
  const isGone = (plan: string) => before.plans?.has(plan) === true && !after.plans?.has(plan);
  const isGoneSection = (section: string) =>
    before.sections?.has(section) === true && !after.sections?.has(section);
  const moved = new Set([...(file.groups?.values() ?? [])].flatMap((group) => group?.plans ?? []));
  return {
    ...after,
    features: mapValues(after.features, (feature) => ({
      ...feature,
      section:
        feature.section !== undefined && isGoneSection(feature.section)
          ? undefined
          : feature.section,
    })),
    plans: mapValues(after.plans, (plan, code) =>
      planAfterRemovals(before.plans?.get(code), plan, isGone),
    ),
    groups: mapValues(after.groups, (group, code) => {
      const isSent = file.groups?.get(code)?.plans != null;
      const plans = group.plans?.filter((plan) => !isGone(plan) && (isSent || !moved.has(plan)));
      return { ...group, plans };
    }),
  };
};

const merged = (before: Catalogue, file: CatalogueFile, scope: CatalogueScope): Catalogue => {
  const known = scope === 'listed' ? withDefaults(before) : before;
  // Members and maps of a level make an object of the level.
  const whole = mergedEntry(catalogueLevel, known, file, scope) as Catalogue;
  const after = scope === 'listed' ? afterRemovals(before, whole, file) : whole;
  return { ...after, baseCurrency: file.baseCurrency ?? before.baseCurrency };
};

/** The catalogue that the file asks for, given the catalogue as it is. */
export const mergeCatalogue = (
  before: Catalogue,
  file: CatalogueFile,
  scope: CatalogueScope,
): Catalogue => canonical(merged(before, file, scope));

/** The same, in turns with the work of others. */
export const mergeInTurns = async (
  before: Catalogue,
  file: CatalogueFile,
  scope: CatalogueScope,
): Promise<Catalogue> => {
  await takeTurn();
  return canonicalInTurns(merged(before, file, scope));
};
