import type { CatalogueChange, Finding } from '../../db/tables.ts';
import { isSame } from '../../db/write/change-list.ts';
import { codeAt } from './finding.ts';

/** What an object keeps for ever: something else would be another object. */
const finals: Readonly<Record<string, readonly string[]>> = {
  Feature: ['type'],
  Plan: ['consumptionModel', 'isFree', 'blockOnExhaustion'],
};

const shown = (value: unknown): string => (value === undefined ? 'its default' : String(value));

export const finalFields = (changes: readonly CatalogueChange[]): Finding[] =>
  changes.flatMap(({ type, path, before, after }) =>
    (before && after ? (finals[type] ?? []) : [])
      .filter((name) => !isSame(before?.[name], after?.[name]))
      .map((name) => ({
        rule: 'final-field',
        severity: 'error' as const,
        code: codeAt(path),
        path: `${path}.${name}`,
        message: `${name} is final: it stays ${shown(before?.[name])} and cannot become ${shown(after?.[name])}.`,
      })),
  );
