/** The first segments of paths that Commet serves and this server does not. */
const collections = new Set([
  'addons',
  'api-keys',
  'balance',
  'checkout',
  'credit-packs',
  'credits',
  'customers',
  'feature-access',
  'invoices',
  'offers',
  'payouts',
  'plan-grants',
  'portal',
  'promo-codes',
  'quota',
  'seats',
  'subscriptions',
  'transactions',
  'usage',
  'webhooks',
]);

/** What to say of a path that nothing is served at. */
export const nothingAt = ([, collection = '']: readonly string[]): string | undefined =>
  collections.has(collection)
    ? `Commet serves /${collection}. This server serves plans, features, plan groups and, from ` +
      '2026-07-24 on, markets; no offers, add-ons, credit packs or promo codes, and nothing of ' +
      'customers.'
    : undefined;
