import type { ZodError } from 'zod';

/**
 * Every failure that a client may see. REST envelopes, GraphQL types, OpenAPI and the error pages
 * all read this table.
 */

interface Failure {
  type:
    | 'validation_error'
    | 'authentication_error'
    | 'not_found_error'
    | 'conflict_error'
    | 'rate_limit_error'
    | 'internal_error';
  status: number;
  meaning: string;
  remedy: string;
}

export const catalogue = {
  validation_error: {
    type: 'validation_error',
    status: 400,
    meaning: 'A field, a value or a combination of values is not allowed.',
    remedy:
      'Read `details`: each entry names a field and what is wrong with it. Correct the request ' +
      'and send it again.',
  },
  query_too_complex: {
    type: 'validation_error',
    status: 400,
    meaning:
      'The GraphQL request is beyond one of the limits of this server: its length, its shape, a ' +
      'list in it, its cost, or the size of its answer.',
    remedy:
      'Read `extensions`: `limit` is what is allowed, `reached` what was asked for. Ask for ' +
      'smaller pages or fewer fields, or in several requests.',
  },
  document_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No trusted GraphQL document has this id or hash.',
    remedy:
      'Check the id; documents are approved by the operator of this server, in the file that ' +
      '`TRUSTED_DOCUMENTS` names.',
  },
  // Written as Apollo's clients know them: they send the text instead, or stop asking by hash.
  PERSISTED_QUERY_NOT_FOUND: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No trusted GraphQL document has the hash in `extensions.persistedQuery`.',
    remedy:
      'Send the text of the document; clients with automatic persisted queries do so by ' +
      'themselves.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    type: 'not_found_error',
    status: 404,
    meaning:
      'This server has no trusted GraphQL documents, so that `extensions.persistedQuery` can name ' +
      'none.',
    remedy:
      'Send the text of the document, or let the operator approve documents with ' +
      '`TRUSTED_DOCUMENTS`.',
  },
  invalid_json: {
    type: 'validation_error',
    status: 400,
    meaning: 'The request body is not JSON.',
    remedy: 'Send a body that a JSON parser accepts, with `Content-Type: application/json`.',
  },
  unauthorized: {
    type: 'authentication_error',
    status: 401,
    meaning:
      'The request carries no valid API key: none was sent, or it is unknown, expired or revoked.',
    remedy: 'Send a key in the `x-api-key` header, or as `Authorization: Bearer <key>`.',
  },
  forbidden: {
    type: 'authentication_error',
    status: 403,
    meaning:
      'The key is valid, but does not allow this: its scope is too small, or it is a publishable ' +
      'key, which shows no metadata and no margin and works only in web pages of its origins.',
    remedy:
      'Use a key with the scope that the message names (admin includes all others, write ' +
      'includes read), or a secret key on a server. Name the origin of a page when its publishable key ' +
      'is created.',
  },
  not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'There is nothing under this address or id.',
    remedy:
      'Check the path and the id. Ids of another organization or of the other mode answer like ' +
      'missing ones.',
  },
  plan_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No live plan has this id in the organization and mode of the key.',
    remedy:
      'List the plans with the same key and use an id from there. A deleted plan cannot be used ' +
      'again.',
  },
  feature_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No live feature has this id or code, or the feature is not attached to the plan.',
    remedy: 'List the features with the same key, or attach the feature to the plan first.',
  },
  feature_limit_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'The feature has no limit with this code.',
    remedy: 'Define the limit with `setFeatureLimits` first, or use the code of one of its limits.',
  },
  feature_section_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No section of features has this id or code.',
    remedy: 'List the sections with the same key and use an id or code from there.',
  },
  plan_group_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No plan group has this id in the organization and mode of the key.',
    remedy: 'List the plan groups with the same key and use an id from there.',
  },
  price_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'The plan has no live price with this id.',
    remedy: 'Read the plan and use the id of one of its prices.',
  },
  exchange_rate_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'The plan has no exchange rate in this currency.',
    remedy: 'Set the rate with `setExchangeRate` first, or use the currency of one that is set.',
  },
  unit_price_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'The price has no unit price of its own for this feature.',
    remedy: 'Read `unitPrices` of the price; one with `isOverage` is the overage of the feature.',
  },
  market_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No live market has this id or code.',
    remedy: 'List the markets with the same key and use an id or code from there.',
  },
  market_group_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No live market has this id. What `market_not_found` is called in 2026-07-24.',
    remedy: 'List the market groups with the same key and use an id from there.',
  },
  change_set_not_found: {
    type: 'not_found_error',
    status: 404,
    meaning: 'No change set has this id.',
    remedy: 'List the change sets with the same key and use an id from there.',
  },
  endpoint_not_available: {
    type: 'not_found_error',
    status: 404,
    meaning: 'The endpoint exists, but not in the API version of this request.',
    remedy: 'Send a `Commet-Version` header with one of the versions that the message names.',
  },
  method_not_allowed: {
    type: 'validation_error',
    status: 405,
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  not_acceptable: {
    type: 'validation_error',
    status: 406,
    meaning: 'The answer exists in none of the media types that the request accepts.',
    remedy: 'Name one of the types in the message in `Accept`, or send no `Accept`.',
  },
  payload_too_large: {
    type: 'validation_error',
    status: 413,
    meaning: 'The request body is larger than the server accepts.',
    remedy: 'Send less at once; the message names the limit.',
  },
  unsupported_media_type: {
    type: 'validation_error',
    status: 415,
    meaning: 'The request body is not declared as JSON.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  duplicate: {
    type: 'conflict_error',
    status: 409,
    meaning: 'A value that must be unique is taken, or the thing exists already.',
    remedy: 'Choose another value for the field in `param`, or update the existing object.',
  },
  feature_already_exists: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'A feature with this code or name exists, or the feature is attached to the plan already.',
    remedy: 'Choose another code or name, or update the existing feature.',
  },
  feature_in_use: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'The feature is attached to a live plan, or a limit of another feature is counted per unit ' +
      'of it. Or the limit that was left out is used by a plan.',
    remedy: 'Remove the feature or the limit from what uses it first.',
  },
  market_in_use: {
    type: 'conflict_error',
    status: 409,
    meaning: 'A live price has an amount of its own in the market.',
    remedy:
      'Take the market out of `marketPrices` of each price first: of variants, then of the prices ' +
      'that they inherit from.',
  },
  market_group_in_use: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'A live price has an amount of its own in the market. What `market_in_use` is called in ' +
      '2026-07-24.',
    remedy: 'Take the market out of `marketPrices` of each price first.',
  },
  price_in_use: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'The price has variants. Or the market price that was left out is one that a variant of the ' +
      'price overrides.',
    remedy: 'Delete the variants first, or take the market out of theirs.',
  },
  no_prices_configured: {
    type: 'conflict_error',
    status: 409,
    meaning: 'The plan has no live price that regional pricing could be derived from.',
    remedy: 'Add a price to the plan first.',
  },
  base_currency_in_use: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'The organization has amounts in its base currency, live or sandbox: a price (archived and ' +
      'deleted ones count), an overage, or an exchange rate.',
    remedy:
      'Set the base currency before the first price, or create another organization for the other ' +
      'currency.',
  },
  organization_name_taken: {
    type: 'conflict_error',
    status: 409,
    meaning: 'Another organization has the name.',
    remedy: 'Choose another name, or rename the other organization first.',
  },
  idempotency_key_mismatch: {
    type: 'conflict_error',
    status: 409,
    meaning:
      'The idempotency key was used for another operation or other input within the last 24 hours.',
    remedy:
      'Use a new key for a new request; repeat a request unchanged to read its outcome again.',
  },
  idempotency_in_progress: {
    type: 'conflict_error',
    status: 409,
    meaning: 'The first request with this idempotency key is still running.',
    remedy: 'Wait a moment and repeat the request with the same key.',
  },
  precondition_failed: {
    type: 'conflict_error',
    status: 412,
    meaning:
      'The request carries `If-Match` or `If-None-Match`, and the object is not in the state that ' +
      'it asks for. Nothing was written.',
    remedy:
      'Read the object again with the same key and version, and repeat the request with the ' +
      '`ETag` of that answer.',
  },
  change_set_stale: {
    type: 'conflict_error',
    status: 412,
    meaning: 'What a change set touches has changed since it was made, or the hash is another one.',
    remedy:
      'Create the change set again from the same document, look at its changes, and apply it.',
  },
  change_set_not_open: {
    type: 'conflict_error',
    status: 409,
    meaning: 'The change set has a status in which this cannot be done.',
    remedy: 'Apply, schedule and discard drafts; unschedule a scheduled set first.',
  },
  change_set_not_revertible: {
    type: 'conflict_error',
    status: 409,
    meaning: 'A later write has changed the same fields as the change set.',
    remedy: 'The message names the paths. Undo the later write first, or change them by hand.',
  },
  catalogue_invalid: {
    type: 'conflict_error',
    status: 409,
    meaning: 'The catalogue that a change set leads to breaks a rule.',
    remedy: 'Read the findings of the change set, mend the document, and create another one.',
  },
  precondition_required: {
    type: 'validation_error',
    status: 428,
    meaning: 'The request has to say which state it has seen, in the header `If-Match`.',
    remedy: 'Send `If-Match` with the `hash` of the change set in quotes.',
  },
  revision_mismatch: {
    type: 'conflict_error',
    status: 412,
    meaning:
      'The mutation names an `expectedRevision`, and the object has changed since. Nothing was ' +
      'written.',
    remedy:
      'Read the object again, and repeat the mutation with its `revision`; `currentRevision` of ' +
      'the error is what it was at that moment.',
  },
  rate_limited: {
    type: 'rate_limit_error',
    status: 429,
    meaning: 'Too many requests in a short time.',
    remedy: 'Wait for the number of seconds in `Retry-After` and try again.',
  },
  internal_error: {
    type: 'internal_error',
    status: 500,
    meaning: 'The server failed. Nothing was changed by the request.',
    remedy: 'Try again; if it persists, give the request id to the operator of this server.',
  },
  timeout: {
    type: 'internal_error',
    status: 503,
    meaning: 'The server stopped the GraphQL request because it took too long.',
    remedy:
      'Ask for smaller pages, fewer counts or narrower filters, or in several requests. A ' +
      'mutation whose field is null with this error may have been carried out: repeat it with ' +
      'the same idempotency key.',
  },
  service_unavailable: {
    type: 'internal_error',
    status: 503,
    meaning: 'The server cannot take the request now: it is overloaded, starting or stopping.',
    remedy:
      'Wait for the number of seconds in `Retry-After` and try again, with the same idempotency ' +
      'key.',
  },
} as const satisfies Record<string, Failure>;

export type ErrorCode = keyof typeof catalogue;
type CodeOf<Type extends Failure['type']> = {
  [Code in ErrorCode]: (typeof catalogue)[Code]['type'] extends Type ? Code : never;
}[ErrorCode];

export interface ErrorDetail {
  /** Dotted path from the input, e.g. `overrides.0.currency`. */
  field: string;
  message: string;
}

interface ErrorOptions {
  param?: string | undefined;
  details?: ErrorDetail[];
  /** Seconds until another attempt is worth it. */
  retryAfter?: number;
  cause?: unknown;
}

/** What an answer lists at most: errors of a GraphQL request, and `details` of one error. */
export const MOST_ERRORS = 10;

const LONGEST_MESSAGE = 300;
const LONGEST_NAME = 200;

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…`.toWellFormed() : text;

/**
 * Clients choose names and values that messages quote. A long one loses its middle: what it is
 * about, and what is wrong, stay.
 */
export const shortMessage = (message: string): string =>
  message.length > LONGEST_MESSAGE
    ? `${cut(message, LONGEST_NAME)}${message.slice(LONGEST_NAME - LONGEST_MESSAGE)}`.toWellFormed()
    : message;

const shortDetails = (details: readonly ErrorDetail[]): ErrorDetail[] =>
  details.slice(0, MOST_ERRORS).map(({ field, message }) => ({
    field: cut(field, LONGEST_NAME),
    message: shortMessage(message),
  }));

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly details: ErrorDetail[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { param, details, retryAfter, cause }: ErrorOptions = {},
  ) {
    super(shortMessage(message), { cause });
    this.name = new.target.name;
    this.code = code;
    this.param = param && cut(param, LONGEST_NAME);
    this.details = details && shortDetails(details);
    this.retryAfter = retryAfter;
  }

  get type(): Failure['type'] {
    return catalogue[this.code].type;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  /** Headers of the response. */
  get headers(): Record<string, string> {
    return this.retryAfter === undefined ? {} : { 'retry-after': String(this.retryAfter) };
  }
}

export class ValidationError extends ApiError {
  declare readonly details: ErrorDetail[];

  constructor(details: ErrorDetail[], cause?: unknown) {
    const [first] = details;
    super(
      'validation_error',
      first ? `${first.field}: ${first.message}` : 'The request is not valid.',
      {
        param: first?.field,
        details,
        cause,
      },
    );
  }
}

export class NotFoundError extends ApiError {
  constructor(
    code: CodeOf<'not_found_error'>,
    param?: string,
    message: string = catalogue[code].meaning,
  ) {
    super(code, message, { param });
  }
}

export class ConflictError extends ApiError {
  /** Of the object that has changed; undefined for other conflicts. */
  readonly currentRevision: number | undefined;

  constructor(
    code: CodeOf<'conflict_error'>,
    message: string,
    param?: string,
    currentRevision?: number,
  ) {
    super(code, message, { param });
    this.currentRevision = currentRevision;
  }
}

export class ForbiddenError extends ApiError {
  constructor(message: string) {
    super('forbidden', message);
  }
}

/** A GraphQL request beyond one of the limits, with the figure that it reached. */
export class LimitExceeded extends ApiError {
  readonly limit: number;
  readonly reached: number;

  constructor(subject: string, limit: number, reached: number, param?: string) {
    super('query_too_complex', `${subject}; the limit is ${limit}.`, { param });
    this.limit = limit;
    this.reached = reached;
  }
}

/** A GraphQL request that took longer than it may. */
export class Timeout extends ApiError {
  constructor(seconds: number) {
    super('timeout', `The request took longer than ${seconds} s.`);
  }
}

export class MethodNotAllowed extends ApiError {
  readonly #allowed: readonly string[];

  constructor(allowed: readonly string[], what = 'This path') {
    super('method_not_allowed', `${what} takes ${allowed.join(', ')} only.`);
    this.#allowed = allowed;
  }

  override get headers(): Record<string, string> {
    return { allow: this.#allowed.join(', ') };
  }
}

/** An error that was written down, as it was thrown. */
export const restore = ({
  code,
  message,
  param,
  currentRevision,
}: {
  code: ErrorCode;
  message: string;
  param?: string | undefined;
  currentRevision?: number | undefined;
}): ApiError => {
  const is = <Type extends Failure['type']>(type: Type, found: ErrorCode): found is CodeOf<Type> =>
    catalogue[found].type === type;
  if (is('not_found_error', code)) return new NotFoundError(code, param, message);
  if (is('conflict_error', code)) return new ConflictError(code, message, param, currentRevision);
  return new ApiError(code, message, { param });
};

/** One offending field. */
export const invalid = (field: string, message: string): ValidationError =>
  new ValidationError([{ field, message }]);

/**
 * What a zod schema refused, as one of ours. `skip` drops the leading path steps that the client
 * did not write.
 */
export const fromZod = (error: ZodError, skip = 0): ValidationError =>
  new ValidationError(
    error.issues
      .slice(0, MOST_ERRORS)
      .map(({ path, message }) => ({ field: path.slice(skip).join('.'), message })),
    error,
  );

/**
 * Anything thrown → a failure that a client may see. What is not ours is an internal error that
 * tells nothing.
 */
export const toApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError
    ? thrown
    : new ApiError('internal_error', 'Something went wrong on the server.', { cause: thrown });
