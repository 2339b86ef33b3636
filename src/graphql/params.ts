import { z } from 'zod';
import type { Arrival } from '../context.ts';
import { ApiError, fromZod, invalid, MethodNotAllowed } from '../errors.ts';
import type { Params } from './execute.ts';

const GraphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('invalid_json', `The ${what} is not JSON.`);
  }
};

/** What is asked. Whatever else stands in the body is ignored, as the specification wants. */
export const paramsOf = async (request: Request, arrival: Arrival): Promise<Params> => {
  const { method, url } = request;
  if (method === 'GET') return { ...checked(paramsOfUrl(new URL(url))), readOnly: true };
  if (method === 'POST') return checked(await jsonBody(request, arrival));
  throw new MethodNotAllowed(['GET', 'POST']);
};

const paramsOfUrl = ({ searchParams }: URL): Record<string, unknown> =>
  Object.fromEntries(
    [...searchParams].map(([name, value]) => [
      name,
      name === 'variables' || name === 'extensions' ? parseJson(value, name) : value,
    ]),
  );

/** A POST is JSON: forms and multipart could be sent by any page without asking. */
const jsonBody = async ({ headers }: Request, arrival: Arrival): Promise<unknown> => {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError('unsupported_media_type', 'A GraphQL request is sent with the content type application/json.');
  return parseJson(await arrival.readText(), 'body');
};

const checked = (params: unknown): Params => {
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw invalid('body', 'must be a JSON object');
  const { data, error } = GraphqlRequest.safeParse(params);
  if (error) throw fromZod(error);
  return data;
};
