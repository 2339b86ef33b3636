import { schema } from '../../schema/index.ts';
import type { Edge, Surface } from '../context.ts';
import type { GatewayRequest } from '../request/request.ts';
import type { GatewayResponse } from '../response.ts';
import { cacheKeyOf, type ResponseCache } from '../response-cache.ts';
import {
  cacheablePart,
  complete,
  errorTypeFor,
  isCacheable,
  mediaTypeFor,
  responseTo,
} from './answer.ts';
import { requestError } from './errors.ts';
import { createExecute, type ExecuteOptions, type Params } from './execute.ts';
import { type DemoKey, explorerPage } from './graphiql.ts';
import { isReadOnly, paramsOf, verbatimOf } from './params.ts';
import { createStreams } from './streams.ts';
import { createTextOf, type TrustedDocumentsOptions } from './trusted-documents.ts';

interface HandlerOptions extends ExecuteOptions, TrustedDocumentsOptions {
  edge: Edge;
  cache: ResponseCache;
  /**
   * The explorer's page, with a key for browsers on this machine; undefined where there is no
   * page.
   */
  explorer: { demo(): Promise<DemoKey | undefined> } | undefined;
}

/**
 * A request becomes one call of `execute`: the plain ones here, those that want a stream through
 * Yoga.
 */
export const createGraphql = ({ edge, explorer, cache, ...limits }: HandlerOptions): Surface => {
  const execute = createExecute(schema, limits);
  const textOf = createTextOf(schema, limits);
  const streams = createStreams(execute);
  const handle = async (request: GatewayRequest): Promise<GatewayResponse> => {
    const readOnly = isReadOnly(request);
    // Who puts a key into the address wants the answer, which is one for each address.
    const page = explorer && readOnly && !edge.hasKeyInAddress(request) ? explorer : undefined;
    const type = mediaTypeFor(request.header('accept'), page !== undefined);
    if (type === 'text/html') {
      edge.takePlace(request);
      return explorerPage(request.isLocal ? await page?.demo() : undefined);
    }
    const context = await edge.admit(request);
    const verbatim = await verbatimOf(request, edge);
    const paramsFor = (): Params => {
      const sent = paramsOf(request, verbatim);
      const { operationName, variables } = sent;
      return { query: textOf(sent, context.caller), operationName, variables, readOnly };
    };
    if (type === 'text/event-stream' || type === 'multipart/mixed') {
      edge.takePlace(request);
      return streams(type, paramsFor(), context);
    }
    const { trustedDocumentsOnly, scope } = context.caller;
    const anyScope = scope === 'audit' ? scope : 'any';
    const allowed = trustedDocumentsOnly ? 'trusted' : anyScope;
    const key = cacheKeyOf(context, `${type}\n${allowed}\n${readOnly}\n${verbatim}`);
    const conditional = readOnly ? { ifNoneMatch: request.header('if-none-match') } : undefined;
    const cached = cache.get(key, context, conditional);
    if (cached) return complete(cached, context);
    edge.takePlace(request);
    const result = await execute(paramsFor(), context);
    if (!isCacheable(result) || (!cache.isEnabled && !conditional)) return responseTo(result, type);
    return complete(cache.set(key, cacheablePart(result, type), context, conditional), context);
  };
  return {
    handle,
    refuse: (request, failure) =>
      responseTo(
        { errors: [requestError(failure, request)] },
        errorTypeFor(request.header('accept')),
      ),
  };
};
