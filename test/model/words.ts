import {
  billingIntervals,
  consumptionModels,
  discountTypes,
  featureTypes,
  type JsonObject,
  limitPeriods,
  planAvailabilities,
  type TaxBehavior,
  type TiersMode,
  taxBehaviors,
  tiersModes,
} from '../../src/vocabulary.ts';
import type { Random } from './random.ts';
import type { IntroOffer, Presentation } from './reference/records.ts';

/** Values that inputs are made of: few enough to collide, odd enough to be worth it. */

const largest = Number.MAX_SAFE_INTEGER;
const names = [
  'Free',
  'Pro',
  'Scale',
  'Ünïcode ✓ 日本',
  'O\'Brien -- "quoted"',
  'a'.repeat(255),
  'pro',
  ' Padded\t',
  'Ｐro',
];
const codes = ['free', 'pro', 'scale', 'team_2', 'x', 'enterprise', '0', '_'];
const texts = ['', 'Some text', 'Two\nlines', '{"looks":"like JSON"}', '‮ right to left', 'ﬁ 💶'];
const amounts = [0, 0, 1, 49, 50, 9_900, 10_000, 290_000, 1_234_567];
const metadata: JsonObject[] = [
  {},
  { tier: 'gold', seats: 5, ratio: 0.1, beta: false, none: null },
  { nested: { list: [1, 'two', null, { three: [] }] }, '': 'empty key', 'ключ 💶': '\\"' },
  { constructor: 'x', tier: 'silver', '0': 'zero', b: 1, a: 2 },
];

export const name = (random: Random): string => random.pick(names);
export const code = (random: Random): string => random.pick(codes);
export const description = (random: Random): string | null =>
  random.chance(0.3) ? null : random.pick(texts);
export const text = (random: Random): string => random.pick(texts);
export const plural = (random: Random): string | null => (random.chance(0.3) ? null : name(random));
export const flag = (random: Random): boolean => random.chance(0.5);
export const amount = (random: Random): number =>
  random.chance(0.02) ? largest : random.pick(amounts);
/** Most of them rise to an open one. */
export const tiers = (random: Random) => {
  const ends = random.pick([[], [10], [10, 20], [5, 15, 100], [10, 10], [7], [20, 10]]);
  const tier = (upTo?: number) => ({
    ...(upTo === undefined ? {} : { upTo }),
    unitPrice: amount(random),
    ...random.some({ flatPrice: amount(random) }),
  });
  const last = random.chance(0.95) ? [tier()] : [tier(1_000)];
  return [...ends.map((end) => tier(end)), ...last];
};
export const tiersMode = (random: Random): TiersMode => random.pick(tiersModes);
export const count = (random: Random): number => random.pick([0, 0, 1, 7, 30, 2_147_483_647]);
export const availability = (random: Random) => random.pick(planAvailabilities);
export const presentation = (random: Random): Partial<Presentation> =>
  random.some<Presentation>({
    tagline: random.chance(0.3) ? null : name(random),
    badge: random.chance(0.3) ? null : name(random),
    highlighted: flag(random),
    callToAction: random.pick([
      null,
      { label: 'Start', url: '/signup' },
      { label: ' Contact sales ', url: 'mailto:sales@vendor.example' },
    ]),
  });
export const anyMetadata = (random: Random): JsonObject => random.pick(metadata);
export const currency = (random: Random): string =>
  random.pick(['eur', 'EUR', 'jpy', 'Brl', 'clp', 'usd', 'krw', 'uyu']);
/** Where currencies are not limited to a list. */
export const freeCurrency = (random: Random): string =>
  random.chance(0.3) ? 'gbp' : currency(random);
export const exchangeRate = (random: Random): number =>
  random.pick([
    1,
    0.92,
    0.005,
    5.43215,
    151.37,
    3900.5,
    1e-7,
    random.chance(0.2) ? 1e12 : 1.5,
    1 + random.next(),
  ]);
const countries = ['BR', 'br', 'AR', 'De', 'fr', 'JP', 'us', 'IN', 'AT', 'Ch'];
export const countryCodes = (random: Random): string[] =>
  random.shuffled(countries).slice(0, 1 + random.below(2));
export const taxBehavior = (random: Random): TaxBehavior => random.pick(taxBehaviors);
export const billingInterval = (random: Random) => random.pick(billingIntervals);
export const consumptionModel = (random: Random) =>
  random.pick([...consumptionModels, 'balance', 'metered'] as const);
export const featureType = (random: Random) => random.pick(featureTypes);
export const limitPeriod = (random: Random) => random.pick(limitPeriods);
export const discountType = (random: Random) => random.pick(discountTypes);
export const discountValue = (random: Random): number =>
  random.chance(0.05) ? 10_001 : random.pick([0, 2_500, 5_000, 10_000]);

export const introOffer = (random: Random): Partial<IntroOffer> =>
  random.some({
    enabled: flag(random),
    discountType: random.chance(0.1) ? null : discountType(random),
    discountValue: random.chance(0.1) ? null : discountValue(random),
    durationCycles: random.chance(0.2) ? null : count(random),
  });

/** Leaves a value out by half, and says null instead now and then. */
export const nullish = <Fields extends object>(
  random: Random,
  fields: Fields,
): { [Key in keyof Fields]?: Fields[Key] | null } =>
  Object.fromEntries(
    Object.entries(random.some(fields)).map(([key, value]) => [
      key,
      random.chance(0.1) ? null : value,
    ]),
  ) as { [Key in keyof Fields]?: Fields[Key] | null };
