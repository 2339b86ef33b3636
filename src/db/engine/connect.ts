import type { Engine, EngineOptions } from './engine.ts';

/**
 * `file:./data/plans.db` opens SQLite, `postgres://…` PostgreSQL. Only the one that is used is
 * loaded, for a quick start.
 */
export const connect = async (url: string, options: EngineOptions = {}): Promise<Engine> => {
  if (url.startsWith('file:')) {
    if (options.schema !== undefined)
      throw new Error('a schema is for PostgreSQL, and this is a file of SQLite');
    const { openSqlite } = await import('./sqlite.ts');
    return openSqlite(url.slice('file:'.length), options);
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(url, options);
  }
  throw new Error(
    `a database's address starts with file: or postgres:// (got ${url.slice(0, url.indexOf(':') + 1) || 'nothing'})`,
  );
};
