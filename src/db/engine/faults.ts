import { ApiError } from '../../errors.ts';

/**
 * The storage cannot take the request now. Clients are told to come back; operators read the cause.
 */
export class StorageUnavailable extends ApiError {
  constructor(message: string, cause?: unknown) {
    super('service_unavailable', message, { cause, retryAfter: 1 });
  }
}

/** Pages of the storage cannot be read any more. Nothing that the server does would mend that. */
export class StorageDamaged extends Error {}

/** There is nothing at the address: the command has nothing to work on. */
export class NoDatabase extends Error {}

/**
 * The transaction was cut short from outside: another attempt may succeed. Whether it had committed
 * is not known.
 */
export class Interrupted extends StorageUnavailable {}
