export { operation } from '../db/operation.ts';
export type {
  Guard,
  PriceUnit,
  Reader,
  Store,
  Tenant,
  WriteRequest,
  Writer,
} from '../db/session.ts';
