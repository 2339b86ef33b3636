import { POINTS_OF_A_WRITE } from '../src/budget.ts';
import { DEFAULT_SIZE } from '../src/domain/page.ts';

/**
 * Costs count the fields that an answer may hold. A field costs 1; what stands inside a list counts
 * for each of its items.
 */

export const LONGEST_PAGE = 100;

/** The arguments that costs depend on. */
export const sizeArguments: ReadonlySet<string> = new Set(['first', 'last', 'ids']);

interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
}

/** A page is taken as full. One of a forbidden size is refused where it is resolved. */
export const costOfPage = ({ first, last }: PageArguments) => ({
  field: 1,
  multiplier: Math.min(Math.max(last ?? first ?? DEFAULT_SIZE, 1), LONGEST_PAGE),
});

export const costOfNodes = ({ ids }: { ids: readonly unknown[] }) => ({
  field: 1,
  multiplier: Math.max(ids.length, 1),
});

/** What has been counted already: the items of a page, by the page. */
export const NO_COST = { field: 0, multiplier: 1 };

/** Of a nested list, whose length nobody says. */
export const USUAL_LENGTH = 5;
export const LONGEST_LIST = 1_000;
export const COST_OF_LONGER_LIST = { field: 1, multiplier: 10 };
/** Of the features of a plan: real plans have 47 in the median, and up to 162. */
export const COST_OF_FEATURES = { field: 1, multiplier: 50 };

/** Of the rows of a pricing page: with its sections, they make as many as a plan has features. */
export const COST_OF_ROWS = { field: 1, multiplier: 12 };

/** Amounts in all currencies and markets are read, which no field shows. */
export const COST_OF_EFFECTIVE_PRICE = 10;

/** Counting reads the whole list. */
export const COST_OF_TOTAL = 20;
export const COST_OF_WRITE = POINTS_OF_A_WRITE;
/** An error says more than a value. */
export const COST_OF_REFUSED_FIELD = 20;
/** `__schema` and `__type` have long answers for any selection. */
export const COST_OF_INTROSPECTION = 5_000;

/** Of reading the whole catalogue; what is read and printed counts as it is. */
export const COST_OF_CATALOGUE = { field: 100, multiplier: 1 };
