import { createYoga, type Plugin } from 'graphql-yoga';
import { schema } from '../../schema/index.ts';
import { type Arrival, type Context, docUrl } from '../context.ts';
import { toApiError } from '../errors.ts';
import { requestError } from './errors.ts';
import { createExecute, type Execute, type Params } from './execute.ts';
import { type DemoKey, explorerPage } from './graphiql.ts';
import { paramsOf } from './params.ts';

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
      const asked = await paramsOf(request, arrival);
      return await yoga.fetch(withKnownTypes(request), { asked, gateway });
    } catch (thrown) {
      return turnedAway(request, arrival, thrown);
    }
  };
};

const isPage = ({ method, headers }: Request): boolean =>
  method === 'GET' && Boolean(headers.get('accept')?.includes('text/html'));

const ANSWER_TYPES = /application\/(?:graphql-response\+json|json|\*)|\*\/\*|text\/event-stream|multipart\/mixed/gi;

/** Whoever accepts nothing that we have gets JSON. Yoga would say 406, after the mutation has done its work. */
const withKnownTypes = ({ url, method, headers }: Request): Request => {
  const accept = headers.get('accept')?.match(ANSWER_TYPES)?.join(', ') ?? 'application/json';
  return new Request(url, { method, headers: { accept } });
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
