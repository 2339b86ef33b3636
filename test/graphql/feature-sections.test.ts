import { expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const everything =
  'id code name position createdAt updatedAt revision features { totalCount nodes { code position } }';

onEveryGateway('sections of features', (client) => {
  const create = (input: object) =>
    client().mutate('createFeatureSection', { input }, `... on FeatureSection { ${everything} }`);
  const order = async () =>
    (await client().data('{ features(first: 100) { nodes { code section { code } position } } }'))
      .features.nodes;

  it('are created, renamed and deleted', async () => {
    const section = await create({ name: ' Support ' });
    expect(section).toEqual({
      __typename: 'FeatureSection',
      id: expect.stringMatching(/^fse_[0-9a-z]{26}$/),
      code: 'support',
      name: 'Support',
      position: 0,
      createdAt: expect.any(String),
      updatedAt: section.createdAt,
      revision: 1,
      features: { totalCount: 0, nodes: [] },
    });
    expect(await create({ name: 'Support', code: 'support' })).toMatchObject({
      __typename: 'ConflictError',
      code: 'duplicate',
      param: 'code',
    });
    const { id } = await client().catalogue.feature({ code: 'phone', sectionId: section.id });
    expect(
      await client().mutate(
        'updateFeatureSection',
        { sectionId: 'support', input: { name: 'Help' }, expectedRevision: 1 },
        everything,
      ),
    ).toMatchObject({
      name: 'Help',
      code: 'support',
      revision: 2,
      features: { totalCount: 1, nodes: [{ code: 'phone', position: 0 }] },
    });
    const known = `query($id: ID!) { node(id: $id) { id }
      byId: featureSection(id: $id) { code } byCode: featureSection(code: "support") { id } }`;
    expect(await client().data(known, { id: section.id })).toEqual({
      node: { id: section.id },
      byId: { code: 'support' },
      byCode: { id: section.id },
    });
    expect(
      await client().mutate(
        'deleteFeatureSection',
        { sectionId: section.id },
        'deletedId features { id section { id } position }',
      ),
    ).toEqual({
      __typename: 'DeletedFeatureSection',
      deletedId: section.id,
      features: [{ id, section: null, position: 0 }],
    });
    expect(await client().data(known, { id: section.id })).toEqual({
      node: null,
      byId: null,
      byCode: null,
    });
  });

  it('put features in the order of an arrangement, also those of plans', async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan({ code: 'pro' });
    for (const code of ['a', 'b', 'c', 'd'])
      await catalogue.attach(plan, await catalogue.feature({ code }));
    for (const name of ['One', 'Two']) await create({ name });
    const sections = [
      { sectionId: 'two', featureIds: ['d', 'a'] },
      { sectionId: 'one', featureIds: ['c'] },
    ];
    const arranged = await client().mutate(
      'arrangeFeatures',
      { input: { sections } },
      'sections { code position } features { totalCount nodes { code } }',
    );
    expect(arranged).toEqual({
      __typename: 'FeatureArrangement',
      sections: [
        { code: 'two', position: 0 },
        { code: 'one', position: 1 },
      ],
      features: { totalCount: 4, nodes: ['d', 'a', 'c', 'b'].map((code) => ({ code })) },
    });
    expect(await order()).toEqual([
      { code: 'd', section: { code: 'two' }, position: 0 },
      { code: 'a', section: { code: 'two' }, position: 1 },
      { code: 'c', section: { code: 'one' }, position: 0 },
      { code: 'b', section: null, position: 0 },
    ]);
    const codes = async () => {
      const { plan } = await client().data(
        '{ plan(code: "pro") { features { feature { code } } } }',
      );
      return plan.features.map(({ feature }: { feature: { code: string } }) => feature.code);
    };
    expect(await codes()).toEqual(['d', 'a', 'c', 'b']);
    // What was read before is out of date.
    await client().mutate('updateFeature', { featureId: 'd', input: { sectionId: null } });
    expect(await codes()).toEqual(['a', 'c', 'b', 'd']);
    await client().mutate('deleteFeatureSection', { sectionId: 'two' });
    expect(await codes()).toEqual(['c', 'b', 'd', 'a']);
    const response = await fetch(`${client().gateway.url}/api/v1/plans/${plan.id}`, {
      headers: { 'x-api-key': client().key },
    });
    const { data }: { data: { features: { code: string }[] } } = JSON.parse(await response.text());
    expect(data.features.map(({ code }) => code)).toEqual(await codes());
  });

  it('are arranged with as many features as an arrangement may name', async () => {
    const arrange = (...counts: number[]) => {
      const sections = counts.map((count) => ({
        featureIds: Array.from({ length: count }, (_, n) => `none_${n}`),
      }));
      return client().mutate('arrangeFeatures', { input: { sections } });
    };
    expect(await arrange(2_000)).toMatchObject({
      code: 'feature_not_found',
      param: 'sections.0.featureIds.0',
    });
    expect(await arrange(1_001, 1_000)).toMatchObject({
      code: 'validation_error',
      param: 'sections',
    });
  });
});
