import { mapMaybePromise } from '../../maybe-promise.ts';
import type { Batch } from './batch.ts';
import type { Shelf } from './kept-records.ts';
import { shelf } from './reader.ts';

export interface Place<Item> {
  find(shelf: Shelf, key: string): Item | undefined;
  put(shelf: Shelf, item: Item): void;
}

/** Reads only what is not kept. A writer keeps nothing: it sees what nobody else does yet. */
export const shelved =
  <Item>(read: Batch<Item | null>, { find, put }: Place<Item>): Batch<Item | null> =>
  (reader, keys) => {
    const kept = reader[shelf];
    if (!kept) return read(reader, keys);
    const missing: string[] = [];
    const items = keys.map((key) => {
      const item = find(kept, key) ?? null;
      if (item === null) missing.push(key);
      return item;
    });
    if (missing.length === 0) return items;
    return mapMaybePromise(read(reader, missing), (found) => {
      const rest = found.values();
      return items.map((item) => {
        const known = item ?? rest.next().value ?? null;
        if (known !== null && item === null) put(kept, known);
        return known;
      });
    });
  };
