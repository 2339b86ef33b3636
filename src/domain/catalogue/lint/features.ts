import type { CatalogueUnitPrice } from '../document.ts';
import type { Rule } from './rule.ts';
import { hasOverage, pricesOf } from './sales.ts';
import { money, named, perInterval } from './wording.ts';

/** One of which other features have their limits is of use without a plan. */
export const unusedFeature: Rule = {
  name: 'unused-feature',
  check: ({ features, plans }, report) => {
    const used = new Set<string>();
    for (const plan of plans?.values() ?? [])
      for (const feature of plan.features?.keys() ?? []) used.add(feature);
    for (const [code, { limits }] of features ?? [])
      for (const { per } of limits?.values() ?? [])
        if (per !== undefined && per !== code) used.add(per);
    for (const [code, feature] of features ?? [])
      if (!used.has(code))
        report(`features.${code}`, `No plan has the feature ${named(feature, code)}.`);
  },
};

const isPlain = ({ tiers, blockSize = 1, minimum = 0, maximum }: CatalogueUnitPrice): boolean =>
  tiers === undefined && blockSize === 1 && minimum === 0 && maximum === undefined;

export const unitPriceNotOnRest: Rule = {
  name: 'unit-price-not-on-rest',
  check: (catalogue, report, { baseCurrency }) => {
    for (const { plan, planCode, interval, price, path } of pricesOf(catalogue))
      for (const [code, unit] of price.unitPrices ?? []) {
        const link = plan.features?.get(code);
        if (!link) continue;
        const overage = hasOverage(link) ? (link.overage?.unitPrice ?? 0) : undefined;
        if (isPlain(unit) && unit.unitPrice === overage) continue;
        const feature = named(catalogue.features?.get(code), code);
        const own =
          unit.unitPrice === undefined
            ? 'in tiers'
            : `at ${money(unit.unitPrice, baseCurrency)} ${perInterval[interval]}`;
        const shown =
          overage === undefined
            ? 'shows no price for it'
            : `shows the overage of ${money(overage, baseCurrency)}`;
        report(
          `${path}.unitPrices.${code}`,
          `${named(plan, planCode)} sells ${feature} ${own}; the REST API ${shown}.`,
        );
      }
  },
};
