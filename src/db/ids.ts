import { randomBytes } from 'node:crypto';

export type Clock = () => Date;

const prefixes = {
  organization: 'org',
  tenant: 'tnt',
  apiKey: 'key',
  plan: 'pln',
  feature: 'ftr',
  price: 'pp',
  planGroup: 'plg',
  auditEntry: 'aud',
} as const;
export type Noun = keyof typeof prefixes;
export type Ids = (noun: Noun) => string;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = alphabet[Number(rest & 31n)] + text;
  return text;
};

/**
 * Prefixed ULIDs: 48 bits of time, 80 of chance. Ids of one process grow even within a millisecond and when the
 * clock steps back, so that ties in `created_at` are broken in the order of creation.
 */
export const createIds = (clock: Clock): Ids => {
  let last = 0n;
  return (noun) => {
    const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
    const fresh = (BigInt(clock().getTime()) << 80n) | random;
    last = fresh > last ? fresh : last + 1n + (random >> 48n);
    return `${prefixes[noun]}_${digits(last, 26)}`;
  };
};

/** The noun that an id names by its prefix; undefined for anything else. */
export const nounOf = (id: string): Noun | undefined =>
  (Object.keys(prefixes) as Noun[]).find((noun) => id.startsWith(`${prefixes[noun]}_`));
