import { queries } from '../read/reader.ts';
import { childrenFirst, planRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

/**
 * Removes all that the catalogue consists of, deleted and archived rows and change sets included.
 * Answers how many rows of each type there were. What idempotency keys led to goes, too: repeated,
 * it would tell of objects that are gone.
 */
export const removeCatalogue = async (writer: Writer): Promise<Record<string, number>> => {
  const removed: Record<string, number> = {};
  for (const rows of childrenFirst) {
    const count = await rows.removeAll(writer, rows === planRows ? 'based_on_plan_id' : undefined);
    if (count > 0) removed[rows.type] = count;
  }
  await writer[queries]
    .deleteFrom('idempotency_record')
    .where('tenant_id', '=', writer.tenant.id)
    .execute();
  await writer[queries]
    .updateTable('tenant')
    .set({ next_change_at: null })
    .where('id', '=', writer.tenant.id)
    .where('next_change_at', 'is not', null)
    .execute();
  return removed;
};
