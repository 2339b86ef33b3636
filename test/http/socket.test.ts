import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { finished, start } from '../cli/command.ts';
import { serve } from '../cli/serving.ts';
import { newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { Nginx } from '../nginx.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-'));
  const database = await newSqliteFile();
  world = await World.open(database.url);
  return async () => {
    await world.close();
    await database.remove();
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

const newPath = (): string => join(folder, `${crypto.randomUUID().slice(0, 8)}.sock`);

const get = (socketPath: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request({ socketPath, path, headers: { host: 'localhost', ...headers } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .once('error', reject)
      .end();
  });

const during = (
  path: string,
  work: (gateway: Gateway) => Promise<void>,
  environment: Record<string, string> = {},
) => Gateway.during(world, { HOST: `unix:${path}`, LOG_LEVEL: 'info', ...environment }, work);

/** What a killed process leaves behind. */
const leaveBehind = async (path: string): Promise<void> => {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['-e', script]);
  await new Promise((resolve) => child.once('exit', resolve));
  expect(statSync(path).isSocket()).toBe(true);
};

describe('a Unix socket', () => {
  it('is served, belongs to user and group, and is removed at the end', async () => {
    const path = newPath();
    await during(path, async (gateway) => {
      expect(gateway.url).toBe(`unix:${path}`);
      expect(await get(path, '/health')).toMatchObject({ status: 200 });
      expect(statSync(path).mode & 0o777).toBe(0o660);
    });
    expect(existsSync(path)).toBe(false);
    const environment = { SOCKET_MODE: '0600' };
    await during(path, async () => expect(statSync(path).mode & 0o777).toBe(0o600), environment);
  });

  it('that a killed process left is replaced', async () => {
    const path = newPath();
    await leaveBehind(path);
    await during(path, async () => {
      expect(await get(path, '/health')).toMatchObject({ status: 200 });
    });
  });

  it('that a process listens on is refused, and stays', async () => {
    const path = newPath();
    await during(path, async () => {
      await expect(during(path, async () => {})).rejects.toThrow(
        `HOST unix:${path} is in use: stop what uses it, or set HOST to another`,
      );
      expect(await get(path, '/health')).toMatchObject({ status: 200 });
    });
    const other = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await expect(during(path, async () => {})).rejects.toThrow('is in use');
    await new Promise((resolve) => other.close(resolve));
  });

  it('does not replace a file of another kind', async () => {
    const path = newPath();
    writeFileSync(path, 'precious');
    await expect(during(path, async () => {})).rejects.toThrow('is a file that is no socket');
    expect(statSync(path).size).toBe(8);
  });

  it('left behind is taken over by one of several', async () => {
    for (let round = 0; round < 5; round += 1) {
      const path = newPath();
      await leaveBehind(path);
      const gateways = await Promise.allSettled(
        Array.from({ length: 5 }, () => Gateway.start(world, { HOST: `unix:${path}` })),
      );
      const started = gateways.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(started).toHaveLength(1);
      for (const each of gateways)
        if (each.status === 'rejected') expect(String(each.reason)).toContain('is in use');
      expect(await get(path, '/health')).toMatchObject({ status: 200 });
      for (const gateway of started) await gateway.close();
      expect(readdirSync(folder).filter((name) => path.includes(name.slice(0, 8)))).toEqual([]);
    }
  });

  it.each([
    ['off', undefined, 'unix:'],
    ['off', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['1', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['2', '203.0.113.9, 192.0.2.1', '203.0.113.9'],
    ['10.0.0.0/8', '203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.0/24', '203.0.113.9, 192.0.2.1', '203.0.113.9'],
    ['off', 'unix:', 'unix:'],
  ])('with TRUST_PROXY %s and the header %s tells the client %s', async (trust, sent, told) => {
    const path = newPath();
    await during(
      path,
      async (gateway) => {
        await get(path, '/docs', sent === undefined ? {} : { 'x-forwarded-for': sent });
        expect(gateway.log[0]).toMatchObject({ clientAddress: told });
      },
      { TRUST_PROXY: trust },
    );
  });

  it('counts clients of a proxy apart', async () => {
    const path = newPath();
    const limits = { RATE_LIMIT: '100', RATE_LIMIT_WITHOUT_KEY: '2' };
    const from = async (client: string) =>
      (await get(path, '/api/v1/plans', { 'x-forwarded-for': client })).status;
    await during(
      path,
      async () => {
        const one = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')];
        expect(one).toEqual([401, 401, 429]);
        expect(await from('192.0.2.2')).toBe(401);
      },
      limits,
    );
  });

  it('takes nginx before it', async () => {
    const path = newPath();
    await during(path, async (gateway) => {
      const nginx = await Nginx.before(`unix:${path}`);
      try {
        gateway.lines.length = 0;
        const key = await keyOf(world, await world.newTenant());
        const response = await fetch(`${nginx.url}/api/v1/plans`, {
          headers: { 'x-api-key': key, 'x-forwarded-for': '203.0.113.9' },
        });
        expect(response.status).toBe(200);
        expect(gateway.log).toMatchObject([{ path: '/api/v1/plans', clientAddress: '127.0.0.1' }]);
      } finally {
        await nginx.remove();
      }
    });
  });
});

it.each(['unix:', `unix:/${'x'.repeat(90)}`, `unix:/${'ä'.repeat(45)}`])('HOST=%s', (HOST) => {
  expect(() => readConfig({ HOST })).toThrow(
    /^HOST must name a path of up to \d+ bytes after unix:/,
  );
});

it.each(['8', '0o660', 'rw', '66', '06600'])('SOCKET_MODE=%s is refused', (SOCKET_MODE) => {
  expect(() => readConfig({ SOCKET_MODE })).toThrow(/^SOCKET_MODE must be an octal number/);
});

describe('plans-gateway serve', () => {
  it('says where its socket is, and removes it', async () => {
    const path = newPath();
    const { printed, url, signal, outcome } = await serve(folder, { HOST: `unix:${path}` });
    expect(url).toBe(`unix:${path}`);
    expect(printed).toContain(`curl --unix-socket '${path}' http://localhost/graphql -H`);
    expect(printed).not.toContain('Warning');
    expect(await get(path, '/ready')).toMatchObject({ status: 200 });
    signal('SIGTERM');
    expect(await outcome).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it('starts again after it was killed, and refuses to start twice', async () => {
    const path = newPath();
    const environment = { HOST: `unix:${path}`, DATABASE_URL: 'file:killed.db' };
    const first = await serve(folder, environment);
    first.signal('SIGKILL');
    await first.outcome;
    expect(existsSync(path)).toBe(true);
    const second = await serve(folder, environment);
    const third = await finished(start(['serve'], folder, environment));
    expect(third).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `error: HOST unix:${path} is in use: stop what uses it, or set HOST to another\n`,
    });
    expect(await get(path, '/ready')).toMatchObject({ status: 200 });
    second.signal('SIGTERM');
    await second.outcome;
  });

  it.each([
    ['missing/gateway.sock', 'is in no directory: make it first'],
    ['/proc/gateway.sock', 'is in a place that is not for this user'],
  ])('says why it cannot listen on %s', async (path, why) => {
    const environment = { HOST: `unix:${path}`, DATABASE_URL: 'file:nowhere.db' };
    const { code, stderr } = await finished(start(['serve'], folder, environment));
    expect(stderr).toContain(`error: HOST unix:${path} ${why}`);
    expect(code).toBe(2);
  });
});

describe('METRICS_PORT', () => {
  const metricsOf = (printed: string) => /Metrics {3}(\S+)/.exec(printed)?.[1] ?? '';
  const statusOf = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(url, { headers })).status;

  it('has the metrics, and nothing else; the main port has none', async () => {
    const environment = { METRICS_PORT: '0', DATABASE_URL: 'file:metrics.db' };
    const { url, printed, signal, outcome } = await serve(folder, {
      ...environment,
      NODE_ENV: 'production',
    });
    const metrics = metricsOf(printed);
    const response = await fetch(metrics);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('plans_gateway_build_info');
    expect(await statusOf(`${url}/metrics`)).toBe(404);
    for (const path of ['/', '/graphql', '/api/v1/plans', '/health'])
      expect(await statusOf(new URL(path, metrics).href)).toBe(404);
    signal('SIGTERM');
    expect(await outcome).toMatchObject({ code: 0 });
  });

  it('asks for the token where there is one', async () => {
    const { printed, signal, outcome } = await serve(folder, {
      METRICS_PORT: '0',
      METRICS_TOKEN: 'a token of our own',
      DATABASE_URL: 'file:token.db',
    });
    const metrics = metricsOf(printed);
    expect(await statusOf(metrics)).toBe(401);
    expect(await statusOf(metrics, { authorization: 'Bearer a token of our own' })).toBe(200);
    signal('SIGTERM');
    await outcome;
  });

  it('serves beside a Unix socket, on the loopback address', async () => {
    const { printed, signal, outcome } = await serve(folder, {
      HOST: `unix:${newPath()}`,
      METRICS_PORT: '0',
      DATABASE_URL: 'file:beside.db',
    });
    expect(metricsOf(printed)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await statusOf(metricsOf(printed))).toBe(200);
    signal('SIGTERM');
    await outcome;
  });

  it('that is taken ends the start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const environment = { PORT: '0', METRICS_PORT: `${port}`, DATABASE_URL: 'file:taken.db' };
    const { code, stdout, stderr } = await finished(start(['serve'], folder, environment));
    expect(stderr).toBe(
      `error: METRICS_PORT ${port} of METRICS_HOST 127.0.0.1 is in use: stop what uses it, or set METRICS_PORT to another\n`,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    await new Promise((resolve) => other.close(resolve));
  });
});
