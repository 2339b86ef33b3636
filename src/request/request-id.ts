import { randomFillSync } from 'node:crypto';
import { withoutSecrets } from '../secrets.ts';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

const ID_BYTES = 16;
/** Random bytes for many ids, fetched in one go: that costs more than to write them down. */
const bytes = Buffer.alloc(ID_BYTES * 512);
let spent = bytes.length;

export const newRequestId = (): string => {
  if (spent === bytes.length) {
    randomFillSync(bytes);
    spent = 0;
  }
  spent += ID_BYTES;
  return `req_${bytes.toString('hex', spent - ID_BYTES, spent)}`;
};

/**
 * What the client calls its request, where that is sane. A key that was put there by mistake is
 * taken out.
 */
export const clientRequestIdOf = (given: string | undefined): string | undefined =>
  given && SANE.test(given) ? withoutSecrets(given) : undefined;
