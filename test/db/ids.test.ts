import { describe, expect, it } from 'vitest';
import { createIds, nounOf } from '../../src/db/ids.ts';

describe('ids', () => {
  it('name their noun and are 26 digits long', () => {
    const newId = createIds(() => new Date());
    expect(newId('plan')).toMatch(/^pln_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(newId('price')).toMatch(/^pp_[0-9a-hjkmnp-tv-z]{26}$/);
    for (const noun of ['plan', 'price', 'feature', 'planGroup', 'apiKey'] as const)
      expect(nounOf(newId(noun))).toBe(noun);
  });

  it.each([
    '',
    '_',
    'pln',
    'plnx',
    'pp',
    'PLN_1',
    ' pln_1',
    'plan_1',
    'x_pln_1',
    'toString_1',
    '__proto___1',
  ])('are told from %j', (text) => expect(nounOf(text)).toBeUndefined());

  it('grow within a millisecond, and while the clock goes back', () => {
    let now = Date.UTC(2026, 0, 1);
    const newId = createIds(() => new Date(now));
    const ids: string[] = [];
    for (const step of [0, 1, -1_000, 5, -10_000_000, 20_000_000]) {
      now += step;
      for (let count = 0; count < 1_000; count += 1) ids.push(newId('plan'));
    }
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('follow the clock', () => {
    let now = Date.UTC(2026, 0, 1);
    const earlier = createIds(() => new Date(now))('plan');
    now += 1;
    expect(createIds(() => new Date(now))('plan') > earlier).toBe(true);
  });

  it('differ between processes at the same time', () => {
    const made = Array.from({ length: 1_000 }, () => createIds(() => new Date(0))('plan'));
    expect(new Set(made).size).toBe(made.length);
  });

  it('cover every instant that a date holds', () => {
    expect(createIds(() => new Date(0))('plan')).toMatch(/^pln_0{10}[0-9a-z]{16}$/);
    expect(createIds(() => new Date('9999-12-31T23:59:59.999Z'))('plan')).toHaveLength(30);
  });
});
