import type { IncomingMessage } from 'node:http';
import { type Arrival, Context } from '../context.ts';
import { authenticate, type KeyHolder } from '../domain/api-key.ts';
import type { KeyUsage } from '../domain/api-key-usage.ts';
import type { Store } from '../domain/operation.ts';
import { requireAllowedOrigin } from '../domain/publishable-key.ts';
import { ApiError } from '../errors.ts';
import { type Eventual, from } from '../eventual.ts';
import { type Account, listHeaders, newAccount, type Step } from '../exchange.ts';
import type { Watch } from '../observe/watch.ts';
import { Received } from './incoming.ts';
import { type RateLimiter, rateHeaders } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';

interface Edge {
  store: Store;
  publicUrl: string | undefined;
  trustProxy: boolean;
  /** Undefined where nothing is limited. */
  rates: RateLimiter | undefined;
  watch: Watch;
  usage: KeyUsage;
}

const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];

const secretOf = ({ header }: Received): string | undefined => header('x-api-key') || bearerOf(header('authorization'));

/** What happens to every request before a surface sees it. */
export class AtEdge extends Received implements Arrival {
  readonly requestId: string;
  readonly account: Account = newAccount();
  readonly origin: string;
  readonly step: Step;
  /** What every answer to it says: names and values in turn. */
  readonly replyHeaders: string[];
  idempotencyKey: string | undefined;
  rateBudgetLeft: number | undefined;
  readonly #edge: Edge;

  constructor(edge: Edge, message: IncomingMessage) {
    super(message, edge.trustProxy);
    this.#edge = edge;
    this.requestId = requestIdOf(this.header('x-request-id'));
    this.origin = edge.publicUrl ?? `http://${this.host ?? 'localhost'}`;
    this.step = edge.watch.step;
    this.replyHeaders = ['x-request-id', this.requestId, 'x-content-type-options', 'nosniff'];
  }

  readonly report = (thrown: unknown): void => this.#edge.watch.report(this.requestId, thrown);

  readonly admit = async (): Promise<Context> => {
    const { rates, store, usage } = this.#edge;
    const checked = rates?.checkAddress(this.address);
    if (checked) await checked;
    const caller = await this.#caller();
    this.account.caller = caller;
    if (rates) {
      const budget = await rates.spend(caller, this.address);
      this.rateBudgetLeft = budget.left;
      listHeaders(rateHeaders(budget), this.replyHeaders);
    }
    requireAllowedOrigin(caller, this.header('origin'));
    usage.seen(caller);
    this.idempotencyKey = this.header('idempotency-key');
    return new Context(store, caller, this);
  };

  #caller(): Eventual<KeyHolder> {
    const secret = secretOf(this);
    if (!secret) return this.#unauthorized('An API key is needed: send it as x-api-key or as Authorization: Bearer.');
    return from(
      authenticate(this.#edge.store, secret),
      (caller) => caller ?? this.#unauthorized('The API key is unknown, expired or revoked.'),
    );
  }

  async #unauthorized(message: string): Promise<never> {
    await this.#edge.rates?.blame(this.address);
    throw new ApiError('unauthorized', message);
  }
}
