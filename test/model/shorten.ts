const MOST_ATTEMPTS = 60;

const stepOf = (failure: unknown): number | undefined => {
  const found = /step (\d+):/.exec(failure instanceof Error ? failure.message : '');
  return found ? Number(found[1]) : undefined;
};

/**
 * Fewer steps that still fail: those after the failure are left out, then stretch after stretch of
 * what led to it.
 */
export const shortened = async (
  steps: number[],
  failure: unknown,
  take: (steps: number[]) => Promise<void>,
): Promise<number[]> => {
  const last = stepOf(failure);
  let few = last === undefined ? steps : steps.filter((step) => step <= last);
  let attempts = 0;
  for (let size = few.length >> 1; size > 0 && attempts < MOST_ATTEMPTS; size >>= 1)
    for (let from = 0; from < few.length && attempts < MOST_ATTEMPTS; attempts += 1) {
      const fewer = few.toSpliced(from, size);
      const stillFails = await take(fewer).then(
        () => false,
        () => true,
      );
      if (stillFails) few = fewer;
      else from += size;
    }
  return few;
};
