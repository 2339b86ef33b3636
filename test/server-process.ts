import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The gateway as it is shipped, compiled into a folder of its own. */
export class Build {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<Build> {
    const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-build-'));
    const compiler = join(
      dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
      'bin',
      'tsc',
    );
    const project = [
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(folder, 'dist'),
      '--sourceMap',
      'false',
    ];
    await promisify(execFile)(process.execPath, [compiler, ...project]);
    for (const name of ['package.json', 'examples/catalogue/catalogue.yaml'])
      await cp(join(root, name), join(folder, name));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new Build(folder);
  }

  get main(): string {
    return join(this.#folder, 'dist', 'src', 'main.js');
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }
}

/**
 * Answers each message of its parent with the bytes that live on the heap, or that the process has.
 */
const TELL_MEMORY = `data:text/javascript,${encodeURIComponent(`
  process.on('message', (what) => {
    gc();
    process.send(what === 'heap' ? process.memoryUsage().heapUsed : process.memoryUsage.rss());
  });
  process.channel.unref();
`)}`;

/** `plans-gateway serve` in a process of its own. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static start(
    build: Pick<Build, 'main'>,
    databaseUrl: string,
    environment: Record<string, string> = {},
    onOutput: (text: string) => void = () => {},
  ): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--import', TELL_MEMORY, build.main, 'serve'],
      {
        env: {
          PATH: process.env.PATH,
          NODE_ENV: 'production',
          DATABASE_URL: databaseUrl,
          HOST: '127.0.0.1',
          PORT: '0',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    return new Promise((resolve, reject) => {
      let output: string | undefined = '';
      const hear = (chunk: unknown) => {
        onOutput(String(chunk));
        if (output === undefined) return;
        output += chunk;
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (!url) return;
        output = undefined;
        resolve(new ServerProcess(child, url));
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** What lives on its heap once garbage is collected, in bytes. */
  heap(): Promise<number> {
    return this.#ask('heap');
  }

  /** What the operating system gave it, in bytes. */
  memory(): Promise<number> {
    return this.#ask('memory');
  }

  #ask(what: 'heap' | 'memory'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', (bytes) => resolve(Number(bytes)));
      this.#child.send(what, (failure) => failure && reject(failure));
    });
  }

  /** As when the machine's memory is full: no chance to say or write anything more. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
