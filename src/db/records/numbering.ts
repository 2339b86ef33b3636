import { sql } from 'kysely';
import { dialect, queries } from '../read/reader.ts';
import type { Writer } from '../write/writer.ts';

type Numbered =
  | 'plan.sort_order'
  | 'plan.public_sort_order'
  | 'feature.position'
  | 'feature_section.position';

/**
 * The ids get the numbers of their places, from `first` on. A one-statement swap would break a
 * unique index on the number on both engines: rows first have to get out of the way.
 */
export const number = async (
  writer: Writer,
  numbered: Numbered,
  ids: readonly string[],
  first = 0,
): Promise<void> => {
  const [table = '', column = ''] = numbered.split('.');
  const { asked, askFor } = writer[dialect];
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.lit(first)} + asked.place
    from ${asked(sql`${askFor(ids)}`)} as asked
    where ${sql.ref(`${table}.tenant_id`)} = ${writer.tenant.id}
      and ${sql.ref(`${table}.id`)} = asked.value
      and ${sql.ref(numbered)} <> ${sql.lit(first)} + asked.place`.execute(writer[queries]);
};
