import { invalid } from '../errors.ts';
import type { UnitName } from '../messages/unit.ts';

/** What units are called, as it is stored. */
export interface UnitNames {
  unitName: string | null;
  /** Null where `unitName` stands for several, too. */
  unitNamePlural: string | null;
}

export const unnamed: UnitNames = { unitName: null, unitNamePlural: null };

/**
 * The names after a change; what is undefined stays. The plural belongs to its singular: a new
 * `unitName` that comes without one has none.
 */
export const changedUnit = (
  before: UnitNames,
  {
    unitName: name,
    unitNamePlural: plural,
  }: { [Member in keyof UnitNames]?: string | null | undefined },
  paramOfPlural = 'unitNamePlural',
): UnitNames => {
  const unitName = name === undefined ? before.unitName : name;
  const kept = unitName === before.unitName ? before.unitNamePlural : null;
  const unitNamePlural = plural === undefined ? kept : (plural?.trim() ?? null);
  if (unitNamePlural !== null && !unitName)
    throw invalid(paramOfPlural, 'needs a unitName, which is the singular');
  return { unitName, unitNamePlural };
};

/** The names as texts of pages take them. */
export const unitOf = ({ unitName, unitNamePlural }: UnitNames): UnitName | null => {
  if (!unitName) return null;
  return unitNamePlural === null ? unitName : { one: unitName, other: unitNamePlural };
};
