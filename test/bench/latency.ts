import { join } from 'node:path';
import { ask } from './answers.ts';
import { type Catalogue, seed, withPricingPage } from './data.ts';
import { summarize } from './ratios.ts';
import type { Pace } from './rounds.ts';
import { type RunningServer, start } from './servers.ts';
import { longestWait } from './stalls.ts';
import { graphql, priceLists, type Traffic, workloads } from './workloads.ts';

export const PLANS = 20_000;
/** The largest catalogue that can be written as a file. */
const PLANS_OF_A_FILE = 1_000;
/** Of a file of a mebibyte, with room for the rest of it. */
const BYTES_OF_TEXTS = 1_000_000;
/** How long a request may keep all others waiting at a time, in milliseconds. */
const PAGE = 50;
const DEAREST = 250;

interface Long {
  title: string;
  limit: typeof PAGE | typeof DEAREST;
  key: string;
  /** What is sent, in a round. */
  traffic(round: number): Traffic | Promise<Traffic>;
}

interface Order extends Pace {
  /** Others work on it as well. */
  isBusyMachine: boolean;
}

/** How long others wait for the longest work that one request may ask for. */
export const latency = async (folder: string, plans: number, order: Order): Promise<void> => {
  const file = join(folder, 'plans.db');
  console.error(`seeding ${plans} plans`);
  const large = await withPricingPage(await seed(file, plans), folder);
  const small = await seed(file, PLANS_OF_A_FILE, undefined, 'Small');
  const limits = {
    RATE_LIMIT: '2000000000',
    RATE_LIMIT_COST: '2000000000',
    ...(order.isBusyMachine ? { GRAPHQL_TIMEOUT_SECONDS: '120' } : {}),
  };
  const server = await start('ours', { catalogue: large, file, answer: '', folder, limits });
  try {
    const list = [...(await onLarge(server, large)), ...onSmall(server, small)];
    const lines: string[] = [];
    for (const long of list) {
      console.error(long.title);
      const found = await judged(server, long, order).catch((failure: Error) => failure.message);
      lines.push(`  ${long.title}: ${found}`);
    }
    console.log(`
Which part of the time that others may have to wait at most they do wait; the limit is ${PAGE} ms for pages and ${DEAREST} ms for the dearest requests.
${plans} plans, nothing kept, ${order.rounds} rounds; median [least … most].
${lines.join('\n')}`);
  } finally {
    await server.stop();
  }
};

const judged = async (
  server: RunningServer,
  { limit, key, traffic }: Long,
  { rounds, isBusyMachine }: Order,
): Promise<string> => {
  const waits: number[] = [];
  // The first one warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const wait = await longestWait(server, await traffic(round), key, isBusyMachine);
    if (round > 0) waits.push(wait / limit);
  }
  const { median, least, most } = summarize(waits);
  const parts = `${median.toFixed(2)} [${least.toFixed(2)}…${most.toFixed(2)}]`;
  return `${parts} ${median <= 1 ? '≤' : '✗'} 1, of ${limit} ms`;
};

const rest = (path: string): Traffic => ({ method: 'GET', path, bodies: [''] });
const query = (text: string, variables: object = {}): Traffic =>
  graphql([JSON.stringify({ query: text, variables })]);
/** The fixed requests are looked at first: one that is refused keeps nobody waiting. */
const answered = async (server: RunningServer, key: string, traffic: Traffic): Promise<void> => {
  const answer = await ask(server, traffic, traffic.bodies[0] ?? '', key);
  if (/^{"errors":/.test(answer)) throw new Error(answer.slice(0, 500));
};
const plansWhere = (filter: string, fields: string): Traffic =>
  query(`{ plans(first: 50, filter: ${filter}) { ${fields} } }`);
const byText = '{ text: "found nowhere" }';

const onLarge = async (server: RunningServer, catalogue: Catalogue): Promise<Long[]> => {
  const { key } = catalogue;
  const codes = catalogue.plans.map(({ code }) => code);
  const dearest = await mostAllowed(server, key, 100, priceLists);
  const columns = await mostAllowed(server, key, 100, (plans) =>
    query(COMPARISON, { plans: codes.slice(0, plans) }),
  );
  const of =
    (limit: Long['limit']) =>
    ([title, traffic]: readonly [string, Traffic]): Long => ({
      title,
      limit,
      key,
      traffic: async (round) => {
        if (round === 0 && !traffic.hasKeyInAddress) await answered(server, key, traffic);
        return traffic;
      },
    });
  return [
    ...(
      [
        ['an answer that costs nothing, for comparison', rest('/health')],
        ['a pricing page of 5 plans', workloads.W8.traffic(catalogue)],
        ['50 plans with prices and features', workloads.W1.traffic()],
        ['one plan by code, same depth', workloads.W2.traffic(catalogue)],
      ] as const
    ).map(of(PAGE)),
    ...(
      [
        [`${dearest.plans} whole price lists, all that the cost allows`, dearest.traffic],
        ['a REST list of 1000 plans', rest('/api/v1/plans?limit=1000')],
        ['a filter by text that finds nothing', plansWhere(byText, 'nodes { id }')],
        [
          'a filter by metadata that finds nothing',
          plansWhere('{ metadata: { key: "none", value: "none" } }', 'nodes { id }'),
        ],
        ['the total of all plans', plansWhere('{ visibility: ALL }', 'totalCount')],
        ['the total of a filter by text', plansWhere(byText, 'totalCount')],
        [
          'a page of the plans of a feature, and their total',
          query(
            '{ features(first: 1) { nodes { planFeatures(first: 100) { totalCount nodes { plan { ' +
              'name } } } } } }',
          ),
        ],
        [
          'groups with their plans',
          query('{ planGroups(first: 10) { nodes { name plans { id name prices { price } } } } }'),
        ],
        ['what 100 plans cost for a usage', query(ESTIMATE, { plans: codes.slice(0, 100) })],
        [`a comparison of ${columns.plans} plans, all that the cost allows`, columns.traffic],
      ] as const
    ).map(of(DEAREST)),
  ];
};

const ESTIMATE = `query Estimate($plans: [ID!]!) {
  estimate(
    plans: $plans
    context: { country: "US" }
    usage: [{ feature: "seed_feature_02", quantity: 1000000 }]
  ) { __typename }
}`;
const COMPARISON = `query Comparison($plans: [ID!]!) {
  pricingPage(plans: $plans, context: { country: "US" }, locale: "en-US") {
    columns { texts { name tagline } offers { headline effective { price currency } } gainsTitle }
    sections { name rows { name differs cells { kind text change } } }
  }
}`;

/** The request for as many plans as the gateway agrees to. */
const mostAllowed = async (
  server: RunningServer,
  key: string,
  most: number,
  trafficOf: (plans: number) => Traffic,
): Promise<{ plans: number; traffic: Traffic }> => {
  let refused = '';
  for (let plans = most; plans > 0; plans -= 1) {
    const traffic = trafficOf(plans);
    const answer = await ask(server, traffic, traffic.bodies[0] ?? '', key);
    const { errors } = JSON.parse(answer);
    if (!errors) return { plans, traffic };
    refused = JSON.stringify(errors);
  }
  throw new Error(`not even one plan is allowed: ${refused}`);
};

const CREATE = '/catalogue/change-sets';
const APPLY = `mutation Apply($id: ID!, $hash: String!) {
  applyChangeSet(id: $id, expectedHash: $hash) { __typename ... on Error { code message } }
}`;

const onSmall = (server: RunningServer, { key, plans }: Catalogue): Long[] => {
  const length = Math.floor(BYTES_OF_TEXTS / plans.length);
  /** Describes every plan anew, in about as many bytes as a body may have. */
  const document = (round: number): Traffic => {
    const description = `${round} `.padEnd(length, 'Words of a long description. ');
    const described = plans.map(({ code }) => [code, { description: description.trim() }]);
    const body = JSON.stringify({ catalogue: 1, plans: Object.fromEntries(described) });
    return { method: 'POST', path: CREATE, bodies: [body] };
  };
  const draft = async (round: number): Promise<Traffic> => {
    const created = document(round);
    const set = JSON.parse(await ask(server, created, created.bodies[0] ?? '', key));
    return query(APPLY, { id: set.id, hash: set.hash });
  };
  const requests: [title: string, traffic: Long['traffic']][] = [
    ['the whole catalogue as YAML', () => rest('/catalogue')],
    ['its lint', () => rest('/catalogue/lint')],
    ['a change set of a file of a mebibyte', (round) => document(-1 - round)],
    ['the same, applied', draft],
    [
      'a page of the audit log with what that changed',
      () =>
        query(
          '{ auditLog(first: 100) { nodes { operation changes { type objectId before after } } } }',
        ),
    ],
    [
      'a page of change sets',
      () =>
        query('{ changeSets(first: 100) { nodes { id changes(first: 5) { nodes { path } } } } }'),
    ],
  ];
  return requests.map(([title, traffic]) => ({
    title: `${PLANS_OF_A_FILE} plans: ${title}`,
    limit: DEAREST,
    key,
    traffic,
  }));
};
