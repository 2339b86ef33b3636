import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The real command with a log of its own, and the address that it prints. */
const serveWithLog = async (
  folder: string,
  log: number | 'pipe',
  environment: Record<string, string> = {},
) => {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
      ...environment,
    },
    stdio: ['ignore', 'pipe', log],
  });
  let url: string | undefined;
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    url = /http:\/\/[\d.]+:\d+/.exec(String(chunk))?.[0];
    if (url) break;
  }
  return { child, ended: once(child, 'exit'), url };
};

/** Each leaves a line in the log. */
const ask = async (url: string | undefined, rounds: number, path = '/health'): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    const answers = Array.from({ length: 30 }, async () => (await fetch(`${url}${path}`)).ok);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([path === '/health']));
  }
};

it('a log that cannot be written, as on a full disk, stops neither the server nor its ' +
  'end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
  const readOnly = await open(main, 'r');
  const { child, ended, url } = await serveWithLog(folder, readOnly.fd);
  try {
    // Lines are handed on in pieces of some kilobytes.
    await ask(url, 10);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await readOnly.close();
    await rm(folder, { recursive: true });
  }
}, 60_000);

it.each(['SIGTERM', 'SIGINT'] as const)(
  'a log that nobody reads delays neither answers nor the end after %s',
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
    const { child, ended, url } = await serveWithLog(folder, 'pipe', {
      SHUTDOWN_TIMEOUT_SECONDS: '2',
    });
    try {
      child.stderr?.pause();
      // Far more than a pipe holds.
      await ask(url, 100, `/nowhere/${'x'.repeat(250)}`);
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);

it('a log whose reader has gone stops neither the server nor its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
  const { child, ended, url } = await serveWithLog(folder, 'pipe');
  try {
    child.stderr?.destroy();
    await ask(url, 10);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
}, 60_000);
