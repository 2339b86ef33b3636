import { createYoga, type Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { schema } from '../../schema/index.ts';
import type { Arrival, Context } from '../context.ts';
import { docUrl } from '../context.ts';
import { ApiError, fromZod, invalid, MethodNotAllowed, toApiError } from '../errors.ts';
import { requestError } from './errors.ts';
import { createExecute, type Execute, type Params } from './execute.ts';
import { type DemoKey, explorerPage } from './graphiql.ts';

interface HandlerOptions {
  /** The explorer's page, with a key to start with; undefined where there shall be no page. */
  explorer: { demo(): Promise<DemoKey | undefined> } | undefined;
}

interface ServerContext {
  asked: Params;
  gateway: Context;
}

const ENDPOINT = '/graphql';

/** Yoga speaks HTTP: what to answer in which form. What is asked is read and executed by us. */
const ourExecution = (execute: Execute): Plugin<object, ServerContext> => ({
  onRequestParse: ({ serverContext, setRequestParser }) =>
    setRequestParser(() => ({ query: serverContext.asked.query })),
  onParams: ({ context: { asked, gateway }, setParamsHandler }) => setParamsHandler(() => execute(asked, gateway)),
});

export const createGraphql = ({
  explorer,
}: HandlerOptions): ((request: Request, arrival: Arrival) => Promise<Response>) => {
  const yoga = createYoga<ServerContext>({
    graphqlEndpoint: ENDPOINT,
    plugins: [ourExecution(createExecute(schema))],
    // Our edge, our execution and our explorer see to these.
    graphiql: false,
    cors: false,
    maskedErrors: false,
    parserAndValidationCache: false,
    batching: false,
    multipart: false,
    landingPage: false,
    logging: false,
  });
  return async (request, arrival) => {
    try {
      if (explorer && isPage(request)) return await explorerPage(await explorer.demo());
      const gateway = await arrival.admit();
      return await yoga.fetch(request, { asked: await paramsOf(request, arrival), gateway });
    } catch (thrown) {
      return turnedAway(request, arrival, thrown);
    }
  };
};

const isPage = ({ method, headers }: Request): boolean =>
  method === 'GET' && Boolean(headers.get('accept')?.includes('text/html'));

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
const paramsOf = async (request: Request, arrival: Arrival): Promise<Params> => {
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

const turnedAway = ({ headers }: Request, { origin, requestId, report }: Arrival, thrown: unknown): Response => {
  const failure = toApiError(thrown);
  report(thrown);
  const { message, extensions } = requestError(failure, { requestId, docUrl: (code) => docUrl(origin, code) });
  const { http: _, ...told } = extensions;
  const accepts = headers.get('accept') ?? '';
  const type = accepts.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  return new Response(JSON.stringify({ errors: [{ message, extensions: told }] }), {
    status: failure.status,
    headers: { ...failure.headers, 'content-type': `${type}; charset=utf-8` },
  });
};
