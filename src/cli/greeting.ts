import { relative } from 'node:path';
import type { IssuedKey } from './issue-key.ts';

interface Service {
  url: string;
  graphiql: boolean;
  demoKeys: IssuedKey[];
}

const pricingPage = '{ plans(first: 10) { nodes { name prices { billingInterval price } } } }';

/** What a newcomer reads after the start. */
export const greeting = ({ url, graphiql, demoKeys }: Service): string => {
  const paragraphs = [
    [
      `Plans Gateway is ready on ${url}`,
      '',
      `  GraphQL   ${url}/graphql`,
      ...(graphiql ? [`  GraphiQL  ${url}/graphql  (in a browser)`] : []),
      `  REST      ${url}/api/v1`,
    ],
    demoKeys.length > 0 ? ['Keys of the demo:', '', ...demoKeys.map(keyLine)] : howToMakeAKey(),
  ];
  const [first] = demoKeys;
  if (first) paragraphs.push(['Try it:', '', curlLine(url, first.key)]);
  return paragraphs.map((lines) => lines.join('\n')).join('\n\n');
};

export const fullKeyOf = (demoKeys: IssuedKey[]): string | undefined =>
  demoKeys.find(({ mode, scope }) => mode === 'live' && scope === 'admin')?.key;

const keyLine = ({ mode, scope, key }: IssuedKey): string =>
  `  ${mode.padEnd(7)}  ${scope === 'read' ? 'read-only' : 'full     '}  ${key}`;

const howToMakeAKey = (): string[] => [
  'Make a key with',
  '',
  `node ${relative('', process.argv[1] ?? '')} keys create --organization NAME --mode live --scope admin`,
];

const curlLine = (url: string, key: string): string =>
  `curl ${url}/graphql -H 'content-type: application/json' -H 'x-api-key: ${key}' -d '${JSON.stringify({ query: pricingPage })}'`;
