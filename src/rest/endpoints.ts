import type { z } from 'zod';
import { MethodNotAllowed, NotFoundError } from '../errors.ts';
import { type ApiVersion, apiVersions, defaultBaseCurrency } from '../vocabulary.ts';
import { nothingAt } from './elsewhere.ts';
import type { Answer } from './eras/era.ts';
import { eraOf, type RestVersion } from './eras/index.ts';
import { membersOf } from './members.ts';
import type { Operation } from './operation.ts';
import { type OperationId, operationIds, operations } from './routes.ts';

/** An operation as one version offers it. */
export interface Endpoint {
  readonly id: OperationId;
  readonly operation: Operation<string, unknown, unknown, unknown>;
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  /** What the path begins with in `routes.ts`: the kind of objects that it is about. */
  readonly collection: string;
  /** As the reference shows it: of an organization with the usual base currency. */
  readonly body: z.ZodType | undefined;
  bodyIn(baseCurrency: string): z.ZodType | undefined;
  readonly answer: Answer<unknown>;
  /** Of the body. */
  readonly members: readonly string[];
  /** Members of the object that a body may repeat and not change. */
  readonly final: readonly string[];
}

const endpointOf = (version: RestVersion, id: OperationId): Endpoint => {
  const era = eraOf(version);
  const operation: Endpoint['operation'] = operations[id];
  const answer: Endpoint['answer'] = era.answers[id];
  const route = era.routes[id] ?? operation.route;
  const method = route.slice(0, route.indexOf(' '));
  const path = route.slice(method.length + 1);
  const given = era.bodies[id] ?? operation.body;
  const bodyIn: Endpoint['bodyIn'] = typeof given === 'function' ? given : () => given;
  const body = bodyIn(defaultBaseCurrency);
  const final =
    operation.final?.members.filter((name) => Object.hasOwn(answer.fields.shape, name)) ?? [];
  return {
    id,
    operation,
    method,
    path,
    segments: path.split('/'),
    collection: operation.route.split('/')[1] ?? '',
    body,
    bodyIn,
    answer,
    members: membersOf(body),
    final,
  };
};

const endpoints = new Map<RestVersion, Endpoint[]>([
  ...apiVersions.map((version): [RestVersion, Endpoint[]] => [
    version,
    operationIds
      .filter((id) => (operations[id].since ?? version) <= version)
      .map((id) => endpointOf(version, id)),
  ]),
  ['unversioned', [endpointOf('unversioned', 'list-plans'), endpointOf('unversioned', 'get-plan')]],
]);

export const endpointsOf = (version: RestVersion): Endpoint[] => endpoints.get(version) ?? [];

/** The versions in which the body of an operation may have the member. */
export const versionsWithMember = (id: OperationId, name: string): ApiVersion[] =>
  apiVersions.filter((version) =>
    endpointsOf(version).some(
      ({ id: other, members, final }) =>
        other === id && (members.includes(name) || final.includes(name)),
    ),
  );

/** Clients do not percent-encode ids, so that a stray `%` is one. */
const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

type Params = Record<string, string>;

const paramsOf = (pattern: readonly string[], segments: readonly string[]): Params | undefined => {
  if (segments.length !== pattern.length) return undefined;
  const params: Params = {};
  for (const [index, segment] of segments.entries()) {
    const expected = pattern[index] ?? '';
    if (expected.startsWith('{') && segment !== '')
      params[expected.slice(1, -1)] = decoded(segment);
    else if (segment !== expected) return undefined;
  }
  return params;
};

interface Match {
  endpoint: Endpoint;
  params: Params;
}

const match = (version: RestVersion, method: string, segments: string[]): Match | undefined => {
  const sought = method === 'HEAD' ? 'GET' : method;
  for (const endpoint of endpointsOf(version)) {
    const params = endpoint.method === sought ? paramsOf(endpoint.segments, segments) : undefined;
    if (params) return { endpoint, params };
  }
  return undefined;
};

/**
 * What the version offers under the method and path; else the refusal that says what is wrong with
 * them.
 */
export const findEndpoint = (version: RestVersion, method: string, path: string): Match => {
  const segments = path.split('/');
  const found = match(version, method, segments);
  if (found) return found;
  const elsewhere =
    version === 'unversioned' ? [] : apiVersions.filter((other) => match(other, method, segments));
  if (elsewhere.length > 0)
    throw new NotFoundError(
      'endpoint_not_available',
      undefined,
      `The endpoint is not in the API version ${version}, but in ${elsewhere.join(', ')}.`,
    );
  const neighbours = endpointsOf(version).filter((endpoint) =>
    paramsOf(endpoint.segments, segments),
  );
  if (neighbours.length === 0) throw new NotFoundError('not_found', undefined, nothingAt(segments));
  throw new MethodNotAllowed(
    neighbours.flatMap(({ method: offered }) => (offered === 'GET' ? ['GET', 'HEAD'] : [offered])),
  );
};
