const STEPS = 20;

/** Shows on stderr how far a long command has come: one line that changes on a terminal, at most twenty elsewhere. */
export const showProgress = (total: number, noun: string): ((done: number) => void) => {
  let shown = 0;
  return (done) => {
    const step = Math.floor((done / total) * STEPS);
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} ${noun}${done === total ? '\n' : ''}`);
    else if (step > shown) process.stderr.write(`${done} of ${total} ${noun}\n`);
    shown = step;
  };
};

/** The same, where the total comes with each report. */
export const showProgressOf = (noun: string): ((done: number, total: number) => void) => {
  let show: ((done: number) => void) | undefined;
  return (done, total) => {
    show ??= showProgress(total, noun);
    show(done);
  };
};
