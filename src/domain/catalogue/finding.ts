import type { Finding } from '../../db/tables.ts';

export type { Finding };
