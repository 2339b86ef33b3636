import type { Catalogue } from './message.ts';

export const ja: Catalogue = {
  free: '無料',
  price: `{interval, select,
    weekly {週額{amount}}
    monthly {月額{amount}}
    quarterly {3か月ごとに{amount}}
    yearly {年額{amount}}
    other {{amount}（買い切り）}}`,
  unitPrice: `{interval, select,
    weekly {{unit}あたり週額{amount}}
    monthly {{unit}あたり月額{amount}}
    quarterly {{unit}あたり3か月ごとに{amount}}
    yearly {{unit}あたり年額{amount}}
    other {{unit}あたり{amount}（買い切り）}}`,
  unitPrices: `{interval, select,
    weekly {1週間につき{units}}
    monthly {1か月につき{units}}
    quarterly {3か月につき{units}}
    yearly {1年につき{units}}
    other {{units}（買い切り）}}`,
  priceAndUnits: '{price}＋{units}',
  billed: `{interval, select,
    quarterly {{price}（四半期払い）}
    other {{price}（年払い）}}`,
  perUnit: '{unit}あたり{amount}',
  from: '{amount}から',
  unit: '{count, plural, other {ユニット}}',

  trial: '{days, plural, other {{number}日間無料}}',
  discount: '{discount}オフ',
  discountFor: '{time}{discount}オフ',
  time: `{unit, select,
    week {{count, plural, other {{number}週間}}}
    month {{count, plural, other {{number}か月間}}}
    other {{count, plural, other {{number}年間}}}}`,
  savings: '{percent}お得',

  included: 'あり',
  notIncluded: 'なし',
  unlimited: '無制限',
  credits: '{unit}あたり{number}クレジット',
  byUsage: '従量制',
  thenCharged: '{included}、超過分は{price}',
  limit: `{period, select,
    billing_period {請求期間あたり{amount}}
    minute {1分あたり{amount}}
    hour {1時間あたり{amount}}
    day {1日あたり{amount}}
    week {1週間あたり{amount}}
    month {1か月あたり{amount}}
    year {1年あたり{amount}}
    event {イベント1回あたり{amount}}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{unit}ごとに請求期間あたり{amount}}
    minute {{unit}ごとに1分あたり{amount}}
    hour {{unit}ごとに1時間あたり{amount}}
    day {{unit}ごとに1日あたり{amount}}
    week {{unit}ごとに1週間あたり{amount}}
    month {{unit}ごとに1か月あたり{amount}}
    year {{unit}ごとに1年あたり{amount}}
    event {{unit}ごとにイベント1回あたり{amount}}
    other {{unit}あたり{amount}}}`,
  named: '{name}：{text}',
  withLimits: '{text}、{limits}',

  interval: `{interval, select,
    weekly {週払い}
    monthly {月払い}
    quarterly {四半期払い}
    yearly {年払い}
    other {買い切り}}`,
  taxIncluded: '税込',
  taxExcluded: '税抜',
  contactSales: 'お問い合わせ',
  everythingIn: '{plan}のすべての機能に加えて',
  otherFeatures: 'その他の機能',
};
