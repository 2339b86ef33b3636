import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig, variables } from '../src/config.ts';
import { command } from './cli/command.ts';

const CANARY = 'canary-4711';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (content: string | Uint8Array): string => {
  const file = join(mkdtempSync(join(folder, 'secret-')), 'secret');
  writeFileSync(file, content);
  return file;
};

const failureOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (failure) {
    return String(failure);
  }
  return 'none';
};

describe('a value in a file', () => {
  it.each(['', '\n', '\r\n', '\n\n'])('may end with %j', (end) => {
    const DATABASE_URL_FILE = fileOf(`postgres://me:secret@host/plans${end}`);
    expect(readConfig({ DATABASE_URL_FILE }).databaseUrl).toBe('postgres://me:secret@host/plans');
  });

  it('keeps its spaces', () => {
    const METRICS_TOKEN_FILE = fileOf('  a token with spaces \n');
    expect(readConfig({ METRICS_TOKEN_FILE }).metricsToken).toBe('  a token with spaces ');
  });

  it('is checked like any other, and may be a number', () => {
    expect(readConfig({ PORT_FILE: fileOf('4711\n') }).port).toBe(4711);
  });

  it('may be behind a link and as long as 64 KiB', () => {
    const link = join(folder, 'link');
    const origins = `${'https://shop.example,'.repeat(3_000)}`;
    symlinkSync(fileOf(origins), link);
    expect(readConfig({ CORS_ORIGINS_FILE: link }).corsOrigins).toHaveLength(3_000);
  });

  it('comes from a pipe, too', () => {
    const pipe = join(folder, 'pipe');
    const script = `mkfifo '${pipe}' && { printf 'a token of a pipe\\n' > '${pipe}' & }`;
    execFileSync('sh', ['-c', script], { stdio: 'ignore' });
    expect(readConfig({ METRICS_TOKEN_FILE: pipe }).metricsToken).toBe('a token of a pipe');
  });

  it('counts where the variable itself is empty; an empty path counts as unset', () => {
    const METRICS_TOKEN_FILE = fileOf('a token in a file');
    expect(readConfig({ METRICS_TOKEN: '', METRICS_TOKEN_FILE }).metricsToken).toBe(
      'a token in a file',
    );
    expect(readConfig({ METRICS_TOKEN_FILE: '' }).metricsToken).toBeUndefined();
  });
});

describe('is refused, with the variable and the path, and without the content:', () => {
  const told = (path: string) => `Error: METRICS_TOKEN_FILE: ${path} `;

  it('a file that is missing, a directory, or below a file', () => {
    const missing = join(folder, 'missing');
    expect(failureOf({ METRICS_TOKEN_FILE: missing })).toBe(
      `${told(missing)}cannot be read: there is no such file`,
    );
    expect(failureOf({ METRICS_TOKEN_FILE: folder })).toBe(
      `${told(folder)}cannot be read: it is a directory`,
    );
    const below = join(fileOf('x'), 'below');
    expect(failureOf({ METRICS_TOKEN_FILE: below })).toBe(
      `${told(below)}cannot be read: there is no such file`,
    );
  });

  it.each([
    ['is empty', ''],
    ['is empty', '\n'],
    ['holds more than one line', `${CANARY}\n${CANARY}`],
    ['holds more than 64 KiB', CANARY.repeat(6_000)],
    ['holds no text in UTF-8', Uint8Array.of(0xff, 0xfe, 65, 66)],
    ['holds no text in UTF-8', `${CANARY}\0`],
  ])('one that %s', (why, content) => {
    const file = fileOf(content);
    expect(failureOf({ METRICS_TOKEN_FILE: file })).toBe(`${told(file)}${why}`);
  });

  it('one without an end', () => {
    expect(failureOf({ METRICS_TOKEN_FILE: '/dev/zero' })).toBe(
      `${told('/dev/zero')}holds more than 64 KiB`,
    );
  });

  it('both the variable and the file', () => {
    const file = fileOf('a token in a file');
    expect(failureOf({ METRICS_TOKEN: 'a token of its own', METRICS_TOKEN_FILE: file })).toBe(
      'Error: METRICS_TOKEN and METRICS_TOKEN_FILE are both set: leave out one',
    );
  });

  it.each(Object.keys(variables))('a wrong value of %s', (name) => {
    for (const content of [CANARY, `"${CANARY}`, `${CANARY}\\`, `a "${CANARY}" b`]) {
      const file = fileOf(content);
      const failure = failureOf({ [`${name}_FILE`]: file });
      expect(failure).not.toContain('canary');
      if (failure !== 'none') expect(failure).toContain(`${name}_FILE: what ${file} holds `);
    }
  });
});

describe('the command line', () => {
  const databaseOf = (name: string) => `file:${join(folder, name)}`;

  it('reads the address of the database from a file, and names the file in errors', async () => {
    const file = fileOf(`${databaseOf('plans.db')}\n`);
    const made = await command(['migrate'], { DATABASE_URL_FILE: file });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const wrong = fileOf(CANARY);
    const { code, stderr } = await command(['check'], { DATABASE_URL_FILE: wrong });
    expect(stderr).toBe(
      `error: DATABASE_URL_FILE: what ${wrong} holds must start with file: or postgres://\n`,
    );
    expect(code).toBe(2);
  });

  it('reads what stands for an option, too; the option itself counts more', async () => {
    const source = { DATABASE_URL: databaseOf('source.db') };
    await command(['migrate'], source);
    const file = fileOf(databaseOf('target.db'));
    const copied = await command(['copy'], { ...source, COPY_TO_FILE: file });
    expect(copied.stdout).toMatch(/rows copied/);
    expect(await command(['check'], { DATABASE_URL_FILE: file })).toMatchObject({ code: 0 });
    const option = ['--to', databaseOf('another.db')];
    expect(await command(['copy', ...option], { ...source, COPY_TO_FILE: file })).toMatchObject({
      code: 0,
    });
    const both = await command(['copy'], { ...source, COPY_TO: 'file:x', COPY_TO_FILE: file });
    expect(both).toMatchObject({
      code: 2,
      stderr: 'error: COPY_TO and COPY_TO_FILE are both set: leave out one\n',
    });
  });

  it('reads the key of a server from a file', async () => {
    const missing = join(folder, 'missing');
    const environment = {
      PLANS_GATEWAY_URL: 'http://127.0.0.1:1',
      PLANS_GATEWAY_KEY_FILE: missing,
    };
    expect((await command(['catalogue', 'pull'], environment)).stderr).toBe(
      `error: PLANS_GATEWAY_KEY_FILE: ${missing} cannot be read: there is no such file\n`,
    );
    const PLANS_GATEWAY_KEY_FILE = fileOf('ck_live_x\n');
    expect(
      (await command(['catalogue', 'pull'], { ...environment, PLANS_GATEWAY_KEY_FILE })).stderr,
    ).toContain('127.0.0.1:1');
  });
});
