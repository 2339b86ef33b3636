import { expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const NODE = 'query($id: ID!) { node(id: $id) { __typename id } }';
const NODES = `query($ids: [ID!]!) { nodes(ids: $ids) {
  __typename id ... on Plan { code } ... on PlanPrice { price } ... on Feature { unitName } ... on PlanGroup { isPublic } ... on PlanFeature { includedAmount }
} }`;

onEveryGateway('nodes', (client) => {
  const arrange = async () => {
    const { catalogue } = client();
    const group = await catalogue.group();
    const plan = await catalogue.plan({ isPublic: false });
    const price = await catalogue.price(plan);
    const feature = await catalogue.feature({ unitName: 'call' });
    const planFeature = await catalogue.attach(plan, feature, { includedAmount: 5 });
    return [
      { __typename: 'Plan', id: plan.id, code: plan.code },
      { __typename: 'PlanPrice', id: price.id, price: 290_000 },
      { __typename: 'Feature', id: feature.id, unitName: 'call' },
      { __typename: 'PlanGroup', id: group.id, isPublic: true },
      { __typename: 'PlanFeature', id: planFeature.id, includedAmount: 5 },
    ];
  };

  it('are found by the ids of the API, in the order of the ids', async () => {
    const objects = await arrange();
    for (const { __typename, id } of objects)
      expect(await client().data(NODE, { id })).toEqual({ node: { __typename, id } });
    const twice = [...objects, ...objects.toReversed()];
    expect(await client().data(NODES, { ids: twice.map(({ id }) => id) })).toEqual({
      nodes: twice,
    });
  });

  it.each([
    ...['pln', 'pp', 'ftr', 'plg', 'plf'].flatMap((prefix) => [
      `${prefix}_`,
      `${prefix}_0`,
      `${prefix}_${'z'.repeat(26)}`,
    ]),
    ...['org_0', 'key_0', 'tnt_0', 'aud_0', 'toString_0', '__proto___0', 'constructor_', 'PLN_0'],
    ...[
      '',
      '_',
      'pln',
      '0',
      '../plan',
      'UGxhbjox',
      "pln_' or 1=1 --",
      'pln_%',
      'pln_\0',
      '\0',
      'pln_\ud800',
      '\udfff_',
      '😀',
      `pln_${'0'.repeat(5_000)}`,
    ],
  ])('are null where nothing has the id %j', async (id) => {
    const [plan] = await arrange();
    expect(await client().data(NODE, { id })).toEqual({ node: null });
    expect(await client().data(NODES, { ids: [id, plan?.id, id] })).toEqual({
      nodes: [null, plan, null],
    });
  });

  it('may be asked for by number, which no id is', async () => {
    expect(await client().data('{ node(id: 5) { id } nodes(ids: [1, 2]) { id } }')).toEqual({
      node: null,
      nodes: [null, null],
    });
  });

  it('are at most 100 at once', async () => {
    const [plan] = await arrange();
    const ids = (count: number) => Array.from({ length: count }, () => plan?.id);
    expect((await client().data(NODES, { ids: ids(100) })).nodes).toHaveLength(100);
    expect(await client().refusal(NODES, { ids: ids(101) })).toMatchObject({
      code: 'query_too_complex',
      param: 'ids',
      limit: 100,
      reached: 101,
    });
    expect(await client().data(NODES, { ids: [] })).toEqual({ nodes: [] });
  });

  it('is what an object says of itself by the interface', async () => {
    await arrange();
    const { plans } = await client().data(
      '{ plans(filter: { visibility: ALL }) { nodes { ... on Node { id __typename } } } }',
    );
    expect(plans.nodes).toEqual([{ id: expect.stringMatching(/^pln_/), __typename: 'Plan' }]);
  });
});
