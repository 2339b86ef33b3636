import { type LoadClient, Outcome } from './client.ts';

/** Clients who ask without end, and others who take up all places of the server by requests that they do not finish. */
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

export const overload = async ({ greedy, sluggish }: Crowds, { clients, seconds, cap }: Flood): Promise<Outcome> => {
  const outcome = new Outcome();
  await Promise.all([sluggish.sluggish(2 * cap, seconds / 3, outcome), greedy.crowd(clients, seconds, outcome)]);
  return outcome;
};
