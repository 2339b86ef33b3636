import type { z } from 'zod';
import type { Arrival, Context, Surface } from '../context.ts';
import { ForbiddenError, fromZod, invalid, toApiError } from '../errors.ts';
import { type Reply, reply } from '../exchange.ts';
import { questionOf, type ResponseCache } from '../response-cache.ts';
import { type ApiVersion, defaultApiVersion } from '../vocabulary.ts';
import { readBody } from './body.ts';
import { type Endpoint, findEndpoint } from './endpoints.ts';
import type { Era } from './eras/era.ts';
import { eraOf, versionOf } from './eras/index.ts';
import { Rows } from './operation.ts';
import { inOnePiece, printList, slicesOf } from './print.ts';
import { refusal } from './refusal.ts';

export const REST_PATH = '/api/v1';

/** REST requests become calls of operations, and what these come to is written as the version of the request says. */
export const createRest = (cache: ResponseCache): Surface => ({
  answer: async (arrival) => {
    const asked = askedVersion(arrival);
    let version = versionOf(asked ?? defaultApiVersion);
    let context: Context | undefined;
    try {
      context = await arrival.admit();
      if (context.caller.trustedDocumentsOnly)
        throw new ForbiddenError('This key runs trusted GraphQL documents only.');
      version = versionOf(asked ?? context.caller.organization.apiVersion);
      const question = questionOf(context, `rest\n${version}\n${arrival.path}\n${arrival.search}`);
      const conditional = { ifNoneMatch: arrival.header('if-none-match') };
      const kept = isPlainRead(arrival) ? cache.find(question, context, conditional) : undefined;
      if (kept) return kept;
      const { endpoint, params } = findEndpoint(version, arrival.method, arrival.path.slice(REST_PATH.length));
      const { operation, method, body } = endpoint;
      arrival.account.operation = endpoint.id;
      const wire = await readBody(arrival);
      if (method !== 'GET') context.require('write');
      arrival.takePlace();
      const { reader, write } = context;
      const answer = answering(endpoint, version, context, () => ({
        params,
        body: parse(body, wire),
        query: parse(operation.query, Object.fromEntries(arrival.query)),
        reader,
        write,
      }));
      const made = await context.paid(1, answer);
      return method === 'GET' ? cache.keep(question, made, context, conditional) : marked(made, arrival);
    } catch (thrown) {
      return refused(arrival, thrown, version);
    }
  },
  refuse: (arrival, thrown) => refused(arrival, thrown, versionOf(askedVersion(arrival) ?? defaultApiVersion)),
});

const askedVersion = ({ header }: Arrival): string | undefined => header('commet-version') || undefined;

const refused = (arrival: Arrival, thrown: unknown, version: ApiVersion): Reply => {
  arrival.report(thrown);
  return marked(refusal(toApiError(thrown), eraOf(version), arrival), arrival);
};

/** A body would have to be looked at first. */
const isPlainRead = ({ method, hasBody }: Arrival): boolean => !hasBody && (method === 'GET' || method === 'HEAD');

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (!schema) return undefined;
  if (!isObject(value)) throw invalid('body', 'must be a JSON object');
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw fromZod(error);
  return data;
};

type Call = Parameters<Endpoint['operation']['run']>[0];

const answering =
  (endpoint: Endpoint, version: ApiVersion, context: Context, call: () => Call) => async (): Promise<Reply> => {
    const body = await print(endpoint, eraOf(version), await endpoint.operation.run(call()), context);
    context.budget.addBytes(body.length);
    return reply(body, 'application/json', {}, endpoint.method === 'POST' ? 201 : 200);
  };

const print = async ({ answer }: Endpoint, era: Era, result: unknown, context: Context): Promise<Reply['body']> => {
  const stamp = { object: answer.object, livemode: context.caller.tenant.mode === 'live' };
  const stamped = async (records: unknown[]): Promise<object[]> =>
    (await answer.fieldsOf(records, context)).map((fields) => era.stamp(stamp, fields));
  if (!(result instanceof Rows)) {
    const [only = {}] = await stamped([result]);
    return JSON.stringify(era.envelope.one(only));
  }
  const { items, nextCursor } = result;
  const slices = () => slicesOf(items, (records) => answer.weigh?.(context, records));
  const pieces = () => printList(era.envelope.many([], nextCursor), slices(), stamped);
  return inOnePiece(reporting(pieces, context));
};

/** What goes wrong once the answer has begun can only break the connection off: the operator shall know why. */
const reporting = (pieces: () => AsyncIterable<string>, { report }: Context) =>
  async function* () {
    try {
      yield* pieces();
    } catch (thrown) {
      report(thrown);
      throw thrown;
    }
  };

const marked = (answer: Reply, { account }: Arrival): Reply =>
  account.replayed ? { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } } : answer;
