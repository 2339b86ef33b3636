import {
  featureLimitRows,
  featureRows,
  featureSectionRows,
  marketPriceRows,
  marketUnitPriceRows,
  planFeatureLimitRows,
  planFeatureRows,
  planGroupRows,
  planRows,
  priceRows,
  regionalOverageRows,
  regionalPriceRows,
  regionalUnitPriceRows,
  translationRows,
  unitPriceRows,
} from './catalogue.ts';
import type { Image, TrackedRow } from './change-list.ts';
import { unit, type Writer } from './writer.ts';

/** Ids of what contains changes, and whether the public sees one of these. */
class Touched extends Map<string, boolean> {
  add(id: unknown, isSeen: boolean): void {
    if (typeof id === 'string') this.set(id, isSeen || this.get(id) === true);
  }
}

/** A group changes with its members and their order, and with nothing else. */
const touchGroups = (row: TrackedRow, groups: Touched): void => {
  const before = row.before ?? {};
  const after = row.isGone ? {} : (row.after ?? {});
  const moves = before.planGroupId !== after.planGroupId;
  if (!moves && before.sortOrder === after.sortOrder) return;
  const isSeen = (side: Image) =>
    moves ? side.isPublic === true : before.publicSortOrder !== after.publicSortOrder;
  groups.add(before.planGroupId, isSeen(before));
  groups.add(after.planGroupId, isSeen(after));
};

const isKnownAsChanged = ({ before, after }: TrackedRow, isSeen: boolean): boolean => {
  if (before === null) return true;
  const isCounted = after?.revision !== before.revision;
  const hidden = after?.publicUpdatedAt ?? null;
  return isCounted && !(isSeen && hidden !== null && hidden !== after?.updatedAt);
};

const byId = ({ id }: Image): Image => ({ objectId: id });

/** The translations that go with an object, by its type. A plan takes those of its features. */
const translations: Readonly<Record<string, (image: Image) => Image>> = {
  [planRows.type]: ({ id }) => ({ planId: id }),
  [planFeatureRows.type]: ({ planId, featureId }) => ({ planId, featureId }),
  [featureRows.type]: byId,
  [featureSectionRows.type]: byId,
  [planGroupRows.type]: byId,
};

/** They change the price that they name, and its plan. */
const ofPrices: ReadonlySet<string> = new Set([
  regionalPriceRows.type,
  unitPriceRows.type,
  regionalUnitPriceRows.type,
  marketPriceRows.type,
  marketUnitPriceRows.type,
]);

/**
 * What contains a change has changed, too: a regional price changes its price and its plan, and so
 * on. Translations of what has gone are removed. May be asked again in the same write.
 */
export const touchContainers = async (writer: Writer): Promise<void> => {
  const { changes, objectId, touchesLater } = writer[unit];
  if (changes.isSummary || touchesLater) return;
  const prices = new Touched();
  const links = new Set<string>();
  const plans = new Touched();
  const features = new Touched();
  const sections = new Touched();
  const groups = new Touched();
  const linkTo = ({ planId, featureId }: Image) => links.add(`${planId} ${featureId}`);
  for (const row of changes.written()) {
    const image = row.after ?? row.before ?? {};
    const { type, planId } = row.identity;
    if (type === translationRows.type) {
      plans.add(image.planId, true);
      if (image.planId !== null && image.featureId !== null) linkTo(image);
      else features.add(image.featureId, true);
      sections.add(image.featureSectionId, true);
      groups.add(image.planGroupId, true);
      continue;
    }
    const isGone = row.isGone || row.after === null;
    const isOfGonePlan =
      type !== planRows.type && changes.find(planRows.type, planId ?? '')?.isGone;
    const itsTranslations = translations[type];
    if (itsTranslations && isGone && !isOfGonePlan)
      await translationRows.remove(writer, itsTranslations(image));
    if (type === planRows.type) touchGroups(row, groups);
    else if (type === priceRows.type) plans.add(planId, priceRows.isSeenByPublic(row));
    else if (type === planFeatureRows.type) plans.add(planId, planFeatureRows.isSeenByPublic(row));
    else plans.add(planId, true);
    if (ofPrices.has(type)) prices.add(image.priceId, true);
    if (type === featureLimitRows.type) features.add(image.featureId, true);
    if (type === regionalOverageRows.type || type === planFeatureLimitRows.type) linkTo(image);
  }

  // The object of an operation counts each one, even if that leaves all as it was.
  const object = objectId === undefined ? undefined : changes.onlyRead(objectId);
  if (object?.identity.type === priceRows.type) {
    prices.add(objectId, true);
    plans.add(object.identity.planId, true);
  }
  if (object?.identity.type === planGroupRows.type) groups.add(objectId, false);

  const open = (row: TrackedRow | undefined, isSeen: boolean): Image[] =>
    row?.after && !row.isGone && !isKnownAsChanged(row, isSeen) ? [row.after] : [];

  const openPrices: Image[] = [];
  for (const [id, isSeen] of prices) {
    await priceRows.find(writer, id);
    openPrices.push(...open(changes.find(priceRows.type, id), isSeen));
  }
  await priceRows.update(writer, openPrices as never, { isSeen: true });

  const openLinks = [...links].flatMap((key) =>
    open(changes.find(planFeatureRows.type, key), true),
  );
  await planFeatureRows.update(writer, openLinks as never, { isSeen: true });

  for (const [rows, touched] of [
    [planRows, plans],
    [featureRows, features],
    [featureSectionRows, sections],
    [planGroupRows, groups],
  ] as const)
    for (const [id, isSeen] of touched) {
      await rows.find(writer, id);
      await rows.update(writer, open(changes.find(rows.type, id), isSeen), { isSeen });
    }
};

/**
 * Work of many operations: what contains the changes is looked for once, when the work is done, and
 * not after each of them.
 */
export const touchingOnce = async <Result>(
  writer: Writer,
  work: () => Promise<Result>,
): Promise<Result> => {
  const { [unit]: done } = writer;
  done.touchesLater = true;
  try {
    return await work();
  } finally {
    done.touchesLater = false;
  }
};
