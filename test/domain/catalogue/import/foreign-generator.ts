import { Random } from '../../../model/random.ts';

/** Foreign documents by chance, with what a reader of them has to find. */

/** A decimal text, and what it is in rate scale; undefined where that cannot be said. */
const anyDecimal = (random: Random): { text: string; scaled: number | undefined } => {
  const whole = random.below(10 ** random.below(8));
  const places = random.below(7);
  const digits = Array.from({ length: places }, () => String(random.below(10))).join('');
  const kept = digits.replace(/0+$/, '');
  return {
    text: places === 0 ? String(whole) : `${whole}.${digits}`,
    scaled: kept.length > 4 ? undefined : Number(`${whole}${kept.padEnd(4, '0')}`),
  };
};

interface ForeignPrice {
  path: string;
  monthly: number | undefined;
  isPerUnit: boolean;
}

const keys = [
  'apiCalls',
  'SINGLE_SIGN_ON',
  'support',
  '24/7 help',
  'data-storage',
  '価格',
  'seats',
];

export const randomPricing2Yaml = (
  ...seeds: number[]
): { text: string; prices: ForeignPrice[] } => {
  const random = new Random(...seeds);
  const used = random.shuffled(keys).slice(0, 1 + random.below(keys.length));
  const anyValue = {
    BOOLEAN: () => String(random.chance(0.5)),
    NUMERIC: () =>
      random.pick(['0', '5', '0.25', '.inf', '10000000000000', anyDecimal(random).text]),
    TEXT: () => random.pick(['""', 'Email', '"24/7"', 'LOW']),
  };
  const types = ['BOOLEAN', 'NUMERIC', 'TEXT'] as const;
  const member = (type: (typeof types)[number]) =>
    `valueType: ${type}, defaultValue: ${anyValue[type]()}`;
  const features = used.map((key) => ({ key, type: random.pick(types) }));
  const limits = Array.from({ length: random.below(6) }, (_, at) => ({
    key: `limit ${at}`,
    type: random.pick(types),
    kind: random.pick(['RENEWABLE', 'NON_RENEWABLE', 'TIME_DRIVEN', 'RESPONSE_DRIVEN']),
    unit: random.pick(['GB', 'user', 'email/month', 'min/meeting', '/day', 'post/channel']),
    links: random.shuffled(used).slice(0, random.below(3)),
  }));
  const prices: ForeignPrice[] = [];
  const override = (all: readonly { key: string; type: (typeof types)[number] }[]) =>
    all
      .filter(() => random.chance(0.4))
      .map(({ key, type }) => `${JSON.stringify(key)}: { value: ${anyValue[type]()} }`)
      .join(', ');
  const plans = Array.from({ length: 1 + random.below(4) }, (_, at) => {
    const { text, scaled } = anyDecimal(random);
    const unit = random.pick(['/month', 'user/month', 'site', 'month']);
    const isPerUnit = unit === 'user/month' || unit === 'site';
    prices.push({ path: `plans.PLAN_${at}.price`, monthly: scaled, isPerUnit });
    return `  PLAN_${at}: { price: ${text}, unit: ${unit}, features: { ${override(features)} }, usageLimits: { ${override(limits)} } }`;
  });
  const text = `syntaxVersion: '2.1'
saasName: Chance
currency: ${random.pick(['USD', 'eur', 'JPY'])}
features:
${features.map(({ key, type }) => `  ${JSON.stringify(key)}: { type: DOMAIN, ${member(type)} }`).join('\n')}
usageLimits: {${limits
    .map(
      ({ key, type, kind, unit, links }) =>
        `${JSON.stringify(key)}: { type: ${kind}, ${member(type)}, unit: ${unit}, linkedFeatures: ${JSON.stringify(links)} }`,
    )
    .join(',\n  ')}}
plans:
${plans.join('\n')}
`;
  return { text, prices };
};
