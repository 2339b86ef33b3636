import { type GatewayResponse, jsonResponse } from '../response.ts';

/** Why the server should be sent no requests. */
type Obstacle = 'stopping' | 'database' | 'migrations';

export interface Readiness {
  respond(): Promise<GatewayResponse>;
  /** From now on the server is not ready, even if the database is. */
  stop(): void;
}

const PATIENCE_MS = 2_000;
const FRESH_MS = 1_000;

const within = <Result>(
  milliseconds: number,
  work: Promise<Result>,
  otherwise: Result,
): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, milliseconds, otherwise);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** The same answer for a second, so that the database is asked no more often. */
export const createReadiness = (isMigrated: () => Promise<boolean>): Readiness => {
  let isStopping = false;
  let known: Promise<Obstacle | undefined> | undefined;

  const ask = async (): Promise<Obstacle | undefined> => {
    const asked = isMigrated().then(
      (migrated) => (migrated ? undefined : 'migrations'),
      () => 'database' as const,
    );
    const obstacle = await within(PATIENCE_MS, asked, 'database');
    setTimeout(() => {
      known = undefined;
    }, FRESH_MS).unref();
    return obstacle;
  };

  return {
    respond: async () => {
      known ??= ask();
      const reason = isStopping ? 'stopping' : await known;
      if (!reason) return jsonResponse({ status: 'ready' });
      return jsonResponse({ status: 'unavailable', reason }, 503, { 'retry-after': '1' });
    },
    stop: () => {
      isStopping = true;
    },
  };
};
