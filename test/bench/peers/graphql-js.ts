import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { graphql } from 'graphql';
import { openCatalogue, openFile } from './catalogue.ts';
import { openPages } from './pricing-page.ts';
import { createContext, schema } from './schema.ts';
import { port, settings } from './settings.ts';

/**
 * What Mercurius and Apollo Server are given, answered by graphql.js alone: the test of the peers
 * runs it where their packages are not installed.
 */

const where = settings();
const catalogue = openCatalogue(openFile(where.file), where);
const pages = await openPages(where);

createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const sent = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
  const { query, variables } = sent ?? {
    query: searchParams.get('query') ?? '',
    variables: JSON.parse(searchParams.get('variables') ?? '{}'),
  };
  const answer = await graphql({
    schema,
    source: query,
    variableValues: variables,
    contextValue: createContext(catalogue, pages),
  });
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
}).listen(port);
