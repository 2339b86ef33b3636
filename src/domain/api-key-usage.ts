import { type ApiKeyUse, recordApiKeyUses } from '../db/records/api-key.ts';
import type { KeyHolder } from './api-key.ts';
import type { Store } from './operation.ts';

/** Last-used times are at most so much behind, and lost for as long when the process is killed. */
const PRECISION_MS = 5 * 60 * 1000;
const KEYS_A_TRANSACTION = 100;

export interface KeyUsage {
  /** Notes that the key was used. Costs no write. */
  seen(holder: Pick<KeyHolder, 'apiKeyId' | 'tenant'>): void;
  /**
   * Writes down what was noted. Never fails: a failure is reported, and tried again the next time.
   */
  flush(): Promise<void>;
}

/**
 * When keys were last used: gathered in memory, and written at most once a key in each stretch of
 * the precision.
 */
export const createKeyUsage = (
  store: Store,
  report: (failure: unknown) => void,
  precisionMs = PRECISION_MS,
): KeyUsage => {
  let uses = new Map<string, ApiKeyUse>();
  let timer: NodeJS.Timeout | undefined;

  const record = async (batch: ApiKeyUse[]): Promise<void> => {
    try {
      await recordApiKeyUses(store, batch);
    } catch (failure) {
      for (const use of batch) if (!uses.has(use.apiKeyId)) uses.set(use.apiKeyId, use);
      report(failure);
    }
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // Always in the same order, so that processes which write the same keys do not lock each other
    // out.
    const seen = [...uses.values()].sort((a, b) => (a.apiKeyId < b.apiKeyId ? -1 : 1));
    uses = new Map();
    for (let start = 0; start < seen.length; start += KEYS_A_TRANSACTION)
      await record(seen.slice(start, start + KEYS_A_TRANSACTION));
  };

  return {
    seen: ({ apiKeyId, tenant }) => {
      uses.set(apiKeyId, { tenantId: tenant.id, apiKeyId, at: store.clock() });
      timer ??= setTimeout(flush, precisionMs).unref();
    },
    flush,
  };
};
