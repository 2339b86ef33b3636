import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, unprivileged } from './postgres-server.ts';
import { requireProgram } from './program.ts';

export type PoolMode = 'transaction' | 'session';

/** A real PgBouncer before a PostgreSQL, with so few connections that its clients share them. */
export class PgBouncer {
  readonly #folder: string;
  readonly #port: number;
  readonly #child: ChildProcess;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#child = child;
  }

  static before(server: string, mode: PoolMode, connections: number): Promise<PgBouncer> {
    return onFreePort((port) => PgBouncer.#start(server, mode, connections, port));
  }

  static async #start(
    server: string,
    mode: PoolMode,
    connections: number,
    listenPort: number,
  ): Promise<PgBouncer> {
    const { hostname, port, username } = new URL(server);
    const folder = mkdtempSync(join(tmpdir(), 'plans-gateway-pgbouncer-'));
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: listenPort,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: mode,
      default_pool_size: connections,
    };
    const file = join(folder, 'pgbouncer.ini');
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    const databases = `[databases]\n* = host=${hostname} port=${port} user=${username}`;
    writeFileSync(file, `${databases}\n[pgbouncer]\n${lines.join('\n')}\n`);
    chmodSync(folder, 0o755);
    const child = spawn(requireProgram('pgbouncer', 'PgBouncer'), [file], {
      ...unprivileged(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('process up')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`pgbouncer has ended: ${said}`)));
    });
    return new PgBouncer(folder, listenPort, child);
  }

  /** The address of the same database, through the pooler. */
  through(database: string): string {
    const url = new URL(database);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
