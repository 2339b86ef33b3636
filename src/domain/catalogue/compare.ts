import type { CatalogueChange } from '../../db/tables.ts';
import { isSame } from '../../db/write/change-list.ts';
import type { JsonObject } from '../../vocabulary.ts';
import { canonical } from './canonical.ts';
import { type Catalogue, catalogueLevel } from './document.ts';
import { type AnyEntry, childrenOf, type Level } from './level.ts';
import { inTurns } from './turns.ts';

/** What differs between two catalogues, object by object. */

/** An object of a catalogue with its own members. */
export interface Item {
  level: Level;
  path: readonly string[];
  image: JsonObject;
}

export const joined = (path: readonly string[]): string => path.join('.');

const imageOf = ({ members }: Level, entry: AnyEntry): JsonObject =>
  Object.fromEntries(
    Object.keys(members)
      .filter((name) => entry[name] !== undefined)
      // Members of levels are JSON.
      .map((name) => [name, entry[name] as JsonObject[string]]),
  );

/** Every object of a catalogue by its path, each after the one that it belongs to. */
export const itemsOf = (catalogue: Catalogue): Map<string, Item> => {
  const items = new Map<string, Item>();
  const add = (level: Level, entry: AnyEntry, path: readonly string[]): void => {
    if (path.length > 0) items.set(joined(path), { level, path, image: imageOf(level, entry) });
    for (const [name, child] of Object.entries(level.children))
      for (const [key, item] of childrenOf(entry, name)) add(child, item, [...path, name, key]);
  };
  add(catalogueLevel, catalogue, []);
  return items;
};

/** The level of the objects with such a path, which alternates names of maps and keys. */
export const levelOf = (path: readonly string[]): Level | undefined => {
  let level: Level | undefined = catalogueLevel;
  for (let step = 0; step < path.length; step += 2) level = level?.children[path[step] ?? ''];
  return level;
};

export const ORDER = 'FeatureOrder';

/** The maps whose order people set: of sections, of features, and of the limits of a feature. */
export const ordersOf = (catalogue: Catalogue): Map<string, string[]> => {
  const orders = new Map<string, string[]>();
  orders.set('sections', [...(catalogue.sections?.keys() ?? [])]);
  orders.set('features', [...(catalogue.features?.keys() ?? [])]);
  for (const [code, { limits }] of catalogue.features ?? [])
    if (limits) orders.set(`features.${code}.limits`, [...limits.keys()]);
  return orders;
};

/** What the order becomes by itself: what is new, or has moved to another section, comes last. */
const naturalOrders = (before: Catalogue, after: Catalogue): Map<string, string[]> => {
  const kept = <Value>(
    earlier: ReadonlyMap<string, Value> | undefined,
    now: ReadonlyMap<string, Value> | undefined,
    stays: (before: Value, after: Value) => boolean = () => true,
  ): ReadonlyMap<string, Value> | undefined => {
    if (!now) return undefined;
    const staying = [...(earlier ?? [])].filter(([key, value]) => {
      const other = now.get(key);
      return other !== undefined && stays(value, other);
    });
    // A key that comes again keeps its first place, and has its last value.
    return new Map([...staying, ...now]);
  };
  const features = kept(
    before.features,
    after.features,
    (one, other) => one.section === other.section,
  );
  return ordersOf(
    canonical({
      sections: kept(before.sections, after.sections),
      features:
        features &&
        new Map(
          [...features].map(([code, feature]) => [
            code,
            { ...feature, limits: kept(before.features?.get(code)?.limits, feature.limits) },
          ]),
        ),
    }),
  );
};

const orderChanges = (before: Catalogue, after: Catalogue): CatalogueChange[] => {
  const earlier = ordersOf(before);
  const natural = naturalOrders(before, after);
  const changes: CatalogueChange[] = [];
  for (const [path, order] of ordersOf(after)) {
    if (isSame(natural.get(path), order)) continue;
    changes.push({
      kind: 'update',
      type: ORDER,
      code: path.split('.').at(-1) ?? path,
      path,
      before: { order: earlier.get(path) ?? [] },
      after: { order },
    });
  }
  return changes;
};

interface Differences {
  changed: CatalogueChange[];
  gone: CatalogueChange[];
}

/** Objects of one map at the top, each with what belongs to it. */
function* differences(before: Catalogue, after: Catalogue): Generator<Differences> {
  for (const name of Object.keys(catalogueLevel.children)) {
    const [earlier, now] = [childrenOf(before, name), childrenOf(after, name)];
    const alone = (map: ReadonlyMap<string, AnyEntry>, key: string) => {
      const entry = map.get(key);
      // One object of a catalogue is a catalogue.
      return itemsOf(entry ? ({ [name]: new Map([[key, entry]]) } as Catalogue) : {});
    };
    for (const key of now.keys()) yield differing(alone(earlier, key), alone(now, key));
    for (const key of earlier.keys())
      if (!now.has(key)) yield differing(alone(earlier, key), new Map());
  }
}

const differing = (
  earlier: ReadonlyMap<string, Item>,
  now: ReadonlyMap<string, Item>,
): Differences => {
  const changed: CatalogueChange[] = [];
  for (const [path, { level, path: steps, image }] of now) {
    const was = earlier.get(path);
    if (was && isSame(was.image, image)) continue;
    changed.push({
      kind: was ? 'update' : 'create',
      type: level.type,
      code: steps.at(-1) ?? '',
      path,
      before: was?.image ?? null,
      after: image,
    });
  }
  const gone = [...earlier]
    .filter(([path]) => !now.has(path))
    .map(
      ([path, { level, path: steps, image }]): CatalogueChange => ({
        kind: 'delete',
        type: level.type,
        code: steps.at(-1) ?? '',
        path,
        before: image,
        after: null,
      }),
    );
  return { changed, gone };
};

const collected = (before: Catalogue, after: Catalogue) => {
  const changes: CatalogueChange[] = [];
  const gone: CatalogueChange[] = [];
  return {
    add: (found: Differences) => {
      changes.push(...found.changed);
      gone.push(...found.gone);
    },
    all: () => [...changes, ...gone.reverse(), ...orderChanges(before, after)],
  };
};

/** Both catalogues are canonical. Deletions come last, each after what belongs to the object. */
export const compareCatalogues = (before: Catalogue, after: Catalogue): CatalogueChange[] => {
  const { add, all } = collected(before, after);
  for (const found of differences(before, after)) add(found);
  return all();
};

/** The same, in turns with the work of others. */
export const compareInTurns = async (
  before: Catalogue,
  after: Catalogue,
): Promise<CatalogueChange[]> => {
  const { add, all } = collected(before, after);
  await inTurns(differences(before, after), add);
  return all();
};
