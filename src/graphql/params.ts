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
export const paramsOf = async (arrival: Arrival): Promise<Params> => {
  if (arrival.method === 'GET') return { ...checked(paramsOfUrl(arrival.query)), readOnly: true };
  if (arrival.method === 'POST') return checked(await jsonBody(arrival));
  throw new MethodNotAllowed(['GET', 'POST']);
};

const paramsOfUrl = (query: URLSearchParams): Record<string, unknown> =>
  Object.fromEntries(
    [...query].map(([name, value]) => [
      name,
      name === 'variables' || name === 'extensions' ? parseJson(value, name) : value,
    ]),
  );

/** A POST is JSON: forms and multipart could be sent by any page without asking. */
const jsonBody = async ({ header, readText }: Arrival): Promise<unknown> => {
  const type = header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError('unsupported_media_type', 'A GraphQL request is sent with the content type application/json.');
  return parseJson(await readText(), 'body');
};

const checked = (params: unknown): Params => {
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw invalid('body', 'must be a JSON object');
  const { data, error } = GraphqlRequest.safeParse(params);
  if (error) throw fromZod(error);
  return data;
};
