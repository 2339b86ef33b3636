import type { Catalogue } from './message.ts';

/** With no-break spaces before colons and semicolons. */
export const fr: Catalogue = {
  free: 'Gratuit',
  price: `{interval, select,
    weekly {{amount} par semaine}
    monthly {{amount} par mois}
    quarterly {{amount} par trimestre}
    yearly {{amount} par an}
    other {{amount} en paiement unique}}`,
  unitPrice: `{interval, select,
    weekly {{amount} par {unit} et par semaine}
    monthly {{amount} par {unit} et par mois}
    quarterly {{amount} par {unit} et par trimestre}
    yearly {{amount} par {unit} et par an}
    other {{amount} par {unit} en paiement unique}}`,
  unitPrices: `{interval, select,
    weekly {{units} chaque semaine}
    monthly {{units} chaque mois}
    quarterly {{units} chaque trimestre}
    yearly {{units} chaque année}
    other {{units} en paiement unique}}`,
  priceAndUnits: '{price} plus {units}',
  billed: `{interval, select,
    quarterly {{price}, facturé trimestriellement}
    other {{price}, facturé annuellement}}`,
  perUnit: '{amount} par {unit}',
  from: 'à partir de {amount}',
  unit: '{count, plural, one {unité} other {unités}}',

  trial: '{days, plural, one {{number} jour gratuit} other {{number} jours gratuits}}',
  discount: '{discount} de réduction',
  discountFor: '{discount} de réduction pendant {time}',
  time: `{unit, select,
    week {{count, plural, one {{number} semaine} other {{number} semaines}}}
    month {{count, plural, one {{number} mois} other {{number} mois}}}
    other {{count, plural, one {{number} an} other {{number} ans}}}}`,
  savings: 'Économisez {percent}',

  included: 'Inclus',
  notIncluded: 'Non inclus',
  unlimited: 'Illimité',
  credits: '{number} {count, plural, one {crédit} other {crédits}} par {unit}',
  byUsage: 'Selon l’utilisation',
  thenCharged: '{included}, puis {price}',
  limit: `{period, select,
    billing_period {{amount} par période de facturation}
    minute {{amount} par minute}
    hour {{amount} par heure}
    day {{amount} par jour}
    week {{amount} par semaine}
    month {{amount} par mois}
    year {{amount} par an}
    event {{amount} par événement}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{amount} par {unit} et par période de facturation}
    minute {{amount} par {unit} et par minute}
    hour {{amount} par {unit} et par heure}
    day {{amount} par {unit} et par jour}
    week {{amount} par {unit} et par semaine}
    month {{amount} par {unit} et par mois}
    year {{amount} par {unit} et par an}
    event {{amount} par {unit} et par événement}
    other {{amount} par {unit}}}`,
  named: '{name}\u00a0: {text}',
  withLimits: '{text}\u00a0; {limits}',

  interval: `{interval, select,
    weekly {Hebdomadaire}
    monthly {Mensuel}
    quarterly {Trimestriel}
    yearly {Annuel}
    other {Paiement unique}}`,
  taxIncluded: 'TTC',
  taxExcluded: 'HT',
  contactSales: 'Contacter le service commercial',
  everythingIn: 'Tout ce que comprend {plan}, et en plus',
  otherFeatures: 'Autres fonctionnalités',
};
