import { describe, expect, it } from 'vitest';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { arrange } from './arrangement.ts';
import { onEveryGateway } from './client.ts';

/** Beside the matrix of ids: texts that another tenant uses, and lists. */
onEveryGateway('another tenant', (client) => {
  const sandboxOf = async (): Promise<Catalogue> => {
    const { world } = client();
    const { viewer } = await client().data('{ viewer { organization { name } } }');
    return new Catalogue(world, await world.tenantOf(viewer.organization.name, 'sandbox'));
  };

  describe('has codes', () => {
    it('which name nothing either', async () => {
      const { catalogue } = client();
      const { plan } = await arrange(catalogue);
      const stranger = await newCatalogue(client().world);
      await stranger.plan({ code: 'theirs' });
      await stranger.feature({ code: 'theirs' });
      expect(
        await client().data(
          `query($plan: ID!) {
            plan(code: "theirs") { id }
            feature(code: "theirs") { id }
            plans(filter: { codes: ["theirs"], visibility: ALL }) { totalCount }
            node(id: $plan) { ... on Plan { feature(code: "theirs") { enabled } } }
          }`,
          { plan },
        ),
      ).toEqual({ plan: null, feature: null, plans: { totalCount: 0 }, node: { feature: null } });
      const input = { featureId: 'theirs' };
      expect(await client().mutate('addPlanFeature', { planId: plan, input })).toEqual(
        await client().mutate('addPlanFeature', { planId: plan, input: { featureId: 'nobodys' } }),
      );
    });

    it('which are free here', async () => {
      const stranger = await newCatalogue(client().world);
      await stranger.plan({ code: 'same' });
      await stranger.feature({ code: 'same', name: 'Same' });
      expect(await client().mutate('createPlan', { input: { name: 'P', code: 'same' } }, 'code')).toMatchObject({
        code: 'same',
      });
      expect(
        await client().mutate('createFeature', { input: { name: 'Same', code: 'same', type: 'USAGE' } }, 'code'),
      ).toMatchObject({ code: 'same' });
    });
  });

  it('has nothing in our lists', async () => {
    const ours = await arrange(client().catalogue);
    await arrange(await newCatalogue(client().world));
    await arrange(await sandboxOf());
    const ids = '{ totalCount nodes { id } }';
    expect(await client().data(`{ plans${ids} features${ids} planGroups${ids} apiKeys { totalCount } }`)).toEqual({
      plans: { totalCount: 1, nodes: [{ id: ours.plan }] },
      features: { totalCount: 1, nodes: [{ id: ours.feature }] },
      planGroups: { totalCount: 1, nodes: [{ id: ours.planGroup }] },
      apiKeys: { totalCount: 2 },
    });
  });
});
