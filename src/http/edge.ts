import type { IncomingMessage } from 'node:http';
import { Context, type Edge } from '../context.ts';
import { authenticate, type KeyHolder } from '../domain/api-key.ts';
import type { KeyUsage } from '../domain/api-key-usage.ts';
import type { ChangeSetSchedule } from '../domain/change-set-schedule.ts';
import type { Store } from '../domain/operation.ts';
import { isAllowedOrigin, requireAllowedOrigin } from '../domain/publishable-key.ts';
import { ApiError } from '../errors.ts';
import { type MaybePromise, mapMaybePromise } from '../maybe-promise.ts';
import { GatewayRequest, type RequestOptions } from '../request/request.ts';
import { BODY_LIMIT_BYTES, FILE_BODY_LIMIT_BYTES, readText } from './body.ts';
import { hasKeyInAddress, keyOf, UnusableKey } from './key-of.ts';
import { CHANGE_SETS_PATH, GRAPHQL_PATH } from './paths.ts';
import type { Points } from './points.ts';
import { holderOf, type RateLimiter } from './rate-limits.ts';
import type { Shares } from './shares.ts';

/** Only who may write a catalogue sends a whole one. */
const limitOf = ({ path, caller }: GatewayRequest): number =>
  caller?.kind === 'secret' && takesFiles(path) ? FILE_BODY_LIMIT_BYTES : BODY_LIMIT_BYTES;

const takesFiles = (path: string): boolean => path === GRAPHQL_PATH || path === CHANGE_SETS_PATH;

interface EdgeOptions extends RequestOptions {
  store: Store;
  schedule: ChangeSetSchedule;
  /** Undefined where nothing is limited. */
  rates: RateLimiter | undefined;
  refusedKeys: ReadonlySet<string>;
  /** Undefined where work is not limited. */
  points: Points | undefined;
  usage: KeyUsage;
  /** Requests at once: those with a key, and those that need none. */
  places: { withKey: Shares; withoutKey: Shares };
  /** Of bodies of which only a part has come. */
  bodyBytes: Shares;
  /** For how long shared caches hold what keys in addresses read; 0 to have them ask each time. */
  publicCacheSeconds: number;
}

/** Authenticates requests and holds them to the limits. */
export class HttpEdge implements Edge {
  readonly #options: EdgeOptions;

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  receive(message: IncomingMessage): GatewayRequest {
    return new GatewayRequest(message, this.#options);
  }

  hasKeyInAddress(request: GatewayRequest): boolean {
    return hasKeyInAddress(request);
  }

  readText(request: GatewayRequest): MaybePromise<string> {
    if (!request.hasBody) return '';
    return readText(request.message, this.#options.bodyBytes, request, limitOf(request));
  }

  async admit(request: GatewayRequest): Promise<Context> {
    const { rates, points, store, schedule, usage, publicCacheSeconds } = this.#options;
    const caller = await this.#authenticated(request);
    request.log.caller = caller;
    const origin = request.header('origin');
    const isInAddress = request.keyPlace === 'address';
    // Pages of the key's origins read refusals, too: no preflight was there to ask.
    request.isOriginAllowed = isInAddress && isAllowedOrigin(caller, origin);
    const holder = holderOf(caller, request.network);
    request.keyHolder = holder;
    if (rates) request.rateBudget = await rates.spend(holder);
    request.points = points?.of(holder);
    if (!isInAddress || origin !== undefined) requireAllowedOrigin(caller, origin);
    if (isInAddress) request.sharedSeconds = publicCacheSeconds;
    request.nextChangeAt = caller.nextChangeAt;
    usage.seen(caller);
    return new Context(store, caller, request, schedule);
  }

  /**
   * Looks up whose key the request carries, if any: an error is written in the API version of the
   * key's organization. Unknown keys count against the limit for their address.
   */
  async identify(request: GatewayRequest): Promise<void> {
    const key = keyOf(request);
    if (!key) return;
    const caller =
      key instanceof UnusableKey ? undefined : await authenticate(this.#options.store, key.secret);
    if (caller && !this.#options.refusedKeys.has(caller.apiKeyId)) request.log.caller = caller;
    else await this.#options.rates?.blame(request.network);
  }

  takePlace(request: GatewayRequest): void {
    const { withKey, withoutKey } = this.#options.places;
    const places = request.caller ? withKey : withoutKey;
    places.take(request);
    request.onSent = () => places.giveBack(request);
  }

  #authenticated(request: GatewayRequest): MaybePromise<KeyHolder> {
    const key = keyOf(request);
    if (!key)
      return this.#unauthorized(
        request,
        'An API key is needed: send it as x-api-key or as Authorization: Bearer.',
      );
    if (key instanceof UnusableKey) return this.#unauthorized(request, key.message);
    request.keyPlace = key.place;
    return mapMaybePromise(this.#authenticate(key.secret), (caller) => {
      if (!caller)
        return this.#unauthorized(request, 'The API key is unknown, expired or revoked.');
      if (this.#options.refusedKeys.has(caller.apiKeyId))
        return this.#unauthorized(
          request,
          'The API key belongs to the demo, which does not work in production.',
        );
      return caller;
    });
  }

  /** No request sees the catalogue as it was before a scheduled change that is due. */
  #authenticate(secret: string): MaybePromise<KeyHolder | undefined> {
    const { store, schedule } = this.#options;
    return mapMaybePromise(authenticate(store, secret), (caller) => {
      const now = caller && schedule.dueTime(caller);
      if (!caller || now === undefined) return caller;
      return schedule.applyDue(caller.tenant, now).then(() => this.#authenticate(secret));
    });
  }

  async #unauthorized({ network }: GatewayRequest, message: string): Promise<never> {
    await this.#options.rates?.blame(network);
    throw new ApiError('unauthorized', message);
  }
}
