import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreePort } from './postgres-server.ts';
import { requireProgram } from './program.ts';

/** The settings that docs/operations.md shows. */
const locations = (): string => {
  const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
  const [, settings] = /```nginx\n([\s\S]*?)```/.exec(page) ?? [];
  if (settings === undefined) throw new Error('docs/operations.md shows no settings for nginx');
  return settings;
};

/** A real nginx before the gateway, which caches as its answers say. */
export class Nginx {
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  static before(gateway: string): Promise<Nginx> {
    return onFreePort((port) => Nginx.#start(gateway, port));
  }

  static async #start(gateway: string, port: number): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'plans-gateway-nginx-'));
    const settings = locations()
      .replaceAll('/var/cache/nginx', folder)
      .replace(/listen \d+/, `listen 127.0.0.1:${port}`)
      .replace(
        /server 127\.0\.0\.1:4000/,
        `server ${gateway.startsWith('unix:') ? gateway : new URL(gateway).host}`,
      );
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `${process.getuid?.() === 0 ? 'user root;' : ''}
      pid ${folder}/pid;
      events { worker_connections 512; }
      http { access_log off; ${temporary.join(' ')} ${settings} }`,
    );
    const child = spawn(
      requireProgram('nginx'),
      ['-c', file, '-e', 'stderr', '-g', 'daemon off;'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const url = `http://127.0.0.1:${port}`;
    while (child.exitCode === null) {
      if (await fetch(`${url}/health`).catch(() => undefined)) return new Nginx(url, folder, child);
      await sleep(20);
    }
    rmSync(folder, { recursive: true });
    throw new Error(`nginx has ended: ${said}`);
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
