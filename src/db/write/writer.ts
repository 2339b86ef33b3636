import type { Ids } from '../ids.ts';
import { type Access, Reader, type Tenant } from '../read/reader.ts';
import type { AuditChange } from '../tables.ts';
import { ChangeList } from './change-list.ts';

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
  check(writer: Writer): Promise<void>;
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
  /** Only features are named by codes, too. */
  idsOnly?: boolean | undefined;
  /** The client knows nothing of variants of prices. */
  withoutVariants?: boolean | undefined;
  /** It was asked for before, to be done at a time. */
  isScheduled?: boolean | undefined;
  /** Is told when the outcome is that of an earlier request with the same idempotency key. */
  onReplay?: (() => void) | undefined;
}

/** What one write has come to so far; `operation.ts` keeps the account. */
export interface UnitOfWork {
  readonly request: WriteRequest;
  operation?: 'running' | 'done';
  /** What was read to be changed, and what was written. */
  readonly changes: ChangeList;
  /** The object that the operation is about. */
  objectId?: string;
  /** What contains the changes is looked for when all of them are there. */
  touchesLater?: boolean;
  /** Stands in the database if and only if the transaction committed. */
  auditEntryId?: string;
  /** What the catalogue's revision has become. */
  revision?: number | undefined;
  /** The outcome is that of an earlier request, which any process may have carried out. */
  isReplay?: boolean;
  /** All that the operation has changed. */
  changed?: readonly AuditChange[];
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
  readonly idsOnly: boolean;
  readonly withoutVariants: boolean;
  /** Null for the command line. */
  readonly apiKeyId: string | null;
  /** It was asked for before, to be done at a time. */
  readonly isScheduled: boolean;
  readonly [unit]: UnitOfWork;

  constructor(tenant: Tenant, access: Access, request: WriteRequest, now: string, newId: Ids) {
    super(tenant, 'all', access);
    this.now = now;
    this.newId = newId;
    this.priceUnit = request.priceUnit ?? 'rate_scale';
    this.idsOnly = request.idsOnly ?? false;
    this.withoutVariants = request.withoutVariants ?? false;
    this.apiKeyId = request.apiKeyId;
    this.isScheduled = request.isScheduled ?? false;
    this[unit] = { request, changes: new ChangeList() };
  }

  /** The `updatedAt` that follows `previous`: time never goes back, even when the clock does. */
  nextTimestamp(previous: string): string {
    return this.now > previous ? this.now : previous;
  }

  /** The object that the operation is about. Of a batch, the last call counts: its own. */
  about(objectId: string): void {
    this[unit].objectId = objectId;
  }
}

/** A write reads rows as they are stored, because it may change them. */
export const isWriter = (reader: Reader): reader is Writer => reader instanceof Writer;
