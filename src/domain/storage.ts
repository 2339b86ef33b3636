export { isMigrated } from '../db/migrate.ts';
