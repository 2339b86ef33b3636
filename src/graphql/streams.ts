import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { GatewayResponse } from '../response.ts';
import type { OperationResult, Result, StreamType } from './answer.ts';
import type { Execute, Params } from './execute.ts';

interface ServerContext {
  params: Params;
  context: Context;
}

const ENDPOINT = '/graphql';

/** Yoga writes the HTTP response only; reading the request and executing it is our part. */
const ourExecution = (execute: Execute): Plugin<object, ServerContext> => ({
  onRequestParse: ({ serverContext, setRequestParser }) =>
    setRequestParser(() => ({ query: serverContext.params.query })),
  onParams: ({ context: { params, context }, setParamsHandler }) =>
    setParamsHandler(async () => asYogaExpects(await execute(params, context))),
});

const spendingOf = ({ spending: { budget, rateBudgetLeft, pointsLeft } }: OperationResult) => ({
  spent: budget.points,
  rateBudgetLeft: rateBudgetLeft ?? null,
  pointsLeft: pointsLeft ?? null,
});

/** Status and headers go in the extension `http`, which Yoga removes. */
const asYogaExpects = (result: Result): ExecutionResult<Record<string, unknown>> =>
  'text' in result
    ? {
        data: result.data,
        ...(result.errors && { errors: result.errors }),
        extensions: { cost: { ...result.cost, ...spendingOf(result) }, http: result.http },
      }
    : result;

/** Answers as server-sent events or in parts, for clients that take nothing else. */
export const createStreams = (
  execute: Execute,
): ((accept: StreamType, params: Params, context: Context) => Promise<GatewayResponse>) => {
  let yoga: ReturnType<typeof startYoga> | undefined;
  return async (accept, params, context) => {
    const request = new Request(`http://localhost${ENDPOINT}`, {
      method: 'POST',
      headers: { accept },
    });
    yoga ??= startYoga(execute);
    const response = await (await yoga).fetch(request, { params, context });
    // Sent in one piece, unlike what Yoga does. The edge writes the headers for connections and
    // caches.
    for (const name of [
      'content-length',
      'transfer-encoding',
      'connection',
      'cache-control',
      'vary',
    ])
      response.headers.delete(name);
    const body = new Uint8Array(await response.arrayBuffer());
    return new GatewayResponse(response.status, Object.fromEntries(response.headers), body);
  };
};

/** Loaded with the first stream: loading Yoga takes a good part of a start. */
const startYoga = async (execute: Execute) => {
  const { createYoga } = await import('graphql-yoga');
  return createYoga<ServerContext>({
    graphqlEndpoint: ENDPOINT,
    plugins: [ourExecution(execute)],
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
};
