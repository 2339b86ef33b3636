import {
  type Attributes,
  context,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Account, Incoming, Reply, Step, Watched } from '../exchange.ts';
import { withoutSecrets } from './secrets.ts';

const NAME = 'plans-gateway';
const LONGEST_PATH = 256;

export interface Spans {
  exchange(watched: Watched, answer: () => Promise<Reply>): Promise<Reply>;
  step: Step;
}

/** Undefined unless an SDK was registered before the start: then nothing is traced, at no cost. */
const registeredTracer = (): Tracer | undefined => {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(NAME)
    : provider.getTracer(NAME);
};

const headers = { keys: () => [], get: ({ header }: Incoming, name: string) => header(name) };

const nameOf = (method: string, { surface, operation }: Account): string =>
  surface === 'rest' && operation !== 'unknown'
    ? operation
    : [method, routes[surface], operation].join(' ');

const routes: Record<Account['surface'], string> = {
  graphql: '/graphql',
  rest: '/api/v1',
  other: '/',
};

const outcome = (
  { surface, operation, caller, replayed }: Account,
  status: number,
): Attributes => ({
  'http.response.status_code': status,
  'plans_gateway.surface': surface,
  'plans_gateway.operation': operation,
  ...(caller
    ? { 'plans_gateway.api_key.id': caller.apiKeyId, 'plans_gateway.tenant.id': caller.tenant.id }
    : {}),
  ...(replayed ? { 'plans_gateway.idempotent_replay': true } : {}),
  ...(status >= 500 ? { 'error.type': String(status) } : {}),
});

const failed = (span: Span): void => {
  span.setStatus({ code: SpanStatusCode.ERROR });
};

export const createSpans = (tracer = registeredTracer()): Spans => {
  if (!tracer) return { exchange: (_watched, answer) => answer(), step: (_name, work) => work() };
  return {
    exchange: async (watched, answer) => {
      const { method, path, requestId, clientRequestId, account } = watched;
      const parent = propagation.extract(ROOT_CONTEXT, watched, headers);
      const attributes = {
        'http.request.method': method,
        'url.path': withoutSecrets(path.slice(0, LONGEST_PATH)),
        'url.scheme': 'http',
        'plans_gateway.request_id': requestId,
        ...(clientRequestId !== undefined && {
          'plans_gateway.client_request_id': clientRequestId,
        }),
      };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
      const reply = await context.with(trace.setSpan(parent, span), answer);
      span.updateName(nameOf(method, account));
      span.setAttributes(outcome(account, reply.status));
      if (reply.status >= 500) failed(span);
      span.end();
      return reply;
    },
    step: (name, work) =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await work();
        } catch (thrown) {
          failed(span);
          throw thrown;
        } finally {
          span.end();
        }
      }),
  };
};
