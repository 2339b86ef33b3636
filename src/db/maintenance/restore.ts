import { sql } from 'kysely';
import { migrations } from '../../../migrations/index.ts';
import { reasonOf } from '../../failures.ts';
import { connect } from '../engine/connect.ts';
import type { Engine } from '../engine/engine.ts';
import { migrate } from '../engine/migrate.ts';
import { stepsTaken } from '../engine/steps.ts';
import { check, type Finding } from './check.ts';

/** What is in a backup, as far as it decides whether it is the one that is meant. */
export interface BackupFacts {
  organizations: number;
  plans: number;
  /** Undefined where nothing was ever written. */
  lastWriteAt: string | undefined;
}

export interface Restored extends BackupFacts {
  path: string;
  /** The name of what was there before; undefined where nothing was. */
  aside: string | undefined;
  /** The steps that brought an older backup to today's tables. */
  steps: string[];
}

export interface RestoreSteps {
  /** A database that is not fit to be restored; nothing was changed. */
  onFindings(findings: readonly Finding[]): void;
  /** Whether to go on. */
  confirm(facts: BackupFacts, path: string): Promise<boolean>;
  /** The new file is in place. */
  onReplaced(): void;
}

/**
 * Puts a backup in the place of an SQLite database, which must be in nobody's use. All that may be
 * wrong with the backup is found in a copy, before the database is touched.
 */
export const restore = async (
  url: string,
  file: string,
  { onFindings, confirm, onReplaced }: RestoreSteps,
): Promise<Restored | undefined> => {
  const { Claim, copyBeside, placeOf, removeFiles } = await import('../engine/sqlite-restore.ts');
  const path = placeOf(url.slice('file:'.length));
  const claim = new Claim(path);
  try {
    const copy = copyBeside(file, path);
    try {
      const { steps, facts, findings } = await prepared(copy, file);
      onFindings(findings);
      const faults = findings.filter(({ isWarning }) => !isWarning).length;
      if (faults > 0)
        throw new Error(`${file} is not fit to be restored, and nothing was changed: see above`);
      if (!(await confirm(facts, path))) return undefined;
      const aside = claim.replaceWith(copy, new Date());
      onReplaced();
      return { ...facts, path, aside, steps };
    } finally {
      removeFiles(copy);
    }
  } finally {
    await claim.release();
  }
};

const firstStep = migrations[0]?.name ?? '';

/** Brings the copy to today's tables, and looks for anything that is wrong with it. */
const prepared = async (copy: string, file: string) => {
  const { faultsOf } = await import('../engine/sqlite-restore.ts');
  try {
    const [fault] = faultsOf(copy);
    if (fault) throw new Error(`SQLite finds it damaged: ${fault}`);
    const engine = await connect(`file:${copy}`, { mustExist: true });
    try {
      const taken = await stepsTaken(engine);
      if (!taken.includes(firstStep)) throw new Error('it is no database of Plans Gateway');
      const steps = await migrate(engine);
      return { steps, facts: await factsOf(engine), findings: await check(engine) };
    } finally {
      await engine.close();
    }
  } catch (failure) {
    throw new Error(`${file} cannot be restored: ${reasonOf(failure).replaceAll(copy, file)}`, {
      cause: failure,
    });
  }
};

const factsOf = async ({ reading }: Engine): Promise<BackupFacts> => {
  const { rows } = await sql<{ organizations: number; plans: number; last: string | null }>`
    select (select count(*) from organization) as organizations,
      (select count(*) from plan where deleted_at is null) as plans,
      (select max(at) from audit_log) as last`.execute(reading);
  const [{ organizations = 0, plans = 0, last = null } = {}] = rows;
  return { organizations, plans, lastWriteAt: last ?? undefined };
};
