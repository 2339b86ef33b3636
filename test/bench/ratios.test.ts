import { expect, test } from 'vitest';
import { ratios, summarize } from './ratios.ts';

test('a ratio compares what was measured in the same round', () => {
  expect(ratios([10, 30, 90], [5, 10, 100])).toEqual([2, 3, 0.9]);
});

test('a summary tells the middle and both ends', () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(summarize([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
});
