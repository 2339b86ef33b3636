export { operation } from '../db/operation.ts';
export type { Reader, Store, Tenant, WriteRequest, Writer } from '../db/session.ts';
