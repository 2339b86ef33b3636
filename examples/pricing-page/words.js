/** The words of the page itself. All words of plans and prices come from the gateway. */
export const words = {
  en: {
    title: 'Plans and prices',
    country: 'Country',
    language: 'Language',
    interval: 'Billing',
    pricesFor: 'Prices for',
    compare: 'Compare plans',
    shownPlan: 'Plan in the table',
    feature: 'Feature',
    failed: 'The prices cannot be shown right now. Please try again later.',
  },
  de: {
    title: 'Tarife und Preise',
    country: 'Land',
    language: 'Sprache',
    interval: 'Abrechnung',
    pricesFor: 'Preise für',
    compare: 'Tarife im Vergleich',
    shownPlan: 'Tarif in der Tabelle',
    feature: 'Funktion',
    failed: 'Die Preise lassen sich gerade nicht anzeigen. Bitte später noch einmal versuchen.',
  },
};
