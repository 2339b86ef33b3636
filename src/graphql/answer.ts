import type { GraphQLError } from 'graphql';
import type { Headers, Reply } from '../exchange.ts';
import { SecondChanceCache } from '../second-chance-cache.ts';
import { preferred } from './accept.ts';

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
export type AnswerType = typeof RESPONSE | typeof JSON_TYPE;

const headers = {
  [RESPONSE]: { 'content-type': `${RESPONSE}; charset=utf-8` },
  [JSON_TYPE]: { 'content-type': `${JSON_TYPE}; charset=utf-8` },
};

/** The first is for clients without a wish. */
const plain = [JSON_TYPE, RESPONSE] as const;
const PAGE = 'text/html';
const streams = ['text/event-stream', 'multipart/mixed'] as const;
export type StreamType = (typeof streams)[number];
type Form = AnswerType | typeof PAGE | StreamType;

const wishOf = (accept: string, hasPage: boolean): Form => {
  const wish = preferred(accept, hasPage ? [...plain, PAGE] : plain);
  const stream = preferred(accept, streams);
  if (stream && stream.quality > (wish?.quality ?? 0)) return stream.type;
  return wish?.type ?? JSON_TYPE;
};

/** Clients say the same again and again. */
const wishes = new SecondChanceCache<string, Form>(200);

/**
 * In which form the client wants its answer: JSON where it names none that there is, a stream only
 * where it likes none better.
 */
export const formOf = (accept: string | undefined, hasPage: boolean): Form => {
  if (accept === undefined) return JSON_TYPE;
  const key = `${hasPage} ${accept}`;
  const known = wishes.get(key);
  if (known) return known;
  const form = wishOf(accept, hasPage);
  wishes.set(key, form, 1);
  return form;
};

/** The type of a refusal. */
export const answerType = (accept: string | undefined): AnswerType => {
  const form = formOf(accept, false);
  return form === RESPONSE ? RESPONSE : JSON_TYPE;
};

/** What an error or a result says to HTTP rather than to the client. */
export interface HttpFacts {
  status?: number;
  headers?: Record<string, string>;
  /**
   * With the type `application/json`, the status is 200 all the same: GraphQL over HTTP wants it.
   */
  spec?: boolean;
  /** The same request gets the same answer for as long as the catalogue does not change. */
  isKeepable?: boolean;
}

/** Who knows what a request has cost, and what its key may still do in the running minute. */
export interface Spender {
  readonly budget: { readonly points: number };
  /** Undefined where nothing is limited. */
  readonly rateBudgetLeft: number | undefined;
  readonly pointsLeft: number | undefined;
}

/** Nothing ran. */
export interface Refusal {
  errors: readonly GraphQLError[];
}

/** An operation ran. A class, for the reason that `Answer` in `exchange.ts` gives. */
export class Outcome {
  readonly data: Record<string, unknown> | null;
  /** The data as JSON. */
  readonly text: string;
  readonly cost: { readonly requested: number; readonly limit: number };
  readonly spender: Spender;
  readonly http: HttpFacts | undefined;
  readonly errors: readonly GraphQLError[] | undefined;

  constructor(
    data: Outcome['data'],
    text: string,
    cost: Outcome['cost'],
    spender: Spender,
    http: HttpFacts | undefined,
    errors?: readonly GraphQLError[],
  ) {
    this.data = data;
    this.text = text;
    this.cost = cost;
    this.spender = spender;
    this.http = http;
    this.errors = errors;
  }
}

export type Result = Refusal | Outcome;

export const isKeepable = (result: Result): result is Outcome =>
  'text' in result && result.http?.isKeepable === true;

const factsOf = ({ extensions }: { extensions: { http?: HttpFacts } }): HttpFacts =>
  extensions.http ?? {};

/** As it is printed: JSON leaves out what is undefined. */
const withoutFacts = (extensions: { http?: HttpFacts }): object | undefined => {
  if (!extensions.http) return extensions;
  return Object.keys(extensions).length > 1
    ? Object.assign({}, extensions, { http: undefined })
    : undefined;
};

const printed = (errors: readonly GraphQLError[]): string =>
  JSON.stringify(
    errors.map((error) => ({ ...error.toJSON(), extensions: withoutFacts(error.extensions) })),
  );

/** The end of an answer: what differs from one request to the next. */
export const lastWords = ({ budget, rateBudgetLeft, pointsLeft }: Spender): string =>
  `"spent":${budget.points},"rateBudgetLeft":${rateBudgetLeft ?? null},"pointsLeft":${pointsLeft ?? null}}}}`;

/** What stands before it. */
const wordsOfCost = ({ requested, limit }: Outcome['cost']): string =>
  `,"extensions":{"cost":{"requested":${requested},"limit":${limit},`;

/** Data without errors. */
class DataReply implements Reply {
  readonly status = 200;
  readonly headers: Headers;
  readonly head = '{"data":';
  readonly body: string;
  readonly tail: string;

  constructor(own: Headers, body: string, tail: string) {
    this.headers = own;
    this.body = body;
    this.tail = tail;
  }
}

/** The result in the client's type. */
export const answer = (result: Result, type: AnswerType): Reply => {
  if (!('text' in result))
    return {
      ...tellHttp(result.errors, undefined, type),
      body: `{"errors":${printed(result.errors)}}`,
    };
  const { text, errors, cost, spender, http } = result;
  const tail = wordsOfCost(cost) + lastWords(spender);
  // Most answers tell HTTP nothing.
  if (!errors && !http?.headers) return new DataReply(headers[type], text, tail);
  const head = errors ? `{"errors":${printed(errors)},"data":` : '{"data":';
  return { ...tellHttp(errors ?? [], http, type), head, body: text, tail };
};

/** The same without what differs from one request to the next. */
export const openEnded = ({ text, cost }: Outcome, whole: Reply): Reply =>
  Object.assign({}, whole, { body: text + wordsOfCost(cost), tail: '' });

const tellHttp = (
  errors: readonly GraphQLError[],
  http: HttpFacts | undefined,
  type: AnswerType,
) => {
  const facts = [http ?? {}, ...errors.map(factsOf)];
  const statuses = facts.map(({ status = 0, spec }) => (spec && type === JSON_TYPE ? 0 : status));
  return {
    status: Math.max(...statuses) || 200,
    headers: Object.assign({}, headers[type], ...facts.map((fact) => fact.headers)),
  };
};
