import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted } from '../engine/faults.ts';

const PATIENCE_MS = 2_000;
const FIRST_PAUSE_MS = 10;

/** Tries again, with growing pauses, what was interrupted. */
export const withRetry = async <Result>(
  attempt: (isAgain: boolean) => Promise<Result>,
): Promise<Result> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await attempt(pause > FIRST_PAUSE_MS);
    } catch (failure) {
      if (!(failure instanceof Interrupted) || performance.now() + pause > deadline) throw failure;
    }
    // By chance within bounds, so that those who got in each other's way do not meet again.
    await sleep(pause * (0.5 + Math.random() / 2));
  }
};
