import type { Reply, Step, Watched } from '../exchange.ts';
import type { Log } from './log.ts';
import { createMetrics, type Sources } from './metrics.ts';
import { createSpans } from './spans.ts';

export interface Watch {
  /** Sees one exchange through, from its beginning to its answer. The answer never fails. */
  exchange(watched: Watched, answer: () => Promise<Reply>): Promise<Reply>;
  step: Step;
  /**
   * Tells the operator of a failure that is the server's own; counts what was refused; passes over
   * the client's.
   */
  report(requestId: string, thrown: unknown): void;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
}

/** What the operator sees: metrics, a log, and spans where an exporter is configured. */
export const createWatch = (log: Log, sources: Sources): Watch => {
  const metrics = createMetrics(sources);
  const spans = createSpans();
  return {
    exchange: async (watched, answer) => {
      const start = performance.now();
      metrics.begin();
      const reply = await spans.exchange(watched, answer);
      const milliseconds = performance.now() - start;
      metrics.end(watched.account, reply.status, milliseconds / 1_000);
      log.answered(watched, reply.status, milliseconds);
      return reply;
    },
    step: spans.step,
    report: (requestId, thrown) => {
      metrics.refused(thrown);
      log.fault(requestId, thrown);
    },
    metrics: metrics.text,
  };
};
