import type { Command } from 'commander';
import { StorageDamaged } from '../db/engine/faults.ts';
import { check, type Finding, inStorage } from '../db/maintenance/check.ts';
import { withExisting } from './store.ts';

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

/** Damage that keeps the database from being opened or read at all is a finding, too. */
const damageIn = (failure: unknown): Finding[] => {
  if (failure instanceof StorageDamaged) return [inStorage(failure.message)];
  throw failure;
};

export const lineOf = ({ invariant, finding, isWarning }: Finding): string =>
  `${isWarning ? 'warning, ' : ''}${invariant === null ? 'storage' : `invariant ${invariant}`}: ${finding}`;
