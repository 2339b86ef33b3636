import { type Kysely, sql } from 'kysely';
import type { Ddl } from './ddl.ts';

/** As the gateway folds names since this step. */
const fold = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');

interface Row {
  tenant_id: string;
  id: string;
  name: string;
  is_deleted: number;
}

/**
 * Names of features differ by more than case, width or normalization. Of those that do not, later
 * ones stay as they are.
 */
export const up = async (db: Kysely<unknown>, ddl: Ddl): Promise<void> => {
  await sql.raw(`alter table feature add column folded_name ${ddl.text}`).execute(db);
  const { rows } = await sql<Row>`
    select tenant_id, id, name, case when deleted_at is null then 0 else 1 end as is_deleted
    from feature order by created_at, id`.execute(db);
  const taken = new Set<string>();
  for (const { tenant_id, id, name, is_deleted } of rows) {
    const folded = fold(name);
    const key = `${tenant_id} ${folded}`;
    const isRepeated = is_deleted === 0 && taken.has(key);
    if (is_deleted === 0) taken.add(key);
    await sql`update feature set folded_name = ${isRepeated ? `${folded} ${id}` : folded}
      where tenant_id = ${tenant_id} and id = ${id}`.execute(db);
  }
  for (const statement of [
    'create unique index feature_folded_name on feature (tenant_id, folded_name) where deleted_at is null',
    ...(['insert', 'update'] as const).flatMap((on) =>
      ddl.refuse({
        name: `feature_${on}_has_folded_name`,
        on,
        table: 'feature',
        when: 'new.folded_name is null',
        because: 'a feature has a folded name',
      }),
    ),
  ])
    await sql.raw(statement).execute(db);
};
