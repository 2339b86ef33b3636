import { Agent, request } from 'node:http';
import type { RunningServer } from './servers.ts';
import { graphql, headersOf, type Traffic } from './workloads.ts';

const search = (filter: string, fields: string): Traffic =>
  graphql([JSON.stringify({ query: `{ plans(first: 50, filter: ${filter}) { ${fields} } }` })]);

const text = '{ text: "found nowhere" }';

/** Requests that look at many plans, or print many. */
export const longWork: Record<string, Traffic> = {
  'a REST list of 1000 plans': { method: 'GET', path: '/api/v1/plans?limit=1000', bodies: [''] },
  'a filter by text that finds nothing': search(text, 'nodes { id }'),
  'a filter by metadata that finds nothing': search(
    '{ metadata: { key: "none", value: "none" } }',
    'nodes { id }',
  ),
  'the total of all plans': search('{ visibility: ALL }', 'totalCount'),
  'the total of a filter by text': search(text, 'totalCount'),
  'a page of the plans of a feature, and their total': graphql([
    JSON.stringify({
      query:
        '{ features(first: 1) { nodes { planFeatures(first: 100) { totalCount nodes { plan { name ' +
        '} } } } } }',
    }),
  ]),
};

interface Message {
  path: string;
  method: string;
  headers?: Record<string, string>;
  body?: string | undefined;
}

/**
 * Sends a request and lets go of the answer unread: to read it here would take time from the one
 * who measures.
 */
const send = (
  { url }: RunningServer,
  agent: Agent,
  { path, body, ...rest }: Message,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(url + path, { agent, ...rest }, (response) => {
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${path} fails`)),
      );
      response.on('error', reject).resume();
    });
    sent.on('error', reject).end(body);
  });

/** The longest that another connection waited for an answer that costs nothing, in milliseconds. */
export const longestWait = async (
  server: RunningServer,
  traffic: Traffic,
  key: string,
): Promise<number> => {
  const others = new Agent({ keepAlive: true });
  const ours = new Agent();
  const { method, path, bodies } = traffic;
  let isAnswered = false;
  const answered = send(server, ours, {
    method,
    path,
    headers: headersOf(traffic, key),
    body: bodies[0] || undefined,
  }).finally(() => {
    isAnswered = true;
  });
  let longest = 0;
  do {
    const askedAt = performance.now();
    await send(server, others, { method: 'GET', path: '/health' });
    longest = Math.max(longest, performance.now() - askedAt);
  } while (!isAnswered);
  await answered;
  others.destroy();
  return longest;
};
