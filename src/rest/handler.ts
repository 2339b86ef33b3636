import type { z } from 'zod';
import type { Arrival, Context, Surface } from '../context.ts';
import { ForbiddenError, fromZod, toApiError } from '../errors.ts';
import { type Reply, reply } from '../exchange.ts';
import { questionOf, type ResponseCache } from '../response-cache.ts';
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
export const createRest = (cache: ResponseCache): Surface => ({
  answer: async (arrival) => {
    try {
      const context = await arrival.admit();
      if (context.caller.trustedDocumentsOnly)
        throw new ForbiddenError('This key runs trusted GraphQL documents only.');
      const version = versionFor(arrival);
      const question = questionOf(context, `rest\n${version}\n${arrival.path}\n${arrival.search}`);
      const conditional = { ifNoneMatch: arrival.header('if-none-match') };
      const kept = isPlainRead(arrival) ? cache.find(question, context, conditional) : undefined;
      if (kept) return marked(kept, arrival);
      const { endpoint, params } = findEndpoint(version, arrival.method, routedPath(arrival.path));
      arrival.account.operation = endpoint.id;
      const wire = await readBody(arrival);
      if (endpoint.method !== 'GET') context.require('write');
      arrival.takePlace();
      context.reserve(COST_EXPECTED);
      let answer: Reply;
      try {
        answer = await run(endpoint, version, params, wire, arrival, context);
      } finally {
        context.settle(COST_EXPECTED);
      }
      return marked(
        endpoint.method === 'GET' ? cache.keep(question, answer, context, conditional) : answer,
        arrival,
      );
    } catch (thrown) {
      return refused(arrival, thrown);
    }
  },
  refuse: (arrival, thrown) => refused(arrival, thrown),
});

/**
 * The version that the header names, else the one that the organization is pinned to, once it is
 * known.
 */
const versionFor = ({ path, header, caller }: Arrival): RestVersion =>
  isUnversioned(path)
    ? 'unversioned'
    : versionOf(header('commet-version') || caller?.organization.apiVersion || defaultApiVersion);

const refused = (arrival: Arrival, thrown: unknown): Reply => {
  arrival.report(thrown);
  return marked(refusal(toApiError(thrown), eraOf(versionFor(arrival)), arrival), arrival);
};

/** A body would have to be looked at first. */
const isPlainRead = ({ method, hasBody }: Arrival): boolean =>
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
  arrival: Arrival,
  context: Context,
): Promise<Reply> => {
  const { operation, answer, method } = endpoint;
  const { reader } = context;
  const era = eraOf(version);
  const { priceUnit } = era;
  const { body, repeated } = readInput(endpoint, version, wire);
  const query = readQuery(operation.query, arrival.query);
  const guard = method === 'GET' ? undefined : guardOf(endpoint, era, params, repeated, arrival);
  const result = await operation.run({
    params,
    body,
    query,
    reader,
    write: (work) => context.write(work, { guard, priceUnit }),
  });
  const printed = await printAnswer(answer, era, result, reader, context.report);
  context.budget.addBytes(printed.length);
  return reply(printed, CONTENT_TYPE, {}, method === 'POST' ? 201 : 200);
};

/**
 * Tells what the answer does not say itself: its version, and whether it is that of an earlier
 * request.
 */
const marked = (answer: Reply, arrival: Arrival): Reply => {
  const { account, path } = arrival;
  const version = versionFor(arrival);
  if (version !== 'unversioned') arrival.tell('commet-version', version);
  else {
    arrival.tell('deprecation', 'true');
    arrival.tell('link', `<${successorOf(path)}>; rel="successor-version"`);
  }
  if (account.replayed) arrival.tell('idempotent-replayed', 'true');
  return answer;
};
