import { z } from 'zod';
import type { Arrival } from '../context.ts';
import { ApiError, fromZod, invalid, MethodNotAllowed } from '../errors.ts';
import { parseJson } from '../exact-json.ts';
import type { MaybePromise } from '../maybe-promise.ts';

const GraphqlRequest = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/** What a request carries: its text, or the name of a trusted document. */
type Sent = z.infer<typeof GraphqlRequest>;

const jsonOf = (text: string, what: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new ApiError('invalid_json', `The ${what} is not JSON.`);
  }
};

/** A GET must not change anything. */
export const isReadOnly = ({ method }: Arrival): boolean => method === 'GET' || method === 'HEAD';

/** The request letter by letter, before it is known whether it makes sense. */
export const verbatimOf = (arrival: Arrival): MaybePromise<string> => {
  if (isReadOnly(arrival)) return arrival.search;
  if (arrival.method === 'POST') return jsonText(arrival);
  throw new MethodNotAllowed(['GET', 'HEAD', 'POST']);
};

/**
 * The parameters of the request. Other members of the body are ignored, as the specification wants.
 */
export const paramsOf = (arrival: Arrival, verbatim: string): Sent =>
  checked(isReadOnly(arrival) ? paramsOfUrl(arrival.query) : jsonOf(verbatim, 'body'));

/** In an address, what is empty counts as left out, but for the document itself. */
const paramsOfUrl = (query: URLSearchParams): Record<string, unknown> =>
  Object.fromEntries(
    [...query]
      .filter(([name, value]) => value !== '' || name === 'query')
      .map(([name, value]) => [
        name,
        name === 'variables' || name === 'extensions' ? jsonOf(value, name) : value,
      ]),
  );

/** A POST is JSON: forms and multipart could be sent by any page without asking. */
const jsonText = (arrival: Arrival): MaybePromise<string> => {
  const type = arrival.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError(
      'unsupported_media_type',
      'A GraphQL request is sent with the content type application/json.',
    );
  return arrival.readText();
};

const checked = (params: unknown): Sent => {
  if (Array.isArray(params))
    throw invalid(
      'body',
      'must be one request: batches are not served, send each in a request of its own',
    );
  if (typeof params !== 'object' || params === null) throw invalid('body', 'must be a JSON object');
  const { data, error } = GraphqlRequest.safeParse(params);
  if (error) throw fromZod(error);
  return data;
};
