import type { CatalogueUnitAmounts } from '../document.ts';
import type { Report, Rule } from './rule.ts';
import { marketPricesOf, pricesOf } from './sales.ts';

const isBlank = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0);

const requireAll = (report: Report, path: string, object: object, names: readonly string[]) => {
  const members = new Map(Object.entries(object));
  const missing = names.filter((name) => isBlank(members.get(name)));
  for (const name of missing) report(path, `${path} has no ${name}.`);
};

const checkUnits = (report: Report, path: string, amounts: CatalogueUnitAmounts) => {
  const { unitPrice, tiers, tiersMode } = amounts;
  if (unitPrice !== undefined && tiers !== undefined)
    report(path, `${path} has both a unitPrice and tiers. Units have one or the other.`);
  else if (unitPrice === undefined && isBlank(tiers))
    report(path, `${path} has neither a unitPrice nor tiers.`);
  else if (tiers !== undefined && tiersMode === undefined)
    report(path, `${path} has tiers, but no tiersMode.`);
};

interface Offer {
  enabled?: boolean | undefined;
  percentage?: number | undefined;
  amount?: number | undefined;
}

const checkOffer = (report: Report, path: string, offer: Offer | undefined) => {
  if (!offer || offer.enabled === false) return;
  const { percentage, amount } = offer;
  if (percentage === undefined && amount === undefined)
    report(path, `${path} has neither a percentage nor an amount.`);
  else if (percentage !== undefined && amount !== undefined)
    report(path, `${path} has both a percentage and an amount. A discount is one or the other.`);
};

const definitions: Rule['check'] = ({ sections, features, markets, plans, groups }, report) => {
  for (const [code, section] of sections ?? [])
    requireAll(report, `sections.${code}`, section, ['name']);
  for (const [code, feature] of features ?? []) {
    const path = `features.${code}`;
    requireAll(report, path, feature, ['name', 'type']);
    for (const [limitCode, limit] of feature.limits ?? [])
      requireAll(report, `${path}.limits.${limitCode}`, limit, ['name']);
  }
  for (const [code, market] of markets ?? [])
    requireAll(report, `markets.${code}`, market, ['name', 'countries']);
  for (const [code, plan] of plans ?? []) {
    const path = `plans.${code}`;
    requireAll(report, path, plan, ['name']);
    for (const [currency, rate] of plan.exchangeRates ?? [])
      requireAll(report, `${path}.exchangeRates.${currency}`, rate, ['exchangeRate']);
    for (const [feature, link] of plan.features ?? []) {
      const place = `${path}.features.${feature}`;
      for (const [limit, allowed] of link.limits ?? [])
        requireAll(report, `${place}.limits.${limit}`, allowed, ['amount']);
      for (const [currency, overage] of link.regionalOverages ?? [])
        if (!plan.exchangeRates?.has(currency))
          requireAll(report, `${place}.regionalOverages.${currency}`, overage, ['unitPrice']);
    }
  }
  for (const [code, group] of groups ?? []) requireAll(report, `groups.${code}`, group, ['name']);
};

const prices: Rule['check'] = (catalogue, report) => {
  for (const placed of pricesOf(catalogue)) {
    const { plan, price, path } = placed;
    requireAll(report, path, price, ['price']);
    checkOffer(report, `${path}.introOffer`, price.introOffer);
    for (const [feature, unit] of price.unitPrices ?? [])
      checkUnits(report, `${path}.unitPrices.${feature}`, unit);
    for (const [currency, row] of price.regional ?? []) {
      const place = `${path}.regional.${currency}`;
      const isDerivable = plan.exchangeRates?.has(currency) || row.omitted;
      if (row.price === undefined && !isDerivable)
        report(place, `${place} has no price, and the plan has no exchange rate to derive it at.`);
      checkOffer(report, `${place}.introOffer`, row.introOffer);
      for (const [feature, unit] of row.unitPrices ?? [])
        checkUnits(report, `${place}.unitPrices.${feature}`, unit);
    }
    for (const [variant, { markets }] of price.variants ?? [])
      if (!markets?.size) {
        const place = `${path}.variants.${variant}`;
        report(place, `${place} has no markets. A variant is a price in at least one market.`);
      }
    for (const { row, path: place } of marketPricesOf(placed)) {
      requireAll(report, place, row, ['currency', 'price']);
      for (const [feature, unit] of row.unitPrices ?? [])
        checkUnits(report, `${place}.unitPrices.${feature}`, unit);
    }
  }
};

/** A translation is there for the texts that it has. */
const translations: Rule['check'] = ({ sections, features, plans, groups }, report) => {
  const check = (
    path: string,
    { translations }: { translations?: ReadonlyMap<string, object> | undefined },
  ) => {
    for (const [locale, texts] of translations ?? [])
      if (Object.values(texts).every((text) => text === undefined))
        report(`${path}.translations.${locale}`, `${path}.translations.${locale} has no texts.`);
  };
  for (const [code, section] of sections ?? []) check(`sections.${code}`, section);
  for (const [code, feature] of features ?? []) check(`features.${code}`, feature);
  for (const [code, plan] of plans ?? []) {
    check(`plans.${code}`, plan);
    for (const [feature, link] of plan.features ?? [])
      check(`plans.${code}.features.${feature}`, link);
  }
  for (const [code, group] of groups ?? []) check(`groups.${code}`, group);
};

export const missingField: Rule = {
  name: 'missing-field',
  check: (catalogue, report, context) => {
    for (const check of [definitions, prices, translations]) check(catalogue, report, context);
  },
};
