import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Environment, finished, start } from './command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-'));
  writeFileSync(join(folder, 'one.env'), 'DATABASE_URL=file:one.db\n# a comment\nPORT=wrong\n');
  writeFileSync(join(folder, 'two.env'), 'DATABASE_URL="file:./two.db"\nPORT=4000\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (line: string, environment: Environment = {}) =>
  finished(start(line.split(' '), folder, environment));

it.each(['--env-file two.env migrate', 'migrate --env-file two.env'])('%s', async (line) => {
  const { code, stderr } = await run(line);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('takes the last of several files, and the environment before all of them', async () => {
  expect((await run('--env-file two.env --env-file one.env check')).stderr).toBe(
    'error: PORT must be a port number\n',
  );
  const { code } = await run('--env-file one.env --env-file two.env migrate');
  expect(code).toBe(0);
  const { stderr } = await run('--env-file one.env check', { PORT: '1', DATABASE_URL: 'mysql:x' });
  expect(stderr).toBe('error: DATABASE_URL must start with file: or postgres://\n');
});

it('does so for options that have a variable, too', async () => {
  writeFileSync(join(folder, 'copy.env'), 'DATABASE_URL=file:two.db\nCOPY_TO=file:copy.db\n');
  await run('--env-file two.env migrate');
  expect((await run('copy --env-file copy.env')).stdout).toMatch(/rows copied/);
});

it('names a file that is missing', async () => {
  const { code, stderr } = await run('migrate --env-file missing.env');
  expect(stderr).toContain('missing.env');
  expect(code).not.toBe(0);
});
