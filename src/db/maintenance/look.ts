import { type Kysely, sql } from 'kysely';
import { connect } from '../engine/connect.ts';
import type { Dialect } from '../engine/engine.ts';
import { isCurrent, missingSteps, stepsTaken } from '../engine/steps.ts';
import type { Tables } from '../tables.ts';

/** What a look into a database tells, without a change to it. */
export interface Look {
  /** Of the engine. */
  version: string;
  /** How the tables differ from those of this version; undefined where there are none. */
  steps: { pending: string[]; unknown: string[] } | undefined;
  /** Keys with the scope admin that work; undefined where the tables are of another version. */
  adminKeys: number | undefined;
  /** The newest time in the audit log. */
  lastWriteAt: string | undefined;
  /** How far its clock is ahead of this process's; undefined where it has none of its own. */
  clockAheadMs: number | undefined;
}

interface Place {
  url: string;
  schema: string | undefined;
}

export const lookAt = async ({ url, schema }: Place): Promise<Look> => {
  if (url.startsWith('file:')) {
    const { library, lookInto } = await import('../engine/sqlite-look.ts');
    const { dialect } = await import('../engine/sqlite.ts');
    const found = await lookInto(url.slice('file:'.length), (db) => contents(db, dialect));
    return { ...found, version: `SQLite ${library().version}`, clockAheadMs: undefined };
  }
  const engine = await connect(url, { poolSize: 2, schema });
  try {
    const asked = Date.now();
    const { rows } = await sql<{ version: string; now: number }>`
      select current_setting('server_version') as version,
        (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(engine.reading);
    const answered = Date.now();
    const [{ version = '', now = answered } = {}] = rows;
    return {
      ...(await contents(engine.reading, engine.sql)),
      version: `PostgreSQL ${version}`,
      clockAheadMs: now - (asked + answered) / 2,
    };
  } finally {
    await engine.close();
  }
};

const contents = async (
  db: Kysely<Tables>,
  dialect: Pick<Dialect, 'hasTable'>,
): Promise<Pick<Look, 'steps' | 'adminKeys' | 'lastWriteAt'>> => {
  const taken = await stepsTaken({ maintenance: db, sql: dialect });
  if (taken.length === 0) return { steps: undefined, adminKeys: undefined, lastWriteAt: undefined };
  const steps = missingSteps(taken);
  if (!isCurrent(taken)) return { steps, adminKeys: undefined, lastWriteAt: undefined };
  const { keys } = await db
    .selectFrom('api_key')
    .select(({ fn }) => fn.countAll<number>().as('keys'))
    .where('scope', '=', 'admin')
    .where('revoked_at', 'is', null)
    .where(({ or, eb }) =>
      or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date().toISOString())]),
    )
    .executeTakeFirstOrThrow();
  const { last } = await db
    .selectFrom('audit_log')
    .select(({ fn }) => fn.max('at').as('last'))
    .executeTakeFirstOrThrow();
  return { steps, adminKeys: Number(keys), lastWriteAt: last ?? undefined };
};
