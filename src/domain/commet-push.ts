import type { Scope } from '../vocabulary.ts';
import { compareInTurns } from './catalogue/compare.ts';
import type {
  Catalogue,
  CatalogueFile,
  CataloguePlan,
  CataloguePlanFeature,
} from './catalogue/document.ts';
import {
  type CommetConfig,
  catalogueOfCommet,
  commetUnitOf,
  readCommet,
} from './catalogue/import/commet.ts';
import { mergeCatalogue } from './catalogue/merge.ts';
import { catalogueOf, pullCatalogue } from './catalogue/pull.ts';
import {
  applyChangeSet,
  type CatalogueChange,
  createChangeSet,
  type Finding,
} from './change-set.ts';
import { toMinorUnits } from './exchange.ts';
import { operation, type PriceUnit, type Reader, type Writer } from './operation.ts';

/** What Commet's command `push` does: its configuration becomes one change set, all or nothing. */

interface PushedKind {
  created: string[];
  updated: string[];
  errors: { code: string; message: string }[];
}

export interface PushReport {
  success: boolean;
  features: PushedKind;
  plans: PushedKind;
}

/** Undoes what a push has written so far. */
class RefusedPush extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super('the configuration has errors');
    this.findings = findings;
  }
}

/**
 * A price that is sent as it was shown stays as it is stored, though what was shown may be less
 * fine.
 */
const withStoredPrices = (
  code: string,
  plan: CataloguePlan,
  { plans }: CommetConfig,
  before: Catalogue,
  unit: PriceUnit,
  baseCurrency: string,
): CataloguePlan['prices'] => {
  const stored = before.plans?.get(code)?.prices;
  const sent = plans.get(code)?.prices ?? [];
  return new Map(
    sent.flatMap((each) => {
      const price = plan.prices?.get(each.interval);
      const amount = stored?.get(each.interval)?.price;
      if (!price) return [];
      const isAsShown =
        commetUnitOf(each, unit) === 'minor_unit' &&
        amount !== undefined &&
        toMinorUnits(amount, baseCurrency) === toMinorUnits(price.price ?? 0, baseCurrency);
      return [[each.interval, isAsShown ? { ...price, price: amount } : price] as const];
    }),
  );
};

/** What is said to be there is switched on, even where it was off. */
const switchedOn = (
  entry: CataloguePlanFeature,
  sent: boolean | object | undefined,
): CataloguePlanFeature => ({
  ...entry,
  ...(sent === true && { enabled: true }),
  ...(entry.overage && { overage: { enabled: true, ...entry.overage } }),
});

/** Plans of a group in the places that the configuration gives them. */
const placed = (order: readonly string[], { plans }: CommetConfig): string[] => {
  const place = (code: string): number | undefined => plans.get(code)?.sortOrder ?? undefined;
  const moved = order.filter((code) => place(code) !== undefined);
  const all = order.filter((code) => place(code) === undefined);
  for (const code of moved.toSorted((one, other) => (place(one) ?? 0) - (place(other) ?? 0)))
    all.splice(Math.min(place(code) ?? 0, all.length), 0, code);
  return all;
};

const fileOf = (
  config: CommetConfig,
  before: Catalogue,
  unit: PriceUnit,
  baseCurrency: string,
): CatalogueFile => {
  const { file } = catalogueOfCommet(config, { amountsIn: unit, baseCurrency });
  const plans = new Map<string, CataloguePlan>();
  for (const [code, plan] of config.plans) {
    const made = file.plans?.get(code);
    if (!made) continue;
    const own = new Map<string, CataloguePlanFeature>();
    for (const [name, sent] of plan.features ?? []) {
      const entry = made.features?.get(name);
      if (entry) own.set(name, switchedOn(entry, sent));
    }
    const prices = withStoredPrices(code, made, config, before, unit, baseCurrency);
    plans.set(code, { ...made, prices, features: own });
  }
  const groups = [...(before.groups ?? [])].map(
    ([code, group]) => [code, { plans: placed(group.plans ?? [], config) }] as const,
  );
  return { ...file, plans, groups: new Map(groups) };
};

/** By the kind of the object that a path begins with. */
const codesAt = (paths: readonly string[], kind: string): Set<string> =>
  new Set(
    paths.flatMap((path) => {
      const [map, code] = path.split('.');
      return map === kind && code !== undefined ? [code] : [];
    }),
  );

const pushedKind = (
  kind: 'features' | 'plans',
  changes: readonly CatalogueChange[],
  findings: readonly Finding[],
): PushedKind => {
  const isOwn = (path: string) => path.split('.').length === 2;
  const created = changes.filter(({ path, before }) => isOwn(path) && before === null);
  const made = codesAt(
    created.map(({ path }) => path),
    kind,
  );
  const touched = codesAt(
    changes.map(({ path }) => path),
    kind,
  );
  const errors = findings.filter(({ path }) => {
    const [map] = path.split('.');
    return kind === 'features' ? map === 'features' : map !== 'features';
  });
  return {
    created: [...made],
    updated: [...touched].filter((code) => !made.has(code)),
    errors: errors.map(({ path, code, message }) => ({
      code: path.split('.')[1] ?? code,
      message,
    })),
  };
};

const reportOf = (
  changes: readonly CatalogueChange[],
  findings: readonly Finding[],
): PushReport => {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    success: errors.length === 0,
    features: pushedKind('features', changes, errors),
    plans: pushedKind('plans', changes, errors),
  };
};

const push = operation(
  'pushConfiguration',
  async (writer, value: unknown, unit: PriceUnit, scope: Scope): Promise<PushReport> => {
    const before = await pullCatalogue(writer);
    const file = fileOf(readCommet(value), before, unit, writer.tenant.baseCurrency);
    const set = await createChangeSet(writer, { document: '', name: 'commet push' }, file);
    if (set.findings.some(({ severity }) => severity === 'error'))
      throw new RefusedPush(set.findings);
    await applyChangeSet(writer, set.id, set.hash, scope);
    return reportOf(set.changes, set.findings);
  },
);

/** Nothing to write where the catalogue says already what the configuration says. */
const changesNothing = async (
  reader: Reader,
  config: CommetConfig,
  unit: PriceUnit,
): Promise<boolean> => {
  const before = await catalogueOf(reader);
  const file = fileOf(config, before, unit, reader.tenant.baseCurrency);
  return (await compareInTurns(before, mergeCatalogue(before, file, 'listed'))).length === 0;
};

interface Push {
  /** What `defineConfig` takes, as it was sent. */
  config: unknown;
  /** In what unit amounts are, unless they say so themselves. */
  unit: PriceUnit;
  /** Of the key. */
  scope: Scope;
  /** The request may be a repeated one, whose first answer is the answer. */
  mayBeRepeated: boolean;
}

/**
 * Makes the catalogue say what a configuration of Commet says; what it does not name stays. With an
 * error nothing is written, and the report says why. `write` is the transaction to do it in.
 */
export const pushConfiguration = async (
  reader: Reader,
  write: (work: (writer: Writer) => Promise<PushReport>) => Promise<PushReport>,
  { config, unit, scope, mayBeRepeated }: Push,
): Promise<PushReport> => {
  const isWritten = mayBeRepeated || !(await changesNothing(reader, readCommet(config), unit));
  if (!isWritten) return reportOf([], []);
  try {
    return await write((writer) => push(writer, config, unit, scope));
  } catch (failure) {
    if (!(failure instanceof RefusedPush)) throw failure;
    return reportOf([], failure.findings);
  }
};
