import type { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { preferred } from '../accept.ts';
import { GatewayResponse, type Headers } from '../response.ts';

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
type JsonType = typeof RESPONSE | typeof JSON_TYPE;

const headers = {
  [RESPONSE]: { 'content-type': `${RESPONSE}; charset=utf-8` },
  [JSON_TYPE]: { 'content-type': `${JSON_TYPE}; charset=utf-8` },
};

/** The first is for clients without a preference. */
const jsonTypes = [JSON_TYPE, RESPONSE] as const;
const PAGE = 'text/html';
const streams = ['text/event-stream', 'multipart/mixed'] as const;
export type StreamType = (typeof streams)[number];
type MediaType = JsonType | typeof PAGE | StreamType;

const negotiated = (accept: string, hasPage: boolean): MediaType => {
  const plain = preferred(accept, hasPage ? [...jsonTypes, PAGE] : jsonTypes);
  const stream = preferred(accept, streams);
  if (stream && stream.quality > (plain?.quality ?? 0)) return stream.type;
  return plain?.type ?? JSON_TYPE;
};

/** Clients send the same few headers again and again. */
const known = new LRUCache<string, MediaType>({ max: 200 });

/**
 * The media type of the answer: JSON where the client accepts none that there is, a stream only
 * where it prefers that to all others.
 */
export const mediaTypeFor = (accept: string | undefined, hasPage: boolean): MediaType => {
  if (accept === undefined) return JSON_TYPE;
  const key = `${hasPage} ${accept}`;
  const cached = known.get(key);
  if (cached) return cached;
  const type = negotiated(accept, hasPage);
  known.set(key, type);
  return type;
};

/** An error is never sent as a page or a stream. */
export const errorTypeFor = (accept: string | undefined): JsonType =>
  mediaTypeFor(accept, false) === RESPONSE ? RESPONSE : JSON_TYPE;

/** What an error or a result adds to the HTTP response: its extension `http`, as Yoga has it. */
export interface HttpExtension {
  status?: number;
  headers?: Record<string, string>;
  /**
   * With the type `application/json`, the status is 200 all the same: GraphQL over HTTP wants it.
   */
  spec?: boolean;
  /** The same request gets the same answer for as long as the catalogue does not change. */
  isCacheable?: boolean;
}

/** What a request has cost, and what its key may still spend in the current minute. */
export interface Spending {
  readonly budget: { readonly points: number };
  /** Undefined where nothing is limited. */
  readonly rateBudgetLeft: number | undefined;
  readonly pointsLeft: number | undefined;
}

/** Nothing was executed: GraphQL's request error result. */
export interface RequestErrors {
  errors: readonly GraphQLError[];
}

/** An operation was executed. A class for the reason that ADR 24 gives. */
export class OperationResult {
  readonly data: Record<string, unknown> | null;
  /** The data as JSON. */
  readonly text: string;
  readonly cost: { readonly requested: number; readonly limit: number };
  readonly spending: Spending;
  readonly http: HttpExtension | undefined;
  readonly errors: readonly GraphQLError[] | undefined;

  constructor(
    data: OperationResult['data'],
    text: string,
    cost: OperationResult['cost'],
    spending: Spending,
    http: HttpExtension | undefined,
    errors?: readonly GraphQLError[],
  ) {
    this.data = data;
    this.text = text;
    this.cost = cost;
    this.spending = spending;
    this.http = http;
    this.errors = errors;
  }
}

export type Result = RequestErrors | OperationResult;

export const isCacheable = (result: Result): result is OperationResult =>
  'text' in result && result.http?.isCacheable === true;

const httpOf = ({ extensions }: { extensions: { http?: HttpExtension } }): HttpExtension =>
  extensions.http ?? {};

/** As it is printed: JSON leaves out what is undefined. */
const withoutHttp = (extensions: { http?: HttpExtension }): object | undefined => {
  if (!extensions.http) return extensions;
  return Object.keys(extensions).length > 1
    ? Object.assign({}, extensions, { http: undefined })
    : undefined;
};

const printed = (errors: readonly GraphQLError[]): string =>
  JSON.stringify(
    errors.map((error) => ({ ...error.toJSON(), extensions: withoutHttp(error.extensions) })),
  );

const HEAD = '{"data":';

/** The start of the envelope after the data: the part that the document and its variables decide. */
const costTail = ({ requested, limit }: OperationResult['cost']): string =>
  `,"extensions":{"cost":{"requested":${requested},"limit":${limit},`;

/** The end of the envelope: the part that differs from one request to the next. */
const spendingTail = ({ budget, rateBudgetLeft, pointsLeft }: Spending): string =>
  `"spent":${budget.points},"rateBudgetLeft":${rateBudgetLeft ?? null},"pointsLeft":${pointsLeft ?? null}}}}`;

/** The result in the client's type. */
export const responseTo = (result: Result, type: JsonType): GatewayResponse => {
  if (!('text' in result)) {
    const { errors } = result;
    return new GatewayResponse(
      statusOf(errors, undefined, type),
      headersOf(errors, undefined, type),
      `{"errors":${printed(errors)}}`,
    );
  }
  const { text, errors, cost, spending, http } = result;
  const tail = costTail(cost) + spendingTail(spending);
  // Most results add nothing to HTTP.
  if (!errors && !http?.headers) return new GatewayResponse(200, headers[type], text, HEAD, tail);
  const head = errors ? `{"errors":${printed(errors)},"data":` : HEAD;
  return new GatewayResponse(
    statusOf(errors ?? [], http, type),
    headersOf(errors ?? [], http, type),
    text,
    head,
    tail,
  );
};

/** What the cache holds of a response: all but the end of its envelope, which `complete` adds. */
export const cacheablePart = ({ text, cost }: OperationResult, type: JsonType): GatewayResponse =>
  new GatewayResponse(200, headers[type], text, HEAD, costTail(cost));

/** A response out of the cache, for one request. */
export const complete = (cached: GatewayResponse, spending: Spending): GatewayResponse =>
  cached.status === 304 ? cached : cached.withTail(cached.tail + spendingTail(spending));

const statusOf = (
  errors: readonly GraphQLError[],
  http: HttpExtension | undefined,
  type: JsonType,
): number => {
  const statuses = [http ?? {}, ...errors.map(httpOf)].map(({ status = 0, spec }) =>
    spec && type === JSON_TYPE ? 0 : status,
  );
  return Math.max(...statuses) || 200;
};

const headersOf = (
  errors: readonly GraphQLError[],
  http: HttpExtension | undefined,
  type: JsonType,
): Headers =>
  Object.assign({}, headers[type], http?.headers, ...errors.map((error) => httpOf(error).headers));
