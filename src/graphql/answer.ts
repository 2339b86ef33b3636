import type { ExecutionResult, GraphQLError } from 'graphql';
import { type Reply, reply } from '../exchange.ts';

const RESPONSE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
export type AnswerType = typeof RESPONSE | typeof JSON_TYPE;

const types = { [RESPONSE]: `${RESPONSE}; charset=utf-8`, [JSON_TYPE]: `${JSON_TYPE}; charset=utf-8` };

const known = new Map<string, AnswerType>([
  [RESPONSE, RESPONSE],
  [JSON_TYPE, JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['*/*', JSON_TYPE],
]);
const FOREIGN_CHARSET = /charset=(?!"?utf-8)/i;

/** The first of our types that the client names; JSON for whoever names none; undefined when only a stream will do. */
export const answerType = (accept: string | undefined): AnswerType | undefined => {
  if (accept === undefined) return JSON_TYPE;
  for (const range of accept.toLowerCase().split(',')) {
    const [name = ''] = range.split(';', 1);
    const type = known.get(name.trim());
    if (type && !FOREIGN_CHARSET.test(range)) return type;
  }
  return /text\/event-stream|multipart\/mixed/i.test(accept) ? undefined : JSON_TYPE;
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
