import { z } from 'zod';
import type { Page, PageRequest } from '../domain/page.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { Rows } from './operation.ts';

const upTo = (most: number) => {
  const range = `must be a whole number from 1 to ${most}`;
  return z.codec(z.string().regex(/^\d{1,9}$/, range), z.int().min(1, range).max(most, range), {
    decode: Number,
    encode: String,
  });
};

/** Query parameters of a list that answers `unasked` rows when no limit is given. */
export const paging = (most: number, unasked: number) => ({
  limit: upTo(most)
    .optional()
    .describe(`How many rows to answer, 1 to ${most}; ${unasked} when left out.`),
  cursor: z.string().optional().describe('The `nextCursor` of the answer before.'),
});

export const includePrivate = z
  .stringbool({
    truthy: ['true', '1'],
    falsy: ['false', '0'],
    case: 'sensitive',
    error: 'must be true or false',
  })
  .optional()
  .describe('Also answers plans that are not public. False when left out.');

interface Paging {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** One page of a list, as REST counts pages. */
export const rows = async <Row>(
  { limit, cursor }: Paging,
  unasked: number,
  list: (page: PageRequest) => MaybePromise<Page<Row>>,
): Promise<Rows<Row>> => {
  const { items, hasNextPage, cursorOf } = await list({ first: limit ?? unasked, after: cursor });
  const last = items.at(-1);
  return new Rows(items, hasNextPage && last ? cursorOf(last) : undefined);
};
