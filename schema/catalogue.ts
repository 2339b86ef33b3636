import type { Context } from '../src/context.ts';
import type { Catalogue } from '../src/domain/catalogue/document.ts';
import { hashOfCatalogue, printInTurns } from '../src/domain/catalogue/print.ts';
import { catalogueOf } from '../src/domain/catalogue/pull.ts';
import { lintCatalogue } from '../src/domain/change-set.ts';
import { builder } from './builder.ts';
import { COST_OF_CATALOGUE, COST_OF_LONGER_LIST } from './cost.ts';
import { Finding } from './finding.ts';
import { anyLength } from './selection.ts';

/** Counts what is printed as part of the answer. */
const printed = (text: string, { budget }: Context): string => {
  budget.addBytes(Buffer.byteLength(text));
  return text;
};

const CatalogueDocument = builder.objectRef<Catalogue>('CatalogueDocument').implement({
  description:
    'The whole catalogue as one file: by codes, without ids. The same catalogue gives the same ' +
    'bytes, in another mode or installation, too.',
  fields: (t) => ({
    yaml: t.string({
      description: 'The file as YAML. Its bytes count as cost.',
      extensions: anyLength,
      resolve: async (catalogue, _, context) =>
        printed(await printInTurns(catalogue, 'yaml'), context),
    }),
    json: t.string({
      description: 'The file as JSON. Its bytes count as cost.',
      extensions: anyLength,
      resolve: async (catalogue, _, context) =>
        printed(await printInTurns(catalogue, 'json'), context),
    }),
    hash: t.string({
      description: 'SHA-256 of the content.',
      resolve: hashOfCatalogue,
    }),
  }),
});

builder.queryFields((t) => ({
  catalogue: t.field({
    type: CatalogueDocument,
    nullable: true,
    complexity: COST_OF_CATALOGUE,
    authScopes: { secret: true },
    description: 'The whole catalogue as one file. Refused to publishable keys.',
    resolve: (_, __, { reader }) => catalogueOf(reader),
  }),
  catalogueHash: t.string({
    nullable: true,
    complexity: COST_OF_CATALOGUE,
    authScopes: { secret: true },
    description:
      'SHA-256 of the content of the catalogue, without ids and times. Refused to publishable keys.',
    resolve: async (_, __, { reader }) => hashOfCatalogue(await catalogueOf(reader)),
  }),
  lint: t.field({
    type: [Finding],
    nullable: true,
    complexity: { ...COST_OF_LONGER_LIST, field: COST_OF_CATALOGUE.field },
    authScopes: { secret: true },
    description:
      'What the lint says of the catalogue as it is: prices that contradict each other, features ' +
      'that no plan has, and the like. Refused to publishable keys.',
    resolve: (_, __, { reader }) => lintCatalogue(reader),
  }),
}));
