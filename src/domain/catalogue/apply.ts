import type { CatalogueChange } from '../../db/tables.ts';
import { isSame } from '../../db/write/change-list.ts';
import { touchingOnce } from '../../db/write/containers.ts';
import { invalid } from '../../errors.ts';
import type { Writer } from '../operation.ts';
import {
  arrange,
  removeFeatures,
  removeSections,
  writeFeatures,
  writeSections,
} from './apply/features.ts';
import { removeGroups, writeGroups } from './apply/groups.ts';
import { removeMarkets, writeMarkets } from './apply/markets.ts';
import {
  removePlanFeatures,
  removePlans,
  writeBases,
  writePlanFeatures,
  writePlans,
} from './apply/plans.ts';
import { removePrices, writeMarketsOfPrices, writePrices } from './apply/prices.ts';
import { RefusedChange } from './apply/refusal.ts';
import { writeExchangeRates, writeRegional } from './apply/regional.ts';
import { writeTranslations } from './apply/translations.ts';
import { compareInTurns, ORDER, ordersOf } from './compare.ts';
import type { Catalogue, CataloguePlan } from './document.ts';
import { none } from './level.ts';
import { pullCatalogue, pullDefinitions } from './pull.ts';

/** Plans that are different, prices and features included. */
const changedPlans = (
  after: Catalogue,
  changes: readonly CatalogueChange[],
): [string, CataloguePlan][] => {
  const changed = new Set(
    changes
      .map(({ path }) => path.split('.'))
      .filter(([map]) => map === 'plans')
      .map(([, code]) => code),
  );
  return [...(after.plans ?? none)].filter(([code]) => changed.has(code));
};

/**
 * Makes one catalogue of another with the operations that people use, in an order in which each is
 * allowed: first what goes, then what comes or changes. Both are canonical, `before` is the catalogue
 * as it is, and `changes` lead from one to the other. Throws a RefusedChange.
 */
export const applyCatalogue = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
  changes: readonly CatalogueChange[],
): Promise<void> => {
  const plans = changedPlans(after, changes);
  const staying = plans.flatMap(([code, plan]) => {
    const earlier = before.plans?.get(code);
    return earlier ? [{ code, earlier, plan }] : [];
  });
  // The number of units that a limit's amount has follows its definition, in every plan.
  const definitions = { before: before.features, after: after.features };
  await touchingOnce(writer, async () => {
    await removePlans(writer, before, after);
    for (const { code, earlier, plan } of staying) {
      await removePrices(writer, code, earlier, plan);
      await removePlanFeatures(writer, code, earlier, plan);
    }
    await removeGroups(writer, before, after);
    await removeFeatures(writer, before, after);
    await removeMarkets(writer, before, after);

    await writeSections(writer, before, after);
    await writeFeatures(writer, before, after);
    await removeSections(writer, before, after);
    await writeMarkets(writer, before, after);
    await writePlans(writer, before, after);
    // A limit with other decimals is written anew wherever it stands.
    for (const [code, plan] of hasOtherDecimals(before, after) ? (after.plans ?? none) : plans)
      await writePlanFeatures(writer, code, before.plans?.get(code), plan, definitions);
    for (const [code, plan] of plans) {
      const earlier = before.plans?.get(code);
      await writePrices(writer, code, earlier, plan);
      await writeExchangeRates(writer, code, earlier, plan);
      await writeRegional(writer, code, plan);
      await writeMarketsOfPrices(writer, code, earlier, plan);
    }
    await writeBases(writer, before, after);
    await writeGroups(writer, before, after);
    await writeTranslations(writer, before, after);
    await writeOrders(writer, after);
  });
  await requireResult(writer, after);
};

const hasOtherDecimals = (before: Catalogue, after: Catalogue): boolean =>
  [...(after.features ?? none)].some(([code, { limits = none }]) =>
    [...limits].some(
      ([limit, { decimals }]) =>
        before.features?.get(code)?.limits?.get(limit)?.decimals !== decimals,
    ),
  );

/** The order of sections and features, where it has not come about by itself. */
const writeOrders = async (writer: Writer, after: Catalogue): Promise<void> => {
  const now = ordersOf(await pullDefinitions(writer));
  const wanted = ordersOf(after);
  const differs = (path: string) => String(now.get(path)) !== String(wanted.get(path));
  if (differs('sections') || differs('features')) await arrange(writer, after);
};

/** What was promised is what is there now, or nothing is written. */
const requireResult = async (writer: Writer, after: Catalogue): Promise<void> => {
  const [difference] = await compareInTurns(await pullCatalogue(writer), after);
  if (!difference) return;
  const { path, type, before: is, after: wanted } = difference;
  const names = [...Object.keys(is ?? {}), ...Object.keys(wanted ?? {})].filter(
    (name, place, all) => all.indexOf(name) === place && !isSame(is?.[name], wanted?.[name]),
  );
  throw new RefusedChange(
    path,
    invalid(
      path,
      type === ORDER
        ? 'cannot be put in this order'
        : `cannot be what the file says (${names.join(', ')})`,
    ),
  );
};
