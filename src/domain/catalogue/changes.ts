import type { CatalogueChange } from '../../db/tables.ts';
import { isSame } from '../../db/write/change-list.ts';
import type { JsonObject } from '../../vocabulary.ts';
import { canonical, canonicalInTurns } from './canonical.ts';
import { itemsOf, joined, ORDER, ordersOf } from './compare.ts';
import { type Catalogue, catalogueLevel } from './document.ts';
import { type AnyEntry, childrenOf, type Level } from './level.ts';
import { takeTurn } from './turns.ts';

/** What the changes of a set do to a catalogue, what they rest on, and how they are undone. */

type MutableEntry = Record<string, unknown>;

/** Codes of the objects at the top that paths lead into, by the map that they stand in. */
const touchedBy = (paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> => {
  const touched = new Map<string, Set<string>>();
  for (const path of paths) {
    const [map = '', key = ''] = path.split('.');
    touched.set(map, (touched.get(map) ?? new Set()).add(key));
  }
  return touched;
};

/** A catalogue to change: a copy where the changes lead into, the rest as it is. */
const copyFor = (catalogue: Catalogue, changes: readonly CatalogueChange[]): MutableEntry => {
  const touched = touchedBy(changes.map(({ path }) => path));
  const copy: MutableEntry = { ...catalogue };
  for (const [name, level] of Object.entries(catalogueLevel.children)) {
    const keys = touched.get(name);
    copy[name] = new Map(
      [...childrenOf(catalogue, name)].map(([key, entry]) => [
        key,
        keys?.has(key) ? copyOf(level, entry) : entry,
      ]),
    );
  }
  return copy;
};

const copyOf = ({ members, children }: Level, entry: AnyEntry): MutableEntry => {
  const copy: MutableEntry = {};
  for (const name of Object.keys(members)) copy[name] = entry[name];
  for (const [name, child] of Object.entries(children))
    copy[name] = new Map(
      [...childrenOf(entry, name)].map(([key, item]) => [key, copyOf(child, item)]),
    );
  return copy;
};

/** The map that a path leads into, made where it is not there. */
const mapAt = (root: MutableEntry, path: readonly string[]): Map<string, MutableEntry> => {
  let entry = root;
  for (let step = 0; ; step += 2) {
    const name = path[step] ?? '';
    const map = entry[name] instanceof Map ? entry[name] : new Map();
    entry[name] = map;
    const key = path[step + 1];
    if (step + 2 >= path.length || key === undefined) return map;
    const next = map.get(key) ?? {};
    map.set(key, next);
    entry = next;
  }
};

const reorder = (map: Map<string, MutableEntry>, order: readonly string[]): void => {
  const entries = [...map];
  const places = new Map(order.map((key, place) => [key, place]));
  const placeOf = (key: string) => places.get(key) ?? places.size;
  map.clear();
  for (const [key, entry] of entries.sort(([a], [b]) => placeOf(a) - placeOf(b)))
    map.set(key, entry);
};

const orderIn = (image: JsonObject | null): string[] =>
  Array.isArray(image?.order) ? image.order.map(String) : [];

/** A feature that comes to another section comes last there. */
const movesToEnd = ({ type, before, after }: CatalogueChange): boolean =>
  type === 'Feature' && before?.section !== after?.section;

const changed = (catalogue: Catalogue, changes: readonly CatalogueChange[]): Catalogue => {
  const copy = copyFor(catalogue, changes);
  for (const change of changes) {
    const path = change.path.split('.');
    const key = path.at(-1) ?? '';
    if (change.type === ORDER) continue;
    const map = mapAt(copy, path);
    if (change.after === null) {
      map.delete(key);
      continue;
    }
    const known = map.get(key);
    const children = Object.entries(known ?? {}).filter(([, value]) => value instanceof Map);
    if (movesToEnd(change)) map.delete(key);
    map.set(key, { ...Object.fromEntries(children), ...change.after });
  }
  for (const change of changes)
    if (change.type === ORDER) reorder(mapAt(copy, change.path.split('.')), orderIn(change.after));
  // Images of changes are members of the levels that their paths lead to.
  return copy as Catalogue;
};

/** The catalogue once the changes are made. */
const withChanges = (catalogue: Catalogue, changes: readonly CatalogueChange[]): Catalogue =>
  canonical(changed(catalogue, changes));

/** The same, in turns with the work of others. */
export const withChangesInTurns = async (
  catalogue: Catalogue,
  changes: readonly CatalogueChange[],
): Promise<Catalogue> => {
  await takeTurn();
  return canonicalInTurns(changed(catalogue, changes));
};

/** What an object names, as paths: it has to be there. */
const referencesOf = ({ type, path, after }: CatalogueChange): string[] => {
  const steps = path.split('.');
  const key = steps.at(-1) ?? '';
  const plan = steps.slice(0, 2);
  const price = steps.slice(0, 4);
  const named = (map: string, name: unknown) =>
    typeof name === 'string' ? [`${map}.${name}`] : [];
  switch (type) {
    case 'Feature':
      return named('sections', after?.section);
    case 'FeatureLimit':
      return named('features', after?.per);
    case 'Plan':
      return named('plans', after?.basedOn);
    case 'PlanGroup':
      return (Array.isArray(after?.plans) ? after.plans : []).flatMap((code) =>
        named('plans', code),
      );
    case 'PlanFeature':
      return [`features.${key}`];
    case 'PlanFeatureLimit':
      return [`features.${steps[3]}.limits.${key}`];
    case 'UnitPrice':
      return [joined([...plan, 'features', key])];
    case 'RegionalUnitPrice':
    case 'MarketUnitPrice':
      return [joined([...price, 'unitPrices', key])];
    case 'MarketPrice':
      return steps[4] === 'variants' ? [joined([...price, 'markets', key])] : [`markets.${key}`];
    default:
      return [];
  }
};

const ancestorsOf = (path: string): string[] => {
  const steps = path.split('.');
  const ancestors = [];
  for (let length = 2; length < steps.length; length += 2)
    ancestors.push(joined(steps.slice(0, length)));
  return ancestors;
};

/** Paths of what has to be there, though the set does not write it. */
export const needsOf = (changes: readonly CatalogueChange[]): string[] => {
  const written = new Set(changes.map(({ path }) => path));
  const needed = changes
    .filter(({ after, type }) => after !== null && type !== ORDER)
    .flatMap((change) => [...ancestorsOf(change.path), ...referencesOf(change)]);
  return [...new Set(needed)].filter((path) => !written.has(path)).sort();
};

/** Paths of what is not as it was when the set was made. */
export const staleParts = (
  catalogue: Catalogue,
  { changes, needs }: { changes: readonly CatalogueChange[]; needs: readonly string[] },
): string[] => {
  const touched = touchedBy([...changes.map(({ path }) => path), ...needs]);
  const parts = Object.keys(catalogueLevel.children).map((name) => [
    name,
    new Map([...childrenOf(catalogue, name)].filter(([key]) => touched.get(name)?.has(key))),
  ]);
  // Some objects of a catalogue are a catalogue.
  const items = itemsOf(Object.fromEntries(parts) as Catalogue);
  const orders = ordersOf(catalogue);
  const deleted = new Set(changes.filter(({ after }) => after === null).map(({ path }) => path));
  const differing = changes
    .filter(({ type, path, before }) =>
      type === ORDER
        ? !isSame(orders.get(path) ?? [], orderIn(before))
        : !isSame(items.get(path)?.image ?? null, before),
    )
    .map(({ path }) => path);
  const missing = needs.filter((path) => !items.has(path));
  // What has come to a deleted object since.
  const added = [...items.keys()].filter(
    (path) => !deleted.has(path) && ancestorsOf(path).some((each) => deleted.has(each)),
  );
  return [...differing, ...missing, ...added];
};

/** The order with what it lacks, each after the one that it followed before. */
const restored = (order: readonly string[], before: readonly string[]): string[] => {
  const result = [...order];
  for (const [place, key] of before.entries()) {
    if (result.includes(key)) continue;
    const previous = before.slice(0, place).findLast((each) => result.includes(each));
    result.splice(previous === undefined ? 0 : result.indexOf(previous) + 1, 0, key);
  }
  return result;
};

export interface Reversal {
  catalogue: Catalogue;
  /** Paths of what a later write has changed as well: they keep the set from being undone. */
  conflicts: string[];
}

/** The catalogue as it is, without what the changes did. */
export const reversed = (
  catalogue: Catalogue,
  changes: readonly CatalogueChange[],
  orders: Readonly<Record<string, string[]>>,
): Reversal => {
  const items = itemsOf(catalogue);
  const now = ordersOf(catalogue);
  const conflicts: string[] = [];
  const back: CatalogueChange[] = [];
  const created = new Set(changes.filter(({ before }) => before === null).map(({ path }) => path));
  for (const change of [...changes].reverse()) {
    const { type, path, before, after } = change;
    if (type === ORDER) {
      const order = now.get(path) ?? [];
      if (isSame(order, orderIn(after))) back.push({ ...change, before: after, after: before });
      else conflicts.push(path);
      continue;
    }
    const image = items.get(path)?.image ?? null;
    if (before !== null && after !== null && image !== null) {
      const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (name) => !isSame(before[name], after[name]),
      );
      const later = names.filter((name) => !isSame(image[name], after[name]));
      conflicts.push(...later.map((name) => `${path}.${name}`));
      const kept = Object.entries(image).filter(([name]) => !names.includes(name));
      const put = names.filter((name) => before[name] !== undefined);
      const restoredImage = Object.fromEntries([
        ...kept,
        ...put.map((name) => [name, before[name] ?? null] as const),
      ]);
      back.push({ ...change, before: image, after: restoredImage });
    } else if (isSame(image, after)) back.push({ ...change, before: after, after: before });
    else conflicts.push(path);
  }
  for (const path of items.keys())
    if (!created.has(path) && ancestorsOf(path).some((each) => created.has(each)))
      conflicts.push(path);
  let result = withChanges(catalogue, back);
  const lost: CatalogueChange[] = [];
  for (const [path, before] of Object.entries(orders)) {
    const order = ordersOf(result).get(path);
    if (!order) continue;
    const staying = new Set(now.get(path) ?? []);
    const hasMoved = (key: string) =>
      path === 'features' &&
      catalogue.features?.get(key)?.section !== result.features?.get(key)?.section;
    const returned = order.filter(
      (key) => (staying.has(key) && !hasMoved(key)) || !before.includes(key),
    );
    const wanted = restored(
      returned,
      before.filter((key) => order.includes(key)),
    );
    if (!isSame(order, wanted))
      lost.push({
        kind: 'update',
        type: ORDER,
        code: path,
        path,
        before: { order },
        after: { order: wanted },
      });
  }
  if (lost.length > 0) result = withChanges(result, lost);
  return { catalogue: result, conflicts: [...new Set(conflicts)] };
};
