export type { Finding } from '../../db/tables.ts';
