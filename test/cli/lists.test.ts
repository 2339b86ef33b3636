import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/cli/display-width.ts';
import { type Database, newSqliteFile } from '../engines.ts';
import { command, type Environment, type Outcome } from './command.ts';
import { withTerminals } from './terminal.ts';

let database: Database;
const attempt = (line: string[], environment: Environment) =>
  command(line, {
    TERM: 'xterm',
    NO_COLOR: '',
    FORCE_COLOR: '',
    DATABASE_URL: database.url,
    ...environment,
  });
const succeeded = ({ code, stdout, stderr }: Outcome): string => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};
const run = async (line: string[], environment: Environment = {}) =>
  succeeded(await attempt(line, environment));
const onTerminal = async (line: string[], environment: Environment = {}) =>
  succeeded(await withTerminals(() => attempt(line, environment)));

const wideName = '株式会社さくら';
const newKey = (name: string) => ['keys', 'create', '--organization', 'Acme', '--name', name];

beforeAll(async () => {
  database = await newSqliteFile();
  const pages = ['--publishable', '--origin', 'https://shop.example'];
  await run([...newKey(wideName), '--mode', 'live', ...pages]);
  await run([...newKey('plain'), '--mode', 'sandbox', '--scope', 'admin']);
  const keys = JSON.parse(await run(['keys', 'list', '--organization', 'Acme', '--json']));
  await run(['keys', 'revoke', keys[1].id]);
  await run(['keys', 'create', '--organization', wideName, '--mode', 'live', '--scope', 'read']);
});
afterAll(() => database.remove());

const keysList = ['keys', 'list', '--organization', 'Acme'];
const organizationsList = ['organizations', 'list'];

describe.each([{ line: keysList }, { line: organizationsList }])('$line', ({ line }) => {
  it('has no heads and no colours where a program reads it', async () => {
    const plain = await run(line);
    expect(plain).toBe(stripVTControlCharacters(plain));
    expect(plain.split('\n')).toHaveLength(3);
    expect(await run(line, { FORCE_COLOR: '1' })).toBe(plain);
  });

  it('has heads in bold on a terminal', async () => {
    const shown = await onTerminal(line);
    const [heads = ''] = shown.split('\n');
    expect(heads).toContain('  \u001b[1mNAME');
    expect(shown.split('\n')).toHaveLength(4);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '0' }])(
    'has heads without colours with %o',
    async (environment) => {
      const shown = await onTerminal(line, environment);
      expect(shown).toBe(stripVTControlCharacters(await onTerminal(line)));
    },
  );

  it('is coloured all the same with FORCE_COLOR', async () => {
    expect(await onTerminal(line, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(
      await onTerminal(line),
    );
  });
});

it('lines columns up behind wide characters, too', async () => {
  const shown = await onTerminal(keysList, { NO_COLOR: '1' });
  const [heads = '', page = ''] = shown.split('\n');
  const before = page.slice(0, page.indexOf('https://'));
  expect(before).toContain(wideName);
  expect(displayWidth(before)).toBe(heads.indexOf('ORIGINS'));
});

it('shows a key that works and one that was revoked in different colours', async () => {
  const [, usable = '', revoked = ''] = (await onTerminal(keysList)).split('\n');
  expect(usable).toContain('\u001b[32mexpires');
  expect(revoked).toContain('\u001b[31mrevoked');
});

it.each([
  { text: 'Acme', width: 4 },
  { text: 'Zoë', width: 3 },
  { text: 'Zoe\u0308', width: 3 },
  { text: '東京', width: 4 },
  { text: 'ｱｲ', width: 2 },
  { text: 'Ａ', width: 2 },
  { text: '한국', width: 4 },
  { text: 'ー、。', width: 6 },
  { text: '🚀', width: 2 },
  { text: '👩‍💻', width: 2 },
  { text: '❤️', width: 2 },
  { text: '🇩🇪', width: 2 },
  { text: 'a\u200bb', width: 2 },
])('$text takes $width columns', ({ text, width }) => {
  expect(displayWidth(text)).toBe(width);
});
