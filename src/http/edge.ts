import { type Arrival, createContext } from '../context.ts';
import { authenticate } from '../domain/api-key.ts';
import type { KeyUsage } from '../domain/api-key-usage.ts';
import type { Store } from '../domain/operation.ts';
import { requireAllowedOrigin } from '../domain/publishable-key.ts';
import { ApiError } from '../errors.ts';
import { newAccount } from '../exchange.ts';
import type { Watch } from '../observe/watch.ts';
import type { Received } from './incoming.ts';
import { type RateLimiter, rateHeaders } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';

const secretOf = ({ header }: Received): string | undefined => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(header('authorization') ?? '');
  return header('x-api-key') || bearer?.[1];
};

interface Edge {
  store: Store;
  publicUrl: string | undefined;
  /** Undefined where nothing is limited. */
  rates: RateLimiter | undefined;
  watch: Watch;
  usage: KeyUsage;
}

/** A request with what every answer to it says in its headers. */
interface EdgeArrival extends Arrival {
  readonly replyHeaders: Record<string, string>;
}

/** What happens to every request before a surface sees it. */
export const receive = ({ store, publicUrl, rates, watch, usage }: Edge, request: Received): EdgeArrival => {
  const requestId = requestIdOf(request.header('x-request-id'));
  const origin = publicUrl ?? `http://${request.host ?? 'localhost'}`;
  const account = newAccount();
  const report = (thrown: unknown) => watch.report(requestId, thrown);
  const replyHeaders: Record<string, string> = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };

  const unauthorized = async (message: string) => {
    await rates?.blame(request.address);
    return new ApiError('unauthorized', message);
  };
  return Object.assign(request, {
    requestId,
    account,
    origin,
    report,
    replyHeaders,
    admit: async () => {
      await rates?.checkAddress(request.address);
      const secret = secretOf(request);
      if (!secret) throw await unauthorized('An API key is needed: send it as x-api-key or as Authorization: Bearer.');
      const caller = await authenticate(store, secret);
      if (!caller) throw await unauthorized('The API key is unknown, expired or revoked.');
      account.caller = caller;
      const budget = await rates?.spend(caller, request.address);
      if (budget) Object.assign(replyHeaders, rateHeaders(budget));
      requireAllowedOrigin(caller, request.header('origin'));
      usage.seen(caller);
      const idempotencyKey = request.header('idempotency-key');
      return createContext(store, caller, {
        requestId,
        idempotencyKey,
        origin,
        rateBudgetLeft: budget?.left,
        account,
        step: watch.step,
        report,
      });
    },
  });
};
