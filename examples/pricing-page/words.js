/** The words of the page itself. Those of plans and prices come from the gateway. */
export const words = {
  en: {
    title: 'Plans and prices',
    interval: 'Billing',
    country: 'Country',
    locale: 'Language',
    compare: 'Compare plans',
    feature: 'Feature',
    pricesFor: 'Prices for',
    failed: 'The prices cannot be shown right now.',
  },
  de: {
    title: 'Tarife und Preise',
    interval: 'Abrechnung',
    country: 'Land',
    locale: 'Sprache',
    compare: 'Tarife im Vergleich',
    feature: 'Funktion',
    pricesFor: 'Preise für',
    failed: 'Die Preise lassen sich gerade nicht anzeigen.',
  },
};
