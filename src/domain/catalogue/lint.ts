import { type Catalogue, catalogueLevel } from './document.ts';
import { codeAt, type Finding, type LintRule, lintRules } from './finding.ts';
import { type AnyEntry, childrenOf, type Level } from './level.ts';
import { amountFinerThanCurrency, discountAbovePrice } from './lint/amounts.ts';
import { currencyMissingAtInterval, noCommonCurrency } from './lint/currencies.ts';
import { dearerPlanLowersLimit, dearerPlanOffersLess } from './lint/dearer-plans.ts';
import { unitPriceNotOnRest, unusedFeature } from './lint/features.ts';
import { missingField } from './lint/missing-field.ts';
import { duplicateName } from './lint/names.ts';
import { pricedFreePlan } from './lint/priced-free-plan.ts';
import type { LintContext, Rule } from './lint/rule.ts';
import { unknownReference } from './lint/unknown-reference.ts';
import { yearDearerThanMonths } from './lint/year-dearer.ts';
import { inTurns } from './turns.ts';

/** Rules about a catalogue alone, in their order. Those about changes belong to change sets. */
export const catalogueRules: readonly Rule[] = [
  missingField,
  unknownReference,
  duplicateName,
  pricedFreePlan,
  discountAbovePrice,
  amountFinerThanCurrency,
  currencyMissingAtInterval,
  yearDearerThanMonths,
  dearerPlanLowersLimit,
  dearerPlanOffersLess,
  noCommonCurrency,
  unusedFeature,
  unitPriceNotOnRest,
];

type Places = ReadonlyMap<string, number>;

const placesOf = (names: Iterable<string>): Places =>
  new Map([...names].map((name, place) => [name, place]));

/** Where paths stand in a document, as lists of places that sort as the paths do. */
class DocumentOrder {
  readonly #catalogue: Catalogue;
  readonly #places = new Map<object, Places>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  of(path: string): number[] {
    const places: number[] = [];
    const steps = path.split('.');
    let level: Level = catalogueLevel;
    let entry: AnyEntry | undefined = this.#catalogue;
    for (let step = 0; step < steps.length; step += 2) {
      const name = steps[step] ?? '';
      const key = steps[step + 1];
      const child: Level | undefined = level.children[name];
      const names = this.#known(level, () => [
        ...Object.keys(level.members),
        ...Object.keys(level.children),
      ]);
      places.push(names.get(name) ?? names.size);
      if (key === undefined || !child) break;
      const map = childrenOf(entry, name);
      places.push(this.#known(map, () => map.keys()).get(key) ?? map.size);
      entry = map.get(key);
      level = child;
    }
    return places;
  }

  #known(owner: object, names: () => Iterable<string>): Places {
    const known = this.#places.get(owner) ?? placesOf(names());
    this.#places.set(owner, known);
    return known;
  }
}

const compare = (one: readonly number[], other: readonly number[]): number => {
  for (const [index, place] of one.entries()) {
    const difference = place - (other[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
};

/** Nobody reads more of them, and a set keeps those that it has. */
const MOST_FINDINGS = 1_000;

const linted = (catalogue: Catalogue, context: LintContext) => {
  const order = new DocumentOrder(catalogue);
  const findings: { finding: Finding; places: readonly number[] }[] = [];
  return {
    apply: ({ name, check }: Rule) =>
      check(
        catalogue,
        (path, message, severity = severityOf(name)) => {
          const finding = { rule: name, severity, code: codeAt(path), path, message };
          findings.push({ finding, places: order.of(path) });
        },
        context,
      ),
    all: (): Finding[] => {
      const sorted = findings
        .sort((a, b) => compare(a.places, b.places))
        .map(({ finding }) => finding);
      if (sorted.length <= MOST_FINDINGS) return sorted;
      // Errors count more than what comes first.
      const kept = new Set(
        [...sorted]
          .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
          .slice(0, MOST_FINDINGS),
      );
      return sorted.filter((finding) => kept.has(finding));
    },
  };
};

/** What the rules find, in the order of the document and then of the rules. */
export const lint = (catalogue: Catalogue, context: LintContext): Finding[] => {
  const { apply, all } = linted(catalogue, context);
  for (const rule of catalogueRules) apply(rule);
  return all();
};

/** The same, in turns with the work of others. */
export const lintInTurns = async (
  catalogue: Catalogue,
  context: LintContext,
): Promise<Finding[]> => {
  const { apply, all } = linted(catalogue, context);
  await inTurns(catalogueRules, apply);
  return all();
};

const severityOf = (rule: LintRule) => lintRules[rule];
