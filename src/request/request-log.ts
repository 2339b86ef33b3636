import type { ApiKeyKind, ApiVersion } from '../vocabulary.ts';

/** The API key of a request, as logs, limits and refusals see it. */
export interface Caller {
  readonly apiKeyId: string;
  readonly kind: ApiKeyKind;
  readonly tenant: { readonly id: string; readonly organizationId: string };
  readonly organization: { readonly apiVersion: ApiVersion };
}

/**
 * The record of a request for logs, metrics and spans, filled in while it is handled. It holds no
 * value that a client chose, so that metrics have a bounded number of labels.
 */
export class RequestLog {
  surface: 'graphql' | 'rest' | 'other' = 'other';
  /** Stays `unknown` where a request is refused before it is clear what it asks for. */
  operation = 'unknown';
  caller: Caller | undefined;
  /** Load balancers ask all the time whether the server is there. */
  isProbe = false;
  /** A write was answered with the outcome of an earlier one with the same idempotency key. */
  replayed = false;
  /** Of the response; 0 until there is one. */
  status = 0;
  /** From the request's headers to its response. */
  milliseconds = 0;
}
