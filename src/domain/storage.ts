export type { Load } from '../db/engine.ts';
export { isMigrated } from '../db/migrate.ts';
