import { invalid, NotFoundError } from '../src/errors.ts';

/** At hand, or still to come. */
type Found<Item> = Item | Promise<Item>;

/** Goes on from what is found: at once where it is at hand. */
export const from = <Item, Next>(found: Found<Item>, next: (item: Item) => Next): Found<Next> =>
  found instanceof Promise ? found.then(next) : next(found);

/** What one of the two arguments names; null when there is none. */
export const byIdOrCode = <Item>(
  { id, code }: { id?: string | null | undefined; code?: string | null | undefined },
  load: (key: 'id' | 'code', value: string) => Found<Item | null>,
): Found<Item | null> => {
  if (typeof id === 'string' && typeof code === 'string') throw invalid('code', 'must not stand beside id');
  if (typeof id === 'string') return load('id', id);
  if (typeof code === 'string') return load('code', code);
  throw invalid('id', 'is required, unless code is given');
};

/** The other end of a link. It can only be missing when it was deleted while the query ran. */
export const linked = <Item>(
  found: Found<Item | null | undefined>,
  code: 'plan_not_found' | 'price_not_found' | 'feature_not_found',
): Found<Item> =>
  from(found, (item) => {
    if (!item) throw new NotFoundError(code);
    return item;
  });
