const STEPS = 20;

/**
 * Shows on stderr how far a long command has come: one line that changes on a terminal, at most
 * twenty elsewhere.
 */
export const showProgress = (noun: string): ((done: number, total: number) => void) => {
  let shown = 0;
  return (done, total) => {
    const step = Math.floor((done * STEPS) / total);
    if (process.stderr.isTTY)
      process.stderr.write(`\r${done} of ${total} ${noun}${done === total ? '\n' : ''}`);
    else if (step > shown) process.stderr.write(`${done} of ${total} ${noun}\n`);
    shown = step;
  };
};
