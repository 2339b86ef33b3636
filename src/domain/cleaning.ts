import { setTimeout as sleep } from 'node:timers/promises';

/** Between two slices, so that others can write. */
const PAUSE_MS = 10;

/** Old records that are removed in the background. */
export interface Cleaning {
  stop(): Promise<void>;
}

interface Options {
  periodMs: number;
  /** The first round begins at once, not after a period. */
  atStart?: boolean;
  report(failure: unknown): void;
}

/**
 * Carries out the slices of a round one after the other, with pauses in between, and a round again
 * and again. Never fails: a failure ends the round and is reported.
 */
export const startCleaning = (
  slicesOfRound: () => AsyncIterable<unknown>,
  { periodMs, atStart = false, report }: Options,
): Cleaning => {
  let isStopped = false;
  const round = async (): Promise<void> => {
    if (isStopped) return;
    try {
      for await (const _slice of slicesOfRound()) {
        await sleep(PAUSE_MS);
        if (isStopped) return;
      }
    } catch (failure) {
      report(failure);
    }
  };
  let running = atStart ? round() : Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(round);
  }, periodMs).unref();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      return running;
    },
  };
};
