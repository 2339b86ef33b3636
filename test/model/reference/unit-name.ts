import { invalid } from './tenant.ts';

interface UnitNames {
  unitName: string | null;
  unitNamePlural: string | null;
}

/** A plural holds as long as its singular does, and needs one. */
export const namedUnit = (
  { unitName, unitNamePlural }: UnitNames,
  input: { [Name in keyof UnitNames]?: string | null | undefined },
  param = 'unitNamePlural',
): UnitNames => {
  const after = { unitName, unitNamePlural };
  if (input.unitName !== undefined && input.unitName !== unitName) {
    after.unitName = input.unitName;
    after.unitNamePlural = null;
  }
  if (input.unitNamePlural !== undefined)
    after.unitNamePlural = input.unitNamePlural === null ? null : input.unitNamePlural.trim();
  if (after.unitNamePlural !== null && (after.unitName ?? '') === '') throw invalid(param);
  return after;
};

export const unnamedUnit: UnitNames = { unitName: null, unitNamePlural: null };
