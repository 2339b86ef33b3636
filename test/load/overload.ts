import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadClient, Outcome } from './client.ts';

/**
 * Clients who ask without end, and others who take up all places of the server by requests that
 * they do not finish.
 */
export interface Crowds {
  greedy: LoadClient;
  sluggish: LoadClient;
}

interface Flood {
  clients: number;
  seconds: number;
  /** Places that the server has for requests. */
  cap: number;
}

/** For the sluggish to have taken their places when the greedy come. */
const HEAD_START_SECONDS = 1;

export const overload = async (
  { greedy, sluggish }: Crowds,
  { clients, seconds, cap }: Flood,
): Promise<Outcome> => {
  const outcome = new Outcome();
  const waiting = sluggish.sluggish(2 * cap, HEAD_START_SECONDS + seconds / 3, outcome);
  await sleep(HEAD_START_SECONDS * 1000);
  await Promise.all([waiting, greedy.crowd(clients, seconds, outcome)]);
  return outcome;
};
