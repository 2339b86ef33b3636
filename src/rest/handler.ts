import type { z } from 'zod';
import type { Context, Edge, Surface } from '../context.ts';
import { ForbiddenError, fromZod } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { cacheKeyOf, type ResponseCache } from '../response-cache.ts';
import { defaultApiVersion } from '../vocabulary.ts';
import { readBody, readInput } from './body.ts';
import { type Endpoint, findEndpoint } from './endpoints.ts';
import { eraOf, type RestVersion, versionOf } from './eras/index.ts';
import { guardOf } from './guard.ts';
import { isUnversioned, routedPath, successorOf } from './paths.ts';
import { CONTENT_TYPE, printAnswer } from './print.ts';
import { refusal } from './refusal.ts';

/** Points; what the request turns out to cost is paid at its end. */
const COST_EXPECTED = 1;

/**
 * REST requests become calls of operations, and what these come to is written as the version of the
 * request says.
 */
export const createRest = (edge: Edge, cache: ResponseCache): Surface => ({
  handle: async (request) => {
    const context = await edge.admit(request);
    if (context.caller.trustedDocumentsOnly)
      throw new ForbiddenError('This key runs trusted GraphQL documents only.');
    context.require('read');
    const version = versionFor(request);
    const key = cacheKeyOf(context, `rest\n${version}\n${request.path}\n${request.search}`);
    const conditional = { ifNoneMatch: request.header('if-none-match') };
    const cached = isPlainRead(request) ? cache.get(key, context, conditional) : undefined;
    if (cached) return marked(cached, version, request);
    const { endpoint, params } = findEndpoint(version, request.method, routedPath(request.path));
    request.log.operation = endpoint.id;
    const wire = await readBody(request, edge);
    if (endpoint.method !== 'GET') context.require('write');
    edge.takePlace(request);
    await context.reserve(COST_EXPECTED);
    let response: GatewayResponse;
    try {
      response = await run(endpoint, version, params, wire, request, context);
    } finally {
      context.settle(COST_EXPECTED);
    }
    return marked(
      endpoint.method === 'GET' ? cache.set(key, response, context, conditional) : response,
      version,
      request,
    );
  },
  refuse: (request, failure) => {
    const version = versionFor(request);
    return marked(refusal(failure, eraOf(version), request), version, request);
  },
});

/**
 * The version that the header names, else the one that the organization is pinned to, once it is
 * known.
 */
const versionFor = (request: GatewayRequest): RestVersion => {
  const { path, caller } = request;
  if (isUnversioned(path)) return 'unversioned';
  const named = request.header('commet-version');
  return versionOf(named || caller?.organization.apiVersion || defaultApiVersion);
};

/** A body would have to be looked at first. */
const isPlainRead = ({ method, hasBody }: GatewayRequest): boolean =>
  !hasBody && (method === 'GET' || method === 'HEAD');

const readQuery = (schema: z.ZodType | undefined, query: URLSearchParams): unknown => {
  if (!schema) return undefined;
  const { success, data, error } = schema.safeParse(Object.fromEntries(query));
  if (!success) throw fromZod(error);
  return data;
};

const run = async (
  endpoint: Endpoint,
  version: RestVersion,
  params: Record<string, string>,
  wire: unknown,
  request: GatewayRequest,
  context: Context,
): Promise<GatewayResponse> => {
  const { operation, answer, method } = endpoint;
  const { reader } = context;
  const era = eraOf(version);
  const { priceUnit, hasMarkets } = era;
  const { body, repeated } = readInput(endpoint, version, wire, context.baseCurrency);
  const query = readQuery(operation.query, request.query);
  const guard = method === 'GET' ? undefined : guardOf(endpoint, era, params, repeated, request);
  const result = await operation.run({
    params,
    body,
    query,
    reader,
    write: (work) =>
      context.write(work, { guard, priceUnit, idsOnly: true, withoutVariants: !hasMarkets }),
  });
  const printed = await printAnswer(answer, era, result, reader, context);
  context.budget.addBytes(printed.length);
  return responseOf(printed, CONTENT_TYPE, {}, method === 'POST' ? 201 : 200);
};

/**
 * Tells what the answer does not say itself: its version, and whether it is that of an earlier
 * request.
 */
const marked = (
  response: GatewayResponse,
  version: RestVersion,
  request: GatewayRequest,
): GatewayResponse => {
  const { log, path } = request;
  if (version !== 'unversioned') request.addResponseHeader('commet-version', version);
  else {
    request.addResponseHeader('deprecation', 'true');
    request.addResponseHeader('link', `<${successorOf(path)}>; rel="successor-version"`);
  }
  if (log.replayed) request.addResponseHeader('idempotent-replayed', 'true');
  return response;
};
