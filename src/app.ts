import type { Config } from './config.ts';
import { docUrl } from './context.ts';
import { authenticate } from './domain/api-key.ts';
import type { Store } from './domain/operation.ts';
import { ApiError, toApiError } from './errors.ts';
import { createGraphql } from './graphql/handler.ts';
import { createCors } from './http/cors.ts';
import { docsPages } from './http/docs.ts';
import { receive } from './http/edge.ts';
import { REST_PATH, rest } from './rest/handler.ts';

interface Parts {
  store: Store;
  config: Config;
  /** A key that the explorer's page starts with; for demonstrations only. */
  graphiqlKey?: string | undefined;
}

export interface App {
  fetch(request: Request): Promise<Response>;
}

/** The gateway as a function of requests: the edge, then one of two surfaces. */
export const createApp = ({ store, config, graphiqlKey }: Parts): App => {
  const demo = async () => {
    const holder = graphiqlKey === undefined ? undefined : await authenticate(store, graphiqlKey);
    return holder && graphiqlKey ? { secret: graphiqlKey, reader: store.reader(holder.tenant) } : undefined;
  };
  const graphql = createGraphql({ explorer: config.graphiql ? { demo } : undefined });
  const cors = createCors(config.corsOrigins);

  const route = async (request: Request, arrival: ReturnType<typeof receive>): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/graphql') return graphql(request, arrival);
    if (`${pathname}/`.startsWith(`${REST_PATH}/`)) return rest(request, arrival);
    // Where a person who opens the address wants to go.
    if (pathname === '/')
      return new Response(null, { status: 302, headers: { location: config.graphiql ? '/graphql' : '/docs' } });
    if (pathname === '/health') return Response.json({ status: 'ok' });
    const page = await docsPages(request);
    if (page) return page;
    throw new ApiError('not_found', `There is nothing at ${pathname}.`);
  };

  return {
    fetch: async (request) => {
      const arrival = receive(store, request, config.publicUrl);
      const response =
        cors.preflight(request) ?? (await route(request, arrival).catch((thrown) => failed(thrown, arrival)));
      cors.allow(request, response);
      response.headers.set('x-request-id', arrival.requestId);
      return response;
    },
  };
};

const failed = (thrown: unknown, { origin, report }: ReturnType<typeof receive>): Response => {
  const { type, code, message, status, headers } = toApiError(thrown);
  report(thrown);
  const error = { type, code, message, doc_url: docUrl(origin, code) };
  return Response.json({ success: false, error }, { status, headers });
};
