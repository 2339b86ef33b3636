/** What has waited for longer goes at once: the loop is busy with something else. */
const LONGEST_WAIT_MS = 1;

/**
 * Gathers work until the event loop has heard of everybody who is there, and then does it in one
 * go. Whoever waits for several answers is woken once, and the processor has the same code at hand
 * for all of them. Alone, work waits for nothing.
 */
export const createTogether = (): ((work: () => void) => void) => {
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
    } else if (performance.now() - since > LONGEST_WAIT_MS) flush();
  };
};
