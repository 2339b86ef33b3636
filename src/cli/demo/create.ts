import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { applyCatalogue } from '../../domain/catalogue/apply.ts';
import { mergeCatalogue } from '../../domain/catalogue/merge.ts';
import { pullCatalogue } from '../../domain/catalogue/pull.ts';
import { readCatalogueFile } from '../../domain/catalogue/read.ts';
import { operation } from '../../domain/operation.ts';

const manifest = createRequire(import.meta.url).resolve('plans-gateway/package.json');
const file = new URL('examples/catalogue/catalogue.yaml', pathToFileURL(manifest));

/** The catalogue of the demo, as it stands in the examples. */
const demo = readFile(file, 'utf8').then(readCatalogueFile);

/** One write, as the audit trail and the revision see it. */
export const createDemoCatalogue = operation(
  'createDemoCatalogue',
  async (writer): Promise<void> => {
    const before = await pullCatalogue(writer);
    await applyCatalogue(writer, before, mergeCatalogue(before, await demo, 'whole'));
    writer.about(writer.tenant.id);
  },
);
