import { ApiError } from '../errors.ts';

/** Turns work away while as much as `most` is under way: what is taken on shall be done quickly. */
export const createConcurrencyCap = (most: number): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
  let running = 0;
  return async (work) => {
    if (running >= most)
      throw new ApiError('service_unavailable', `More than ${most} requests at once.`, { retryAfter: 1 });
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
};
