import type { z } from 'zod';
import { type OperationOptions, operation } from '../db/write/operation.ts';
import type { Writer } from '../db/write/writer.ts';
import { namedById } from './reference.ts';

export type { Reader, Tenant } from '../db/read/reader.ts';
export type { Store } from '../db/store.ts';
export type { Guard, PriceUnit, WriteRequest, Writer } from '../db/write/writer.ts';
export { operation };

type Values<Schemas extends readonly z.ZodType[]> = {
  -readonly [Index in keyof Schemas]: z.output<Schemas[Index]>;
};

/**
 * An operation whose input names other objects: `takes` has the schema of each argument. Its effect
 * gets ids wherever the caller sent codes; a repeated request is compared with what was sent.
 */
export const operationOn = <const Takes extends readonly z.ZodType[], Result>(
  name: string,
  takes: Takes,
  effect: (writer: Writer, ...input: Values<Takes>) => Promise<Result>,
  options?: OperationOptions<Result>,
) => {
  const byId = namedById(takes);
  return operation(
    name,
    async (writer, ...input: Values<Takes>): Promise<Result> => {
      // The values are those of the same schemas.
      const values = writer.idsOnly ? input : ((await byId(writer, input)) as Values<Takes>);
      return effect(writer, ...values);
    },
    options,
  );
};
