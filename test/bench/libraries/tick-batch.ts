/** Without a batch: work is done as it comes. */
export const createTickBatch =
  () =>
  (work: () => void): void =>
    work();
