/** Without a batch: work is done as it comes. */
export const createTogether =
  () =>
  (work: () => void): void =>
    work();
