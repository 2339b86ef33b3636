import type { Engine } from '../engine/engine.ts';
import { requireCurrent } from '../engine/migrate.ts';
import { auditInvariants } from './invariants.ts';

export interface Finding {
  /** Null where the storage itself is at fault. */
  invariant: number | null;
  finding: string;
  isWarning?: boolean;
}

/** What is damaged, what guards are missing, and which invariants are broken. */
export const check = async (engine: Engine): Promise<Finding[]> => {
  await requireCurrent(engine);
  const faults = (await engine.storageFaults()).map(inStorage);
  try {
    return [...faults, ...(await auditInvariants({ engine }))];
  } catch (failure) {
    // Tables that are damaged or missing cannot be read through.
    if (faults.length === 0) throw failure;
    return [...faults, inStorage(`the invariants were not audited: ${failure}`)];
  }
};

export const inStorage = (finding: string): Finding => ({ invariant: null, finding });
