import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

/** What a process did to files and connections, in order. */
export type Event =
  | { kind: 'write'; file: string; offset: number; data: Buffer }
  | { kind: 'truncate'; file: string; size: number }
  | { kind: 'sync'; file: string }
  | { kind: 'answer'; text: string };

/** strace is there, and may watch processes that run. */
export const canTrace = async (): Promise<boolean> => {
  if (spawnSync('strace', ['-V']).error) return false;
  const watched = spawn('sleep', ['60']);
  try {
    await Tracer.attach(watched.pid ?? 0, '/dev/null');
    return true;
  } catch (failure) {
    if (failure instanceof NotWatching) return false;
    throw failure;
  } finally {
    watched.kill();
  }
};

class NotWatching extends Error {}

const calls = ['pwrite64', 'ftruncate', 'fsync', 'fdatasync', 'write', 'writev'];

/** Longer than what is written at once. */
const LONGEST_TEXT = 2 ** 20;

/** Watches the main thread of a process that runs: SQLite and all connections are its own. */
export class Tracer {
  readonly #child: ChildProcess;
  readonly #file: string;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.#file = file;
  }

  static async attach(pid: number, file: string): Promise<Tracer> {
    const options = ['-y', '-xx', '-s', String(LONGEST_TEXT), '-e', `trace=${calls.join()}`];
    const child = spawn('strace', [...options, '-o', file, '-p', String(pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [words] = await once(child.stderr ?? child, 'data');
    if (!String(words).includes('attached'))
      throw new NotWatching(`strace does not watch: ${words}`);
    return new Tracer(child, file);
  }

  /** All that happened, once the process has ended. */
  async events(): Promise<Event[]> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const lines = (await readFile(this.#file, 'latin1')).split('\n');
    return lines.flatMap(eventIn);
  }
}

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll(String.raw`\x`, ''), 'hex');

/** `fsync(18</a/file>) = 0`, with each byte of a text as two digits. */
const eventIn = (line: string): Event[] => {
  const [, call, hexFile = '', rest = ''] = /^(\w+)\(\d+<([^>]*)>(.*)$/.exec(line) ?? [];
  if (!call) return [];
  const file = bytesOf(hexFile).toString();
  const texts = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = '']) =>
    bytesOf(text),
  );
  if (!isAbsolute(file)) {
    const text = Buffer.concat(texts).toString();
    return text.startsWith('HTTP/') ? [{ kind: 'answer', text }] : [];
  }
  const numbers = rest.replace(/".*?"/, '').match(/-?\d+/g)?.map(Number) ?? [];
  const [first = 0, second = 0] = numbers;
  switch (call) {
    case 'pwrite64': {
      const [data = Buffer.alloc(0)] = texts;
      if (data.length !== first) throw new Error(`a write was cut: ${first} bytes`);
      return [{ kind: 'write', file, offset: second, data }];
    }
    case 'ftruncate':
      return [{ kind: 'truncate', file, size: first }];
    case 'fsync':
    case 'fdatasync':
      return [{ kind: 'sync', file }];
    default:
      return [];
  }
};
