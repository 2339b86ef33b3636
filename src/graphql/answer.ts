import type { ExecutionResult, GraphQLError } from 'graphql';
import { type Reply, reply } from '../exchange.ts';
import { Kept } from '../kept.ts';
import { preferred } from './accept.ts';

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
export type AnswerType = typeof RESPONSE | typeof JSON_TYPE;

const types = { [RESPONSE]: `${RESPONSE}; charset=utf-8`, [JSON_TYPE]: `${JSON_TYPE}; charset=utf-8` };

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
const wishes = new Kept<string, Form>(200);

/** In which form the client wants its answer: JSON where it names none that there is, a stream only where it likes none better. */
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
  /** With the type `application/json`, the status is 200 all the same: GraphQL over HTTP wants it. */
  spec?: boolean;
  /** The same request gets the same answer for as long as the catalogue does not change. */
  isKeepable?: boolean;
}

const factsOf = ({ extensions }: { extensions?: { http?: HttpFacts } }): HttpFacts => extensions?.http ?? {};

export const isKeepable = (result: ExecutionResult): boolean => factsOf(result).isKeepable ?? false;

/** As it is printed: JSON leaves out what is undefined. */
const withoutFacts = (extensions: { http?: HttpFacts } | undefined): object | undefined => {
  if (!extensions?.http) return extensions;
  return Object.keys(extensions).length > 1 ? Object.assign({}, extensions, { http: undefined }) : undefined;
};

const printedError = (error: GraphQLError): object => ({
  ...error.toJSON(),
  extensions: withoutFacts(error.extensions),
});

/** The result in the client's type. */
export const answer = (result: ExecutionResult, type: AnswerType): Reply & { readonly body: string } => {
  const { errors, data, extensions } = result;
  // Most answers tell HTTP nothing.
  if (!errors && data && !factsOf(result).headers)
    return reply(JSON.stringify({ data, extensions: withoutFacts(extensions) }), types[type]);
  const facts = [result, ...(errors ?? [])].map(factsOf);
  const statuses = facts.map(({ status = 0, spec }) => (spec && type === JSON_TYPE ? 0 : status));
  const body = JSON.stringify({ errors: errors?.map(printedError), data, extensions: withoutFacts(extensions) });
  const headers = Object.assign({}, ...facts.map((fact) => fact.headers));
  return reply(body, types[type], headers, Math.max(...statuses) || 200);
};
