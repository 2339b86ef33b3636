import type { Edge, Surface } from '../context.ts';
import { pushConfiguration } from '../domain/commet-push.ts';
import { ForbiddenError, invalid, MethodNotAllowed, ValidationError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { jsonResponse } from '../response.ts';
import { defaultApiVersion } from '../vocabulary.ts';
import { readBody } from './body.ts';
import { eraOf, versionOf } from './eras/index.ts';
import { refusal } from './refusal.ts';

/** Points; what the push turns out to cost is paid at its end. */
const COST_EXPECTED = 100;

/** The version that says in what unit amounts are. */
const versionFor = (request: GatewayRequest) => {
  const pin = request.caller?.organization.apiVersion;
  return versionOf(request.header('commet-version') || pin || defaultApiVersion);
};

const configOf = (body: unknown): unknown => {
  if (typeof body === 'object' && body !== null && 'config' in body) return body.config;
  throw invalid('config', 'is required');
};

/** Says of a fault where in the body it is. */
const inBody = (failure: unknown): unknown =>
  failure instanceof ValidationError
    ? new ValidationError(
        failure.details.map(({ field, message }) => ({
          field: field === 'document' ? 'config' : `config.${field}`,
          message,
        })),
        failure,
      )
    : failure;

/** What Commet's command `push` sends to. Its errors are flat, as those before the versions. */
export const createCliPush = (edge: Edge): Surface => ({
  handle: async (request) => {
    if (request.method !== 'POST') throw new MethodNotAllowed(['POST']);
    const context = await edge.admit(request);
    if (context.caller.trustedDocumentsOnly)
      throw new ForbiddenError('This key runs trusted GraphQL documents only.');
    const { log } = request;
    log.operation = 'cli-push';
    const body = await readBody(request, edge);
    context.require('write');
    const config = configOf(body);
    const version = versionFor(request);
    edge.takePlace(request);
    await context.reserve(COST_EXPECTED);
    try {
      const report = await pushConfiguration(context.reader, (work) => context.write(work), {
        config,
        unit: eraOf(version).priceUnit,
        scope: context.caller.scope,
        mayBeRepeated: context.idempotencyKey !== undefined,
      });
      request.addResponseHeader('commet-version', version);
      if (log.replayed) request.addResponseHeader('idempotent-replayed', 'true');
      return jsonResponse(report);
    } catch (failure) {
      throw inBody(failure);
    } finally {
      context.settle(COST_EXPECTED);
    }
  },
  refuse: (request, failure) => refusal(failure, eraOf('unversioned'), request),
});
