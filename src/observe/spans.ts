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
import type { GatewayRequest, Step } from '../request/request.ts';
import type { RequestLog } from '../request/request-log.ts';
import type { GatewayResponse } from '../response.ts';
import { withoutSecrets } from '../secrets.ts';

const NAME = 'plans-gateway';
const LONGEST_PATH = 256;

export interface Spans {
  request(
    request: GatewayRequest,
    respond: () => Promise<GatewayResponse>,
  ): Promise<GatewayResponse>;
  step: Step;
}

/** Undefined unless an SDK was registered before the start: then nothing is traced, at no cost. */
const registeredTracer = (): Tracer | undefined => {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(NAME)
    : provider.getTracer(NAME);
};

const headers = {
  keys: () => [],
  get: (request: GatewayRequest, name: string) => request.header(name),
};

const nameOf = (method: string, { surface, operation }: RequestLog): string =>
  surface === 'rest' && operation !== 'unknown'
    ? operation
    : [method, routes[surface], operation].join(' ');

const routes: Record<RequestLog['surface'], string> = {
  graphql: '/graphql',
  rest: '/api/v1',
  other: '/',
};

const attributesOf = ({
  surface,
  operation,
  caller,
  replayed,
  status,
}: RequestLog): Attributes => ({
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
  if (!tracer) return { request: (_, respond) => respond(), step: (_name, work) => work() };
  return {
    request: async (request, respond) => {
      const { method, path, requestId, clientRequestId, log } = request;
      const parent = propagation.extract(ROOT_CONTEXT, request, headers);
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
      const response = await context.with(trace.setSpan(parent, span), respond);
      log.status = response.status;
      span.updateName(nameOf(method, log));
      span.setAttributes(attributesOf(log));
      if (response.status >= 500) failed(span);
      span.end();
      return response;
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
