import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { openCatalogue, openFile } from './catalogue.ts';
import { type Context, createContext, schema } from './schema.ts';
import { port, settings } from './settings.ts';

const where = settings();
const catalogue = openCatalogue(openFile(where.file), where);
const server = new ApolloServer<Context>({ schema });
await startStandaloneServer(server, {
  listen: { port },
  context: async () => createContext(catalogue),
});
