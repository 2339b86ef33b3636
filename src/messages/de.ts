import type { Catalogue } from './message.ts';

export const de: Catalogue = {
  free: 'Kostenlos',
  price: `{interval, select,
    weekly {{amount} pro Woche}
    monthly {{amount} pro Monat}
    quarterly {{amount} pro Quartal}
    yearly {{amount} pro Jahr}
    other {{amount} einmalig}}`,
  unitPrice: `{interval, select,
    weekly {{amount} pro {unit} und Woche}
    monthly {{amount} pro {unit} und Monat}
    quarterly {{amount} pro {unit} und Quartal}
    yearly {{amount} pro {unit} und Jahr}
    other {{amount} einmalig pro {unit}}}`,
  unitPrices: `{interval, select,
    weekly {wöchentlich {units}}
    monthly {monatlich {units}}
    quarterly {vierteljährlich {units}}
    yearly {jährlich {units}}
    other {einmalig {units}}}`,
  priceAndUnits: '{price} plus {units}',
  billed: `{interval, select,
    quarterly {{price}, vierteljährlich abgerechnet}
    other {{price}, jährlich abgerechnet}}`,
  perUnit: '{amount} pro {unit}',
  from: 'ab {amount}',
  unit: '{count, plural, one {Einheit} other {Einheiten}}',

  trial: '{days, plural, one {{number} Tag kostenlos} other {{number} Tage kostenlos}}',
  discount: '{discount} Rabatt',
  discountFor: '{discount} Rabatt für {time}',
  time: `{unit, select,
    week {{count, plural, one {{number} Woche} other {{number} Wochen}}}
    month {{count, plural, one {{number} Monat} other {{number} Monate}}}
    other {{count, plural, one {{number} Jahr} other {{number} Jahre}}}}`,
  savings: '{percent} sparen',

  included: 'Enthalten',
  notIncluded: 'Nicht enthalten',
  unlimited: 'Unbegrenzt',
  credits: '{number} {count, plural, one {Credit} other {Credits}} pro {unit}',
  byUsage: 'Nach Verbrauch',
  thenCharged: '{included}, danach {price}',
  limit: `{period, select,
    billing_period {{amount} pro Abrechnungszeitraum}
    minute {{amount} pro Minute}
    hour {{amount} pro Stunde}
    day {{amount} pro Tag}
    week {{amount} pro Woche}
    month {{amount} pro Monat}
    year {{amount} pro Jahr}
    event {{amount} pro Event}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{amount} pro {unit} und Abrechnungszeitraum}
    minute {{amount} pro {unit} und Minute}
    hour {{amount} pro {unit} und Stunde}
    day {{amount} pro {unit} und Tag}
    week {{amount} pro {unit} und Woche}
    month {{amount} pro {unit} und Monat}
    year {{amount} pro {unit} und Jahr}
    event {{amount} pro {unit} und Event}
    other {{amount} pro {unit}}}`,
  named: '{name}: {text}',
  withLimits: '{text}; {limits}',

  interval: `{interval, select,
    weekly {Wöchentlich}
    monthly {Monatlich}
    quarterly {Vierteljährlich}
    yearly {Jährlich}
    other {Einmalig}}`,
  taxIncluded: 'inkl. MwSt.',
  taxExcluded: 'zzgl. MwSt.',
  contactSales: 'Vertrieb kontaktieren',
  everythingIn: 'Alles aus {plan}, und dazu',
  otherFeatures: 'Weitere Funktionen',
};
