import { PassThrough } from 'node:stream';
import { vi } from 'vitest';
import { command, type Environment, type Outcome } from './command.ts';

/** The same as `command`, by somebody at a terminal who answers the question. */
export const atTerminal = async (
  args: string[],
  environment: Environment,
  answer: () => string | Promise<string>,
): Promise<Outcome> => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  // readline begins to read where it has something to ask.
  stdin.once('resume', async () => void stdin.write(await answer()));
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  return withTerminals(() => command(args, environment));
};

/** What is printed goes to a terminal. */
export const withTerminals = async (work: () => Promise<Outcome>): Promise<Outcome> => {
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => Object.getOwnPropertyDescriptor(stream, 'isTTY'));
  for (const stream of streams)
    Object.defineProperty(stream, 'isTTY', { value: true, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    for (const [place, stream] of streams.entries())
      Object.defineProperty(
        stream,
        'isTTY',
        before[place] ?? { value: undefined, configurable: true, writable: true },
      );
  }
};
