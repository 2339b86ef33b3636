import { describe, expect, it } from 'vitest';
import { type Cell, type CellLimit, cellText } from '../../src/messages/cell.ts';
import {
  headline,
  headlineAmount,
  type IntroductoryDiscount,
  introOffer,
  type OfferPrice,
  savings,
  trial,
} from '../../src/messages/offer.ts';
import {
  contactSales,
  everythingIn,
  intervalName,
  otherFeatures,
  taxNote,
} from '../../src/messages/page.ts';
import type { UnitCharge, UnitName } from '../../src/messages/unit.ts';
import { type Words, wordsIn } from '../../src/messages/words.ts';

const locales = ['en-US', 'de-DE', 'es-ES', 'fr-FR', 'pt-BR', 'ja-JP'] as const;
const wordsBy = await Promise.all(locales.map(wordsIn));

/** A text in each of the locales, with plain spaces for those that do not break. */
const inEach = (text: (words: Words) => string | null): (string | null)[] =>
  wordsBy.map((words) => text(words)?.replaceAll(/[\u00a0\u202f]/g, ' ') ?? null);

const call = { one: 'call', other: 'calls' };
const contact = { one: 'contact', other: 'contacts' };
const user = { one: 'user', other: 'users' };
const site = { one: 'site', other: 'sites' };

const perUnit = (unitName: UnitName | null, unitPrice: number, blockSize = 1): UnitCharge => ({
  ...{ unitName, unitPrice, blockSize, tiers: [] },
});
const tiered = (...tiers: [unitPrice: number, flatPrice: number][]): UnitCharge => ({
  ...{ unitName: user, unitPrice: null, blockSize: 1 },
  tiers: tiers.map(([unitPrice, flatPrice], place) => ({
    upTo: place === tiers.length - 1 ? null : 10 * (place + 1),
    ...{ unitPrice, flatPrice },
  })),
});

const offer = (changes: Partial<OfferPrice>): OfferPrice => ({
  ...{ currency: 'usd', billingInterval: 'monthly', isPerMonth: false, price: 0, unitPrices: [] },
  ...changes,
});

describe('a headline', () => {
  it.each<[string, Partial<OfferPrice>, string[]]>([
    ['nothing', {}, ['Free', 'Kostenlos', 'Gratis', 'Gratuit', 'Grátis', '無料']],
    [
      'nothing for any unit',
      { unitPrices: [perUnit(user, 0), tiered([0, 0])] },
      ['Free', 'Kostenlos', 'Gratis', 'Gratuit', 'Grátis', '無料'],
    ],
    [
      'a week',
      { billingInterval: 'weekly', price: 5_0000 },
      [
        '$5 per week',
        '5 $ pro Woche',
        '5 US$ a la semana',
        '5 $US par semaine',
        'US$ 5 por semana',
        '週額$5',
      ],
    ],
    [
      'a month',
      { price: 29_0000 },
      [
        '$29 per month',
        '29 $ pro Monat',
        '29 US$ al mes',
        '29 $US par mois',
        'US$ 29 por mês',
        '月額$29',
      ],
    ],
    [
      'a quarter',
      { billingInterval: 'quarterly', price: 25_0000 },
      [
        '$25 per quarter',
        '25 $ pro Quartal',
        '25 US$ al trimestre',
        '25 $US par trimestre',
        'US$ 25 por trimestre',
        '3か月ごとに$25',
      ],
    ],
    [
      'a year',
      { billingInterval: 'yearly', price: 2_290_0000 },
      [
        '$2,290 per year',
        '2.290 $ pro Jahr',
        '2290 US$ al año',
        '2 290 $US par an',
        'US$ 2.290 por ano',
        '年額$2,290',
      ],
    ],
    [
      'once',
      { billingInterval: 'one_time', price: 499_0000 },
      [
        '$499 once',
        '499 $ einmalig',
        '499 US$ en un pago único',
        '499 $US en paiement unique',
        'US$ 499 em pagamento único',
        '$499（買い切り）',
      ],
    ],
    [
      'a month of a year',
      { billingInterval: 'yearly', isPerMonth: true, price: 24_1700 },
      [
        '$24.17 per month, billed yearly',
        '24,17 $ pro Monat, jährlich abgerechnet',
        '24,17 US$ al mes, facturado anualmente',
        '24,17 $US par mois, facturé annuellement',
        'US$ 24,17 por mês, com cobrança anual',
        '月額$24.17（年払い）',
      ],
    ],
    [
      'a month of a quarter',
      { billingInterval: 'quarterly', isPerMonth: true, price: 27_0000 },
      [
        '$27 per month, billed quarterly',
        '27 $ pro Monat, vierteljährlich abgerechnet',
        '27 US$ al mes, facturado trimestralmente',
        '27 $US par mois, facturé trimestriellement',
        'US$ 27 por mês, com cobrança trimestral',
        '月額$27（四半期払い）',
      ],
    ],
    [
      'a month, where asked for that of a month',
      { isPerMonth: true, price: 29_0000 },
      [
        '$29 per month',
        '29 $ pro Monat',
        '29 US$ al mes',
        '29 $US par mois',
        'US$ 29 por mês',
        '月額$29',
      ],
    ],
    [
      'a week per user',
      { billingInterval: 'weekly', unitPrices: [perUnit(user, 2_0000)] },
      [
        '$2 per user and week',
        '2 $ pro user und Woche',
        '2 US$ por user a la semana',
        '2 $US par user et par semaine',
        'US$ 2 por user por semana',
        'userあたり週額$2',
      ],
    ],
    [
      'a month per user',
      { unitPrices: [perUnit(user, 15_9900)] },
      [
        '$15.99 per user and month',
        '15,99 $ pro user und Monat',
        '15,99 US$ por user al mes',
        '15,99 $US par user et par mois',
        'US$ 15,99 por user por mês',
        'userあたり月額$15.99',
      ],
    ],
    [
      'a quarter per user',
      { billingInterval: 'quarterly', unitPrices: [perUnit(user, 45_0000)] },
      [
        '$45 per user and quarter',
        '45 $ pro user und Quartal',
        '45 US$ por user al trimestre',
        '45 $US par user et par trimestre',
        'US$ 45 por user por trimestre',
        'userあたり3か月ごとに$45',
      ],
    ],
    [
      'a year per user',
      { billingInterval: 'yearly', unitPrices: [perUnit(user, 160_0000)] },
      [
        '$160 per user and year',
        '160 $ pro user und Jahr',
        '160 US$ por user al año',
        '160 $US par user et par an',
        'US$ 160 por user por ano',
        'userあたり年額$160',
      ],
    ],
    [
      'once per user',
      { billingInterval: 'one_time', unitPrices: [perUnit(user, 99_0000)] },
      [
        '$99 once per user',
        '99 $ einmalig pro user',
        '99 US$ por user en un pago único',
        '99 $US par user en paiement unique',
        'US$ 99 por user em pagamento único',
        'userあたり$99（買い切り）',
      ],
    ],
    [
      'a month of a year per user',
      { billingInterval: 'yearly', isPerMonth: true, unitPrices: [perUnit(user, 13_3300)] },
      [
        '$13.33 per user and month, billed yearly',
        '13,33 $ pro user und Monat, jährlich abgerechnet',
        '13,33 US$ por user al mes, facturado anualmente',
        '13,33 $US par user et par mois, facturé annuellement',
        'US$ 13,33 por user por mês, com cobrança anual',
        'userあたり月額$13.33（年払い）',
      ],
    ],
    [
      'blocks',
      { unitPrices: [perUnit(contact, 13_0000, 500)] },
      [
        '$13 per 500 contacts and month',
        '13 $ pro 500 contacts und Monat',
        '13 US$ por 500 contacts al mes',
        '13 $US par 500 contacts et par mois',
        'US$ 13 por 500 contacts por mês',
        '500 contactsあたり月額$13',
      ],
    ],
    [
      'blocks without a name',
      { unitPrices: [perUnit(null, 13_0000, 500)] },
      [
        '$13 per 500 units and month',
        '13 $ pro 500 Einheiten und Monat',
        '13 US$ por 500 unidades al mes',
        '13 $US par 500 unités et par mois',
        'US$ 13 por 500 unidades por mês',
        '500ユニットあたり月額$13',
      ],
    ],
    [
      'units without a name',
      { unitPrices: [perUnit(null, 13_0000)] },
      [
        '$13 per unit and month',
        '13 $ pro Einheit und Monat',
        '13 US$ por unidad al mes',
        '13 $US par unité et par mois',
        'US$ 13 por unidade por mês',
        'ユニットあたり月額$13',
      ],
    ],
    [
      'blocks of what joins numbers',
      { unitPrices: [perUnit('席', 13_0000, 10)] },
      [
        '$13 per 10席 and month',
        '13 $ pro 10席 und Monat',
        '13 US$ por 10席 al mes',
        '13 $US par 10席 et par mois',
        'US$ 13 por 10席 por mês',
        '10席あたり月額$13',
      ],
    ],
    [
      'tiers',
      { unitPrices: [tiered([15_0000, 0], [10_0000, 0])] },
      [
        'from $10 per user and month',
        'ab 10 $ pro user und Monat',
        'desde 10 US$ por user al mes',
        'à partir de 10 $US par user et par mois',
        'a partir de US$ 10 por user por mês',
        'userあたり月額$10から',
      ],
    ],
    [
      'tiers, of which the first is free',
      { unitPrices: [tiered([0, 0], [10_0000, 0], [8_0000, 5_0000])] },
      [
        'from $8 per user and month',
        'ab 8 $ pro user und Monat',
        'desde 8 US$ por user al mes',
        'à partir de 8 $US par user et par mois',
        'a partir de US$ 8 por user por mês',
        'userあたり月額$8から',
      ],
    ],
    [
      'flat prices',
      { unitPrices: [tiered([0, 50_0000], [0, 90_0000])] },
      [
        'from $50 per month',
        'ab 50 $ pro Monat',
        'desde 50 US$ al mes',
        'à partir de 50 $US par mois',
        'a partir de US$ 50 por mês',
        '月額$50から',
      ],
    ],
    [
      'a flat price and units later',
      { unitPrices: [tiered([0, 50_0000], [4_0000, 0])] },
      [
        'from $50 per month',
        'ab 50 $ pro Monat',
        'desde 50 US$ al mes',
        'à partir de 50 $US par mois',
        'a partir de US$ 50 por mês',
        '月額$50から',
      ],
    ],
    [
      'one flat price',
      { unitPrices: [tiered([0, 50_0000])] },
      [
        '$50 per month',
        '50 $ pro Monat',
        '50 US$ al mes',
        '50 $US par mois',
        'US$ 50 por mês',
        '月額$50',
      ],
    ],
    [
      'tiers of one price',
      { unitPrices: [tiered([4_0000, 0], [4_0000, 0])] },
      [
        '$4 per user and month',
        '4 $ pro user und Monat',
        '4 US$ por user al mes',
        '4 $US par user et par mois',
        'US$ 4 por user por mês',
        'userあたり月額$4',
      ],
    ],
    [
      'a price and units',
      { price: 29_0000, unitPrices: [perUnit(user, 5_0000)] },
      [
        '$29 per month plus $5 per user',
        '29 $ pro Monat plus 5 $ pro user',
        '29 US$ al mes más 5 US$ por user',
        '29 $US par mois plus 5 $US par user',
        'US$ 29 por mês mais US$ 5 por user',
        '月額$29＋userあたり$5',
      ],
    ],
    [
      'a price and free units',
      { price: 29_0000, unitPrices: [perUnit(user, 0)] },
      [
        '$29 per month',
        '29 $ pro Monat',
        '29 US$ al mes',
        '29 $US par mois',
        'US$ 29 por mês',
        '月額$29',
      ],
    ],
    [
      'a month of a year and units',
      {
        billingInterval: 'yearly',
        isPerMonth: true,
        price: 24_1700,
        unitPrices: [perUnit(user, 4_1700)],
      },
      [
        '$24.17 per month plus $4.17 per user, billed yearly',
        '24,17 $ pro Monat plus 4,17 $ pro user, jährlich abgerechnet',
        '24,17 US$ al mes más 4,17 US$ por user, facturado anualmente',
        '24,17 $US par mois plus 4,17 $US par user, facturé annuellement',
        'US$ 24,17 por mês mais US$ 4,17 por user, com cobrança anual',
        '月額$24.17＋userあたり$4.17（年払い）',
      ],
    ],
    [
      'a price, units, and units',
      { price: 29_0000, unitPrices: [perUnit(user, 5_0000), perUnit(site, 20_0000, 10)] },
      [
        '$29 per month plus $5 per user and $20 per 10 sites',
        '29 $ pro Monat plus 5 $ pro user und 20 $ pro 10 sites',
        '29 US$ al mes más 5 US$ por user y 20 US$ por 10 sites',
        '29 $US par mois plus 5 $US par user et 20 $US par 10 sites',
        'US$ 29 por mês mais US$ 5 por user e US$ 20 por 10 sites',
        '月額$29＋userあたり$5、10 sitesあたり$20',
      ],
    ],
    [
      'units and units of a week',
      { billingInterval: 'weekly', unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000)] },
      [
        '$5 per user and $2 per site each week',
        'wöchentlich 5 $ pro user und 2 $ pro site',
        '5 US$ por user y 2 US$ por site cada semana',
        '5 $US par user et 2 $US par site chaque semaine',
        'US$ 5 por user e US$ 2 por site a cada semana',
        '1週間につきuserあたり$5、siteあたり$2',
      ],
    ],
    [
      'units and units',
      { unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000)] },
      [
        '$5 per user and $2 per site each month',
        'monatlich 5 $ pro user und 2 $ pro site',
        '5 US$ por user y 2 US$ por site cada mes',
        '5 $US par user et 2 $US par site chaque mois',
        'US$ 5 por user e US$ 2 por site a cada mês',
        '1か月につきuserあたり$5、siteあたり$2',
      ],
    ],
    [
      'units and units of a quarter',
      {
        billingInterval: 'quarterly',
        isPerMonth: true,
        unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000), perUnit('GB', 5000)],
      },
      [
        '$5 per user, $2 per site, and $0.50 per GB each month, billed quarterly',
        'monatlich 5 $ pro user, 2 $ pro site und 0,50 $ pro GB, vierteljährlich abgerechnet',
        '5 US$ por user, 2 US$ por site y 0,50 US$ por GB cada mes, facturado trimestralmente',
        '5 $US par user, 2 $US par site et 0,50 $US par GB chaque mois, facturé trimestriellement',
        'US$ 5 por user, US$ 2 por site e US$ 0,50 por GB a cada mês, com cobrança trimestral',
        '1か月につきuserあたり$5、siteあたり$2、GBあたり$0.50（四半期払い）',
      ],
    ],
    [
      'units and units of a year',
      { billingInterval: 'yearly', unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000)] },
      [
        '$5 per user and $2 per site each year',
        'jährlich 5 $ pro user und 2 $ pro site',
        '5 US$ por user y 2 US$ por site cada año',
        '5 $US par user et 2 $US par site chaque année',
        'US$ 5 por user e US$ 2 por site a cada ano',
        '1年につきuserあたり$5、siteあたり$2',
      ],
    ],
    [
      'units and units, once',
      {
        billingInterval: 'one_time',
        unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000)],
      },
      [
        '$5 per user and $2 per site, once',
        'einmalig 5 $ pro user und 2 $ pro site',
        '5 US$ por user y 2 US$ por site en un pago único',
        '5 $US par user et 2 $US par site en paiement unique',
        'US$ 5 por user e US$ 2 por site em pagamento único',
        'userあたり$5、siteあたり$2（買い切り）',
      ],
    ],
  ])('of %s', (_, changes, texts) => {
    expect(inEach((words) => headline(words, offer(changes)))).toEqual(texts);
    for (const words of wordsBy) {
      const amount = headlineAmount(words, offer(changes));
      if (amount !== null) expect(headline(words, offer(changes)).split(amount)).toHaveLength(2);
    }
  });

  it.each<[string, Partial<OfferPrice>, string | null]>([
    ['nothing', {}, null],
    ['a month', { price: 29_0000 }, '$29'],
    [
      'a month of a year, by the unit',
      { billingInterval: 'yearly', isPerMonth: true, unitPrices: [perUnit(user, 13_3300)] },
      '$13.33',
    ],
    ['units in tiers', { unitPrices: [tiered([9_0000, 0], [5_0000, 0])] }, 'from $5'],
    ['a price and units', { price: 40_0000, unitPrices: [perUnit(user, 5_0000)] }, '$40'],
    ['units only', { unitPrices: [perUnit(user, 5_0000), perUnit(site, 2_0000)] }, null],
  ])('of %s has an amount to print larger', async (_, changes, amount) => {
    expect(headlineAmount(await wordsIn('en-US'), offer(changes))).toBe(amount);
  });
});

const discount = (changes: Partial<IntroductoryDiscount>): IntroductoryDiscount => ({
  ...{ currency: 'usd', billingInterval: 'monthly', discountType: 'percentage' },
  ...{ discountValue: 50_00, durationCycles: null, ...changes },
});

describe('a note of an offer', () => {
  it.each<[number, string[]]>([
    [
      1,
      [
        '1 day free',
        '1 Tag kostenlos',
        '1 día gratis',
        '1 jour gratuit',
        '1 dia grátis',
        '1日間無料',
      ],
    ],
    [
      14,
      [
        '14 days free',
        '14 Tage kostenlos',
        '14 días gratis',
        '14 jours gratuits',
        '14 dias grátis',
        '14日間無料',
      ],
    ],
    [
      1_000,
      [
        '1,000 days free',
        '1.000 Tage kostenlos',
        '1000 días gratis',
        '1 000 jours gratuits',
        '1.000 dias grátis',
        '1,000日間無料',
      ],
    ],
  ])('tells of a trial of %d days', (days, texts) => {
    expect(inEach((words) => trial(words, days))).toEqual(texts);
  });

  it.each<[string, Partial<IntroductoryDiscount>, string[]]>([
    [
      'without an end',
      {},
      [
        '50% off',
        '50 % Rabatt',
        '50 % de descuento',
        '50 % de réduction',
        '50% de desconto',
        '50%オフ',
      ],
    ],
    [
      'of one week',
      { billingInterval: 'weekly', durationCycles: 1 },
      [
        '50% off for 1 week',
        '50 % Rabatt für 1 Woche',
        '50 % de descuento durante 1 semana',
        '50 % de réduction pendant 1 semaine',
        '50% de desconto por 1 semana',
        '1週間50%オフ',
      ],
    ],
    [
      'of two weeks',
      { billingInterval: 'weekly', durationCycles: 2 },
      [
        '50% off for 2 weeks',
        '50 % Rabatt für 2 Wochen',
        '50 % de descuento durante 2 semanas',
        '50 % de réduction pendant 2 semaines',
        '50% de desconto por 2 semanas',
        '2週間50%オフ',
      ],
    ],
    [
      'of one month',
      { durationCycles: 1 },
      [
        '50% off for 1 month',
        '50 % Rabatt für 1 Monat',
        '50 % de descuento durante 1 mes',
        '50 % de réduction pendant 1 mois',
        '50% de desconto por 1 mês',
        '1か月間50%オフ',
      ],
    ],
    [
      'of three months',
      { durationCycles: 3, discountValue: 33_50 },
      [
        '33.5% off for 3 months',
        '33,5 % Rabatt für 3 Monate',
        '33,5 % de descuento durante 3 meses',
        '33,5 % de réduction pendant 3 mois',
        '33,5% de desconto por 3 meses',
        '3か月間33.5%オフ',
      ],
    ],
    [
      'of two quarters',
      { billingInterval: 'quarterly', durationCycles: 2 },
      [
        '50% off for 6 months',
        '50 % Rabatt für 6 Monate',
        '50 % de descuento durante 6 meses',
        '50 % de réduction pendant 6 mois',
        '50% de desconto por 6 meses',
        '6か月間50%オフ',
      ],
    ],
    [
      'of one year',
      { billingInterval: 'yearly', durationCycles: 1 },
      [
        '50% off for 1 year',
        '50 % Rabatt für 1 Jahr',
        '50 % de descuento durante 1 año',
        '50 % de réduction pendant 1 an',
        '50% de desconto por 1 ano',
        '1年間50%オフ',
      ],
    ],
    [
      'of two years',
      {
        billingInterval: 'yearly',
        durationCycles: 2,
        discountType: 'amount',
        discountValue: 10_0000,
      },
      [
        '$10 off for 2 years',
        '10 $ Rabatt für 2 Jahre',
        '10 US$ de descuento durante 2 años',
        '10 $US de réduction pendant 2 ans',
        'US$ 10 de desconto por 2 anos',
        '2年間$10オフ',
      ],
    ],
    [
      'of what is paid once',
      {
        billingInterval: 'one_time',
        durationCycles: 2,
        discountType: 'amount',
        discountValue: 9_9900,
      },
      [
        '$9.99 off',
        '9,99 $ Rabatt',
        '9,99 US$ de descuento',
        '9,99 $US de réduction',
        'US$ 9,99 de desconto',
        '$9.99オフ',
      ],
    ],
  ])('tells of a discount %s', (_, changes, texts) => {
    expect(inEach((words) => introOffer(words, discount(changes)))).toEqual(texts);
  });

  it.each<[number, (string | null)[]]>([
    [-1_000, [null, null, null, null, null, null]],
    [0, [null, null, null, null, null, null]],
    [99, [null, null, null, null, null, null]],
    [100, ['Save 1%', '1 % sparen', 'Ahorra un 1 %', 'Économisez 1 %', 'Economize 1%', '1%お得']],
    [
      1_666,
      ['Save 16%', '16 % sparen', 'Ahorra un 16 %', 'Économisez 16 %', 'Economize 16%', '16%お得'],
    ],
    [
      1_799,
      ['Save 17%', '17 % sparen', 'Ahorra un 17 %', 'Économisez 17 %', 'Economize 17%', '17%お得'],
    ],
    [
      10_000,
      [
        'Save 100%',
        '100 % sparen',
        'Ahorra un 100 %',
        'Économisez 100 %',
        'Economize 100%',
        '100%お得',
      ],
    ],
  ])('tells of %d basis points saved', (basisPoints, texts) => {
    expect(inEach((words) => savings(words, basisPoints))).toEqual(texts);
  });
});

const limit = (changes: Partial<CellLimit>): CellLimit => ({
  ...{ name: 'Rate', amount: 60, decimals: 0, unitName: call },
  ...{ period: 'minute', perUnitName: null, ...changes },
});
const metered = (changes: Partial<Extract<Cell, { kind: 'metered' }>>): Cell => ({
  ...{ kind: 'metered', includedAmount: 10_000, charge: perUnit(call, 5000, 1_000) },
  ...{ currency: 'usd', limits: [], ...changes },
});

describe('a cell', () => {
  it.each<[string, Cell, string[]]>([
    [
      'what is not included',
      { kind: 'excluded' },
      ['Not included', 'Nicht enthalten', 'No incluido', 'Non inclus', 'Não incluído', 'なし'],
    ],
    [
      'what is included',
      { kind: 'included', limits: [] },
      ['Included', 'Enthalten', 'Incluido', 'Inclus', 'Incluído', 'あり'],
    ],
    [
      'what has no end',
      { kind: 'unlimited', limits: [] },
      ['Unlimited', 'Unbegrenzt', 'Ilimitado', 'Illimité', 'Ilimitado', '無制限'],
    ],
    [
      'what has no end but a rate',
      { kind: 'unlimited', limits: [limit({})] },
      [
        'Unlimited; 60 calls per minute',
        'Unbegrenzt; 60 calls pro Minute',
        'Ilimitado; 60 calls por minuto',
        'Illimité ; 60 calls par minute',
        'Ilimitado; 60 calls por minuto',
        '無制限、1分あたり60 calls',
      ],
    ],
    [
      'a number',
      { kind: 'limited', includedAmount: 10_000, unitName: call, limits: [] },
      [
        '10,000 calls',
        '10.000 calls',
        '10.000 calls',
        '10 000 calls',
        '10.000 calls',
        '10,000 calls',
      ],
    ],
    [
      'a number without a unit',
      { kind: 'limited', includedAmount: 5, unitName: null, limits: [] },
      ['5', '5', '5', '5', '5', '5'],
    ],
    [
      'a number of what joins it',
      { kind: 'limited', includedAmount: 5, unitName: 'ユーザー', limits: [] },
      ['5ユーザー', '5ユーザー', '5ユーザー', '5ユーザー', '5ユーザー', '5ユーザー'],
    ],
    [
      'usage',
      metered({}),
      [
        '10,000 calls, then $0.50 per 1,000 calls',
        '10.000 calls, danach 0,50 $ pro 1.000 calls',
        '10.000 calls, luego 0,50 US$ por 1000 calls',
        '10 000 calls, puis 0,50 $US par 1 000 calls',
        '10.000 calls, depois US$ 0,50 por 1.000 calls',
        '10,000 calls、超過分は1,000 callsあたり$0.50',
      ],
    ],
    [
      'usage in which nothing is included',
      metered({ includedAmount: 0, charge: perUnit(call, 5000) }),
      [
        '$0.50 per call',
        '0,50 $ pro call',
        '0,50 US$ por call',
        '0,50 $US par call',
        'US$ 0,50 por call',
        'callあたり$0.50',
      ],
    ],
    [
      'usage without a unit',
      metered({ charge: perUnit(null, 5) }),
      [
        '10,000, then $0.0005 per unit',
        '10.000, danach 0,0005 $ pro Einheit',
        '10.000, luego 0,0005 US$ por unidad',
        '10 000, puis 0,0005 $US par unité',
        '10.000, depois US$ 0,0005 por unidade',
        '10,000、超過分はユニットあたり$0.0005',
      ],
    ],
    [
      'usage in tiers',
      metered({ charge: tiered([5000, 0], [4000, 0]) }),
      [
        '10,000 users, then from $0.40 per user',
        '10.000 users, danach ab 0,40 $ pro user',
        '10.000 users, luego desde 0,40 US$ por user',
        '10 000 users, puis à partir de 0,40 $US par user',
        '10.000 users, depois a partir de US$ 0,40 por user',
        '10,000 users、超過分はuserあたり$0.40から',
      ],
    ],
    [
      'usage at flat prices',
      metered({ charge: tiered([0, 50_0000], [0, 90_0000]) }),
      [
        '10,000 users, then from $50',
        '10.000 users, danach ab 50 $',
        '10.000 users, luego desde 50 US$',
        '10 000 users, puis à partir de 50 $US',
        '10.000 users, depois a partir de US$ 50',
        '10,000 users、超過分は$50から',
      ],
    ],
    [
      'usage with a rate',
      metered({ limits: [limit({})] }),
      [
        '10,000 calls, then $0.50 per 1,000 calls; 60 calls per minute',
        '10.000 calls, danach 0,50 $ pro 1.000 calls; 60 calls pro Minute',
        '10.000 calls, luego 0,50 US$ por 1000 calls; 60 calls por minuto',
        '10 000 calls, puis 0,50 $US par 1 000 calls ; 60 calls par minute',
        '10.000 calls, depois US$ 0,50 por 1.000 calls; 60 calls por minuto',
        '10,000 calls、超過分は1,000 callsあたり$0.50、1分あたり60 calls',
      ],
    ],
    [
      'limits',
      {
        kind: 'included',
        limits: [
          limit({ unitName: { one: 'attendee', other: 'attendees' }, amount: 40, period: 'never' }),
          limit({ unitName: { one: 'minute', other: 'minutes' }, period: 'event' }),
        ],
      },
      [
        '40 attendees, 60 minutes per event',
        '40 attendees und 60 minutes pro Event',
        '40 attendees y 60 minutes por evento',
        '40 attendees, 60 minutes par événement',
        '40 attendees, 60 minutes por evento',
        '40 attendees、イベント1回あたり60 minutes',
      ],
    ],
    [
      'a limit with decimals',
      {
        kind: 'included',
        limits: [limit({ unitName: 'GB', amount: 25, decimals: 1, period: 'never' })],
      },
      ['2.5 GB', '2,5 GB', '2,5 GB', '2,5 GB', '2,5 GB', '2.5 GB'],
    ],
    [
      'a limit without a unit',
      { kind: 'included', limits: [limit({ unitName: null })] },
      [
        'Rate: 60 per minute',
        'Rate: 60 pro Minute',
        'Rate: 60 por minuto',
        'Rate : 60 par minute',
        'Rate: 60 por minuto',
        'Rate：1分あたり60',
      ],
    ],
    [
      'a limit without an end',
      { kind: 'included', limits: [limit({ amount: null })] },
      ['Unlimited', 'Unbegrenzt', 'Ilimitado', 'Illimité', 'Ilimitado', '無制限'],
    ],
    [
      'limits of which one has no end',
      { kind: 'included', limits: [limit({ amount: null }), limit({ unitName: 'GB' })] },
      [
        'Rate: Unlimited, 60 GB per minute',
        'Rate: Unbegrenzt und 60 GB pro Minute',
        'Rate: Ilimitado y 60 GB por minuto',
        'Rate : Illimité, 60 GB par minute',
        'Rate: Ilimitado, 60 GB por minuto',
        'Rate：無制限、1分あたり60 GB',
      ],
    ],
    [
      'limits with the same measure',
      {
        kind: 'limited',
        includedAmount: 20,
        unitName: 'GB',
        limits: [
          limit({ name: 'Largest file', unitName: 'GB', period: 'billing_period' }),
          limit({}),
        ],
      },
      [
        '20 GB; Largest file: 60 GB per billing period, 60 calls per minute',
        '20 GB; Largest file: 60 GB pro Abrechnungszeitraum und 60 calls pro Minute',
        '20 GB; Largest file: 60 GB por periodo de facturación y 60 calls por minuto',
        '20 GB ; Largest file : 60 GB par période de facturation, 60 calls par minute',
        '20 GB; Largest file: 60 GB por período de cobrança, 60 calls por minuto',
        '20 GB、Largest file：請求期間あたり60 GB、1分あたり60 calls',
      ],
    ],
    [
      'a limit of each unit',
      {
        kind: 'included',
        limits: [limit({ unitName: 'GB', period: 'never', perUnitName: 'user' })],
      },
      [
        '60 GB per user',
        '60 GB pro user',
        '60 GB por user',
        '60 GB par user',
        '60 GB por user',
        'userあたり60 GB',
      ],
    ],
    [
      'a limit of each unit and day',
      { kind: 'included', limits: [limit({ period: 'day', perUnitName: 'user' })] },
      [
        '60 calls per user and day',
        '60 calls pro user und Tag',
        '60 calls por user al día',
        '60 calls par user et par jour',
        '60 calls por user por dia',
        'userごとに1日あたり60 calls',
      ],
    ],
  ])('tells %s', (_, cell, texts) => {
    expect(inEach((words) => cellText(words, cell))).toEqual(texts);
  });
});

/** Units as natives of each of the locales call them. */
const callsIn: readonly UnitName[] = [
  call,
  { one: 'Aufruf', other: 'Aufrufe' },
  { one: 'llamada', other: 'llamadas' },
  { one: 'appel', other: 'appels' },
  { one: 'chamada', other: 'chamadas' },
  '回',
];
const inEachOwn = (text: (words: Words, name: UnitName) => string): (string | null)[] =>
  callsIn.map((name, place) => inEach((words) => text(words, name))[place] ?? null);

describe('the name of a unit', () => {
  it.each<[number, number, string[]]>([
    [0, 0, ['0 calls', '0 Aufrufe', '0 llamadas', '0 appel', '0 chamada', '0回']],
    [1, 0, ['1 call', '1 Aufruf', '1 llamada', '1 appel', '1 chamada', '1回']],
    [2, 0, ['2 calls', '2 Aufrufe', '2 llamadas', '2 appels', '2 chamadas', '2回']],
    [21, 0, ['21 calls', '21 Aufrufe', '21 llamadas', '21 appels', '21 chamadas', '21回']],
    [
      10_000,
      0,
      [
        '10,000 calls',
        '10.000 Aufrufe',
        '10.000 llamadas',
        '10 000 appels',
        '10.000 chamadas',
        '10,000回',
      ],
    ],
    [
      1_000_000,
      0,
      [
        '1,000,000 calls',
        '1.000.000 Aufrufe',
        '1.000.000 llamadas',
        '1 000 000 appels',
        '1.000.000 chamadas',
        '1,000,000回',
      ],
    ],
    [5, 1, ['0.5 calls', '0,5 Aufrufe', '0,5 llamadas', '0,5 appel', '0,5 chamada', '0.5回']],
    [10, 1, ['1 call', '1 Aufruf', '1 llamada', '1 appel', '1 chamada', '1回']],
    [15, 1, ['1.5 calls', '1,5 Aufrufe', '1,5 llamadas', '1,5 appel', '1,5 chamada', '1.5回']],
    [20, 1, ['2 calls', '2 Aufrufe', '2 llamadas', '2 appels', '2 chamadas', '2回']],
    [
      1_0001,
      4,
      [
        '1.0001 calls',
        '1,0001 Aufrufe',
        '1,0001 llamadas',
        '1,0001 appel',
        '1,0001 chamada',
        '1.0001回',
      ],
    ],
  ])('is singular or plural as the language has it behind %d with %d decimals', (...row) => {
    const [amount, decimals, texts] = row;
    const limits = (unitName: UnitName) => [limit({ unitName, amount, decimals, period: 'never' })];
    expect(
      inEachOwn((words, name) => cellText(words, { kind: 'included', limits: limits(name) })),
    ).toEqual(texts);
  });

  it('is singular or plural behind the included amount', () => {
    const included = (includedAmount: number) =>
      inEachOwn((words, unitName) =>
        cellText(words, { kind: 'limited', includedAmount, unitName, limits: [] }),
      );
    expect(included(1)).toEqual([
      ...['1 call', '1 Aufruf', '1 llamada', '1 appel', '1 chamada', '1回'],
    ]);
    expect(included(3)).toEqual([
      ...['3 calls', '3 Aufrufe', '3 llamadas', '3 appels', '3 chamadas', '3回'],
    ]);
  });

  it('is singular behind "per", and plural behind a block', () => {
    expect(
      inEachOwn((words, name) =>
        cellText(words, metered({ includedAmount: 2_000, charge: perUnit(name, 20) })),
      ),
    ).toEqual([
      '2,000 calls, then $0.002 per call',
      '2.000 Aufrufe, danach 0,002 $ pro Aufruf',
      '2000 llamadas, luego 0,002 US$ por llamada',
      '2 000 appels, puis 0,002 $US par appel',
      '2.000 chamadas, depois US$ 0,002 por chamada',
      '2,000回、超過分は回あたり$0.002',
    ]);
    expect(
      inEachOwn((words, name) =>
        headline(words, offer({ unitPrices: [perUnit(name, 13_0000, 500)] })),
      ),
    ).toEqual([
      '$13 per 500 calls and month',
      '13 $ pro 500 Aufrufe und Monat',
      '13 US$ por 500 llamadas al mes',
      '13 $US par 500 appels et par mois',
      'US$ 13 por 500 chamadas por mês',
      '500回あたり月額$13',
    ]);
  });

  it('is singular where credits pay a unit', () => {
    const credits = { kind: 'credits', includedAmount: 1, credits: 5, limits: [] } as const;
    expect(inEachOwn((words, unitName) => cellText(words, { ...credits, unitName }))).toEqual([
      '1 call, then 5 credits per call',
      '1 Aufruf, danach 5 Credits pro Aufruf',
      '1 llamada, luego 5 créditos por llamada',
      '1 appel, puis 5 crédits par appel',
      '1 chamada, depois 5 créditos por chamada',
      '1回、超過分は回あたり5クレジット',
    ]);
  });

  it('has the same measure with a plural and without one', () => {
    const name = 'Burst';
    const limits = [limit({}), limit({ name, amount: 90, unitName: 'call' })];
    expect(inEach((words) => cellText(words, { kind: 'included', limits }))[0]).toBe(
      'Rate: 60 calls per minute, Burst: 90 call per minute',
    );
  });

  it.each([
    ['ru', ['1 звонок', '2 звонков', '5 звонков', '21 звонок']],
    ['pt-PT', ['1 звонок', '2 звонков', '5 звонков', '21 звонков']],
  ])('follows the number in %s, also where no messages are', async (locale, texts) => {
    const words = await wordsIn(locale);
    const unitName = { one: 'звонок', other: 'звонков' };
    expect(
      [1, 2, 5, 21].map((includedAmount) =>
        cellText(words, { kind: 'limited', includedAmount, unitName, limits: [] }),
      ),
    ).toEqual(texts);
  });
});

describe('words of a page', () => {
  it.each([
    ['weekly', ['Weekly', 'Wöchentlich', 'Semanal', 'Hebdomadaire', 'Semanal', '週払い']],
    ['monthly', ['Monthly', 'Monatlich', 'Mensual', 'Mensuel', 'Mensal', '月払い']],
    [
      'quarterly',
      ['Quarterly', 'Vierteljährlich', 'Trimestral', 'Trimestriel', 'Trimestral', '四半期払い'],
    ],
    ['yearly', ['Yearly', 'Jährlich', 'Anual', 'Annuel', 'Anual', '年払い']],
    [
      'one_time',
      ['One-time', 'Einmalig', 'Pago único', 'Paiement unique', 'Pagamento único', '買い切り'],
    ],
  ] as const)('name the interval %s', (interval, texts) => {
    expect(inEach((words) => intervalName(words, interval))).toEqual(texts);
  });

  it.each([
    ['inclusive', ['incl. VAT', 'inkl. MwSt.', 'IVA incluido', 'TTC', 'impostos inclusos', '税込']],
    [
      'exclusive',
      ['excl. VAT', 'zzgl. MwSt.', 'IVA no incluido', 'HT', 'impostos não inclusos', '税抜'],
    ],
    ['unspecified', ['', '', '', '', '', '']],
  ] as const)('note that taxes are %s', (behavior, texts) => {
    expect(inEach((words) => taxNote(words, behavior))).toEqual(texts);
  });

  it('label and head what has no text of its own', () => {
    expect(inEach(contactSales)).toEqual([
      'Contact sales',
      'Vertrieb kontaktieren',
      'Contactar con ventas',
      'Contacter le service commercial',
      'Falar com vendas',
      'お問い合わせ',
    ]);
    expect(inEach(otherFeatures)).toEqual([
      'Other features',
      'Weitere Funktionen',
      'Otras funciones',
      'Autres fonctionnalités',
      'Outros recursos',
      'その他の機能',
    ]);
    expect(inEach((words) => everythingIn(words, 'Pro'))).toEqual([
      'Everything in Pro, plus',
      'Alles aus Pro, und dazu',
      'Todo lo de Pro, y además',
      'Tout ce que comprend Pro, et en plus',
      'Tudo do Pro, e mais',
      'Proのすべての機能に加えて',
    ]);
  });
});
