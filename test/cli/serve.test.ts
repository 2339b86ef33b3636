import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { command, type Environment, finished, start } from './command.ts';
import { keysIn, serve as serveIn } from './serving.ts';

// Each start of the real command takes its time.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
});
afterAll(() => rm(folder, { recursive: true }));

const serve = async (environment: Environment = {}) => {
  const { signal, outcome, ...started } = await serveIn(folder, environment);
  const stop = (name: NodeJS.Signals) => {
    signal(name);
    return outcome;
  };
  return { ...started, stop };
};

/**
 * Pastes the line into a shell whose `curl` tells what it was asked for, so that no curl need be
 * installed.
 */
const paste = async (line: string): Promise<Response> => {
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    `curl() { printf '%s\\n' "$@"; }\n${line}`,
  ]);
  const [url = '', ...options] = stdout.trimEnd().split('\n');
  const valuesOf = (flag: string) => options.filter((_, index) => options[index - 1] === flag);
  const headers = valuesOf('-H').map((header): [string, string] => {
    const [name = '', value = ''] = header.split(': ');
    return [name, value];
  });
  return fetch(url, { method: 'POST', headers, body: valuesOf('-d').join('&') });
};

it(
  'greets a newcomer with GraphiQL, keys and a line to paste; keeps the data; stops when told ' +
    'to',
  async () => {
    const first = await serve();
    const keys = keysIn(first.printed);
    expect(keys).toHaveLength(4);
    expect(first.printed).toContain(`GraphiQL  ${first.url}/graphql`);
    expect(first.printed).toContain(`REST      ${first.url}/api/v1`);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);

    const [line = ''] = /^curl .*$/m.exec(first.printed) ?? [];
    const answer = await (await paste(line)).json();
    expect(answer.errors).toBeUndefined();
    expect(answer.data.plans.nodes).toContainEqual({
      name: 'Starter',
      prices: [
        { billingInterval: 'MONTHLY', price: 190_000 },
        { billingInterval: 'YEARLY', price: 1_900_000 },
        { billingInterval: 'ONE_TIME', price: 5_990_000 },
      ],
    });

    const [example = ''] =
      /http\S+\/examples\/pricing-page\/\?key=pk_\S+/.exec(first.printed) ?? [];
    const html = await (await fetch(example)).text();
    for (const [, file] of html.matchAll(/(?:href|src)="([\w-]+\.(?:css|js))"/g))
      expect((await fetch(new URL(file ?? '', example))).status).toBe(200);
    expect((await fetch(new URL('words.js', example))).status).toBe(200);
    expect((await fetch(new URL('nothing.js', example))).status).toBe(404);

    const page = await fetch(`${first.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain(keys[0]);
    expect(await first.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });

    const second = await serve();
    expect(keysIn(second.printed)).toEqual(keys);
    expect(await second.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' });

    await rm(join(folder, 'data', 'demo-keys.json'));
    const third = await serve();
    expect(keysIn(third.printed)).toEqual([]);
    expect(third.printed).toContain('keys create --organization NAME --mode live --scope admin');
    await third.stop('SIGTERM');
  },
);

it('makes no demo in production', async () => {
  const { printed, stop } = await serve({
    NODE_ENV: 'production',
    DATABASE_URL: 'file:./production/plans.db',
  });
  expect(keysIn(printed)).toEqual([]);
  expect(printed).not.toContain('GraphiQL');
  expect(printed).not.toContain('Example');
  expect(printed).toMatch(
    /^DATABASE_URL='file:\.\/production\/plans\.db' node \S+ keys create --organization NAME --mode live --scope admin$/m,
  );
  await stop('SIGTERM');
  const { stdout } = await command(['organizations', 'list', '--json'], {
    DATABASE_URL: `file:${folder}/production/plans.db`,
  });
  expect(stdout).toBe('[]\n');
});

it('refuses the keys of a demo in production, says so, and takes others', async () => {
  const environment = { DATABASE_URL: 'file:./demo/plans.db' };
  const demo = await serve(environment);
  expect(demo.printed).not.toContain('Warning');
  const keys = keysIn(demo.printed);
  await demo.stop('SIGTERM');
  const written = await readFile(join(folder, 'demo', 'demo-keys.json'), 'utf8');
  const ids: string[] = JSON.parse(written).map(({ id }: { id: string }) => id);

  const database = { DATABASE_URL: `file:${folder}/demo/plans.db` };
  const inDemo = ['--organization', 'Demo', '--mode', 'live', '--scope', 'read', '--json'];
  const own = JSON.parse((await command(['keys', 'create', ...inDemo], database)).stdout);
  const rotated = JSON.parse(
    (await command(['keys', 'rotate', ids[0] ?? '', '--json'], database)).stdout,
  );
  const revoked = ids[3] ?? '';
  await command(['keys', 'revoke', revoked], database);

  // Without its file, the demo is known by its keys.
  await rm(join(folder, 'demo', 'demo-keys.json'));
  const production = await serve({ ...environment, NODE_ENV: 'production', GRAPHIQL: 'on' });
  expect(keysIn(production.printed)).toEqual([]);
  expect(production.printed).toContain(
    'Warning: this database holds the demo, whose keys do not work in production.',
  );
  for (const id of [...ids.slice(0, 3), rotated.id]) expect(production.printed).toContain(id);
  expect(production.printed).not.toContain(own.id);
  expect(production.printed).not.toContain(revoked);
  const statusWith = async (key: string) =>
    (await fetch(`${production.url}/api/v1/plans`, { headers: { 'x-api-key': key } })).status;
  for (const key of [...keys, rotated.key]) expect(await statusWith(key)).toBe(401);
  expect(await statusWith(own.key)).toBe(200);
  const graphql = await fetch(`${production.url}/graphql?query={__typename}`, {
    headers: { 'x-api-key': keys[0] ?? '' },
  });
  expect(graphql.status).toBe(401);
  expect(await graphql.text()).toContain('does not work in production');
  const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(await page.text()).not.toMatch(/ck_live_/);
  await production.stop('SIGTERM');
});

it('warns when other machines can reach it outside production', async () => {
  const open = await serve({ HOST: '0.0.0.0' });
  expect(open.printed).toContain('Warning: other machines can reach this server (HOST)');
  await open.stop('SIGTERM');
  const production = await serve({
    HOST: '0.0.0.0',
    NODE_ENV: 'production',
    DATABASE_URL: 'file:./production/plans.db',
  });
  expect(production.printed).not.toContain('Warning');
  await production.stop('SIGTERM');
});

it('says in one line that its port is taken', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { code, stdout, stderr } = await finished(start(['serve'], folder, { PORT: String(port) }));
  squatter.close();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    `error: PORT ${port} of HOST 127.0.0.1 is in use: stop what uses it, or set PORT to another\n`,
  );
});
