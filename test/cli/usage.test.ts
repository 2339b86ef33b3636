import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variables } from '../../src/config.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { packageVersion } from '../package-version.ts';
import { command, type Environment } from './command.ts';

let database: Database;
beforeAll(async () => {
  database = await newSqliteFile();
  await (await World.open(database.url)).close();
});
afterAll(() => database.remove());

interface Misuse {
  line: string;
  says: string;
  environment?: Environment;
}

const newKey = 'keys create --organization Acme';

describe('a command line that is wrong gets one line and exit code 2:', () => {
  it.each<Misuse>([
    { line: 'sevre', says: `error: unknown command 'sevre' (Did you mean serve?)` },
    { line: 'migrate now', says: `error: too many arguments for 'migrate'` },
    { line: 'serve --prot 1', says: `error: unknown option '--prot'` },
    { line: 'seed', says: `error: required option '--plans <count>' not specified` },
    { line: 'seed --plans 1.5', says: 'must be a whole number from 1' },
    { line: 'seed --plans 0', says: 'must be a whole number from 1' },
    {
      line: `${newKey} --scope read`,
      says: `error: required option '--mode <mode>' not specified`,
    },
    { line: `${newKey} --mode test --scope read`, says: 'Allowed choices are live, sandbox.' },
    {
      line: `${newKey} --mode live --scope all`,
      says: 'Allowed choices are read, write, admin, audit.',
    },
    { line: `${newKey} --mode live --scope read --name=`, says: 'must not be empty' },
    {
      line: `${newKey} --mode live`,
      says: 'error: --scope is needed, unless the key is --publishable',
    },
    {
      line: `${newKey} --mode live --publishable`,
      says: 'error: a publishable key needs an --origin',
    },
    {
      line: `${newKey} --mode live --publishable --scope read --origin https://shop.example`,
      says: `option '--publishable' cannot be used with option '--scope <scope>'`,
    },
    {
      line: `${newKey} --mode live --publishable --origin shop.example`,
      says: 'must be an origin as browsers send it',
    },
    {
      line: `${newKey} --mode live --publishable --origin https://a.example --origin https://a.example`,
      says: 'must not repeat an origin',
    },
    {
      line: `${newKey} --mode live --scope read --origin https://shop.example`,
      says: 'error: --origin and --trusted-documents-only are for a --publishable key',
    },
    { line: 'keys rotate key_none', says: 'error: there is no key with the id key_none' },
    { line: 'keys rotate key_none --overlap 1w', says: 'must be a number of s, m, h or d' },
    { line: 'keys rotate key_none --overlap 31d', says: 'must be at most 30 days' },
    { line: 'keys revoke key_none', says: 'error: there is no key with the id key_none' },
    {
      line: 'keys list --organization Nobody',
      says: 'error: there is no organization named Nobody',
    },
    { line: 'organizations set-version Acme 2020-01-01', says: 'Allowed choices are 2026-05-01' },
    {
      line: 'organizations set-version Nobody 2026-05-25',
      says: 'error: there is no organization named Nobody',
    },
    {
      line: 'serve',
      environment: { HOST: '203.0.113.1', PORT: '0' },
      says: 'error: HOST 203.0.113.1 is no address',
    },
    {
      line: 'serve',
      environment: { HOST: 'nowhere.invalid', PORT: '0' },
      says: 'error: HOST nowhere.invalid is no address',
    },
    {
      line: 'check',
      environment: { GRAPHQL_MAX_DEPHT: '3' },
      says: 'error: there is no variable GRAPHQL_MAX_DEPHT',
    },
    { line: 'migrate', environment: { PORT: 'http' }, says: 'error: PORT must be a port number' },
    {
      line: 'migrate',
      environment: { GRAPHIQL: 'maybe' },
      says: 'error: GRAPHIQL must be on or off',
    },
    {
      line: 'migrate',
      environment: { DATABASE_URL: 'mysql://secret@host' },
      says: 'error: DATABASE_URL must start with',
    },
    {
      line: 'migrate',
      environment: { DATABASE_URL: 'file:/dev/null/plans.db' },
      says: 'error: DATABASE_URL: /dev/null/plans.db cannot be used',
    },
    {
      line: 'migrate',
      environment: { DATABASE_POOL_SIZE: '1' },
      says: 'error: DATABASE_POOL_SIZE must be at least 2',
    },
    {
      line: 'migrate',
      environment: { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/plans' },
      says: 'error: DATABASE_URL: PostgreSQL at 127.0.0.1:1 cannot be used: connect ECONNREFUSED',
    },
  ])('$line $environment', async ({ line, says, environment = {} }) => {
    const { code, stdout, stderr } = await command(line.split(' '), {
      DATABASE_URL: database.url,
      ...environment,
    });
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('secret');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('and none at all gets the help', async () => {
    const { code, stdout, stderr } = await command([], {});
    expect(stderr).toContain('Usage: plans-gateway [options] [command]');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it.each(['--version', '-V'])('%s prints the version of package.json', async (option) => {
  expect(await command([option], {})).toEqual({
    code: 0,
    stdout: `${packageVersion}\n`,
    stderr: '',
  });
});

describe('help', () => {
  it('names every subcommand', async () => {
    const { code, stdout } = await command(['--help'], {});
    expect(code).toBe(0);
    for (const name of [
      'serve',
      'migrate',
      'seed',
      'keys',
      'organizations',
      'price',
      'catalogue',
      'check',
      'backup',
      'copy',
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  it.each([
    'serve',
    'migrate',
    'seed',
    'keys create',
    'keys list',
    'keys rotate',
    'keys revoke',
    'organizations set-version',
    'check',
  ])('explains %s', async (name) => {
    const { code, stdout } = await command([...name.split(' '), '--help'], {});
    expect(stdout).toMatch(new RegExp(`^Usage: plans-gateway ${name} .*\n\n\\w+`));
    expect(code).toBe(0);
  });

  it('of serve explains each variable of the environment', async () => {
    const { stdout } = await command(['serve', '--help'], {});
    const words = stdout.replace(/\s+/g, ' ');
    for (const [name, { description }] of Object.entries(variables))
      expect(words).toContain(`${name} ${description?.replaceAll('`', '')} [`);
    expect(words).toContain('PostgreSQL. [file:./data/plans.db]');
    expect(words).toContain('[off in production, on elsewhere]');
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
