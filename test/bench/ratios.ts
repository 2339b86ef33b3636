/** What is said of a list of ratios: the middle, and how far they lie apart. */
export interface Summary {
  median: number;
  least: number;
  most: number;
}

export const summarize = (values: readonly number[]): Summary => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
};

/** Of what was measured in the same round, so that what slows the whole machine down slows both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((value, round) => value / (theirs[round] ?? Number.NaN));

/**
 * Two-sided 95 % points of Student's t-distribution for 1, 2, 3 … degrees of freedom; beyond them
 * the normal one.
 */
const T95 = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12,
  2.11, 2.1, 2.09, 2.09,
];
const Z95 = 1.96;

export interface Interval {
  mean: number;
  lower: number;
  upper: number;
}

/** The geometric mean of ratios with its 95 % confidence interval. */
export const interval = (values: readonly number[]): Interval => {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const reach = (T95[logs.length - 2] ?? Z95) * Math.sqrt(variance / logs.length);
  return { mean: Math.exp(mean), lower: Math.exp(mean - reach), upper: Math.exp(mean + reach) };
};
