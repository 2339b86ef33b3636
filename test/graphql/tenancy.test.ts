import { describe, expect, it } from 'vitest';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { keyOf } from '../gateway.ts';
import { arrange } from './arrangement.ts';
import { Client, mutationOf, onEveryGateway } from './client.ts';

interface Edge {
  cursor: string;
  node: { id: string };
}

/** In addition to the matrix of ids: texts that another tenant uses, and lists. */
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
      expect(
        await client().mutate('createPlan', { input: { name: 'P', code: 'same' } }, 'code'),
      ).toMatchObject({
        code: 'same',
      });
      expect(
        await client().mutate(
          'createFeature',
          { input: { name: 'Same', code: 'same', type: 'USAGE' } },
          'code',
        ),
      ).toMatchObject({ code: 'same' });
    });
  });

  it('has nothing in our lists', async () => {
    const ours = await arrange(client().catalogue);
    await arrange(await newCatalogue(client().world));
    await arrange(await sandboxOf());
    const ids = '{ totalCount nodes { id } }';
    expect(
      await client().data(`{ plans${ids} features${ids} planGroups${ids} apiKeys { totalCount } }`),
    ).toEqual({
      plans: { totalCount: 1, nodes: [{ id: ours.plan }] },
      features: { totalCount: 1, nodes: [{ id: ours.feature }] },
      planGroups: { totalCount: 1, nodes: [{ id: ours.planGroup }] },
      apiKeys: { totalCount: 2 },
    });
  });

  it(
    'has nothing for those who take its cursors: they are places, and ours lie where they ' + 'lie',
    async () => {
      const stranger = await Client.open(client().world, client().gateway);
      const fill = async ({ catalogue }: Client) => {
        await catalogue.plan({ name: 'Name' });
        await catalogue.feature();
        await catalogue.group();
      };
      const lists = {
        plans: 'orderBy: { field: CREATED_AT }',
        features: 'first: 20',
        planGroups: 'first: 20',
        apiKeys: 'first: 20',
        auditLog: 'first: 20',
      };
      for (const whose of [client(), stranger, client(), stranger]) await fill(whose);
      for (const [list, args] of Object.entries(lists)) {
        const idsOf = async (whose: Client, more = '') => {
          const { edges } = (
            await whose.data(`{ ${list}(${args} ${more}) { edges { cursor node { id } } } }`)
          )[list];
          return edges.map(({ cursor, node }: Edge) => ({ cursor, id: node.id }));
        };
        const ours: { cursor: string; id: string }[] = await idsOf(client());
        for (const { cursor } of await idsOf(stranger)) {
          const [before, after] = [
            await idsOf(client(), `before: "${cursor}"`),
            await idsOf(client(), `after: "${cursor}"`),
          ];
          // Audit entries are numbered in each tenant: one of ours may stand in the very place.
          const others = ours.filter((own) => own.cursor !== cursor);
          expect({ list, found: [...before, ...after] }).toEqual({ list, found: others });
        }
      }
    },
  );

  it('has idempotency keys of its own, even at the same time', async () => {
    const { world, gateway } = client();
    const sandbox = await sandboxOf();
    const keys = [
      client().key,
      await keyOf(world, sandbox.tenant),
      await keyOf(world, (await newCatalogue(world)).tenant),
    ];
    const create = (key: string) =>
      gateway.graphql(
        key,
        mutationOf('createPlan', 'id'),
        { input: { name: 'P', code: 'p' } },
        { 'idempotency-key': 'k' },
      );
    const ids = async () =>
      (await Promise.all(keys.map(create))).map(({ data }) => data.createPlan.id);
    const first = await ids();
    expect(new Set(first).size).toBe(3);
    expect(await ids()).toEqual(first);
    const reader = await client().as('read');
    const { data } = await create(reader.key);
    expect(data.createPlan).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it('and keys, organizations and entries, also our own, are no nodes', async () => {
    const { tenant } = client().catalogue;
    const document =
      '{ viewer { organization { id } } auditLog { nodes { id apiKeyId } } apiKeys { nodes { id } ' +
      '} }';
    const { viewer, auditLog, apiKeys } = await client().data(document);
    const ids = [viewer.organization.id, tenant.id, auditLog.nodes[0].id, apiKeys.nodes[0].id];
    const { nodes } = await client().data('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids,
    });
    expect(nodes).toEqual([null, null, null, null]);
  });
});
