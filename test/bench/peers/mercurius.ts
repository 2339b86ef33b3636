import fastify from 'fastify';
import { mercurius } from 'mercurius';
import { openCatalogue, openFile } from './catalogue.ts';
import { openPages } from './pricing-page.ts';
import { type Context, createContext, schema } from './schema.ts';
import { port, settings } from './settings.ts';

declare module 'mercurius' {
  interface MercuriusContext extends Context {}
}

const where = settings();
const catalogue = openCatalogue(openFile(where.file), where);
const pages = await openPages(where);
const app = fastify();
await app.register(mercurius, { schema, context: () => createContext(catalogue, pages), jit: 1 });
await app.listen({ port });
