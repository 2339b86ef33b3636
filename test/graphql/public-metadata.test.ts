import { expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const input = { name: 'Pro', code: 'pro', metadata: { cost: 'ours' } };

onEveryGateway('public metadata of a plan', (client) => {
  const publicMetadataOf = async (id: string) =>
    (await client().data('query($id: ID!) { plan(id: $id) { publicMetadata } }', { id })).plan
      .publicMetadata;

  const rest = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${client().gateway.url}/api/v1${path}`, {
      method,
      headers: { 'x-api-key': client().key, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };

  it('is an empty object unless it is given, and is replaced as a whole', async () => {
    const plan = await client().mutate('createPlan', { input }, 'id publicMetadata');
    expect(plan.publicMetadata).toEqual({});
    const first = { badge: { de: 'Neu' }, order: 1 };
    await client().mutate('updatePlan', { planId: plan.id, input: { publicMetadata: first } });
    expect(await publicMetadataOf(plan.id)).toEqual(first);
    await client().mutate('updatePlan', { planId: plan.id, input: { name: 'Pro 2' } });
    expect(await publicMetadataOf(plan.id)).toEqual(first);
    const second = { order: 2 };
    await client().mutate('updatePlan', { planId: plan.id, input: { publicMetadata: second } });
    expect(await publicMetadataOf(plan.id)).toEqual(second);
  });

  it('has the limits of metadata', async () => {
    const refused = await client().mutate('createPlan', {
      input: { ...input, publicMetadata: { text: 'x'.repeat(17_000) } },
    });
    expect(refused).toMatchObject({ __typename: 'ValidationError', param: 'publicMetadata' });
  });

  it('is no part of what REST reads or answers', async () => {
    const made = await rest('POST', '/plans/manage', {
      ...input,
      publicMetadata: { badge: 'New' },
    });
    expect(made.status).toBe(201);
    expect(made.text).not.toContain('ublicMetadata');
    const [{ id } = { id: '' }] = await client().catalogue.rows('plan');
    expect(await publicMetadataOf(id)).toEqual({});
    const changed = await rest('PUT', `/plans/${id}/manage`, { publicMetadata: { badge: 'New' } });
    expect(changed.text).not.toContain('ublicMetadata');
    expect(await publicMetadataOf(id)).toEqual({});
  });
});
