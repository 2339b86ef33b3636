import { expect, test } from 'vitest';
import { interval, ratios, summarize } from './ratios.ts';

test('a ratio compares what was measured in the same round', () => {
  expect(ratios([10, 30, 90], [5, 10, 100])).toEqual([2, 3, 0.9]);
});

test('a summary tells the middle and both ends', () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(summarize([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
});

test('an interval of equal ratios is one point', () => {
  expect(interval([2, 2, 2])).toEqual({ mean: 2, lower: 2, upper: 2 });
});

test('an interval is that of the logarithms, so that a ratio and its inverse balance', () => {
  const { mean, lower, upper } = interval([0.5, 2]);
  expect(mean).toBeCloseTo(1, 12);
  expect(lower).toBeCloseTo(1 / upper, 12);
  expect(Math.log(upper)).toBeCloseTo(12.71 * Math.LN2, 12);
});
