import type { Command } from 'commander';
import type { Engine } from '../db/engine.ts';
import { auditInvariants } from '../db/invariants.ts';
import { requireCurrent } from '../db/migrate.ts';
import { withExisting } from './store.ts';

interface Finding {
  /** Null where the storage itself is at fault. */
  invariant: number | null;
  finding: string;
  isWarning?: true;
}

export const addCheck = (program: Command): void => {
  program
    .command('check')
    .description('look for broken invariants and damaged storage; exits 1 when there is any finding but warnings')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const findings = await withExisting(check);
      if (json) console.log(JSON.stringify(findings));
      else console.log(findings.length > 0 ? findings.map(lineOf).join('\n') : 'No finding.');
      if (findings.some(({ isWarning }) => !isWarning)) process.exitCode = 1;
    });
};

const check = async (engine: Engine): Promise<Finding[]> => {
  await requireCurrent(engine);
  const faults = await engine.storageFaults();
  return [...faults.map((finding) => ({ invariant: null, finding })), ...(await auditInvariants({ engine }))];
};

const lineOf = ({ invariant, finding, isWarning }: Finding): string =>
  `${isWarning ? 'warning, ' : ''}${invariant === null ? 'storage' : `invariant ${invariant}`}: ${finding}`;
