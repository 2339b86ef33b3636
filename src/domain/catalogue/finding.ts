import type { Finding } from '../../db/tables.ts';
import type { Severity } from '../../vocabulary.ts';

export type { Finding };

/**
 * What the lint of a catalogue looks for, with the severity of its findings. Findings at one place
 * stand in this order.
 */
export const lintRules = {
  'base-currency': 'error',
  'final-field': 'error',
  'missing-field': 'error',
  'unknown-reference': 'error',
  'duplicate-name': 'warning',
  'priced-free-plan': 'error',
  'discount-above-price': 'error',
  'refused-change': 'error',
  'new-ids': 'warning',
  'amount-finer-than-currency': 'warning',
  'currency-missing-at-interval': 'warning',
  'year-dearer-than-months': 'warning',
  'dearer-plan-lowers-limit': 'warning',
  'dearer-plan-offers-less': 'warning',
  'no-common-currency': 'warning',
  'unused-feature': 'warning',
  'unit-price-not-on-rest': 'warning',
} as const satisfies Record<string, Severity>;

export type LintRule = keyof typeof lintRules;

/** Of the plan, feature, section, market or group that a path leads into. */
export const codeAt = (path: string): string => path.split('.')[1] ?? path;
