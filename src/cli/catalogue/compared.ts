import { compareCatalogues } from '../../domain/catalogue/compare.ts';
import type { Catalogue } from '../../domain/catalogue/document.ts';
import { finalFields } from '../../domain/catalogue/final-fields.ts';
import { lint } from '../../domain/catalogue/lint.ts';
import { mergeCatalogue } from '../../domain/catalogue/merge.ts';
import { shownChange } from '../../domain/catalogue/print.ts';
import { readCatalogueFile } from '../../domain/catalogue/read.ts';
import { type CatalogueScope, defaultBaseCurrency } from '../../vocabulary.ts';
import type { Finding, Preview } from './access.ts';

/** A file that says a whole catalogue. */
export const wholeCatalogue = (text: string): Catalogue =>
  mergeCatalogue({ catalogue: 1 }, readCatalogueFile(text), 'whole');

export const lintWhole = (catalogue: Catalogue): Finding[] =>
  lint(catalogue, { baseCurrency: catalogue.baseCurrency ?? defaultBaseCurrency });

/** Compares without the operations, which could refuse a change still. */
export const compared = (pulled: string, document: string, scope: CatalogueScope): Preview => {
  const before = wholeCatalogue(pulled);
  const file = readCatalogueFile(document);
  const { baseCurrency = defaultBaseCurrency } = before;
  const after = mergeCatalogue(before, { ...file, baseCurrency }, scope);
  const changes = compareCatalogues(before, after);
  return {
    changes: changes.map(shownChange),
    findings: [
      ...otherCurrency(file.baseCurrency ?? baseCurrency, baseCurrency),
      ...finalFields(changes),
      ...lint(after, { baseCurrency }),
    ],
    isRehearsed: false,
  };
};

const otherCurrency = (ofFile: string, baseCurrency: string): Finding[] =>
  ofFile === baseCurrency
    ? []
    : [
        {
          rule: 'base-currency',
          severity: 'error',
          path: 'baseCurrency',
          message: `The file is in ${ofFile}, the catalogue in ${baseCurrency}.`,
        },
      ];
