import type { Ids } from '../ids.ts';
import { type Access, Reader, type Tenant } from '../read/reader.ts';

/** The way from a Writer to its unit of work; the SQL layer keeps it to itself. */
export const unit = Symbol('unit');

/** A condition that a write depends on. */
export interface Guard {
  /** What a repeated request with the same idempotency key must ask for as well. */
  readonly compared: unknown;
  /**
   * Runs in the transaction, after the idempotency key was looked up and before the effect. Throws
   * to refuse.
   */
  check(reader: Reader): Promise<void>;
}

/** In what unit a caller sends and sees prices. */
export type PriceUnit = 'rate_scale' | 'minor_unit';

/** On whose behalf a write happens. */
export interface WriteRequest {
  /** Null for the command line. */
  apiKeyId: string | null;
  requestId: string | null;
  /** What the client calls the request. */
  clientRequestId?: string | undefined;
  idempotencyKey?: string | undefined;
  guard?: Guard | undefined;
  /** Rate scale when left out. */
  priceUnit?: PriceUnit | undefined;
  /** Is told when the outcome is that of an earlier request with the same idempotency key. */
  onReplay?: (() => void) | undefined;
}

/** What one write has come to so far; `operation.ts` keeps the account. */
export interface UnitOfWork {
  readonly request: WriteRequest;
  operation?: 'running' | 'done';
  change?: { objectId: string; before: unknown; after: unknown; relatedIds: readonly string[] };
  /** Stands in the database if and only if the transaction committed. */
  auditEntryId?: string;
  /** What the catalogue's revision has become. */
  revision?: number;
  /** The only plan that was changed, where that is known beforehand. */
  planId?: string;
  /**
   * The effect is undone, its outcome is kept: the transaction commits and the failure is thrown
   * after that.
   */
  keepsFailure?: boolean;
}

/** One transaction that carries out one operation. It reads its own writes. */
export class Writer extends Reader {
  /** The same instant throughout the transaction. */
  readonly now: string;
  readonly newId: Ids;
  readonly priceUnit: PriceUnit;
  readonly [unit]: UnitOfWork;

  constructor(tenant: Tenant, access: Access, request: WriteRequest, now: string, newId: Ids) {
    super(tenant, 'all', access);
    this.now = now;
    this.newId = newId;
    this.priceUnit = request.priceUnit ?? 'rate_scale';
    this[unit] = { request };
  }

  /** The `updatedAt` that follows `previous`: time never goes back, even when the clock does. */
  after(previous: string): string {
    return this.now > previous ? this.now : previous;
  }

  /**
   * What the operation did, for the audit trail: `before` holds all that it replaced. The entry is
   * found by the ids of related objects, too. Of a batch, the last call counts: the batch's own.
   */
  changed(
    objectId: string,
    before: unknown,
    after: unknown,
    ...relatedIds: readonly string[]
  ): void {
    this[unit].change = { objectId, before, after, relatedIds };
  }
}
