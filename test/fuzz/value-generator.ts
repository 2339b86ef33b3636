import { regionalCurrencies } from '../../src/vocabulary.ts';
import type { Random } from '../model/random.ts';
import { anyMetadata } from '../model/words.ts';
import { hostileText } from './hostile.ts';
import type { Ids, Prefix, Tenants } from './tenants.ts';

const codes = [
  'pro',
  'free',
  'scale',
  'team',
  'x',
  '0',
  'calls',
  'seats',
  'storage',
  'sso',
  'tokens',
  'mail',
  'team_2',
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
];
const amounts = [0, 0, 1, 49, 9_900, 290_000, 2_147_483_647, 9_007_199_254_740_991];

const prefixOf = (name: string, owner: string): Prefix => {
  if (/^plan(s|Id|Ids)?$/.test(name)) return 'pln';
  if (/market/i.test(name)) return 'pmg';
  if (/price/i.test(name)) return 'pp';
  if (/feature/i.test(name) || name === 'code') return 'ftr';
  if (/group/i.test(name)) return 'plg';
  if (/key/i.test(name)) return 'key';
  if (/market/i.test(owner)) return 'pmg';
  if (/group/i.test(owner)) return 'plg';
  if (/key/i.test(owner)) return 'key';
  return /^plans?$/i.test(owner) ? 'pln' : 'pp';
};

/** Makes up what somebody might send who means it, more or less. */
export class ValueGenerator {
  readonly random: Random;
  readonly #ids: Ids;
  readonly #tenants: Tenants;

  constructor(random: Random, ids: Ids, tenants: Tenants) {
    this.random = random;
    this.#ids = ids;
    this.#tenants = tenants;
  }

  /** An id of what the name says, seldom of something else or of somebody else. */
  id(name: string, owner = ''): string {
    const { random } = this;
    const prefix = prefixOf(name, owner);
    return random.pick([
      ...Array.from({ length: 12 }, () => () => this.#ids.any(random, prefix)),
      () => this.#tenants.strangersIds(random).any(random, prefix),
      () => this.#ids.any(random, random.pick(['pln', 'pp', 'ftr', 'plg', 'pmg', 'key'])),
      () => random.pick(codes),
      () => `${prefix}_${random.pick(['', 'x', 'missing', '0'.repeat(26), 'z'.repeat(400)])}`,
      () => hostileText(random),
    ])();
  }

  text(name: string, owner = ''): string {
    const { random } = this;
    if (/(^id|Ids?)$/.test(name)) return this.id(name, owner);
    if (name === 'code') return random.pick(codes);
    if (/currency/i.test(name)) return random.pick([...regionalCurrencies, 'EUR', 'gbp', 'xxx']);
    if (/^countr/i.test(name)) return random.pick(['BR', 'de', 'JP', 'FR', 'us', 'AT', 'XX']);
    if (/At$/.test(name))
      return random.pick([
        '2030-01-01T00:00:00.000Z',
        '2020-01-01T00:00:00Z',
        '+275760-09-13T00:00:00.001Z',
      ]);
    if (name === 'locale')
      return random.pick(['de-DE', 'en', 'ja-JP', 'x', 'xx-invalid-locale', '']);
    if (/origin/i.test(name))
      return random.pick(['https://shop.example', 'null', 'javascript:alert(1)']);
    return random.chance(0.05)
      ? hostileText(random)
      : random.pick([...codes, 'Some words', 'Ünïcode ✓ 日本', ' ']);
  }

  wholeNumber(name: string): number {
    const { random } = this;
    if (/^(first|last|limit)$/.test(name)) return random.pick([1, 2, 5, 5, 20, 100, 0, 101, 1_001]);
    if (/rate/i.test(name)) return random.pick([1, 0.92, 151.37, 1e-7, 1e12]);
    return random.chance(0.6) ? random.pick(amounts.slice(0, 4)) : random.pick(amounts);
  }

  flag(): boolean {
    return this.random.chance(0.5);
  }

  object(): object {
    return anyMetadata(this.random);
  }
}
