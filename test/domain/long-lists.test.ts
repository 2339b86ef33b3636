import { beforeAll, describe, expect, it } from 'vitest';
import { seedPlan } from '../../src/cli/seed/catalogue.ts';
import { insertPlans } from '../../src/db/records/plan.ts';
import { operation } from '../../src/domain/operation.ts';
import {
  countPlans,
  listPlans,
  type Plan,
  type PlanFilter,
  type PlanSorting,
} from '../../src/domain/plan.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const PLANS = 1_700;

const insertMany = operation('seedPlans', async (writer): Promise<void> => {
  const plans = Array.from({ length: PLANS }, (_, index) => seedPlan(writer, index + 1));
  await insertPlans(writer, plans);
  writer.about(writer.tenant.id);
});

/** How often others had their turn until the work was done. */
const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
  let turns = 0;
  let isDone = false;
  const takeTurn = () => {
    turns += 1;
    if (!isDone) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await work.finally(() => {
    isDone = true;
  });
  return turns;
};

const forwards = { size: 'first', from: 'after', edge: -1, onward: 'hasNextPage' } as const;
const backwards = { size: 'last', from: 'before', edge: 0, onward: 'hasPreviousPage' } as const;
type Way = typeof forwards | typeof backwards;

onEveryEngine('long lists of plans', (world) => {
  let shop: Catalogue;
  let all: Plan[];
  beforeAll(async () => {
    shop = await newCatalogue(world());
    await shop.change((w) => insertMany(w));
    all = await walk({ visibility: 'all' }, 1_000, forwards);
  });

  /** Every page of a list, one after the other. */
  const walk = async (
    filter: PlanFilter,
    size: number,
    way: Way,
    order?: PlanSorting,
  ): Promise<Plan[]> => {
    const found: Plan[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listPlans(
        shop.reader(),
        filter,
        { [way.size]: size, [way.from]: cursor },
        order,
      );
      found.splice(way === forwards ? found.length : 0, 0, ...page.items);
      const last = page.items.at(way.edge);
      if (!page[way.onward] || !last) return found;
      cursor = page.cursorOf(last);
    }
  };

  const filters: [PlanFilter, (plan: Plan) => boolean][] = [
    [{ text: 'PLAN 17' }, ({ name }) => name.includes('plan 17')],
    [{ visibility: 'private' }, ({ isPublic }) => !isPublic],
    [{ visibility: 'all', isFree: true }, ({ isFree }) => isFree],
    [
      { visibility: 'all', consumptionModel: 'credits' },
      ({ consumptionModel }) => consumptionModel === 'credits',
    ],
    [
      { visibility: 'all', metadata: { key: 'number', value: '1650' } },
      ({ code }) => code === 'seed_001650',
    ],
    [{ text: 'nowhere' }, () => false],
  ];

  describe.each(filters)('that %j selects', (filter, isSelected) => {
    const isShown = (plan: Plan) =>
      isSelected(plan) && (filter.visibility !== undefined || plan.isPublic);

    it.each(['sortOrder', 'createdAt', 'name'] as const)(
      'hold all of them once by %s, from both ends',
      async (by) => {
        const sorted = by === 'name' ? all.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : all;
        const expected = sorted.filter(isShown);
        for (const size of [30, 1_000])
          for (const way of [forwards, backwards]) {
            expect(await walk(filter, size, way, { by, descending: false })).toEqual(expected);
            expect(await walk(filter, size, way, { by, descending: true })).toEqual(
              expected.toReversed(),
            );
          }
      },
    );

    it('are counted', async () => {
      expect(await countPlans(shop.reader(), filter)).toBe(all.filter(isShown).length);
    });
  });

  it.each([
    ['a search', () => listPlans(shop.reader(), { text: 'nowhere' }, {})],
    [
      'a search of metadata',
      () => listPlans(shop.reader(), { metadata: { key: 'a', value: 'b' } }, {}),
    ],
    ['a count', () => countPlans(shop.reader(), {})],
    ['a count of what is found', () => countPlans(shop.reader(), { text: 'nowhere' })],
  ])('keep nobody waiting for %s', async (_what, work) => {
    const { statements, store } = world();
    const before = statements.length;
    const turns = await turnsDuring(Promise.resolve(work()));
    const isPostgres = store.engine.name === 'postgres';
    expect(turns).toBeGreaterThanOrEqual(isPostgres ? 1 : 3);
    expect(statements.length - before).toBe(isPostgres ? 3 : 9);
  });

  it('look the same to the public, but for what it does not see', async () => {
    const { items } = await listPlans(shop.reader('public'), { text: 'plan 17' }, { last: 100 });
    const expected = all.filter(({ name, isPublic }) => isPublic && name.includes('plan 17'));
    expect(items).toEqual(
      expected.slice(-100).map((plan) => ({ ...plan, metadata: null, revision: null })),
    );
    expect(await countPlans(shop.reader('public'), { text: 'plan 17' })).toBe(expected.length);
  });

  it('read no slice beyond the page', async () => {
    const { statements, store } = world();
    const before = statements.length;
    await listPlans(shop.reader(), { text: 'plan' }, { first: 100 });
    expect(statements.length - before).toBe(store.engine.name === 'sqlite' ? 2 : 3);
  });
});
