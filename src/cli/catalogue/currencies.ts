import type { Catalogue } from '../../domain/catalogue/document.ts';
import { type AnyEntry, childrenOf } from '../../domain/catalogue/level.ts';
import type { Change } from './access.ts';

export type Side = 'before' | 'after';

/** Says in which currency the amounts of an object are, as far as it is known. */
export type CurrencyAt = (path: string, side: Side) => string | undefined;

const currencyMaps: ReadonlySet<string> = new Set(['regional', 'regionalOverages']);

const entryAt = (catalogue: Catalogue | undefined, path: readonly string[]): AnyEntry => {
  let entry: AnyEntry = catalogue ?? {};
  for (let step = 0; step < path.length; step += 2)
    entry = childrenOf(entry, path[step] ?? '').get(path[step + 1] ?? '') ?? {};
  return entry;
};

const textOrUndefined = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The catalogue is the one that changes. */
export const currenciesIn = (
  catalogue: Catalogue | undefined,
  changes: readonly Change[],
): CurrencyAt => {
  const changed = new Map(changes.map((change) => [change.path, change]));
  return (path, side) => {
    const steps = path.split('.');
    for (let step = 2; step < steps.length; step += 2) {
      const [map = '', key] = steps.slice(step, step + 2);
      if (currencyMaps.has(map)) return key;
      if (map !== 'markets') continue;
      const place = steps.slice(0, step + 2);
      const image = changed.get(place.join('.'))?.[side];
      return textOrUndefined(image?.currency ?? entryAt(catalogue, place).currency);
    }
    return catalogue?.baseCurrency;
  };
};
