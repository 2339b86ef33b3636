import type { Position } from '../../domain/catalogue/read.ts';
import { type Colours, printable } from '../terminal.ts';
import type { Finding } from './access.ts';

/** With its place in the file, where there is one. */
export type PlacedFinding = Finding & Partial<Position>;

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

export const findingText = (
  { rule, severity, path, message, docUrl }: Finding,
  colours: Colours,
  place = '',
): string => {
  const paint = severity === 'error' ? colours.deleted : colours.updated;
  const more = docUrl ? `${rule}, ${docUrl}` : rule;
  return `${place}${paint(severity)}: ${printable(`${path}: ${message} (${more})`)}`;
};

/** `1 error, 2 warnings`. */
export const countsOfFindings = (findings: readonly Finding[]): string => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const parts = [
    errors === 0 ? '' : `${errors} error${errors === 1 ? '' : 's'}`,
    warnings === 0 ? '' : `${warnings} warning${warnings === 1 ? '' : 's'}`,
  ];
  return parts.filter(Boolean).join(', ');
};
