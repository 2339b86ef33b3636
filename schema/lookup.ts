import type DataLoader from 'dataloader';
import { invalid, NotFoundError } from '../src/errors.ts';

/** What one of the two arguments names; null when there is none. */
export const byIdOrCode = <Item>(
  { id, code }: { id?: string | null | undefined; code?: string | null | undefined },
  ids: DataLoader<string, Item | null>,
  codes: DataLoader<string, Item | null>,
): Promise<Item | null> => {
  if (typeof id === 'string' && typeof code === 'string') throw invalid('code', 'must not stand beside id');
  if (typeof id === 'string') return ids.load(id);
  if (typeof code === 'string') return codes.load(code);
  throw invalid('id', 'is required, unless code is given');
};

/** The other end of a link. It can only be missing when it was deleted while the query ran. */
export const linked = async <Item>(
  item: Promise<Item | null | undefined>,
  code: 'plan_not_found' | 'price_not_found' | 'feature_not_found',
): Promise<Item> => {
  const found = await item;
  if (!found) throw new NotFoundError(code);
  return found;
};
