import { foldName } from '../../../names.ts';
import type { Severity } from '../../../vocabulary.ts';
import type { Report, Rule } from './rule.ts';
import { pricesOf } from './sales.ts';

type NamedObjects = ReadonlyMap<string, { name?: string | undefined }> | undefined;

/** Reports every object that has the name of an earlier one. */
const compare = (
  objects: NamedObjects,
  noun: string,
  path: string,
  report: Report,
  severity?: Severity,
) => {
  const first = new Map<string, string>();
  for (const [code, { name }] of objects ?? []) {
    if (name === undefined) continue;
    const folded = foldName(name.trim());
    const other = first.get(folded);
    if (other === undefined) first.set(folded, code);
    else
      report(
        `${path}.${code}.name`,
        `The ${noun} ${code} has the same name as ${other}: ${name.trim()}.`,
        severity,
      );
  }
};

export const duplicateName: Rule = {
  name: 'duplicate-name',
  check: (catalogue, report) => {
    const { sections, features, markets, plans, groups } = catalogue;
    compare(sections, 'section', 'sections', report);
    compare(features, 'feature', 'features', report, 'error');
    for (const [code, { limits }] of features ?? [])
      compare(limits, 'limit', `features.${code}.limits`, report);
    compare(markets, 'market', 'markets', report);
    compare(plans, 'plan', 'plans', report);
    for (const { price, path } of pricesOf(catalogue))
      compare(price.variants, 'variant', `${path}.variants`, report);
    compare(groups, 'group', 'groups', report);
  },
};
