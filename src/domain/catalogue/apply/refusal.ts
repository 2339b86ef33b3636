import { ApiError } from '../../../errors.ts';

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

/** Says of a refusal where in the file it belongs. */
export const at = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof ApiError && failure.type !== 'internal_error')
      throw new RefusedChange(path, failure);
    throw failure;
  }
};
