import { randomFillSync } from 'node:crypto';

export type Clock = () => Date;

const prefixes = {
  organization: 'org',
  tenant: 'tnt',
  apiKey: 'key',
  plan: 'pln',
  feature: 'ftr',
  featureSection: 'fse',
  price: 'pp',
  planGroup: 'plg',
  planFeature: 'plf',
  market: 'pmg',
  changeSet: 'chs',
  auditEntry: 'aud',
} as const;
export type Noun = keyof typeof prefixes;
export type Ids = (noun: Noun) => string;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = (value: bigint, length: number): string => {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n)
    text = alphabet[Number(rest & 31n)] + text;
  return text;
};

/**
 * 80 bits of chance at a time, drawn from the system for many times at once: that costs more than
 * all else of an id.
 */
const createChance = (): (() => bigint) => {
  const pool = Buffer.alloc(10 * 100);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const chance = BigInt(`0x${pool.toString('hex', used, used + 10)}`);
    used += 10;
    return chance;
  };
};

/**
 * Prefixed ULIDs: 48 bits of time, 80 of chance. Ids of one process grow even within a millisecond
 * and when the clock steps back, so that ties in `created_at` are broken in the order of creation.
 */
export const createIds = (clock: Clock): Ids => {
  const draw = createChance();
  let last = 0n;
  return (noun) => {
    const random = draw();
    const fresh = (BigInt(clock().getTime()) << 80n) | random;
    last = fresh > last ? fresh : last + 1n + (random >> 48n);
    return `${prefixes[noun]}_${digits(last, 26)}`;
  };
};

export const prefixOf = (noun: Noun): string => `${prefixes[noun]}_`;

/** The noun that an id names by its prefix; undefined for anything else. */
export const nounOf = (id: string): Noun | undefined =>
  (Object.keys(prefixes) as Noun[]).find((noun) => id.startsWith(prefixOf(noun)));
