import type { Command } from 'commander';
import type { Engine } from '../db/engine/engine.ts';
import { StorageDamaged } from '../db/engine/faults.ts';
import { requireCurrent } from '../db/engine/migrate.ts';
import { auditInvariants } from '../db/maintenance/invariants.ts';
import { withExisting } from './store.ts';

interface Finding {
  /** Null where the storage itself is at fault. */
  invariant: number | null;
  finding: string;
  isWarning?: boolean;
}

export const addCheck = (program: Command): void => {
  program
    .command('check')
    .description(
      'look for broken invariants and damaged storage; exits 1 when there is any finding but ' +
        'warnings',
    )
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const findings = await withExisting(check).catch(damageIn);
      if (json) console.log(JSON.stringify(findings));
      else console.log(findings.length > 0 ? findings.map(lineOf).join('\n') : 'No finding.');
      if (findings.some(({ isWarning }) => !isWarning)) process.exitCode = 1;
    });
};

const check = async (engine: Engine): Promise<Finding[]> => {
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

const inStorage = (finding: string): Finding => ({ invariant: null, finding });

/** Damage that keeps the database from being opened or read at all is a finding, too. */
const damageIn = (failure: unknown): Finding[] => {
  if (failure instanceof StorageDamaged) return [inStorage(failure.message)];
  throw failure;
};

const lineOf = ({ invariant, finding, isWarning }: Finding): string =>
  `${isWarning ? 'warning, ' : ''}${invariant === null ? 'storage' : `invariant ${invariant}`}: ${finding}`;
