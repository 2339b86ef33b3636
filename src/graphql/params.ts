import { z } from 'zod';
import type { Edge } from '../context.ts';
import { ApiError, fromZod, invalid, MethodNotAllowed } from '../errors.ts';
import { parseJson } from '../exact-json.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { GatewayRequest } from '../request/request.ts';

const GraphqlRequest = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/** The parameters as sent: the text of a document, or the id of a trusted one. */
type Sent = z.infer<typeof GraphqlRequest>;

const jsonOf = (text: string, what: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new ApiError('invalid_json', `The ${what} is not JSON.`);
  }
};

/** A GET must not change anything. */
export const isReadOnly = ({ method }: GatewayRequest): boolean =>
  method === 'GET' || method === 'HEAD';

/** The parameters as they were sent, before they are parsed. */
export const verbatimOf = (request: GatewayRequest, edge: Edge): MaybePromise<string> => {
  if (isReadOnly(request)) return request.search;
  if (request.method === 'POST') return jsonText(request, edge);
  throw new MethodNotAllowed(['GET', 'HEAD', 'POST']);
};

/**
 * The parameters of the request. Other members of the body are ignored, as the specification wants.
 */
export const paramsOf = (request: GatewayRequest, verbatim: string): Sent =>
  checked(isReadOnly(request) ? paramsOfUrl(request.query) : jsonOf(verbatim, 'body'));

/** Empty parameters of a URL count as left out, except for the document itself. */
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
const jsonText = (request: GatewayRequest, edge: Edge): MaybePromise<string> => {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError(
      'unsupported_media_type',
      'A GraphQL request is sent with the content type application/json.',
    );
  return edge.readText(request);
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
