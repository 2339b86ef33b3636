import { relative } from 'node:path';
import { publishablePrefix } from '../domain/api-key.ts';
import type { Variables } from '../variable-files.ts';
import type { IssuedKey } from './issue-key.ts';

interface Service {
  url: string;
  /** Where a Unix socket is the only address. */
  socketPath?: string | undefined;
  /** Where the metrics have a port of their own. */
  metricsUrl?: string | undefined;
  graphiql: boolean;
  demoKeys: IssuedKey[];
  /** Id of the key that the environment gave to an empty database. */
  firstKey?: string | undefined;
  environment: Variables;
  /** Keys of the demo, which production does not accept. */
  refusedKeys: ReadonlySet<string>;
  /** It listens on an address that other machines reach, and is not set up for production. */
  isReachedFromOutside: boolean;
}

const pricingPage = '{ plans(first: 10) { nodes { name prices { billingInterval price } } } }';

/** What a newcomer reads after the start. */
export const greeting = ({
  url,
  socketPath,
  metricsUrl,
  environment,
  graphiql,
  demoKeys,
  firstKey,
  refusedKeys,
  isReachedFromOutside,
}: Service): string => {
  const base = socketPath === undefined ? url : '';
  const secretKeys = demoKeys.filter((key) => !isPublishable(key));
  const ofPage = demoKeys.find(isPublishable);
  const paragraphs = [
    [
      `Plans Gateway is ready on ${url}`,
      '',
      `  GraphQL   ${base}/graphql`,
      ...(graphiql ? [`  GraphiQL  ${base}/graphql  (in a browser)`] : []),
      `  REST      ${base}/api/v1`,
      ...(metricsUrl ? [`  Metrics   ${metricsUrl}/metrics`] : []),
      ...(ofPage ? [`  Example   ${base}/examples/pricing-page/?key=${ofPage.key}`] : []),
    ],
    ...(firstKey
      ? [[`The database was empty: BOOTSTRAP_ADMIN_KEY is its key ${firstKey} now.`]]
      : []),
    ...(isReachedFromOutside ? [reachedFromOutside] : []),
    ...(refusedKeys.size > 0 ? [aboutRefusedKeys([...refusedKeys])] : []),
    demoKeys.length > 0
      ? ['Keys of the demo:', '', ...secretKeys.map(keyLine)]
      : howToMakeAKey(environment),
  ];
  const [first] = secretKeys;
  if (first) paragraphs.push(['Try it:', '', curlLine(url, socketPath, first.key)]);
  return paragraphs.map((lines) => lines.join('\n')).join('\n\n');
};

const isPublishable = ({ key }: IssuedKey): boolean => key.startsWith(publishablePrefix);

export const fullKeyOf = (demoKeys: IssuedKey[]): string | undefined =>
  demoKeys.find(({ mode, scope }) => mode === 'live' && scope === 'admin')?.key;

const keyLine = ({ mode, scope, key }: IssuedKey): string =>
  `  ${mode.padEnd(7)}  ${scope === 'read' ? 'read-only' : 'full     '}  ${key}`;

const reachedFromOutside = [
  'Warning: other machines can reach this server (HOST), and NODE_ENV is not production.',
  'GraphiQL shows a demo key only to browsers on this machine; the printed keys work from ' +
    'everywhere.',
];

const aboutRefusedKeys = (ids: string[]): string[] => [
  'Warning: this database holds the demo, whose keys do not work in production.',
  'Revoke them with "keys revoke ID":',
  '',
  ...ids.map((id) => `  ${id}`),
];

/** What says where the database is. */
const databaseVariables = [
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'DATABASE_SCHEMA',
  'DATABASE_SCHEMA_FILE',
];

const howToMakeAKey = (environment: Variables): string[] => {
  const settings = databaseVariables.flatMap((name) => {
    const value = environment[name];
    return value ? [`${name}='${withoutPassword(value)}' `] : [];
  });
  return [
    'Make a key with',
    '',
    `${settings.join('')}node ${relative('', process.argv[1] ?? '')} keys create --organization NAME --mode live --scope admin`,
  ];
};

/** The output may be stored, so the password is left for the operator to type. */
const withoutPassword = (url: string): string =>
  url.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:PASSWORD@');

const curlLine = (url: string, socketPath: string | undefined, key: string): string =>
  `curl ${socketPath === undefined ? url : `--unix-socket '${socketPath}' http://localhost`}/graphql -H 'content-type: application/json' -H 'x-api-key: ${key}' -d '${JSON.stringify({ query: pricingPage })}'`;
