import { describe, expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const CURSOR = expect.stringMatching(/^cur_[\w-]+$/);

/** Each list, its field that tells objects apart, and the way to one more object of it. */
const lists = ['plans', 'features', 'planGroups', 'apiKeys'] as const;
type List = (typeof lists)[number];

onEveryGateway('connections', (client) => {
  /** Ids in the order in which the list shows them. */
  const fill = async (list: List, count: number): Promise<string[]> => {
    const { catalogue } = client();
    for (let made = 0; made < count; made += 1) {
      if (list === 'plans') await catalogue.plan();
      if (list === 'features') await catalogue.feature();
      if (list === 'planGroups') await catalogue.group();
      if (list === 'apiKeys') await client().as('read');
    }
    const tables = {
      plans: 'plan',
      features: 'feature',
      planGroups: 'plan_group',
      apiKeys: 'api_key',
    } as const;
    return (await catalogue.rows(tables[list])).map(({ id }) => id).sort();
  };
  const page = async (list: List, args: object = {}) => {
    const document = `query($first: Int, $after: String, $last: Int, $before: String) {
      ${list}(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        edges { cursor node { id } }
        nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`;
    const { edges, nodes, pageInfo, totalCount } = (await client().data(document, { ...args }))[
      list
    ];
    const ids: string[] = nodes.map(({ id }: { id: string }) => id);
    expect(edges).toEqual(ids.map((id) => ({ cursor: CURSOR, node: { id } })));
    expect(pageInfo.startCursor).toBe(edges.at(0)?.cursor ?? null);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    return { ids, pageInfo, totalCount };
  };

  describe.each(lists)('%s', (list) => {
    it('can be walked in both directions, each object once', async () => {
      const all = await fill(list, 5);
      const forward: string[] = [];
      for (let after: string | null = null; ; ) {
        const { ids, pageInfo, totalCount } = await page(list, { first: 2, after });
        expect(totalCount).toBe(all.length);
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        forward.push(...ids);
        expect(pageInfo.hasNextPage).toBe(forward.length < all.length);
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      expect(forward).toEqual(all);

      const backward: string[] = [];
      for (let before: string | null = null; ; ) {
        const { ids, pageInfo } = await page(list, { last: 2, before });
        expect(pageInfo.hasNextPage).toBe(before !== null);
        backward.unshift(...ids);
        expect(pageInfo.hasPreviousPage).toBe(backward.length < all.length);
        if (!pageInfo.hasPreviousPage) break;
        before = pageInfo.startCursor;
      }
      expect(backward).toEqual(all);
    });

    it('shows what lies between two cursors', async () => {
      const all = await fill(list, 4);
      const { pageInfo } = await page(list, { first: all.length });
      const { startCursor: after, endCursor: before } = pageInfo;
      expect((await page(list, { after, before })).ids).toEqual(all.slice(1, -1));
      expect((await page(list, { after: before, before: after })).ids).toEqual([]);
    });

    it.each([
      ['first', -1],
      ['first', 101],
      ['last', -1],
      ['last', 101],
      ['first', 2_147_483_647],
    ])('takes no %s of %d', async (param, size) => {
      expect(await client().refusal(`{ ${list}(${param}: ${size}) { totalCount } }`)).toMatchObject(
        {
          code: 'validation_error',
          param,
          details: [{ field: param, message: 'must be between 0 and 100' }],
        },
      );
    });

    it(
      'shows nothing but its size and whether it goes on, where no object is asked ' + 'for',
      async () => {
        await fill(list, 2);
        const empty = { startCursor: null, endCursor: null };
        const { totalCount } = (await client().data(`{ ${list} { totalCount } }`))[list];
        for (const [args, more] of [
          ['first: 0', { hasNextPage: true, hasPreviousPage: false }],
          ['last: 0', { hasNextPage: false, hasPreviousPage: true }],
        ] as const)
          expect(
            (
              await client().data(
                `{ ${list}(${args}) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
              )
            )[list],
          ).toEqual({ totalCount, nodes: [], edges: [], pageInfo: { ...more, ...empty } });
      },
    );

    it('is counted from one end', async () => {
      expect(await client().refusal(`{ ${list}(first: 1, last: 1) { totalCount } }`)).toMatchObject(
        { param: 'last' },
      );
    });

    it.each([
      '',
      'cur_',
      'x',
      'cur_W10',
      'null',
      '\0',
      'cur_\ud800',
      '😀',
      'cur_WyJwbGFucyJd',
      'c'.repeat(10_000),
    ])('refuses the cursor %j', async (cursor) => {
      for (const param of ['after', 'before'])
        expect(
          await client().refusal(
            `query($cursor: String) { ${list}(${param}: $cursor) { totalCount } }`,
            { cursor },
          ),
        ).toMatchObject({
          code: 'validation_error',
          param,
        });
    });

    it('counts all of its objects only when it is asked to', async () => {
      await fill(list, 1);
      const counts = async (selection: string) =>
        (await client().statementsOf(() => client().data(`{ ${list} { ${selection} } }`))).filter(
          (sql) => /count\(/i.test(sql),
        ).length;
      expect(await counts('nodes { id } edges { cursor } pageInfo { endCursor }')).toBe(0);
      // Public plans are counted among all that the count looks at, and has to be paid for.
      expect(await counts('totalCount')).toBe(list === 'plans' ? 2 : 1);
    });
  });

  it('hold 20 objects unless asked for more, and at most 100', async () => {
    const all = await fill('features', 101);
    expect((await page('features')).ids).toEqual(all.slice(0, 20));
    expect((await page('features', { first: 100 })).ids).toEqual(all.slice(0, 100));
    expect((await page('features', { last: 100 })).ids).toEqual(all.slice(1));
    expect((await page('features', { last: null, first: null })).totalCount).toBe(101);
  });

  it('may be empty', async () => {
    for (const list of ['plans', 'features', 'planGroups'] as const)
      expect(await page(list)).toEqual({
        ids: [],
        totalCount: 0,
        pageInfo: {
          hasNextPage: false,
          hasPreviousPage: false,
          startCursor: null,
          endCursor: null,
        },
      });
  });

  it('refuse the cursors of each other, and of another order', async () => {
    await fill('plans', 1);
    const ordered = '{ plans(orderBy: { field: NAME }) { pageInfo { endCursor } } }';
    const cursors = [(await client().data(ordered)).plans.pageInfo.endCursor];
    for (const list of lists.slice(1)) {
      await fill(list, 1);
      cursors.push((await page(list)).pageInfo.endCursor);
    }
    for (const after of cursors)
      expect(
        await client().refusal('query($after: String) { plans(after: $after) { totalCount } }', {
          after,
        }),
      ).toMatchObject({
        param: 'after',
      });
  });

  it('keep their place when the list changes', async () => {
    const { catalogue } = client();
    await fill('features', 3);
    const { ids, pageInfo } = await page('features', { first: 2 });
    await client().mutate('deleteFeature', { featureId: ids[1] });
    const added = await catalogue.feature();
    const rest = await page('features', { after: pageInfo.endCursor });
    expect(rest.ids).toHaveLength(2);
    expect(rest.ids[1]).toBe(added.id);
  });

  it('can be walked in every order of plans, with a filter', async () => {
    for (let made = 0; made < 5; made += 1)
      await client().catalogue.plan({ name: `Name ${made % 2}`, isFree: made < 4 });
    const document = `query($after: String, $by: PlanOrder) {
      plans(first: 1, after: $after, orderBy: $by, filter: { isFree: true }) { nodes { id } pageInfo { hasNextPage endCursor } totalCount }
    }`;
    for (const field of ['SORT_ORDER', 'NAME', 'CREATED_AT'])
      for (const direction of ['ASC', 'DESC']) {
        const seen = new Set<string>();
        for (let after: string | null = null; ; ) {
          const { plans } = await client().data(document, { after, by: { field, direction } });
          expect(plans.totalCount).toBe(4);
          seen.add(plans.nodes[0].id);
          if (!plans.pageInfo.hasNextPage) break;
          after = plans.pageInfo.endCursor;
        }
        expect(seen.size).toBe(4);
      }
  });
});
