import type { Catalogue, CataloguePlan } from '../document.ts';
import type { Report, Rule } from './rule.ts';
import { hasOverage, marketPricesOf, type PlacedPrice, pricesOf } from './sales.ts';
import { inCapitals, named } from './wording.ts';

type Plans = ReadonlyMap<string, CataloguePlan>;

/** Plans that are based on themselves, by way of others or not. Each plan is walked through once. */
const inCircles = (plans: Plans): ReadonlySet<string> => {
  const circles = new Set<string>();
  const walked = new Set<string>();
  for (const start of plans.keys()) {
    const trail = new Set<string>();
    let code: string | undefined = start;
    while (code !== undefined && plans.has(code) && !walked.has(code)) {
      walked.add(code);
      trail.add(code);
      code = plans.get(code)?.basedOn;
    }
    if (code === undefined || !trail.has(code)) continue;
    let isInside = false;
    for (const each of trail) {
      isInside ||= each === code;
      if (isInside) circles.add(each);
    }
  }
  return circles;
};

const checkFeatures = ({ sections, features }: Catalogue, report: Report) => {
  for (const [code, feature] of features ?? []) {
    const path = `features.${code}`;
    const { section, limits } = feature;
    if (section !== undefined && !sections?.has(section))
      report(
        `${path}.section`,
        `${named(feature, code)} stands in the section ${section}, which is not there.`,
      );
    for (const [limitCode, limit] of limits ?? []) {
      const { per } = limit;
      if (per === undefined || (features?.has(per) && per !== code)) continue;
      const which = `The limit ${named(limit, limitCode)} of ${named(feature, code)}`;
      const why = per === code ? 'which has the limit itself' : 'which is not there';
      report(`${path}.limits.${limitCode}.per`, `${which} is per ${per}, ${why}.`);
    }
  }
};

const checkPlans = ({ features, plans }: Catalogue, report: Report) => {
  const circles = inCircles(plans ?? new Map());
  for (const [code, plan] of plans ?? []) {
    const path = `plans.${code}`;
    const name = named(plan, code);
    const { basedOn, defaultInterval } = plan;
    if (basedOn !== undefined && !plans?.has(basedOn))
      report(`${path}.basedOn`, `${name} is based on ${basedOn}, which is not there.`);
    if (circles.has(code))
      report(
        `${path}.basedOn`,
        basedOn === code
          ? `${name} is based on itself.`
          : `${name} is based on ${basedOn}, which is based on ${name} in turn.`,
      );
    if (defaultInterval !== undefined && !plan.prices?.has(defaultInterval))
      report(
        `${path}.defaultInterval`,
        `${name} has ${defaultInterval} as its default interval, but no ${defaultInterval} price.`,
      );
    for (const [featureCode, link] of plan.features ?? []) {
      const place = `${path}.features.${featureCode}`;
      const feature = features?.get(featureCode);
      if (!feature) {
        report(place, `${name} has the feature ${featureCode}, which is not there.`);
        continue;
      }
      for (const limit of link.limits?.keys() ?? [])
        if (!feature.limits?.has(limit))
          report(
            `${place}.limits.${limit}`,
            `${name} sets the limit ${limit} of ${named(feature, featureCode)}, which has no such limit.`,
          );
      if (hasOverage(link)) continue;
      for (const [currency, { unitPrice }] of link.regionalOverages ?? [])
        if ((unitPrice ?? 0) > 0)
          report(
            `${place}.regionalOverages.${currency}`,
            `${name} prices overage of ${named(feature, featureCode)} in ${inCapitals(currency)}, but has no overage.`,
          );
    }
  }
};

const checkPrice = (placed: PlacedPrice, { features, markets }: Catalogue, report: Report) => {
  const { plan, planCode, price, path } = placed;
  const name = named(plan, planCode);
  const unitOf = (feature: string) => named(features?.get(feature), feature);
  for (const feature of price.unitPrices?.keys() ?? [])
    if (!plan.features?.has(feature))
      report(
        `${path}.unitPrices.${feature}`,
        `${name} has a unit price for ${unitOf(feature)}, a feature that it does not have.`,
      );
  const checkUnits = (place: string, units: ReadonlyMap<string, unknown> | undefined) => {
    for (const feature of units?.keys() ?? [])
      if (!price.unitPrices?.has(feature))
        report(
          `${place}.unitPrices.${feature}`,
          `${place} has a unit price for ${unitOf(feature)}, for which ${path} itself has none.`,
        );
  };
  for (const [currency, { unitPrices }] of price.regional ?? [])
    checkUnits(`${path}.regional.${currency}`, unitPrices);
  for (const { market, row, path: place, variant } of marketPricesOf(placed)) {
    if (!markets?.has(market))
      report(place, `${name} has a price in the market ${market}, which is not there.`);
    else if (variant !== undefined && !price.markets?.has(market))
      report(
        place,
        `The variant ${variant} of ${name} has a price in ${named(markets.get(market), market)}, where ${path} itself has none.`,
      );
    checkUnits(place, row.unitPrices);
  }
};

export const unknownReference: Rule = {
  name: 'unknown-reference',
  check: (catalogue, report) => {
    checkFeatures(catalogue, report);
    checkPlans(catalogue, report);
    for (const placed of pricesOf(catalogue)) checkPrice(placed, catalogue, report);
    const { plans, groups } = catalogue;
    for (const [code, group] of groups ?? [])
      for (const [place, plan] of (group.plans ?? []).entries())
        if (!plans?.has(plan))
          report(
            `groups.${code}.plans.${place}`,
            `The group ${named(group, code)} has the plan ${plan}, which is not there.`,
          );
  },
};
