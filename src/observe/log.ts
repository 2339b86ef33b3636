import { fstatSync } from 'node:fs';
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config.ts';
import { ApiError, toApiError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { withoutSecrets } from '../secrets.ts';
import { version } from '../version.ts';

/** A key that somebody uses, and that is about to end. */
interface EndingKey {
  apiKeyId: string;
  name: string;
  organizationId: string;
  organization: string;
  mode: string;
  expiresAt: string;
}

export interface Log {
  /** The first line: what runs, and where it listens. */
  started(url: string): void;
  /** One line for a request that was answered. */
  answered(request: GatewayRequest): void;
  /**
   * Logs the cause of a server failure. Ignores errors of the client and refusals.
   */
  fault(requestId: string, thrown: unknown): void;
  /** One line for what happened to a scheduled change set. */
  scheduled(event: ScheduledChange): void;
  /** One line for a key that is about to end. */
  keyEnds(key: EndingKey): void;
}

/** What happened to a scheduled change set, and why. */
export interface ScheduledChange {
  outcome: 'applied' | 'failed' | 'stale';
  changeSetId: string;
  organizationId: string;
  message?: string;
}

const LONGEST_PATH = 256;
const LONGEST_STACK = 8_192;
const DEEPEST_CAUSE = 5;
/** Lines are handed on in pieces of this size, and at the latest after the time below. */
const PIECE_BYTES = 8_192;
const LATEST_MS = 250;
/** Bytes that may wait for a reader. Beyond it, lines are lost rather than the server. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * The error stream, shared by all gateways of a process. Written without waiting; at the exit, to
 * the last line.
 */
let stderr: DestinationStream | undefined;

/**
 * Hands the lines of one turn of the event loop on together: for each piece, the stream counts all
 * that waits anew.
 */
const batchPerTick = (stream: DestinationStream): DestinationStream => {
  let lines = '';
  const handOn = (): void => {
    const all = lines;
    lines = '';
    if (all !== '') stream.write(all);
  };
  // Before the stream's own end.
  process.prependListener('exit', handOn);
  return {
    write: (line) => {
      if (lines === '') setImmediate(handOn);
      lines += line;
    },
  };
};
/** Writes to a file never wait for a reader. */
const toFile = (): DestinationStream => {
  const stream = destination({
    fd: 2,
    sync: false,
    minLength: PIECE_BYTES,
    periodicFlush: LATEST_MS,
    maxLength: MOST_WAITING_BYTES,
  });
  // A full disk must not stop the server: lines are tried again with the next ones. Only the flush
  // at the exit would try for ever.
  const flushSync = stream.flushSync.bind(stream);
  stream.on('error', () => {
    stream.flushSync = () => {};
  });
  stream.on('write', () => {
    stream.flushSync = flushSync;
  });
  return stream;
};

/**
 * A pipe may have no reader. Node writes to its own streams without blocking a thread, which no
 * exit would get past.
 */
const toPipe = (): DestinationStream => {
  const { stderr: pipe } = process;
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const all = lines;
    lines = '';
    if (all !== '' && pipe.writableLength <= MOST_WAITING_BYTES) pipe.write(all);
  };
  // The reader of the pipe is gone.
  pipe.on('error', () => {});
  // At `beforeExit`, Node still waits for the write.
  for (const end of ['beforeExit', 'exit'] as const) process.on(end, flush);
  return {
    write: (more) => {
      lines += more;
      if (lines.length >= PIECE_BYTES) flush();
      else timer ??= setTimeout(flush, LATEST_MS).unref();
    },
  };
};

const errorStream = (): DestinationStream => {
  if (!stderr) {
    const kind = fstatSync(2);
    stderr = batchPerTick(kind.isFIFO() || kind.isSocket() ? toPipe() : toFile());
  }
  return stderr;
};

/** An error with its causes. */
const serialized = (fault: unknown, depth = 0): object | string => {
  if (!(fault instanceof Error)) return String(fault).slice(0, LONGEST_STACK);
  const { name, message, stack, cause } = fault;
  return {
    name,
    message: message.slice(0, LONGEST_STACK),
    stack: stack?.slice(0, LONGEST_STACK),
    ...(cause === undefined || depth === DEEPEST_CAUSE
      ? {}
      : { cause: serialized(cause, depth + 1) }),
  };
};

/** The time now as ISO 8601. Many requests are answered within the same millisecond. */
const isoTime = (): string => {
  const now = Date.now();
  if (now !== written.at) written = { at: now, text: new Date(now).toISOString() };
  return written.text;
};
let written = { at: 0, text: '' };

/**
 * Every request pays for its line: put together by pino it would cost a small query about 3 % more
 * (docs/performance.md). Only what a client chose has to be searched for secrets.
 */
const lineOf = (request: GatewayRequest): string => {
  const { requestId, clientRequestId, address, method, path, log } = request;
  const { surface, operation, caller, isProbe, replayed, status, milliseconds } = log;
  const sent = (text: string) => withoutSecrets(JSON.stringify(text));
  // Sane: nothing in it has to be escaped, and nothing is secret.
  const given = clientRequestId === undefined ? '' : `"clientRequestId":"${clientRequestId}",`;
  const whose = caller
    ? `"apiKeyId":"${caller.apiKeyId}","organizationId":"${caller.tenant.organizationId}","tenantId":"${caller.tenant.id}",`
    : '';
  return `{"level":"${isProbe ? 'debug' : 'info'}","time":"${isoTime()}","requestId":"${requestId}",${given}"clientAddress":"${address}",${whose}"surface":"${surface}","operation":"${operation}","method":${JSON.stringify(method)},"path":${sent(path.slice(0, LONGEST_PATH))},"status":${status},"durationMs":${Math.round(milliseconds * 1_000) / 1_000}${replayed ? ',"replayed":true' : ''}}\n`;
};

/** Lines of JSON for the operator. */
export const createLog = (level: LogLevel, stream: DestinationStream = errorStream()): Log => {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    stream,
  );
  const logsRequests = logger.isLevelEnabled('info');
  const logsProbes = logger.isLevelEnabled('debug');
  return {
    started: (url) =>
      logger.info({ version, node: process.version, url }, 'Plans Gateway is ready'),
    answered: (request) => {
      if (request.log.isProbe ? logsProbes : logsRequests) stream.write(lineOf(request));
    },
    fault: (requestId, thrown) => {
      const { status, code } = toApiError(thrown);
      if (status < 500) return;
      const cause = thrown instanceof ApiError ? thrown.cause : thrown;
      if (cause === undefined) return;
      logger.error({ requestId, code, error: serialized(cause) });
    },
    keyEnds: (key) => logger.warn(key, 'An API key in use ends soon: rotate it, or create another'),
    scheduled: (event) => {
      if (event.outcome === 'applied') logger.info(event, 'A scheduled change set was applied');
      else if (event.outcome === 'stale') logger.warn(event, 'A scheduled change set is stale');
      else logger.error(event, 'A scheduled change set was not applied');
    },
  };
};
