import type { z } from 'zod';
import type { PriceUnit, Reader } from '../../domain/operation.ts';
import type { ErrorCode } from '../../errors.ts';
import type { ApiVersion } from '../../vocabulary.ts';
import type { Details } from '../details.ts';
import type { Route, Rows } from '../operation.ts';
import type { OperationId, Operations } from '../routes.ts';
import type { Envelope } from './envelope.ts';

/** How an answer looks: its schema is what the reference shows, `fieldsOf` what clients get. */
export interface Answer<Row> {
  /** What the reference calls it. */
  readonly name: string;
  /** What it says of itself. */
  readonly object: string;
  readonly fields: z.ZodObject;
  fieldsOf(records: Row[], reader: Reader): Promise<object[]>;
  /** How many rows will be read for each record; undefined where none are. */
  readonly weigh?: Details<Row, unknown>['weigh'];
}

interface AnswerOf<Row, Shape extends z.ZodRawShape> {
  name: string;
  object: string;
  fields: z.ZodObject<Shape>;
  write(record: Row, baseCurrency: string): z.output<z.ZodObject<NoInfer<Shape>>>;
}

/** An answer that the record itself is enough for. */
export const answer = <Row, Shape extends z.ZodRawShape>({
  write,
  ...rest
}: AnswerOf<Row, Shape>): Answer<Row> => ({
  ...rest,
  fieldsOf: async (records, { tenant }) =>
    records.map((record) => write(record, tenant.baseCurrency)),
});

/** An answer that shows more than the record. */
export const gathered = <Row, Detail, Shape extends z.ZodRawShape>(
  { read, weigh }: Details<Row, Detail>,
  { write, ...rest }: AnswerOf<Detail, Shape>,
): Answer<Row> => ({
  ...rest,
  weigh,
  fieldsOf: async (records, reader) =>
    (await read(reader, records)).map((detail) => write(detail, reader.tenant.baseCurrency)),
});

type RowOf<Result> = Result extends Rows<infer Row> ? Row : Result;
type ResultOf<Id extends OperationId> = RowOf<Awaited<ReturnType<Operations[Id]['run']>>>;
type CodecOf<Id extends OperationId> = NonNullable<Operations[Id]['body']>;
/** A body whose prices count minor units of the base currency is another one for each. */
type BodyOf<Id extends OperationId> = CodecOf<Id> | ((baseCurrency: string) => CodecOf<Id>);

/**
 * How a stretch of versions writes what the operations mean. An era is written down as another one
 * with exceptions.
 */
export interface Era {
  /** Its first version; it lasts until the next era. */
  readonly since: ApiVersion;
  /** Where an operation is found elsewhere than `routes.ts` says. */
  readonly routes: { readonly [Id in OperationId]?: Route };
  /** Where a body differs from the domain's input: a codec from one to the other. */
  readonly bodies: { readonly [Id in OperationId]?: BodyOf<Id> };
  /** Errors of an operation in addition to those that `routes.ts` lists. */
  readonly errors: { readonly [Id in OperationId]?: readonly ErrorCode[] };
  readonly answers: { readonly [Id in OperationId]: Answer<ResultOf<Id>> };
  readonly envelope: Envelope;
  readonly priceUnit: PriceUnit;
  /** Knows prices in markets, and variants of prices. */
  readonly hasMarkets: boolean;
  /** What an error of ours is called, where the era has another name for it. */
  readonly codes?: { readonly [Code in ErrorCode]?: ErrorCode };
  /**
   * Puts `object` and `livemode` where the era has them, if it does: into an answer, or into its
   * schema.
   */
  stamp<Stamp extends object, Fields extends object>(stamp: Stamp, fields: Fields): Fields;
  /** The name of an input field, given the domain's. */
  fieldName(param: string): string;
}
