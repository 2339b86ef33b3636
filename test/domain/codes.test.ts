import { expect, it } from 'vitest';
import { codeFor } from '../../src/domain/codes.ts';
import { createPlanGroup, updatePlanGroup } from '../../src/domain/plan-group.ts';
import { keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const made = (name: string, ...taken: string[]) =>
  codeFor(name, { noun: 'planGroup', word: 'group', takenLike: async () => new Set(taken) });

it.each([
  ['Teams', 'teams'],
  ['Für große Teams!', 'fur_gro_e_teams'],
  ['ﬁne ①', 'fine_1'],
  ['  A -- B  ', 'a_b'],
  ['価格', 'group'],
  ['!', 'group'],
  ['x'.repeat(255), 'x'.repeat(56)],
  ['PLG 1', 'group'],
])('%j becomes the code %s', async (name, code) => expect(await made(name)).toBe(code));

it('numbers codes that are taken from 2 on', async () => {
  expect(await made('Teams', 'teams')).toBe('teams_2');
  expect(await made('Teams', 'teams', 'teams_2', 'teams_4')).toBe('teams_3');
  expect(await made('価格', 'group')).toBe('group_2');
});

onEveryEngine('codes of groups', (world) => {
  keepsInvariants(world);

  it('are made from the name unless given, and stay', async () => {
    const shop = await newCatalogue(world());
    const codes = [];
    for (const name of ['Teams', 'TEAMS', 'Teams', 'Teamwork', 'Teams 2', '価格'])
      codes.push((await shop.group({ name })).code);
    expect(codes).toEqual(['teams', 'teams_2', 'teams_3', 'teamwork', 'teams_2_2', 'group']);
    const group = await shop.group({ name: 'Others', code: 'own' });
    expect(group.code).toBe('own');
    const renamed = await shop.change((w) => updatePlanGroup(w, 'own', { name: 'New' }));
    expect(renamed).toMatchObject({ id: group.id, code: 'own', name: 'New' });
    await shop.refuses((w) => createPlanGroup(w, { name: 'Again', code: 'own' }), {
      code: 'duplicate',
      param: 'code',
    });
    const others = await newCatalogue(world());
    expect((await others.group({ name: 'Teams' })).code).toBe('teams');
  });
});
