import type { Engine, EngineOptions } from './engine.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** `file:./data/plans.db` opens SQLite, `postgres://…` PostgreSQL. */
export const connect = async (url: string, options: EngineOptions = {}): Promise<Engine> => {
  if (url.startsWith('file:')) return openSqlite(url.slice('file:'.length), options);
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, options);
  throw new Error(
    `a database's address starts with file: or postgres:// (got ${url.slice(0, url.indexOf(':') + 1) || 'nothing'})`,
  );
};
