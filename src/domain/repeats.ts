import { invalid } from '../errors.ts';

/** Refuses a list that names the same thing twice. */
export const refuseRepeats = (keys: readonly string[], param: (index: number) => string): void => {
  for (const [index, key] of keys.entries())
    if (keys.indexOf(key) !== index) throw invalid(param(index), 'is named twice');
};
