/** Work that has waited longer runs at once: something else keeps the event loop busy. */
const MAX_WAIT_MS = 1;

/**
 * Collects work until the end of the current event-loop tick and then runs it in one go (ADR 17).
 * A client that waits for several answers wakes up once, and the processor runs the same code for
 * all of them. Work that comes alone waits for nothing but the tick.
 */
export const createTickBatch = (): ((work: () => void) => void) => {
  let waiting: (() => void)[] = [];
  let since = 0;

  const flush = (): void => {
    const works = waiting;
    waiting = [];
    for (const work of works) work();
  };

  return (work) => {
    if (waiting.push(work) === 1) {
      since = performance.now();
      setImmediate(flush);
    } else if (performance.now() - since > MAX_WAIT_MS) flush();
  };
};
