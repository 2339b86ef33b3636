export { isMigrated } from '../db/engine/migrate.ts';
