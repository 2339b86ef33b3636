import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { ApiError } from '../errors.ts';
import type { RequestLog } from '../request/request-log.ts';
import { version } from '../version.ts';
import { Tally } from './tally.ts';

interface Load {
  inUse: number;
  idle: number;
  waiting: number;
}

/** In bytes, and what is undefined is not known. */
interface Size {
  database: number;
  free?: number;
  log?: number;
  auditLog?: number;
  auditEntries: number;
}

/** Gauges that are read when metrics are scraped. */
export interface Sources {
  load(): { reading: Load; writing: Load };
  /** Of keys in use; undefined where that cannot be told. */
  keyEnds(): Promise<{ next: Date | undefined; endsSoon: number } | undefined>;
  /** Undefined while the database does not answer. */
  size(): Promise<Size | undefined>;
}

export interface Metrics {
  begin(): void;
  end(log: RequestLog): void;
  /**
   * Counts refusals that protect the server (rate limits, overload); ignores any other error.
   */
  refused(thrown: unknown): void;
  /** Counts what happened to a scheduled change set. */
  scheduled(outcome: string): void;
  /** Counts entries of the audit log that this process has removed. */
  purged(entries: number): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
}

/** Memory, processor and event loop belong to the process, however many gateways run in it. */
let ofProcess: Registry | undefined;
const processMetrics = (): Registry => {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
};

/** Work that is turned away on purpose has no cause; a failure has. */
const refusalOf = (thrown: unknown): 'rate' | 'overload' | undefined => {
  if (!(thrown instanceof ApiError)) return undefined;
  if (thrown.code === 'rate_limited') return 'rate';
  return thrown.code === 'service_unavailable' && thrown.cause === undefined
    ? 'overload'
    : undefined;
};

const sizes = [
  [
    'database',
    'plans_gateway_database_bytes',
    'The SQLite file, or the tables of the gateway in PostgreSQL with their indexes.',
  ],
  [
    'free',
    'plans_gateway_database_free_bytes',
    'Pages of the SQLite file that hold nothing and are used again.',
  ],
  ['log', 'plans_gateway_database_wal_bytes', 'The write-ahead log next to the SQLite file.'],
  [
    'auditLog',
    'plans_gateway_audit_log_bytes',
    'The audit log in PostgreSQL, with its indexes; part of the whole.',
  ],
  ['auditEntries', 'plans_gateway_audit_log_entries', 'Entries of the audit log that are kept.'],
] as const;

export const createMetrics = ({ load, size, keyEnds }: Sources): Metrics => {
  const registers = [new Registry()];
  const tally = new Tally();
  let inFlight = 0;
  new Gauge({
    name: 'plans_gateway_build_info',
    help: 'Always 1; the labels say which version runs, on which Node.js.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: process.version }, 1);
  new Gauge({
    name: 'plans_gateway_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
    collect() {
      this.set(inFlight);
    },
  });
  const refusals = new Counter({
    name: 'plans_gateway_refusals_total',
    help: 'Requests turned away by a rate limit, or because too much was under way.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of ['rate', 'overload']) refusals.inc({ kind }, 0);
  const replays = new Counter({
    name: 'plans_gateway_idempotent_replays_total',
    help: 'Writes answered with the outcome of an earlier one with the same idempotency key.',
    registers,
  });
  const scheduled = new Counter({
    name: 'plans_gateway_scheduled_change_sets_total',
    help: 'Scheduled change sets that were applied, that failed, or that a write made stale.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['applied', 'failed', 'stale']) scheduled.inc({ outcome }, 0);
  const purged = new Counter({
    name: 'plans_gateway_audit_entries_purged_total',
    help: 'Entries of the audit log that this process removed because they were too old.',
    registers,
  });
  new Gauge({
    name: 'plans_gateway_database_connections',
    help:
      'Connections to the database. SQLite has one that writes, and one that any number of ' +
      'reads share.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { inUse, idle }] of Object.entries(load())) {
        this.set({ pool, state: 'in_use' }, inUse);
        this.set({ pool, state: 'idle' }, idle);
      }
    },
  });
  new Gauge({
    name: 'plans_gateway_database_queue',
    help: 'Requests that wait for a connection to the database.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { waiting }] of Object.entries(load())) this.set({ pool }, waiting);
    },
  });
  // Times, not times left: what compares them with now is the alert.
  new Gauge({
    name: 'plans_gateway_api_key_next_expiry_timestamp_seconds',
    help: 'When the first of the keys that were used in the last 30 days ends; missing without any.',
    registers,
    async collect() {
      const next = (await keyEnds())?.next;
      if (next) this.set(next.getTime() / 1000);
      else this.remove();
    },
  });
  new Gauge({
    name: 'plans_gateway_api_keys_expiring_soon',
    help: 'Keys that were used in the last 30 days and end within 14.',
    registers,
    async collect() {
      const ends = await keyEnds();
      if (ends) this.set(ends.endsSoon);
      else this.remove();
    },
  });
  for (const [part, name, help] of sizes)
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = (await size())?.[part];
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  const all = [processMetrics(), ...registers];
  return {
    begin: () => {
      inFlight += 1;
    },
    end: (log) => {
      inFlight -= 1;
      tally.add(log);
      if (log.replayed) replays.inc();
    },
    refused: (thrown) => {
      const kind = refusalOf(thrown);
      if (kind) refusals.inc({ kind });
    },
    scheduled: (outcome) => scheduled.inc({ outcome }),
    purged: (entries) => purged.inc(entries),
    text: async () =>
      [...(await Promise.all(all.map((registry) => registry.metrics()))), tally.text()].join('\n'),
  };
};
