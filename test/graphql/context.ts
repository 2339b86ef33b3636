import { Context } from '../../src/context.ts';
import { authenticate } from '../../src/domain/api-key.ts';
import { ChangeSetSchedule } from '../../src/domain/change-set-schedule.ts';
import type { World } from '../engines.ts';
import { newRequest } from '../request/requests.ts';

/** What a request with this key carries, for code that is called without a server. */
export const newContext = async (
  { store }: World,
  key: string,
  options: Parameters<typeof newRequest>[1] = {},
): Promise<Context> => {
  const caller = await authenticate(store, key);
  if (!caller) throw new Error('the key is not good');
  const schedule = new ChangeSetSchedule(store, () => {});
  return new Context(store, caller, newRequest('/graphql', options), schedule);
};
