import type { Engine, EngineOptions } from './engine.ts';
import { openSqlite } from './sqlite.ts';

/** `file:./data/plans.db` opens SQLite. */
export const connect = async (url: string, options: EngineOptions = {}): Promise<Engine> => {
  if (url.startsWith('file:')) return openSqlite(url.slice('file:'.length), options);
  throw new Error(`DATABASE_URL must start with file: (got ${url.slice(0, url.indexOf(':') + 1) || 'nothing'})`);
};
