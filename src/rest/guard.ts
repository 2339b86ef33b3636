import { isDeepStrictEqual } from 'node:util';
import { getFeature } from '../domain/feature.ts';
import { getMarket } from '../domain/market.ts';
import type { Guard, Reader } from '../domain/operation.ts';
import { requirePlan } from '../domain/plan.ts';
import { getPlanGroup } from '../domain/plan-group.ts';
import { ConflictError, type ErrorDetail, ValidationError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { etagOf, namesTag } from '../response-cache.ts';
import type { Endpoint } from './endpoints.ts';
import type { Answer, Era } from './eras/era.ts';
import { CONTENT_TYPE, printObject } from './print.ts';

/**
 * What a write of REST depends on: it is compared in the transaction, before anything is written.
 */

type Params = Readonly<Record<string, string>>;

/**
 * The object that a path names by its first id: how it is read, and the operation whose answer
 * shows it.
 */
const objects = {
  plans: {
    get: 'get-plan',
    read: (reader: Reader, { id = '' }: Params) => requirePlan(reader, id),
  },
  features: {
    get: 'get-feature',
    read: (reader: Reader, { code = '' }: Params) => getFeature(reader, code),
  },
  'plan-groups': {
    get: 'get-plan-group',
    read: (reader: Reader, { id = '' }: Params) => getPlanGroup(reader, id),
  },
  markets: {
    get: 'get-market',
    read: (reader: Reader, { id = '' }: Params) => getMarket(reader, id),
  },
} as const;

const isCollection = (name: string): name is keyof typeof objects => Object.hasOwn(objects, name);

/**
 * The tag of the answer that a GET of the object gets in the era, whether or not one of its
 * versions routes it.
 */
const currentTag = async (
  { collection, segments }: Endpoint,
  era: Era,
  params: Params,
  reader: Reader,
): Promise<string | undefined> => {
  const namesOne = segments.some((segment) => segment.startsWith('{'));
  if (!isCollection(collection) || !namesOne) return undefined;
  const { get, read } = objects[collection];
  const answer: Answer<unknown> = era.answers[get];
  const body = await printObject(answer, era, await read(reader, params), reader);
  return etagOf({ 'content-type': CONTENT_TYPE }, body);
};

const refuseOtherStates = (
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
  tag: string | undefined,
) => {
  const isMet =
    (ifMatch === undefined || (tag !== undefined && namesTag(ifMatch, tag))) &&
    (ifNoneMatch === undefined || tag === undefined || !namesTag(ifNoneMatch, tag));
  if (isMet) return;
  const name = ifMatch === undefined ? 'If-None-Match' : 'If-Match';
  const state =
    tag === undefined ? 'the request names no object that exists' : `the object's tag is ${tag}`;
  throw new ConflictError('precondition_failed', `${name} does not hold: ${state}.`, name);
};

/** A body may repeat what no update changes. */
const refuseChanges = async (
  { operation, answer }: Endpoint,
  params: Params,
  repeated: Readonly<Record<string, unknown>>,
  reader: Reader,
): Promise<void> => {
  if (!operation.final) return;
  const record = await operation.final.read(reader, params);
  const [shown = {}] = await answer.fieldsOf([record], reader);
  const present = new Map<string, unknown>(Object.entries(shown));
  const details: ErrorDetail[] = Object.entries(repeated)
    .filter(([name, value]) => !isDeepStrictEqual(value, present.get(name)))
    .map(([field]) => ({ field, message: 'cannot be changed' }));
  if (details.length > 0) throw new ValidationError(details);
};

/** Undefined where a write depends on nothing. */
export const guardOf = (
  endpoint: Endpoint,
  era: Era,
  params: Params,
  repeated: Readonly<Record<string, unknown>>,
  request: GatewayRequest,
): Guard | undefined => {
  const ifMatch = request.header('if-match');
  const ifNoneMatch = request.header('if-none-match');
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined;
  const isRepeating = Object.keys(repeated).length > 0;
  if (!isConditional && !isRepeating) return undefined;
  return {
    compared: { ifMatch, ifNoneMatch, ...(isRepeating && { repeated }) },
    check: async (reader) => {
      if (isRepeating) await refuseChanges(endpoint, params, repeated, reader);
      if (!isConditional) return;
      refuseOtherStates(ifMatch, ifNoneMatch, await currentTag(endpoint, era, params, reader));
    },
  };
};
