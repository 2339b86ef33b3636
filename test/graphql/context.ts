import { type Admitted, Context } from '../../src/context.ts';
import { authenticate } from '../../src/domain/api-key.ts';
import { newAccount } from '../../src/exchange.ts';
import type { World } from '../engines.ts';

/** What a request with this key carries, for code that is called without a server. */
export const newContext = async (
  { store }: World,
  key: string,
  {
    origin = 'http://localhost',
    report = () => {},
  }: Partial<Pick<Admitted, 'origin' | 'report'>> = {},
): Promise<Context> => {
  const caller = await authenticate(store, key);
  if (!caller) throw new Error('the key is not good');
  return new Context(store, caller, {
    requestId: 'r',
    clientRequestId: undefined,
    idempotencyKey: undefined,
    rateBudgetLeft: undefined,
    points: undefined,
    origin,
    account: newAccount(),
    step: (_, work) => work(),
    report,
  });
};
