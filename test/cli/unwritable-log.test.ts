import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

it('a log that cannot be written, as on a full disk, stops neither the server nor its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
  const readOnly = await open(main, 'r');
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, 'serve'], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', readOnly.fd],
  });
  try {
    const ended = once(child, 'exit');
    let url: string | undefined;
    for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
      url = /http:\/\/[\d.]+:\d+/.exec(String(chunk))?.[0];
      if (url) break;
    }
    // Lines are handed on in pieces of some kilobytes.
    for (let round = 0; round < 10; round += 1) {
      const answers = Array.from({ length: 30 }, async () => (await fetch(`${url}/health`)).status);
      expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
    }
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await readOnly.close();
    await rm(folder, { recursive: true });
  }
}, 60_000);
