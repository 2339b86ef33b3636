import type { Severity } from '../../../vocabulary.ts';
import type { Catalogue } from '../document.ts';
import type { LintRule } from '../finding.ts';

export interface LintContext {
  /** Of every amount without a currency beside it. */
  baseCurrency: string;
}

/** Says what is wrong at a path. The severity is that of the rule unless it is given. */
export type Report = (path: string, message: string, severity?: Severity) => void;

export interface Rule {
  readonly name: LintRule;
  readonly check: (catalogue: Catalogue, report: Report, context: LintContext) => void;
}
