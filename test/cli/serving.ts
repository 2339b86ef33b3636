import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { type Environment, finished, type Outcome, start } from './command.ts';

export interface Serving {
  /** What was printed at the start. */
  printed: string;
  url: string;
  signal(signal: NodeJS.Signals): void;
  /** What the process comes to, once it has ended. */
  outcome: Promise<Outcome>;
}

/** The real command in a process of its own, from its greeting on. */
export const serve = async (folder: string, environment: Environment = {}): Promise<Serving> => {
  const child = start(['serve'], folder, { PORT: '0', ...environment });
  const outcome = finished(child);
  const printed = await Promise.race([
    greetingOf(child),
    outcome.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return { printed, url: /ready on (\S+)/.exec(printed)?.[1] ?? '', signal, outcome };
};

const greetingOf = async (child: ChildProcessWithoutNullStreams): Promise<string> => {
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  while (!/(-d '.*'|--scope admin)\n$/.test(printed)) await once(child.stdout, 'data');
  return printed;
};

/** The secrets that a greeting shows, the full live one first. */
export const keysIn = (printed: string): string[] =>
  printed.match(/ck_(live|sandbox)_\S+$/gm) ?? [];
