import { z } from 'zod';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Every variable that the gateway reads from its environment. `serve --help` prints them. */
export const variables = {
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'must start with file: or postgres://')
    .default('file:./data/plans.db')
    .describe('Where the catalogue is stored: file:PATH for SQLite, postgres://… for PostgreSQL.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65_535, 'must be a port number')
    .default(4000)
    .describe('Port to listen on; 0 takes a free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('Address that clients know this server by, for links in errors. Taken from each request when unset.'),
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development')
    .describe('In production there is no demo catalogue, and GraphiQL and CORS are off unless asked for.'),
  GRAPHIQL: z
    .enum(['on', 'off'], 'must be on or off')
    .optional()
    .describe('The GraphiQL page at /graphql. On outside production when unset.'),
  TRUST_PROXY: z
    .enum(['on', 'off'], 'must be on or off')
    .default('off')
    .describe('On behind a proxy that appends the address of its client to X-Forwarded-For.'),
  CORS_ORIGINS: list
    .optional()
    .describe(
      'Comma-separated origins that browsers may call from. Localhost outside production when unset, none in it.',
    ),
} as const;

const Environment = z.object(variables);

export interface Config {
  databaseUrl: string;
  host: string;
  port: number;
  publicUrl: string | undefined;
  production: boolean;
  graphiql: boolean;
  /** Clients' addresses stand in `X-Forwarded-For`. */
  trustProxy: boolean;
  /** Undefined allows every localhost origin. */
  corsOrigins: string[] | undefined;
}

/** Reads the environment once; refuses it with one line that names what is wrong. Empty values count as unset. */
export const readConfig = (environment: Record<string, string | undefined>): Config => {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = Environment.safeParse(set);
  if (error) throw new Error(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '));
  const production = data.NODE_ENV === 'production';
  return {
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.PUBLIC_URL,
    production,
    graphiql: data.GRAPHIQL ? data.GRAPHIQL === 'on' : !production,
    trustProxy: data.TRUST_PROXY === 'on',
    corsOrigins: data.CORS_ORIGINS ?? (production ? [] : undefined),
  };
};

/** The table of variables for people: name, default, meaning. */
export const describeVariables = (): string =>
  Object.entries(variables)
    .map(([name, schema]) => {
      const preset = schema.safeParse(undefined).data;
      const meaning = `${schema.description}${preset === undefined ? '' : ` [${preset}]`}`;
      return `  ${name.padEnd(14)}${meaning}`;
    })
    .join('\n');
