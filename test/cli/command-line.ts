import { expect } from 'vitest';
import { command } from './command.ts';

/** The command lines in a text for a shell, with their words. */
export const linesIn = (text: string): string[][] =>
  [...text.matchAll(/plans-gateway (catalogue [a-z]+[^\n#>|]*)/g)].map(([, line = '']) =>
    (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, '')),
  );

/** The command exists, and has the options of the line. */
export const expectOptions = async (line: readonly string[]): Promise<void> => {
  const { code, stdout } = await command([...line.slice(0, 2), '--help'], {});
  expect({ line, code }).toEqual({ line, code: 0 });
  expect(stdout).toMatch(new RegExp(`^Usage: plans-gateway ${line.slice(0, 2).join(' ')} `));
  for (const option of line.filter((word) => word.startsWith('--')))
    expect(stdout).toMatch(new RegExp(`^ +${option}\\b`, 'm'));
};
