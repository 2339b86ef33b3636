import { type SqlBool, sql, type Transaction } from 'kysely';
import type { Store } from '../store.ts';
import { operationsOfNoCatalogue, type Tables } from '../tables.ts';
import { withRetry } from '../write/retry.ts';

/** Bytes of entries that one transaction removes; a single entry may have more. */
const BYTES_A_SLICE = 2 ** 21;

/** Nothing is done to such a set any more, but to make another that reverts it. */
const closed = ['applied', 'discarded', 'failed'] as const;

export interface PageOfTenants {
  /** Those of the page that have something to purge. */
  ids: string[];
  /** The last tenant of the page; undefined after the last page. */
  last: string | undefined;
}

/** A closed set that is older and that no other one reverts. */
const oldSet = (before: string) =>
  sql<SqlBool>`status in (${sql.join(closed)}) and created_at < ${before} and updated_at < ${before}
    and not exists (select 1 from change_set r
      where r.tenant_id = change_set.tenant_id and r.revert_of_id = change_set.id)`;

/** Looks at so many tenants at once, so that nobody waits for long. */
export const tenantsToPurge = async (
  { engine }: Pick<Store, 'engine'>,
  before: string,
  { after, most }: { after: string | undefined; most: number },
): Promise<PageOfTenants> => {
  const { rows } = await sql<{ id: string; is_due: SqlBool | number }>`
    select t.id, ((
        exists (select 1 from audit_log a where a.tenant_id = t.id
          and a.sequence = t.audit_purged_through + 1 and a.at < ${before})
        and exists (select 1 from audit_log a where a.tenant_id = t.id
          and a.sequence > t.audit_purged_through + 1)
      ) or exists (select 1 from change_set where tenant_id = t.id and ${oldSet(before)})) as is_due
    from (select id, audit_purged_through from tenant where id > ${after ?? ''}
      order by id limit ${most}) t order by t.id`.execute(engine.reading);
  return {
    ids: rows.filter(({ is_due }) => Boolean(is_due)).map(({ id }) => id),
    last: rows.length < most ? undefined : rows.at(-1)?.id,
  };
};

/** One transaction of the tenant, in its turn. */
const inTenant = (
  { engine }: Pick<Store, 'engine'>,
  tenantId: string,
  purge: (transaction: Transaction<Tables>) => Promise<number>,
): Promise<number> => {
  const attempt = () =>
    engine.writing.transaction().execute(async (transaction) => {
      await engine.lockTenant(transaction, tenantId);
      return purge(transaction);
    });
  return engine.inTurn(tenantId, () => withRetry(attempt));
};

/**
 * Removes the oldest entries of a tenant in one transaction, at most so many, if they were written
 * before the time. The newest entry stays. Entries behind one that is younger by its clock stay,
 * too: the rest has no gaps. Answers how many it removed.
 */
export const purgeAuditEntries = (
  store: Pick<Store, 'engine'>,
  tenantId: string,
  before: string,
  most: number,
): Promise<number> =>
  inTenant(store, tenantId, async (transaction) => {
    const next = await transaction
      .selectFrom('audit_log')
      .innerJoin('tenant', 'tenant.id', 'audit_log.tenant_id')
      .select(['audit_log.sequence', 'audit_log.at', 'audit_log.operation'])
      .select(sizeOfEntry.as('size'))
      .where('audit_log.tenant_id', '=', tenantId)
      .whereRef('audit_log.sequence', '>', 'tenant.audit_purged_through')
      .orderBy('audit_log.sequence')
      .limit(most + 1)
      .execute();
    let bytes = 0;
    let count = 0;
    for (const { at, size } of next.slice(0, -1)) {
      bytes += size;
      if (at >= before || (count > 0 && bytes > BYTES_A_SLICE)) break;
      count += 1;
    }
    const purged = next.slice(0, count);
    const through = purged.at(-1)?.sequence;
    if (through === undefined) return 0;
    const revisions = purged.filter(({ operation: o }) => !operationsOfNoCatalogue.includes(o));
    await transaction
      .updateTable('tenant')
      .set((eb) => ({
        audit_purged_through: through,
        audit_purged_revision: eb('audit_purged_revision', '+', revisions.length),
      }))
      .where('id', '=', tenantId)
      .execute();
    for (const table of ['audit_log_object', 'audit_log'] as const)
      await transaction
        .deleteFrom(table)
        .where('tenant_id', '=', tenantId)
        .where('sequence', '<=', through)
        .execute();
    return count;
  });

const sizeOfEntry = sql<number>`coalesce(octet_length(audit_log.before), 0)
  + coalesce(octet_length(audit_log.after), 0) + coalesce(octet_length(audit_log.changes), 0)`;

/**
 * Removes change sets of a tenant that were closed before the time, at most so many. A set that
 * another one reverts stays until that one is gone. Answers how many it removed.
 */
export const purgeChangeSets = (
  store: Pick<Store, 'engine'>,
  tenantId: string,
  before: string,
  most: number,
): Promise<number> =>
  inTenant(store, tenantId, async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('change_set')
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('change_set')
          .select('id')
          .where('tenant_id', '=', tenantId)
          .where(oldSet(before))
          .orderBy('created_at')
          .limit(most),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
