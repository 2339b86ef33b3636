/** Does not batch: runs all work at once. */
export const createTickBatch =
  () =>
  (work: () => void): void =>
    work();
