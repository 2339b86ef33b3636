import type { z } from 'zod';
import type { Reader, Writer } from '../domain/operation.ts';
import type { ErrorCode } from '../errors.ts';
import type { ApiVersion } from '../vocabulary.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Route = `${Method} /${string}`;

type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamsOf<Rest>
  : never;

/** What an operation is called with. */
export interface Call<Params extends string, Body, Query> {
  readonly params: Record<Params, string>;
  readonly body: Body;
  readonly query: Query;
  readonly reader: Reader;
  /** Carries out the write of the request. */
  readonly write: <Result>(work: (writer: Writer) => Promise<Result>) => Promise<Result>;
}

/** Members of an object that no update changes. */
export interface Final<Params extends string> {
  readonly members: readonly string[];
  /** The object as it is. */
  read(reader: Reader, params: Record<Params, string>): Promise<unknown>;
}

interface Description<Body, Query> {
  readonly summary: string;
  /** The first version that has it; every version when left out. */
  readonly since?: ApiVersion;
  /**
   * The domain's input; an era whose wire differs puts a codec in its place. Left out where no body
   * is read.
   */
  readonly body?: z.ZodType<Body>;
  /** Of lists only. */
  readonly query?: z.ZodType<Query>;
  /** Errors in addition to those of every operation. */
  readonly errors?: readonly ErrorCode[];
}

// `run` and `read` are methods on purpose: TypeScript compares methods loosely, so that the handler
// may hold any operation.
export interface Operation<Params extends string, Body, Query, Result>
  extends Description<Body, Query> {
  readonly route: Route;
  /** Of updates: a body may repeat these members, but not change them. */
  readonly final?: Final<Params>;
  run(call: Call<Params, Body, Query>): Promise<Result>;
}

export const operation = <const R extends Route, Result, Body = undefined, Query = undefined>(
  route: R,
  rest: Omit<Operation<ParamsOf<R>, Body, Query, Result>, 'route'>,
): Operation<ParamsOf<R>, Body, Query, Result> => ({ route, ...rest });

/** A stretch of a list; more of it behind `nextCursor`. */
export class Rows<Row> {
  readonly items: Row[];
  readonly nextCursor: string | undefined;

  constructor(items: Row[], nextCursor: string | undefined) {
    this.items = items;
    this.nextCursor = nextCursor;
  }
}
