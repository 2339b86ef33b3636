import { expect, it } from 'vitest';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { onEveryGateway } from './client.ts';

const SHOWN = `id availability basedOn { id code } presentation {
  tagline badge highlighted callToAction { label url }
}`;
const ORIGIN = 'https://shop.example';

onEveryGateway('plans as people see them', (client) => {
  const presentation = {
    tagline: 'For teams',
    badge: 'Most popular',
    highlighted: true,
    callToAction: { label: 'Talk to us', url: 'mailto:sales@shop.example' },
  };

  it('say how they are sold and shown', async () => {
    const plain = { name: 'Plain', code: 'plain' };
    const plan = await client().mutate('createPlan', { input: plain }, SHOWN);
    const nothing = { tagline: null, badge: null, highlighted: false, callToAction: null };
    expect(plan).toMatchObject({
      availability: 'SELF_SERVICE',
      basedOn: null,
      presentation: nothing,
    });
    const input = { availability: 'CONTACT_SALES', presentation, basedOnPlanId: 'plain' };
    const enterprise = await client().mutate(
      'createPlan',
      { input: { ...input, name: 'Enterprise', code: 'enterprise' } },
      SHOWN,
    );
    const shown = { availability: 'CONTACT_SALES', basedOn: { code: 'plain' }, presentation };
    expect(enterprise).toMatchObject(shown);
    const update = (changes: object) =>
      client().mutate('updatePlan', { planId: 'enterprise', input: changes }, SHOWN);
    expect(await update({ name: 'New' })).toMatchObject(shown);
    expect(await update({ presentation: { callToAction: null } })).toMatchObject({
      presentation: { ...presentation, callToAction: null },
    });
    expect(await update({ basedOnPlanId: null })).toMatchObject({ basedOn: null });
    expect(await update({ basedOnPlanId: 'enterprise' })).toMatchObject({
      __typename: 'ValidationError',
      param: 'basedOnPlanId',
    });
    expect(await update({ presentation: { highlighted: null } })).toMatchObject({
      __typename: 'ValidationError',
      param: 'presentation.highlighted',
    });
  });

  it('take no script for a link', async () => {
    const callToAction = { label: 'Start', url: 'javascript:alert(1)' };
    const input = { name: 'Plan', code: 'plan', presentation: { callToAction } };
    expect(await client().mutate('createPlan', { input })).toMatchObject({
      __typename: 'ValidationError',
      param: 'presentation.callToAction.url',
    });
  });

  it('show publishable keys all but a private plan that they are based on', async () => {
    const { catalogue, gateway } = client();
    const basis = await catalogue.plan({ code: 'basis', isPublic: false });
    const input = { code: 'pro', presentation, basedOnPlanId: basis.id } as const;
    const plan = await catalogue.plan(input);
    const { secret } = await catalogue.change((w) =>
      createPublishableKey(w, { name: 'Page', allowedOrigins: [ORIGIN] }),
    );
    const read = async () =>
      (
        await gateway.graphql(
          secret ?? '',
          `query($id: ID!) { plan(id: $id) { ${SHOWN} } }`,
          { id: plan.id },
          { origin: ORIGIN },
        )
      ).data.plan;
    expect(await read()).toMatchObject({ presentation, basedOn: null });
    await client().mutate('setPlanVisibility', { planId: 'basis', input: { isPublic: true } });
    expect(await read()).toMatchObject({ basedOn: { code: 'basis' } });
  });

  it('are read with what they are based on in few statements', async () => {
    const { catalogue } = client();
    const basis = await catalogue.plan();
    for (let count = 0; count < 5; count += 1) {
      const one = await catalogue.plan({ basedOnPlanId: basis.id });
      await catalogue.plan({ basedOnPlanId: one.id });
    }
    const document = '{ plans(first: 50) { nodes { code basedOn { code prices { id } } } } }';
    const statements = await client().statementsOf(() => client().data(document));
    const reads = statements.filter((text) => /from "?plan|as "plan"/.test(text));
    expect(reads.length).toBeLessThan(5);
  });

  it('are no part of what REST reads or answers', async () => {
    const { gateway, key, catalogue } = client();
    const rest = async (method: string, path: string, body: unknown) => {
      const response = await fetch(`${gateway.url}/api/v1${path}`, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    };
    const wrong = { availability: 7, presentation: 7, basedOnPlanId: 7 };
    const made = await rest('POST', '/plans/manage', { name: 'Pro', code: 'pro', ...wrong });
    expect(made.status).toBe(201);
    expect(made.text).not.toMatch(/availability|presentation|basedOn/);
    const [plan] = await catalogue.rows('plan');
    const changed = await rest('PUT', `/plans/${plan?.id}/manage`, { name: 'New', ...wrong });
    expect(changed.status).toBe(200);
    expect(changed.text).not.toMatch(/availability|presentation|basedOn/);
    const group = await rest('POST', '/plan-groups', { name: 'Teams', code: 7 });
    expect(group.status).toBe(201);
    expect(group.text).not.toContain('"code"');
    expect(await catalogue.rows('plan_group')).toMatchObject([{ code: 'teams' }]);
  });
});

onEveryGateway('codes of groups', (client) => {
  it('find and name them', async () => {
    const input = { name: 'For teams' };
    const group = await client().mutate('createPlanGroup', { input }, 'id code');
    expect(group).toMatchObject({ code: 'for_teams' });
    const find = async (by: string) =>
      (await client().data(`{ planGroup(${by}) { id code } }`)).planGroup;
    const found = { id: group.id, code: 'for_teams' };
    expect(await find('code: "for_teams"')).toEqual(found);
    expect(await find(`id: "${group.id}"`)).toEqual(found);
    expect(await find('code: "none"')).toBeNull();
    expect(await client().refusal('{ planGroup { id } }')).toMatchObject({ param: 'id' });
    expect(await client().refusal('{ planGroup(id: "a", code: "b") { id } }')).toMatchObject({
      param: 'code',
    });
    await client().catalogue.plan({ code: 'pro', planGroupId: group.id });
    const { plans } = await client().data(
      '{ plans(filter: { planGroupId: "for_teams" }) { totalCount nodes { code } } }',
    );
    expect(plans).toEqual({ totalCount: 1, nodes: [{ code: 'pro' }] });
    const renamed = await client().mutate(
      'updatePlanGroup',
      { planGroupId: 'for_teams', input: { name: 'New' } },
      'id code name',
    );
    expect(renamed).toMatchObject({ ...found, name: 'New' });
    const again = { name: 'Again', code: 'for_teams' };
    expect(await client().mutate('createPlanGroup', { input: again })).toMatchObject({
      __typename: 'ConflictError',
      code: 'duplicate',
      param: 'code',
    });
    expect(
      await client().mutate('createPlanGroup', { input: { ...again, code: 'plg_1' } }),
    ).toMatchObject({ __typename: 'ValidationError', param: 'code' });
  });
});
