import type { IncomingMessage } from 'node:http';
import { type Arrival, Context } from '../context.ts';
import { authenticate, type KeyHolder } from '../domain/api-key.ts';
import type { KeyUsage } from '../domain/api-key-usage.ts';
import type { Store } from '../domain/operation.ts';
import { requireAllowedOrigin } from '../domain/publishable-key.ts';
import { ApiError } from '../errors.ts';
import { type Account, listHeaders, newAccount, type Step } from '../exchange.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import type { Watch } from '../observe/watch.ts';
import { networkOf, type TrustedProxies } from './addresses.ts';
import { hasBody, readText } from './body.ts';
import { Received } from './incoming.ts';
import { isLocalRequest } from './loopback.ts';
import type { PointBudgets, PointsOfRequest } from './points.ts';
import { holderOf, type RateBudget, type RateLimiter, rateHeaders } from './rate-limits.ts';
import { clientRequestIdOf, newRequestId } from './request-id.ts';
import type { Holder, Shares } from './shares.ts';

interface Edge {
  store: Store;
  publicUrl: string | undefined;
  trustProxy: TrustedProxies;
  /** Undefined where nothing is limited. */
  rates: RateLimiter | undefined;
  refusedKeys: ReadonlySet<string>;
  /** Undefined where work is not limited. */
  points: PointBudgets | undefined;
  watch: Watch;
  usage: KeyUsage;
  /** Requests at once: those with a key, and those that need none. */
  places: { withKey: Shares; withoutKey: Shares };
  /** Of bodies of which only a part has come. */
  bodyBytes: Shares;
}

const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];

const secretOf = ({ header }: Received): string | undefined =>
  header('x-api-key') || bearerOf(header('authorization'));

/** What happens to every request before a surface sees it. */
export class AtEdge extends Received implements Arrival, Holder {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly account: Account = newAccount();
  readonly origin: string;
  readonly step: Step;
  idempotencyKey: string | undefined;
  rateBudgetLeft: number | undefined;
  points: PointsOfRequest | undefined;
  /** Gives the place back, once there is one. */
  onSent: (() => void) | undefined;
  readonly hasBody: boolean;
  readonly #edge: Edge;
  readonly #message: IncomingMessage;
  #rateBudget: RateBudget | undefined;
  #told: string[] | undefined;
  caller: KeyHolder | undefined;
  keyHolder: string | undefined;
  readonly network: string;

  constructor(edge: Edge, message: IncomingMessage) {
    super(message, edge.trustProxy);
    this.#edge = edge;
    this.#message = message;
    this.network = networkOf(this.address);
    this.requestId = newRequestId();
    this.clientRequestId = clientRequestIdOf(this.header('x-request-id'));
    this.origin =
      edge.publicUrl ?? `${this.isSecure ? 'https' : 'http'}://${this.host ?? 'localhost'}`;
    this.step = edge.watch.step;
    this.hasBody = hasBody(message);
  }

  get isLocal(): boolean {
    return isLocalRequest(this.#message);
  }

  readonly report = (thrown: unknown): void => this.#edge.watch.report(this.requestId, thrown);

  tell(name: string, value: string): void {
    this.#told ??= [];
    this.#told.push(name, value);
  }

  /** What every answer to it says: names and values in turn. */
  listHeaders(list: string[]): void {
    list.push(
      'x-request-id',
      this.clientRequestId ?? this.requestId,
      'x-content-type-options',
      'nosniff',
    );
    // In addition to the client's id, which other requests may share.
    if (this.clientRequestId !== undefined) list.push('gateway-request-id', this.requestId);
    if (this.#rateBudget) listHeaders(rateHeaders(this.#rateBudget), list);
    this.points?.listHeaders(list);
    for (const told of this.#told ?? []) list.push(told);
  }

  readText(): MaybePromise<string> {
    return readText(this.#message, this.#edge.bodyBytes, this);
  }

  async admit(): Promise<Context> {
    const { rates, points, store, usage } = this.#edge;
    const caller = await this.#authenticated();
    this.caller = caller;
    this.account.caller = caller;
    this.keyHolder = holderOf(caller, this.network);
    if (rates) {
      this.#rateBudget = await rates.spend(this.keyHolder);
      this.rateBudgetLeft = this.#rateBudget.left;
    }
    this.points = points?.of(this.keyHolder);
    requireAllowedOrigin(caller, this.header('origin'));
    usage.seen(caller);
    this.idempotencyKey = this.header('idempotency-key');
    return new Context(store, caller, this);
  }

  takePlace(): void {
    const { withKey, withoutKey } = this.#edge.places;
    const places = this.caller ? withKey : withoutKey;
    places.take(this);
    this.onSent = () => places.giveBack(this);
  }

  #authenticated(): MaybePromise<KeyHolder> {
    const secret = secretOf(this);
    if (!secret)
      return this.#unauthorized(
        'An API key is needed: send it as x-api-key or as Authorization: Bearer.',
      );
    return mapMaybePromise(authenticate(this.#edge.store, secret), (caller) => {
      if (!caller) return this.#unauthorized('The API key is unknown, expired or revoked.');
      if (this.#edge.refusedKeys.has(caller.apiKeyId))
        return this.#unauthorized(
          'The API key belongs to the demo, which does not work in production.',
        );
      return caller;
    });
  }

  async #unauthorized(message: string): Promise<never> {
    await this.#edge.rates?.blame(this.network);
    throw new ApiError('unauthorized', message);
  }
}
