import type { Catalogue } from '../../../../src/domain/catalogue/document.ts';
import type { Finding, LintRule } from '../../../../src/domain/catalogue/finding.ts';
import { lint } from '../../../../src/domain/catalogue/lint.ts';
import { mergeCatalogue } from '../../../../src/domain/catalogue/merge.ts';
import { readCatalogueFile } from '../../../../src/domain/catalogue/read.ts';

/** The catalogue that a file describes by itself. */
const catalogueOf = (text: string): Catalogue =>
  mergeCatalogue({}, readCatalogueFile(text), 'whole');

export const lintText = (text: string, baseCurrency = 'usd'): Finding[] =>
  lint(catalogueOf(text), { baseCurrency });

/** What one rule finds in a file, given without its first line: paths and messages. */
export const found = (rule: LintRule, text: string, baseCurrency = 'usd'): string[] =>
  lintText(`catalogue: 1\n${text}`, baseCurrency)
    .filter((finding) => finding.rule === rule)
    .map(({ path, message }) => `${path}: ${message}`);
