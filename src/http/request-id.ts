import { randomFillSync } from 'node:crypto';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

const ID_BYTES = 16;
/** Random bytes for many ids, fetched in one go: that costs more than to write them down. */
const bytes = Buffer.alloc(ID_BYTES * 512);
let spent = bytes.length;

const newId = (): string => {
  if (spent === bytes.length) {
    randomFillSync(bytes);
    spent = 0;
  }
  spent += ID_BYTES;
  return `req_${bytes.toString('hex', spent - ID_BYTES, spent)}`;
};

/** The client's own, when it is sane; else a new one. */
export const requestIdOf = (given: string | undefined): string => (given && SANE.test(given) ? given : newId());
