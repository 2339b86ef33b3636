import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { found, record } from '../read/lookup.ts';
import { columns, listed } from '../read/nested.ts';
import { queries, type Reader, type Source, type Tenant } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import type { Store } from '../store.ts';
import { type ChangeSet, changeSet } from '../tables.ts';
import { changeSetRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

const changeSets = (source: Source) =>
  source[queries]
    .selectFrom('change_set')
    .where('change_set.tenant_id', '=', source.tenant.id)
    .$if(source.audience === 'public', (all) => all.where(sql<boolean>`1 = 0`));

export const changeSetById = record(changeSet, changeSets);

const findChangeSets = found(changeSetById);

export const findChangeSet = async (reader: Reader, id: string): Promise<ChangeSet | undefined> =>
  (await findChangeSets(reader, [id]))[0];

/** To be written. */
export const storedChangeSet = async (
  writer: Writer,
  id: string,
): Promise<ChangeSet | undefined> => {
  const image = await changeSetRows.find(writer, id);
  return image && changeSetRows.record(image);
};

/** Newest first. */
export const listChangeSets = (reader: Reader, spec: PageSpec): MaybePromise<ChangeSet[]> =>
  listed(reader, paginate(changeSets(reader), byCreation, spec, true), columns(reader, changeSet));

export const countChangeSets = (reader: Reader): Promise<number> =>
  countedAll(reader, changeSets(reader), byCreation);

export const insertChangeSet = (writer: Writer, added: ChangeSet): Promise<void> =>
  changeSetRows.insert(writer, [changeSet.fresh(added)]);

/** Keeps the time of the next scheduled set with the tenant. */
export const saveChangeSet = async (writer: Writer, changed: ChangeSet): Promise<ChangeSet> => {
  const before = await storedChangeSet(writer, changed.id);
  const [saved] = await changeSetRows.update(writer, [{ ...changed }]);
  if ([before?.status, changed.status].includes('scheduled')) await noteNextChange(writer);
  return saved ? changeSetRows.record(saved) : changed;
};

const noteNextChange = async (writer: Writer): Promise<void> => {
  const { next } = await writer[queries]
    .selectFrom('change_set')
    .select(({ fn }) => fn.min('applies_at').as('next'))
    .where('tenant_id', '=', writer.tenant.id)
    .where('status', '=', 'scheduled')
    .executeTakeFirstOrThrow();
  await writer[queries]
    .updateTable('tenant')
    .set({ next_change_at: next })
    .where('id', '=', writer.tenant.id)
    .where((eb) =>
      next === null
        ? eb('next_change_at', 'is not', null)
        : eb.or([eb('next_change_at', 'is', null), eb('next_change_at', '<>', next)]),
    )
    .execute();
};

/** The scheduled sets of a tenant, by time, then by creation. */
const scheduled = ({ engine }: Store, tenant: Pick<Tenant, 'id'>) =>
  engine.reading
    .selectFrom('change_set')
    .where('tenant_id', '=', tenant.id)
    .where('status', '=', 'scheduled')
    .orderBy('applies_at')
    .orderBy('created_at')
    .orderBy('id');

/** The first scheduled set whose time has come, and the key that scheduled it. */
export const findDueChangeSet = (
  store: Store,
  tenant: Pick<Tenant, 'id'>,
  now: string,
): Promise<{ id: string; hash: string; scheduledById: string | null } | undefined> =>
  scheduled(store, tenant)
    .where('applies_at', '<=', now)
    .select(['id', 'hash', 'scheduled_by_id as scheduledById'])
    .limit(1)
    .executeTakeFirst();

export const scheduledChangeSets = async (reader: Reader): Promise<ChangeSet[]> => {
  const rows = await changeSets(reader).where('status', '=', 'scheduled').selectAll().execute();
  return rows.map((row) => changeSet.record(changeSet.image(row)));
};

/** What time it is by the clock that all processes share. */
export const databaseTime = async ({ engine, clock, hasRealClock }: Store): Promise<string> => {
  const { now } = engine.sql;
  if (!now || !hasRealClock) return clock().toISOString();
  const { time } = await engine.reading.selectNoFrom(now.as('time')).executeTakeFirstOrThrow();
  return time;
};
