import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { reasonOf } from './failures.ts';
import { isVisible } from './names.ts';
import { isOrigin, NO_ORIGIN } from './origin.ts';
import { nearest } from './spelling.ts';
import { FILE_SUFFIX, type Variables, variableIn } from './variable-files.ts';

const origins = z.string().transform((text, { addIssue }): string[] => {
  const given = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  for (const origin of given)
    if (origin !== 'localhost' && !isOrigin(origin))
      addIssue(`holds ${JSON.stringify(origin)}: each ${NO_ORIGIN}`);
  return given;
});

const count = (otherwise: string) =>
  z.coerce
    .number(otherwise)
    .int(otherwise)
    .min(1, otherwise)
    .max(2 ** 31 - 1, otherwise);

const MOST_PROXIES = 100;

/** How many proxies stand before the server, or in which networks they stand. */
const proxies = z.string().transform((text, { addIssue }): number | BlockList => {
  if (text === 'off') return 0;
  if (text === 'on') return 1;
  if (/^\d+$/.test(text) && Number(text) <= MOST_PROXIES) return Number(text);
  const networks = networksIn(text);
  if (networks) return networks;
  addIssue(
    'must be on, off, a number of proxies, or a comma-separated list of networks like 10.0.0.0/8',
  );
  return z.NEVER;
});

const networksIn = (text: string): BlockList | undefined => {
  const networks = new BlockList();
  for (const network of text.split(',')) {
    const [address = '', prefix, ...others] = network.trim().split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    const length = /^\d{1,3}$/.test(prefix ?? String(bits)) ? Number(prefix ?? bits) : Number.NaN;
    if (!isIP(address) || address.includes('%') || others.length > 0 || !(length <= bits))
      return undefined;
    networks.addSubnet(address, length, bits === 128 ? 'ipv6' : 'ipv4');
  }
  return networks;
};

const most = (preset: number, meaning: string) =>
  count('must be a whole number').default(preset).describe(meaning);

/** As SQL folds names that are not quoted, so that they mean the same in any tool. */
export const schemaName = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_]{0,62}$/,
    'must be a name of up to 63 lower-case letters, digits and underscores',
  )
  .refine(
    (name) => !/^(pg_|information_schema$)/.test(name),
    'must be no schema of PostgreSQL itself',
  );

const database = {
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'must start with file: or postgres://')
    .default('file:./data/plans.db')
    .describe(
      'Where the catalogue is stored: `file:PATH` for SQLite, `postgres://…` for PostgreSQL.',
    ),
  DATABASE_SCHEMA: schemaName.optional().meta({
    unset: 'the first schema of the search path, usually `public`',
    description:
      'The schema of PostgreSQL that holds the tables. `serve`, `migrate` and `keys create` make ' +
      'it where it is missing and the user may create it. Set the same for every command.',
  }),
  DATABASE_POOL_SIZE: z.coerce
    .number('must be a number of connections')
    .int('must be a number of connections')
    .min(2, 'must be at least 2 connections')
    .max(10_000, 'must be at most 10000 connections')
    .default(20)
    .describe(
      'The most connections that this process opens to PostgreSQL. Half of them are for ' +
        'writing. It opens two more while it starts.',
    ),
  AUDIT_RETENTION_DAYS: count('must be a number of days')
    .max(36_500, 'must be at most 36500 days')
    .optional()
    .meta({
      unset: 'for ever',
      description:
        'For how many days the audit log is kept, and change sets that were applied, discarded ' +
        'or have failed. What is older is removed; the newest entry of each mode stays.',
    }),
};

const firstStart = {
  BOOTSTRAP_ADMIN_KEY: z
    .string()
    .regex(
      /^ck_live_[\w-]{43}$/,
      'must be ck_live_ and 43 letters, digits, hyphens or underscores (docs/operations.md makes one)',
    )
    .optional()
    .meta({
      unset: 'none',
      description:
        'The secret of an admin key that `serve` makes, with its organization, in a database ' +
        'without any. Better given as `BOOTSTRAP_ADMIN_KEY_FILE`. Without effect later.',
    }),
  BOOTSTRAP_ORGANIZATION: z
    .string()
    .trim()
    .max(255, 'must have at most 255 characters')
    .refine(isVisible, 'must have a character that can be seen')
    .default('Default')
    .describe('The name of the organization that `BOOTSTRAP_ADMIN_KEY` makes.'),
};

const SOCKET_PREFIX = 'unix:';
/** Systems take 103 bytes and more; a few are for another name while the socket is replaced. */
const LONGEST_SOCKET_PATH = 90;

const socketPathOf = (host: string): string => host.slice(SOCKET_PREFIX.length);

const isSocketPath = (path: string): boolean =>
  path !== '' && Buffer.byteLength(path) <= LONGEST_SOCKET_PATH;

const port = z.coerce
  .number('must be a port number')
  .int('must be a port number')
  .min(0, 'must be a port number')
  .max(65_535, 'must be a port number');

const network = {
  HOST: z
    .string()
    .min(1)
    .refine(
      (host) => !host.startsWith(SOCKET_PREFIX) || isSocketPath(socketPathOf(host)),
      `must name a path of up to ${LONGEST_SOCKET_PATH} bytes after unix:`,
    )
    .default('127.0.0.1')
    .describe(
      'The address to listen on, or a Unix socket: `unix:/run/plans/gateway.sock`. Then there is ' +
        'no `PORT`, and each connection counts as that of a proxy whose headers name the client.',
    ),
  SOCKET_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'must be an octal number like 660')
    .transform((text) => Number.parseInt(text, 8))
    .prefault('660')
    .describe('Who may connect to the Unix socket, as `chmod` takes it.'),
  PORT: port.default(4000).describe('The port to listen on. 0 takes a free port.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .regex(
      /^https?:\/\/[^/?#@]+(\/[\w.~%/-]*)?$/i,
      'must be an http(s) URL: a host and at most a path',
    )
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({
      unset: 'taken from each request',
      description:
        'The address that clients know this server by. Links use it. It may have a path, ' +
        'which the proxy in front removes (nginx: `location /plans/ { proxy_pass ' +
        'http://127.0.0.1:4000/; }`).',
    }),
  TRUST_PROXY: proxies
    .prefault('off')
    .describe(
      'The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers count. Give the ' +
        'number of proxies in front of the server (`on` for one), or their networks, e.g. ' +
        '`10.0.0.0/8,::1`. When it is off, all clients of a proxy count as one address.',
    ),
  CORS_ORIGINS: origins
    .default([])
    .describe(
      'Comma-separated origins that browsers may call from. `localhost` stands for every ' +
        'port of it. Credentials are never allowed.',
    ),
  PUBLIC_CACHE_SECONDS: z.coerce
    .number('must be a number of seconds')
    .int('must be a number of seconds')
    .min(0, 'must be a number of seconds')
    .max(86_400, 'must be at most 86400')
    .default(0)
    .describe(
      'For how many seconds shared caches hold what publishable keys in addresses read before ' +
        'they ask again; a change shows after twice that at the latest. With 0 they ask each time.',
    ),
  COMPRESSION: z
    .enum(['on', 'off'], 'must be on or off')
    .default('on')
    .describe(
      'Compresses answers of 1 KiB or more by Brotli or gzip for clients that take it. `off` ' +
        'leaves that to a proxy.',
    ),
  MAX_CONNECTIONS: count('must be a number of connections')
    .default(10_000)
    .describe('The most open connections at once.'),
  REQUEST_TIMEOUT_SECONDS: count('must be a number of seconds')
    .default(30)
    .describe('How long a client may take to send its request.'),
  KEEP_ALIVE_SECONDS: count('must be a number of seconds')
    .default(75)
    .describe('How long a connection may wait for its next request.'),
};

const running = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development')
    .describe(
      '`development`, `test` or `production`. In production there is no demo catalogue, ' +
        'and GraphiQL is off unless you turn it on.',
    ),
  GRAPHIQL: z.enum(['on', 'off'], 'must be on or off').optional().meta({
    unset: '`off` in production, `on` elsewhere',
    description: 'Serves the GraphiQL page at `/graphql`: `on` or `off`.',
  }),
  LOG_LEVEL: z
    .enum(
      ['debug', 'info', 'warn', 'error', 'silent'],
      'must be debug, info, warn, error or silent',
    )
    .optional()
    .meta({
      unset: '`info` in production, `warn` elsewhere',
      description:
        '`debug`, `info` (a line for each request but probes), `warn`, `error` or `silent`.',
    }),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional().meta({
    unset: 'none: `/metrics` is missing in production, open elsewhere',
    description: 'The bearer token that `/metrics` asks for, 16 characters or more.',
  }),
  METRICS_PORT: port.optional().meta({
    unset: 'none: `/metrics` is on `PORT`',
    description:
      'A port of its own for `/metrics`, which `PORT` does not answer then. There it needs a ' +
      'token only if `METRICS_TOKEN` is set: keep the port from strangers.',
  }),
  METRICS_HOST: z.string().min(1).optional().meta({
    unset: 'that of `HOST`; `127.0.0.1` if that is a Unix socket',
    description: 'The address of `METRICS_PORT`.',
  }),
  SHUTDOWN_DELAY_SECONDS: z.coerce
    .number('must be a number of seconds')
    .int('must be a number of seconds')
    .min(0, 'must be a number of seconds')
    .max(3_600, 'must be a number of seconds')
    .default(0)
    .describe(
      'How long `/ready` answers no after SIGTERM before the server refuses connections. ' +
        'This gives a load balancer time to notice.',
    ),
  SHUTDOWN_TIMEOUT_SECONDS: count('must be a number of seconds')
    .default(10)
    .describe('How long running requests may take after that.'),
};

const limits = {
  RATE_LIMIT: z
    .union([z.literal('off'), count('must be off or a number of requests')])
    .default(6_000)
    .describe(
      'Requests a minute of one key, on both surfaces together. Each address that uses a ' +
        'publishable key has its own count. `off` turns off every rate limit.',
    ),
  RATE_LIMIT_COST: z
    .union([z.literal('off'), count('must be off or a number of points')])
    .default(2_000_000)
    .describe(
      'Points of work a minute of one key, on both surfaces together. Each address that ' +
        'uses a publishable key has its own count. `off` means no limit, as does ' +
        '`RATE_LIMIT=off`.',
    ),
  RATE_LIMIT_WITHOUT_KEY: count('must be a number of requests')
    .default(300)
    .describe(
      'Requests a minute from one address that carry no usable key. More are answered 429. ' +
        'Requests with a usable key are served all the same.',
    ),
  RATE_LIMIT_SHARED: z
    .enum(['on', 'off'], 'must be on or off')
    .default('off')
    .describe(
      'Whether `RATE_LIMIT` and `RATE_LIMIT_COST` hold for all processes on one PostgreSQL ' +
        'together (`on`), or for each process (`off`).',
    ),
  MAX_CONCURRENT_REQUESTS: count('must be a number of requests')
    .default(256)
    .describe(
      'The most requests at once, from the end of their bodies to the end of their ' +
        'answers. One key or one address may have half of them. More are answered 503 with ' +
        '`Retry-After: 1`. Pages that need no key have as many of their own.',
    ),
};

const graphql = {
  INTROSPECTION: z
    .enum(['on', 'secret', 'off'], 'must be on, secret or off')
    .optional()
    .meta({
      unset: '`secret` in production, `on` elsewhere',
      description:
        'Which keys may read the GraphQL schema and get suggestions in errors: `on` all ' +
        'keys, `secret` secret keys only, `off` none.',
    }),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .meta({
      unset: 'none',
      description:
        'A JSON file of GraphQL documents by id or SHA-256. Clients may name a document ' +
        'instead of sending its text.',
    }),
  GRAPHQL_TIMEOUT_SECONDS: count('must be a number of seconds')
    .max(3_600, 'must be at most 3600 seconds')
    .default(10)
    .describe('How long a GraphQL request may take. Then it is answered 503.'),
  GRAPHQL_MAX_BYTES: most(16_384, 'The most bytes of a GraphQL document.'),
  GRAPHQL_MAX_TOKENS: most(2_000, 'The most tokens of a document.'),
  GRAPHQL_MAX_DEPTH: most(
    16,
    'The most fields inside one another. GraphiQL reads the schema with 15.',
  ),
  GRAPHQL_MAX_FIELDS: most(
    1_000,
    'The most fields that an operation selects. Fragments count wherever they are spread.',
  ),
  GRAPHQL_MAX_ALIASES: most(
    50,
    'The most aliases. A field that is selected again counts as one. Fragments count as above.',
  ),
  GRAPHQL_MAX_ROOT_FIELDS: most(
    20,
    'The most fields of Query or Mutation in an operation. Fragments count as above.',
  ),
  GRAPHQL_MAX_LIST: most(
    100,
    'The most entries of a list in an argument, written out or in variables, unless the ' +
      'argument has a maximum of its own.',
  ),
  GRAPHQL_MAX_COST: most(
    100_000,
    'The most fields that an answer may hold. The gateway estimates them before it runs ' +
      'a request, with every page full, and counts them while the request runs.',
  ),
};

const caches = {
  RESPONSE_CACHE: z
    .union([z.literal('off'), count('must be off or a number of MiB')])
    .default(64)
    .describe(
      'MiB of memory for answers to reads. They hold until the catalogue changes. `off` keeps ' +
        'none.',
    ),
  RECORD_CACHE: z
    .union([z.literal('off'), count('must be off or a number of MiB')])
    .default(64)
    .describe(
      'MiB of memory for plans and features as they were read. They hold until they change. ' +
        '`off` keeps none.',
    ),
  GRAPHQL_COMPILE_AFTER: z
    .union([z.literal('off'), count('must be off or a number of requests')])
    .default(3)
    .describe(
      'How often a GraphQL query must arrive before it is compiled. A large query is ' +
        'compiled the first time. `off` compiles none.',
    ),
};

/** Every variable that the gateway reads from its environment, as help and documents group them. */
export const variableGroups = {
  Database: database,
  'First start': firstStart,
  Network: network,
  Running: running,
  'Limits on clients': limits,
  GraphQL: graphql,
  'Caches and compilation': caches,
};

export const variables = {
  ...database,
  ...firstStart,
  ...network,
  ...running,
  ...limits,
  ...graphql,
  ...caches,
} as const;

const Environment = z.object(variables);

/** How much one GraphQL request may ask for. */
export interface GraphqlLimits {
  bytes: number;
  tokens: number;
  depth: number;
  fields: number;
  aliases: number;
  rootFields: number;
  list: number;
  cost: number;
  seconds: number;
}

/** Whose keys may read the schema. */
export type IntrospectionPolicy = 'on' | 'secret' | 'off';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Config {
  databaseUrl: string;
  /** Undefined for the one that PostgreSQL finds first. */
  databaseSchema: string | undefined;
  databasePoolSize: number;
  /** Undefined to keep the audit log for ever. */
  auditRetentionDays: number | undefined;
  /** The first organization and its key; undefined where it is made by hand. */
  bootstrap: { organization: string; secret: string } | undefined;
  host: string;
  port: number;
  /** Taken instead of host and port. */
  socket: { path: string; mode: number } | undefined;
  /** Undefined where the metrics are on the port of everything else. */
  metricsAddress: { host: string; port: number } | undefined;
  publicUrl: string | undefined;
  production: boolean;
  graphiql: boolean;
  /**
   * How many proxies name their clients in `X-Forwarded-For`, or in which networks these proxies
   * are.
   */
  trustProxy: number | BlockList;
  /** Undefined for no limits. */
  rateLimits: { perKey: number; perAddress: number } | undefined;
  /** Points of work a minute of one key; undefined for no limit. */
  pointsPerMinute: number | undefined;
  /** All processes on one PostgreSQL share these limits. */
  sharesLimits: boolean;
  maxConcurrentRequests: number;
  maxConnections: number;
  /** 0 keeps no answers. */
  responseCacheBytes: number;
  /** 0 keeps no records. */
  recordCacheBytes: number;
  /** Infinity compiles no query. */
  graphqlCompileAfter: number;
  requestTimeoutMs: number;
  keepAliveMs: number;
  shutdownDelayMs: number;
  drainMs: number;
  logLevel: LogLevel;
  metricsToken: string | undefined;
  corsOrigins: string[];
  /** For how long shared caches hold what keys in addresses read. */
  publicCacheSeconds: number;
  /** Answers may be sent in a content coding. */
  compression: boolean;
  introspection: IntrospectionPolicy;
  /** Path of the file of trusted documents. */
  trustedDocuments: string | undefined;
  graphqlLimits: GraphqlLimits;
}

const bytes = (mebibytes: 'off' | number): number =>
  mebibytes === 'off' ? 0 : mebibytes * 2 ** 20;

/** Variables with these prefixes are meant for the gateway. */
const OWN = /^(GRAPHQL_MAX_|RATE_LIMIT_)/;
/**
 * Other programs have variables too, and container platforms set some for each service that they
 * run.
 */
const MOST_MISTAKES = 2;

const names = Object.keys(variables);
const known = names.flatMap((name) => [name, name + FILE_SUFFIX]);
/** Names of one word are like too many others. */
const mistakable = names
  .filter((name) => name.includes('_'))
  .flatMap((name) => [name, name + FILE_SUFFIX]);

/** What is wrong with a variable. Says nothing of what a file holds, which may be a secret. */
interface ConfigFault {
  variable: string;
  message: string;
}

const misspelt = (environment: Variables): ConfigFault[] =>
  Object.keys(environment).flatMap((name) => {
    if (environment[name] === '' || known.includes(name) || !name.includes('_')) return [];
    const meant = nearest(name, mistakable);
    return meant && (meant.distance <= MOST_MISTAKES || OWN.test(name))
      ? [
          {
            variable: name,
            message: `there is no variable ${name}: did you mean ${meant.word}?`,
          },
        ]
      : [];
  });

const QUOTED = /"(?:[^"\\]|\\.)*"/g;

const issuesOf = (environment: Variables, { issues }: z.ZodError): ConfigFault[] =>
  issues.map(({ path: [name], message }) => {
    const variable = String(name);
    const file = `${variable}${FILE_SUFFIX}`;
    return {
      variable,
      message: environment[file]
        ? `${file}: what ${environment[file]} holds ${message.replaceAll(QUOTED, 'a value')}`
        : `${variable} ${message}`,
    };
  });

/** All that is wrong, and not only what is found first. */
export const configFaults = (environment: Variables): ConfigFault[] => {
  const unreadable: ConfigFault[] = [];
  const values = names.map((name) => {
    try {
      return [name, variableIn(environment, name)];
    } catch (failure) {
      unreadable.push({ variable: name, message: reasonOf(failure) });
      return [name, undefined];
    }
  });
  const { error } = Environment.safeParse(Object.fromEntries(values));
  return [...misspelt(environment), ...unreadable, ...(error ? issuesOf(environment, error) : [])];
};

/**
 * Reads the environment once; refuses it with one line that names what is wrong. Empty values count
 * as unset.
 */
export const readConfig = (environment: Variables): Config => {
  const [mistake] = misspelt(environment);
  if (mistake) throw new Error(mistake.message);
  const { data, error } = Environment.safeParse(
    Object.fromEntries(names.map((name) => [name, variableIn(environment, name)])),
  );
  if (error)
    throw new Error(
      issuesOf(environment, error)
        .map(({ message }) => message)
        .join('; '),
    );
  if (data.RATE_LIMIT_SHARED === 'on' && data.DATABASE_URL.startsWith('file:'))
    throw new Error(
      'RATE_LIMIT_SHARED needs PostgreSQL: set DATABASE_URL to a postgres:// address',
    );
  const production = data.NODE_ENV === 'production';
  const socket = data.HOST.startsWith(SOCKET_PREFIX)
    ? { path: socketPathOf(data.HOST), mode: data.SOCKET_MODE }
    : undefined;
  return {
    databaseUrl: data.DATABASE_URL,
    databaseSchema: data.DATABASE_SCHEMA,
    databasePoolSize: data.DATABASE_POOL_SIZE,
    auditRetentionDays: data.AUDIT_RETENTION_DAYS,
    bootstrap:
      data.BOOTSTRAP_ADMIN_KEY === undefined
        ? undefined
        : { organization: data.BOOTSTRAP_ORGANIZATION, secret: data.BOOTSTRAP_ADMIN_KEY },
    host: data.HOST,
    port: data.PORT,
    socket,
    metricsAddress:
      data.METRICS_PORT === undefined
        ? undefined
        : {
            host: data.METRICS_HOST ?? (socket ? '127.0.0.1' : data.HOST),
            port: data.METRICS_PORT,
          },
    publicUrl: data.PUBLIC_URL,
    production,
    graphiql: data.GRAPHIQL ? data.GRAPHIQL === 'on' : !production,
    rateLimits:
      data.RATE_LIMIT === 'off'
        ? undefined
        : { perKey: data.RATE_LIMIT, perAddress: data.RATE_LIMIT_WITHOUT_KEY },
    pointsPerMinute:
      data.RATE_LIMIT === 'off' || data.RATE_LIMIT_COST === 'off'
        ? undefined
        : data.RATE_LIMIT_COST,
    sharesLimits: data.RATE_LIMIT_SHARED === 'on',
    maxConcurrentRequests: data.MAX_CONCURRENT_REQUESTS,
    graphqlCompileAfter:
      data.GRAPHQL_COMPILE_AFTER === 'off' ? Number.POSITIVE_INFINITY : data.GRAPHQL_COMPILE_AFTER,
    responseCacheBytes: bytes(data.RESPONSE_CACHE),
    recordCacheBytes: bytes(data.RECORD_CACHE),
    maxConnections: data.MAX_CONNECTIONS,
    requestTimeoutMs: data.REQUEST_TIMEOUT_SECONDS * 1000,
    keepAliveMs: data.KEEP_ALIVE_SECONDS * 1000,
    shutdownDelayMs: data.SHUTDOWN_DELAY_SECONDS * 1000,
    drainMs: data.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    logLevel: data.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    metricsToken: data.METRICS_TOKEN,
    trustProxy: data.TRUST_PROXY,
    corsOrigins: data.CORS_ORIGINS,
    publicCacheSeconds: data.PUBLIC_CACHE_SECONDS,
    compression: data.COMPRESSION === 'on',
    introspection: data.INTROSPECTION ?? (production ? 'secret' : 'on'),
    trustedDocuments: data.TRUSTED_DOCUMENTS,
    graphqlLimits: {
      bytes: data.GRAPHQL_MAX_BYTES,
      tokens: data.GRAPHQL_MAX_TOKENS,
      depth: data.GRAPHQL_MAX_DEPTH,
      fields: data.GRAPHQL_MAX_FIELDS,
      aliases: data.GRAPHQL_MAX_ALIASES,
      rootFields: data.GRAPHQL_MAX_ROOT_FIELDS,
      list: data.GRAPHQL_MAX_LIST,
      cost: data.GRAPHQL_MAX_COST,
      seconds: data.GRAPHQL_TIMEOUT_SECONDS,
    },
  };
};
