import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { applyCatalogue } from '../../domain/catalogue/apply.ts';
import { compareCatalogues } from '../../domain/catalogue/compare.ts';
import { mergeCatalogue } from '../../domain/catalogue/merge.ts';
import { pullCatalogue } from '../../domain/catalogue/pull.ts';
import { readCatalogueFile } from '../../domain/catalogue/read.ts';
import { operation } from '../../domain/operation.ts';

const manifest = createRequire(import.meta.url).resolve('plans-gateway/package.json');
const file = new URL('examples/catalogue/catalogue.yaml', pathToFileURL(manifest));

/** The catalogue of the examples, in one write as the audit trail and the revision see it. */
export const createDemoCatalogue = operation(
  'createDemoCatalogue',
  async (writer): Promise<void> => {
    const before = await pullCatalogue(writer);
    const demo = readCatalogueFile(readFileSync(file, 'utf8'));
    const after = mergeCatalogue(before, demo, 'whole');
    await applyCatalogue(writer, before, after, compareCatalogues(before, after));
    writer.about(writer.tenant.id);
  },
);
