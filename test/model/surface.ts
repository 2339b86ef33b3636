import type { Call } from './reference/calls.ts';
import type { Outcome } from './reference/idempotency.ts';
import type { ReferenceTenant } from './reference/tenant.ts';

/** What a client got, as far as it must be what the model says. */
export interface Answer {
  status: number;
  isReplay: boolean;
  /** The object that was answered, as it is. */
  body?: unknown;
  failure?: { code: string; param: string | undefined };
}

export interface Send {
  url: string;
  apiKey: string;
  baseCurrency: string;
  idempotencyKey?: string | undefined;
}

/** One way to reach the gateway. */
export interface Surface {
  readonly name: string;
  /**
   * The call without what this surface has no words for; undefined where it lacks the operation.
   */
  sayable(call: Call, baseCurrency: string): Call | undefined;
  write(to: Send, wire: Call): Promise<Answer>;
  /** The answer that a result should be printed as, in a catalogue as it is now. */
  printed(
    call: Call,
    outcome: Extract<Outcome, { result: unknown }>,
    tenant: ReferenceTenant,
    isLive: boolean,
  ): unknown;
  /** Everything there is to read, page by page. */
  readAll(to: Send, pageSize: number): Promise<unknown>;
  /** What reading everything should answer. */
  everything(tenant: ReferenceTenant, isLive: boolean): unknown;
  /** What the surface calls a field. */
  nameOf(param: string): string;
  /** What success is answered with. */
  statusOf(call: Call): number;
}

export const headersOf = ({ apiKey, idempotencyKey }: Send): Record<string, string> => ({
  'content-type': 'application/json',
  'x-api-key': apiKey,
  ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
});
