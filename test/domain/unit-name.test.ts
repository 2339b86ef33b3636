import { describe, expect, it } from 'vitest';
import { changedUnit, type UnitNames, unitOf } from '../../src/domain/unit-name.ts';

const names = (unitName: string | null, unitNamePlural: string | null): UnitNames => ({
  unitName,
  unitNamePlural,
});

describe('the names of units', () => {
  it.each<[UnitNames, Partial<UnitNames>, UnitNames]>([
    [names(null, null), {}, names(null, null)],
    [names('call', 'calls'), {}, names('call', 'calls')],
    [names('call', 'calls'), { unitName: 'call' }, names('call', 'calls')],
    [names('call', 'calls'), { unitName: 'image' }, names('image', null)],
    [names('call', 'calls'), { unitName: null }, names(null, null)],
    [names('call', 'calls'), { unitNamePlural: null }, names('call', null)],
    [names('call', 'calls'), { unitNamePlural: ' callings\t' }, names('call', 'callings')],
    [names('call', 'calls'), names('image', 'images'), names('image', 'images')],
    [names('call', 'calls'), names('image', null), names('image', null)],
    [names('call', 'calls'), names(null, null), names(null, null)],
    [names('call', null), { unitNamePlural: 'calls' }, names('call', 'calls')],
    [names(null, null), names('call', 'calls'), names('call', 'calls')],
  ])('of %j changed by %j are %j', (before, changes, after) => {
    expect(changedUnit(before, changes)).toEqual(after);
  });

  it.each<[UnitNames, Partial<UnitNames>]>([
    [names(null, null), { unitNamePlural: 'calls' }],
    [names('', null), { unitNamePlural: 'calls' }],
    [names('call', 'calls'), names(null, 'calls')],
    [names('call', 'calls'), names('', 'calls')],
  ])('of %j have no plural alone: %j', (before, changes) => {
    expect(() => changedUnit(before, changes)).toThrow(
      expect.objectContaining({ code: 'validation_error', param: 'unitNamePlural' }),
    );
    expect(() => changedUnit(before, changes, 'limits.1.unitNamePlural')).toThrow(
      expect.objectContaining({ param: 'limits.1.unitNamePlural' }),
    );
  });

  it.each<[UnitNames, ReturnType<typeof unitOf>]>([
    [names('call', 'calls'), { one: 'call', other: 'calls' }],
    [names('GB', null), 'GB'],
    [names(null, null), null],
    [names('', null), null],
  ])('of %j are printed as %j', (stored, printed) => {
    expect(unitOf(stored)).toEqual(printed);
  });
});
