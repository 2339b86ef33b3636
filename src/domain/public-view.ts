/** Fields that the public never sees, even of public objects. */
const hidden: ReadonlySet<string> = new Set(['metadata', 'margin']);

/** Whether the public sees the difference between two states of a record. */
export const isSeenByPublic = <Item extends { updatedAt: string }>(
  before: Item,
  after: Item,
): boolean => {
  const shown = (item: Item) =>
    JSON.stringify({ ...item, updatedAt: '' }, (key, value: unknown) =>
      hidden.has(key) ? undefined : value,
    );
  return shown(before) !== shown(after);
};
