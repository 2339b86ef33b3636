export type { Reader, Tenant } from '../db/read/reader.ts';
export type { Store } from '../db/store.ts';
export { operation } from '../db/write/operation.ts';
export type { Guard, PriceUnit, WriteRequest, Writer } from '../db/write/writer.ts';
