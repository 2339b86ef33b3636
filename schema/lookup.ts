import { invalid, NotFoundError } from '../src/errors.ts';
import { type MaybePromise, mapMaybePromise } from '../src/maybe-promise.ts';

/** What one of the two arguments names; null when there is none. */
export const byIdOrCode = <Item>(
  { id, code }: { id?: string | null | undefined; code?: string | null | undefined },
  load: (key: 'id' | 'code', value: string) => MaybePromise<Item | null>,
): MaybePromise<Item | null> => {
  if (typeof id === 'string' && typeof code === 'string')
    throw invalid('code', 'cannot be combined with id');
  if (typeof id === 'string') return load('id', id);
  if (typeof code === 'string') return load('code', code);
  throw invalid('id', 'is required, unless code is given');
};

/** The other end of a link. It can only be missing when it was deleted while the query ran. */
export const linked = <Item>(
  found: MaybePromise<Item | null | undefined>,
  code: 'plan_not_found' | 'price_not_found' | 'feature_not_found' | 'market_not_found',
): MaybePromise<Item> =>
  mapMaybePromise(found, (item) => {
    if (!item) throw new NotFoundError(code);
    return item;
  });
