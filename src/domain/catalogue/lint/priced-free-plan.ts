import type { Rule } from './rule.ts';
import { hasOverage, marketPricesOf, pricesOf } from './sales.ts';
import { inCapitals, money, named, perInterval } from './wording.ts';

export const pricedFreePlan: Rule = {
  name: 'priced-free-plan',
  check: (catalogue, report, { baseCurrency }) => {
    const { features, plans, markets } = catalogue;
    for (const placed of pricesOf(catalogue)) {
      const { plan, planCode, interval, price, path } = placed;
      if (!plan.isFree) continue;
      const free = `${named(plan, planCode)} is free, but`;
      const check = (place: string, amount: number | undefined, currency: string, where = '') => {
        if ((amount ?? 0) > 0)
          report(
            place,
            `${free} costs ${money(amount ?? 0, currency)} ${perInterval[interval] ?? interval}${where}.`,
          );
      };
      check(path, price.price, baseCurrency);
      for (const feature of price.unitPrices?.keys() ?? [])
        report(
          `${path}.unitPrices.${feature}`,
          `${free} has a unit price for ${named(features?.get(feature), feature)}.`,
        );
      for (const [currency, row] of price.regional ?? [])
        check(`${path}.regional.${currency}`, row.price, currency);
      for (const { market, row, path: place } of marketPricesOf(placed))
        check(
          place,
          row.price,
          row.currency ?? baseCurrency,
          ` in ${named(markets?.get(market), market)}`,
        );
    }
    for (const [code, plan] of plans ?? []) {
      if (!plan.isFree) continue;
      const free = `${named(plan, code)} is free, but`;
      for (const [feature, link] of plan.features ?? []) {
        const place = `plans.${code}.features.${feature}`;
        const which = named(features?.get(feature), feature);
        if (hasOverage(link)) report(place, `${free} charges overage of ${which}.`);
        for (const [currency, { unitPrice }] of link.regionalOverages ?? [])
          if (hasOverage(link) && (unitPrice ?? 0) > 0)
            report(
              `${place}.regionalOverages.${currency}`,
              `${free} charges overage of ${which} in ${inCapitals(currency)}.`,
            );
      }
    }
  },
};
