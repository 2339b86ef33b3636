import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { run } from '../../src/cli/program.ts';

export type Environment = Record<string, string>;

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Carries out a command line in this process, which is quick, and listens to what it says. */
export const command = async (args: string[], environment: Environment): Promise<Outcome> => {
  const said = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof said, end: string) => (chunk: unknown) => {
    said[stream] += `${chunk}${end}`;
    return true;
  };
  // Whoever runs the tests may have set it.
  for (const [name, value] of Object.entries({ FORCE_COLOR: '', ...environment }))
    vi.stubEnv(name, value);
  vi.spyOn(console, 'log').mockImplementation(into('stdout', '\n'));
  vi.spyOn(console, 'error').mockImplementation(into('stderr', '\n'));
  vi.spyOn(process.stdout, 'write').mockImplementation(into('stdout', ''));
  vi.spyOn(process.stderr, 'write').mockImplementation(into('stderr', ''));
  try {
    const code = await run(['node', 'plans-gateway', ...args]);
    return { code, ...said };
  } finally {
    process.exitCode = undefined;
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
};

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts the real command in a process of its own, as a shell does. */
export const start = (
  args: string[],
  folder: string,
  environment: Environment,
): ChildProcessWithoutNullStreams => {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
  });
};

export const finished = async (child: ChildProcessWithoutNullStreams): Promise<Outcome> => {
  const exit = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  return { code, stdout, stderr };
};
