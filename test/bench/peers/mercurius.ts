import fastify from 'fastify';
import { mercurius } from 'mercurius';
import { openCatalogue, openFile } from './catalogue.ts';
import { addDuties } from './duties.ts';
import { newRequestId } from './pricing.ts';
import { openPages } from './pricing-page.ts';
import { type Context, createContext, schema } from './schema.ts';
import { duties, port, settings } from './settings.ts';

declare module 'mercurius' {
  interface MercuriusContext extends Context {}
}

const where = settings();
const file = openFile(where.file);
const catalogue = openCatalogue(file, where);
const pages = await openPages(where);
const asked = duties();
const app = fastify(asked ? { genReqId: newRequestId } : {});
if (asked) addDuties(app, file, asked);
await app.register(mercurius, { schema, context: () => createContext(catalogue, pages), jit: 1 });
await app.listen({ port });
