import type { Catalogue } from './document.ts';
import type { Finding } from './finding.ts';

export interface LintContext {
  /** Of every amount without a currency beside it. */
  baseCurrency: string;
}

type Rule = (catalogue: Catalogue, context: LintContext) => Finding[];

const rules: readonly Rule[] = [];

export const lint = (catalogue: Catalogue, context: LintContext): Finding[] =>
  rules.flatMap((rule) => rule(catalogue, context));
