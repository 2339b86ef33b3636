import type { GatewayRequest, Observer } from '../request/request.ts';
import type { GatewayResponse } from '../response.ts';
import type { Log, ScheduledChange } from './log.ts';
import { createMetrics, type Sources } from './metrics.ts';
import { createSpans } from './spans.ts';

export interface Telemetry extends Observer {
  /** Measures a request from its headers to its response. `respond` never fails. */
  measure(
    request: GatewayRequest,
    respond: () => Promise<GatewayResponse>,
  ): Promise<GatewayResponse>;
  /** Something happened to a scheduled change set. */
  scheduled(event: ScheduledChange): void;
  /** So many entries of the audit log were older than they are kept. */
  purged(entries: number): void;
  keyEnds: Log['keyEnds'];
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

/** What the operator sees: metrics, a log, and spans where an exporter is configured. */
export const createTelemetry = (logger: Log, sources: Sources): Telemetry => {
  const metrics = createMetrics(sources);
  const spans = createSpans();
  return {
    measure: async (request, respond) => {
      const start = performance.now();
      metrics.begin();
      const response = await spans.request(request, respond);
      const { log } = request;
      log.status = response.status;
      log.milliseconds = performance.now() - start;
      metrics.end(log);
      logger.answered(request);
      return response;
    },
    step: spans.step,
    report: (requestId, thrown) => {
      metrics.refused(thrown);
      logger.fault(requestId, thrown);
    },
    scheduled: (event) => {
      metrics.scheduled(event.outcome);
      logger.scheduled(event);
    },
    purged: metrics.purged,
    keyEnds: logger.keyEnds,
    metrics: metrics.text,
  };
};
