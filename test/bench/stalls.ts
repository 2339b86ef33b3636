import { Agent, request } from 'node:http';
import { queuedMs } from './cores.ts';
import type { RunningServer } from './servers.ts';
import { headersOf, type Traffic } from './workloads.ts';

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
      const { statusCode = 0 } = response;
      response.on('end', () =>
        statusCode < 300 ? resolve() : reject(new Error(`${path} is answered with ${statusCode}`)),
      );
      response.on('error', reject).resume();
    });
    sent.on('error', reject).end(body);
  });

/**
 * The longest that another connection waited for an answer that costs nothing, in milliseconds; on a
 * busy machine without the time that one of the two processes waited for a core.
 */
export const longestWait = async (
  server: RunningServer,
  traffic: Traffic,
  key: string,
  isBusyMachine: boolean,
): Promise<number> => {
  const others = new Agent({ keepAlive: true });
  const ours = new Agent();
  const { method, path, bodies } = traffic;
  let isAnswered = false;
  let failure: unknown;
  const answered = send(server, ours, {
    method,
    path,
    headers: headersOf(traffic, key),
    body: bodies[0] || undefined,
  })
    .catch((thrown) => {
      failure = thrown;
    })
    .finally(() => {
      isAnswered = true;
    });
  let longest = 0;
  const queued = () => (isBusyMachine ? [server.pid, process.pid].map(queuedMs) : []);
  do {
    const before = queued();
    const askedAt = performance.now();
    await send(server, others, { method: 'GET', path: '/health' });
    const waited = performance.now() - askedAt;
    // They may wait for a core at the same time.
    const lost = Math.max(0, ...queued().map((ms, index) => ms - (before[index] ?? ms)));
    longest = Math.max(longest, waited - lost);
  } while (!isAnswered);
  await answered;
  others.destroy();
  if (failure) throw failure;
  return longest;
};
