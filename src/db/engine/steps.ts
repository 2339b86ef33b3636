import { sql } from 'kysely';
import { migrations } from '../../../migrations/index.ts';
import type { Dialect, Engine } from './engine.ts';

export const latestStep = migrations.at(-1)?.name ?? '';

/** Names of the steps that a database has taken; none where there is no catalogue. */
export const stepsTaken = async ({
  maintenance,
  sql: { hasTable },
}: Pick<Engine, 'maintenance'> & { sql: Pick<Dialect, 'hasTable'> }) => {
  const { rows: found } = await sql<{ exists: boolean | number }>`
    select ${hasTable('kysely_migration')} as "exists"`.execute(maintenance);
  if (!found[0]?.exists) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
    maintenance,
  );
  return rows.map(({ name }) => name);
};

export const pendingSteps = (taken: readonly string[]) =>
  migrations.filter(({ name }) => !taken.includes(name));

const unknownSteps = (taken: readonly string[]): string[] =>
  taken.filter((step) => migrations.every(({ name }) => name !== step));

/** How a database differs from the tables that this version knows. */
export const missingSteps = (
  taken: readonly string[],
): { pending: string[]; unknown: string[] } => ({
  pending: pendingSteps(taken).map(({ name }) => name),
  unknown: unknownSteps(taken),
});

/** The database has exactly the tables that this version knows. */
export const isCurrent = (taken: readonly string[]): boolean =>
  pendingSteps(taken).length === 0 && unknownSteps(taken).length === 0;

export const refuseNewer = (taken: readonly string[]): void => {
  const [unknown] = unknownSteps(taken);
  if (unknown)
    throw new Error(
      `the database belongs to a newer version: it has taken the step ${unknown}, which this version does not know. Run that version, or restore a backup of before the upgrade`,
    );
};

/** The first step to come that processes of an older version would not survive. */
export const stepAgainstOlder = (taken: readonly string[]): string | undefined =>
  taken.length === 0 ? undefined : pendingSteps(taken).find(({ olderGoOn }) => !olderGoOn)?.name;

export const olderProcesses = (who: string, step: string): Error =>
  new Error(`${who}. Stop it before the upgrade: the step ${step} changes what it relies on`);
