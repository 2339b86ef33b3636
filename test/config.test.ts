import { describe, expect, it } from 'vitest';
import { greeting } from '../src/cli/greeting.ts';
import { readConfig, variables } from '../src/config.ts';
import { nearest } from '../src/spelling.ts';

describe('a misspelt variable is refused with what was meant:', () => {
  it.each([
    ['GRAPHQL_MAX_DEPHT', 'GRAPHQL_MAX_DEPTH'],
    ['GRAPHQL_MAXDEPTH', 'GRAPHQL_MAX_DEPTH'],
    ['GRAPHQL_MAX_ALIAS', 'GRAPHQL_MAX_ALIASES'],
    ['GRAPHQL_MAX_NESTING_DEPTH', 'GRAPHQL_MAX_DEPTH'],
    ['RATE_LIMITS', 'RATE_LIMIT'],
    ['RATE_LIMIT_WITHOUT_KEYS', 'RATE_LIMIT_WITHOUT_KEY'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['TRUSTED_PROXY', 'TRUST_PROXY'],
    ['SHUTDOWN_TIMEOUT_SECOND', 'SHUTDOWN_TIMEOUT_SECONDS'],
    ['METRIC_TOKEN', 'METRICS_TOKEN'],
    ['DATABASE_ULR_FILE', 'DATABASE_URL_FILE'],
    ['DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
    ['METRIC_TOKEN_FILE', 'METRICS_TOKEN_FILE'],
    ['GRAPHQL_MAX_NESTING_FILE', 'GRAPHQL_MAX_DEPTH_FILE'],
  ])('%s', (name, meant) => {
    expect(() => readConfig({ [name]: '1' })).toThrow(
      `there is no variable ${name}: did you mean ${meant}?`,
    );
  });

  it.each(Object.keys(variables).filter((name) => name.includes('_')))(
    '%s with two letters swapped',
    (name) => {
      const at = name.lastIndexOf('_') + 1;
      const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
      expect(() => readConfig({ [swapped]: '1' })).toThrow(
        `there is no variable ${swapped}: did you mean`,
      );
    },
  );
});

it('shared caches may hold answers for a day at most', () => {
  const secondsOf = (PUBLIC_CACHE_SECONDS: string) =>
    readConfig({ PUBLIC_CACHE_SECONDS }).publicCacheSeconds;
  expect(['', '0', '60', '86400'].map(secondsOf)).toEqual([0, 0, 60, 86_400]);
  for (const wrong of ['-1', '1.5', '86401', 'on'])
    expect(() => secondsOf(wrong)).toThrow(/^PUBLIC_CACHE_SECONDS must be/);
});

it("variables of other programs and of container platforms are nobody's mistake", () => {
  const names = [
    'PATH',
    'POST',
    'HOSTNAME',
    'DATABASE_PORT',
    'DATABASE_SERVICE_HOST',
    'DATABASE_PORT_5432_TCP',
  ];
  const more = [
    'METRICS_PORT_9090_TCP',
    'GRAPHQL_PORT',
    'NODE_OPTIONS',
    'LOG_FORMAT',
    'MAX_MEMORY',
    'TRUST_STORE',
    'REQUEST_ID',
    'CERT_FILE',
    'SSL_CERT_FILE',
    'POSTGRES_PASSWORD_FILE',
  ];
  for (const name of [...names, ...more]) expect(() => readConfig({ [name]: 'x' })).not.toThrow();
});

it.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['DEPHT', 'DEPTH', 1],
])('from %j to %j it is a distance of %i', (one, other, steps) => {
  expect(nearest(one, [other])).toEqual({ word: other, distance: steps });
  expect(nearest(other, [one])).toEqual({ word: one, distance: steps });
});

it('the nearest of many words is the one at the least distance, the first of equals', () => {
  expect(nearest('DEPHT', ['DEEP', 'DEPTHS', 'DEPTH', 'DEPT'])?.word).toBe('DEPTH');
  expect(nearest('ab', ['abcd', 'a', 'b'])).toEqual({ word: 'a', distance: 1 });
  expect(nearest('ab', [])).toBeUndefined();
});

describe('CORS_ORIGINS', () => {
  it('takes origins as browsers send them, and localhost', () => {
    const { corsOrigins } = readConfig({
      CORS_ORIGINS: ' https://shop.example, http://a.example:8080 ,localhost,',
    });
    expect(corsOrigins).toEqual(['https://shop.example', 'http://a.example:8080', 'localhost']);
  });

  it.each([
    'shop.example',
    'https://shop.example/',
    'https://shop.example/page',
    'https://*.shop.example',
    '*',
    'https://Shop.example',
    'https://shop.example:443',
    'null',
    'https://a.example https://b.example',
  ])('refuses %s', (origin) => {
    expect(() => readConfig({ CORS_ORIGINS: `https://fine.example,${origin}` })).toThrow(
      `CORS_ORIGINS holds ${JSON.stringify(origin)}: each must be an origin as browsers send it`,
    );
  });
});

describe('the line that makes a key', () => {
  const service = {
    url: 'http://localhost:4000',
    graphiql: false,
    demoKeys: [],
    refusedKeys: new Set<string>(),
  };
  const lineIn = (environment: Record<string, string>) =>
    greeting({ ...service, environment, isReachedFromOutside: false })
      .split('\n')
      .at(-1);
  const lineFor = (databaseUrl: string) => lineIn({ DATABASE_URL: databaseUrl });

  it('names the database of the server, and no password', () => {
    expect(lineFor('postgres://plans:se:cret@db.example/plans?sslmode=require')).toMatch(
      /^DATABASE_URL='postgres:\/\/plans:PASSWORD@db\.example\/plans\?sslmode=require' node /,
    );
    expect(lineFor('postgres://plans@db.example/plans')).toMatch(
      /^DATABASE_URL='postgres:\/\/plans@db\.example\/plans' /,
    );
    expect(lineFor('file:./data/plans.db')).toMatch(
      /^DATABASE_URL='file:\.\/data\/plans\.db' node /,
    );
  });

  it('names none where the server uses the preset one', () => {
    expect(lineIn({})).toMatch(/^node /);
  });

  it('names the file that holds the address', () => {
    expect(lineIn({ DATABASE_URL_FILE: '/run/secrets/db' })).toMatch(
      /^DATABASE_URL_FILE='\/run\/secrets\/db' node /,
    );
  });
});
