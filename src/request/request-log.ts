import type { ApiVersion } from '../vocabulary.ts';

/** What others than the surfaces need to know of an API key: logs, limits, refusals. */
export interface Caller {
  readonly apiKeyId: string;
  readonly tenant: { readonly id: string; readonly organizationId: string };
  readonly organization: { readonly apiVersion: ApiVersion };
}

/**
 * What happened to a request, noted while it is handled, for logs, metrics and spans. No value that
 * a client chose stands in it, so that the labels of metrics are finitely many.
 */
export class RequestLog {
  surface: 'graphql' | 'rest' | 'other' = 'other';
  /** Stays `unknown` where a request is refused before it is clear what it asks for. */
  operation = 'unknown';
  caller: Caller | undefined;
  /** A write was answered with the outcome of an earlier one with the same idempotency key. */
  replayed = false;
  /** Of the response; 0 until there is one. */
  status = 0;
  /** From the request's headers to its response. */
  milliseconds = 0;
}
