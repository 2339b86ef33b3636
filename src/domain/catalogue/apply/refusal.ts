import type { z } from 'zod';
import { ApiError, fromZod } from '../../../errors.ts';
import { takeTurn } from '../turns.ts';

/** A part of a change set that an operation has refused. */
export class RefusedChange extends Error {
  /** Of the object in the file. */
  readonly path: string;
  readonly refusal: ApiError;

  constructor(path: string, refusal: ApiError) {
    super(`${path}: ${refusal.message}`);
    this.path = path;
    this.refusal = refusal;
  }
}

/** An input of an operation, held to the same schema as one of a client. */
export const checked = <Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
): z.output<Schema> => {
  const { data, error } = schema.safeParse(input);
  if (error) throw fromZod(error);
  return data;
};

/** Says of a refusal where in the file it belongs. Others get their turn before. */
export const at = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  await takeTurn();
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof ApiError && failure.type !== 'internal_error')
      throw new RefusedChange(path, failure);
    throw failure;
  }
};
