import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The client's own, when it is sane; else a new one. */
export const requestIdOf = (given: string | undefined): string =>
  given && SANE.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
