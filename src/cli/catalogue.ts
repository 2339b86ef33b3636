import type { Command } from 'commander';
import { addDiff } from './catalogue/diff.ts';
import { addImport } from './catalogue/import.ts';
import { addLint } from './catalogue/lint.ts';
import { addPull } from './catalogue/pull.ts';
import { addPush } from './catalogue/push.ts';
import { addRevert } from './catalogue/revert.ts';

export const addCatalogue = (program: Command): void => {
  const catalogue = program
    .command('catalogue')
    .description('the whole catalogue as one file, of a running server or in the database');
  for (const addTo of [addPull, addDiff, addPush, addRevert, addLint, addImport]) addTo(catalogue);
};
