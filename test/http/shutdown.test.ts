import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { keysIn, type Serving, serve } from '../cli/serving.ts';
import { World } from '../engines.ts';
import { packageVersion } from '../package-version.ts';

// Each start of the real command takes its time.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
});
afterEach(() => rm(folder, { recursive: true }));

const CLIENTS = 12;

interface Answer {
  status: number | undefined;
  body: string;
  isLast: boolean;
}

const answerOf = async (response: IncomingMessage): Promise<Answer> => ({
  status: response.statusCode,
  body: await text(response),
  isLast: response.headers.connection === 'close',
});

/**
 * Sends one request after the other on one connection, until the server says that it takes no more
 * there.
 */
const converse = async (
  { url, printed }: Serving,
  client: number,
  answers: Answer[],
): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'content-type': 'application/json', 'x-api-key': keysIn(printed)[0] ?? '' };
  while (!answers.at(-1)?.isLast) {
    const name = `Group ${client} ${answers.length}`;
    const query = `mutation { createPlanGroup(input: { name: "${name}" }) { ... on PlanGroup { name } } }`;
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent = request(`${url}/graphql`, { agent, method: 'POST', headers }, (response) =>
        answerOf(response).then(resolve, reject),
      );
      sent.on('error', reject);
      sent.end(JSON.stringify({ query }));
    });
    answers.push(answer);
  }
  agent.destroy();
};

/** A request whose body does not end; resolves once the server has begun to read it. */
const hang = async ({ url, printed }: Serving): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const head = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    `x-api-key: ${keysIn(printed)[0]}`,
    'content-type: application/json',
    'content-length: 50',
  ];
  const socket = connect(Number(port), hostname, () =>
    socket.write(`${head.join('\r\n')}\r\n\r\n{"query"`),
  );
  socket.on('error', () => {});
  const inFlight = async () =>
    /in_flight (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  await expect.poll(inFlight).toBe('2');
  return socket;
};

const isRefused = async ({ url }: Serving): Promise<boolean> =>
  fetch(`${url}/health`, { headers: { connection: 'close' } }).then(
    () => false,
    () => true,
  );

it(
  'in the middle of the load breaks no answer, and loses no write and no line of the ' + 'log',
  async () => {
    const server = await serve(folder, { RATE_LIMIT: 'off', LOG_LEVEL: 'info' });
    const heard = Array.from({ length: CLIENTS }, (): Answer[] => []);
    const conversations = heard.map((answers, client) => converse(server, client, answers));
    await expect
      .poll(() => Math.min(...heard.map(({ length }) => length)), { timeout: 60_000 })
      .toBeGreaterThan(5);
    server.signal('SIGTERM');
    await Promise.all(conversations);
    const answers = heard.flat();
    const { code, stderr } = await server.outcome;
    expect(code).toBe(0);
    const wrong = answers.filter(
      ({ status, body }) => status !== 200 || JSON.parse(body).data.createPlanGroup === null,
    );
    expect(wrong).toEqual([]);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.any(String),
      version: packageVersion,
      node: process.version,
      url: server.url,
      msg: 'Plans Gateway is ready',
    });
    expect(lines.filter(({ operation }) => operation === 'createPlanGroup')).toHaveLength(
      answers.length,
    );

    const world = await World.open(`file:${folder}/data/plans.db`);
    const kept = await world.store.engine.reading
      .selectFrom('plan_group')
      .select('name')
      .where('name', 'like', 'Group %')
      .execute();
    expect(kept).toHaveLength(answers.length);
    expect(await auditInvariants(world.store)).toEqual([]);
    await world.close();
  },
);

it('is announced by /ready for as long as wanted, while requests are answered', async () => {
  const server = await serve(folder, { SHUTDOWN_DELAY_SECONDS: '5' });
  const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;
  expect(await statusOf('/ready')).toBe(200);
  server.signal('SIGTERM');
  await expect.poll(() => statusOf('/ready')).toBe(503);
  expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({
    status: 'unavailable',
    reason: 'stopping',
  });
  expect(await statusOf('/health')).toBe(200);
  expect(await server.outcome).toMatchObject({ code: 0, stderr: '' });
  expect(await isRefused(server)).toBe(true);
});

it('waits for a request that hangs only so long', async () => {
  const server = await serve(folder, { SHUTDOWN_TIMEOUT_SECONDS: '1' });
  const socket = await hang(server);
  server.signal('SIGTERM');
  expect(await server.outcome).toMatchObject({ code: 0, stderr: '' });
  socket.destroy();
});

it('is at once at the second signal', async () => {
  const server = await serve(folder, { SHUTDOWN_TIMEOUT_SECONDS: '600' });
  const socket = await hang(server);
  server.signal('SIGTERM');
  await expect.poll(() => isRefused(server)).toBe(true);
  server.signal('SIGTERM');
  expect(await server.outcome).toMatchObject({ code: null });
  socket.destroy();
});
