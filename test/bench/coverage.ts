import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CountedServer, program, start } from './counted.ts';
import { type Catalogue, newFolder, seed, withPricelessPlans } from './data.ts';
import { graphql, headersOf, type Traffic, workloads } from './workloads.ts';

/**
 * How much of our code one request runs: functions and files of the built gateway, as V8 counts
 * them. Requests of another tenant warm the server up first, so that nothing counts that runs once
 * in the life of a process; what is kept for the tenant is then still empty, but for its API key.
 */

const PLANS = 100;
const WARM_UP_ROUNDS = 40;
const REGIONAL_VERSION = '2026-07-11';

const send = async ({ url }: CountedServer, traffic: Traffic, body: string, key: string) => {
  const { method, path } = traffic;
  const response = await fetch(url + path, {
    method,
    headers: headersOf(traffic, key),
    ...(method === 'POST' ? { body } : {}),
  });
  const answer = await response.text();
  if (!response.ok || /"errors":|"__typename":"\w+Error"/.test(answer))
    throw new Error(`${path} answers ${response.status}: ${answer.slice(0, 500)}`);
};

const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new Error('there is too little data');
  return item;
};

/** One plan with all that belongs to it, by its code. */
const nested = (catalogue: Catalogue, index: number): Traffic =>
  workloads.W2.traffic({ ...catalogue, plans: [at(catalogue.plans, index)] });

const addPrice = ({ pricelessPlans, ...catalogue }: Catalogue, index: number): Traffic =>
  workloads.W4.traffic({ ...catalogue, pricelessPlans: [at(pricelessPlans, index)] });

const addPriceByRest = ({ pricelessPlans }: Catalogue, index: number): Traffic => ({
  method: 'POST',
  path: `/api/v1/plans/${at(pricelessPlans, index)}/prices`,
  version: REGIONAL_VERSION,
  bodies: [JSON.stringify({ billingInterval: 'monthly', price: 190_000, trialDays: 14 })],
});

const viewer = graphql([JSON.stringify({ query: '{ viewer { mode } }' })]);

const sendFirst = (server: CountedServer, traffic: Traffic, { key }: Catalogue) =>
  send(server, traffic, at(traffic.bodies, 0), key);

const warmUp = async (server: CountedServer, other: Catalogue): Promise<void> => {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await sendFirst(server, nested(other, round % other.plans.length), other);
    await sendFirst(server, nested(other, 0), other);
    await sendFirst(server, addPrice(other, 2 * round), other);
    await sendFirst(server, addPriceByRest(other, 2 * round + 1), other);
  }
};

interface Row {
  title: string;
  environment?: Record<string, string>;
  traffic: (catalogue: Catalogue) => Traffic;
  /** It is sent once before it counts. */
  isRepeated?: boolean;
}

const rows: Row[] = [
  { title: 'nested query, cold', traffic: (catalogue) => nested(catalogue, 0) },
  {
    title: 'the same, records cached',
    environment: { RESPONSE_CACHE: 'off' },
    traffic: (catalogue) => nested(catalogue, 0),
    isRepeated: true,
  },
  {
    title: 'the same, answer cached',
    traffic: (catalogue) => nested(catalogue, 0),
    isRepeated: true,
  },
  { title: '`addPlanPrice` by GraphQL', traffic: (catalogue) => addPrice(catalogue, 0) },
  { title: '`addPlanPrice` by REST', traffic: (catalogue) => addPriceByRest(catalogue, 0) },
];

const count = async (file: string, catalogue: Catalogue, other: Catalogue, row: Row) => {
  const server = await start(file, row.environment ?? {});
  try {
    await warmUp(server, other);
    await sendFirst(server, viewer, catalogue);
    const traffic = row.traffic(catalogue);
    if (row.isRepeated) await sendFirst(server, traffic, catalogue);
    await server.taken();
    await sendFirst(server, traffic, catalogue);
    const ran = await server.taken();
    return { functions: ran.length, files: new Set(ran.map(({ file }) => file)).size };
  } finally {
    await server.stop();
  }
};

const folder = await newFolder();
try {
  console.log('| Request | Functions | Files |\n| --- | ---: | ---: |');
  for (const [index, row] of rows.entries()) {
    const file = join(folder, `${index}.db`);
    const catalogue = withPricelessPlans(await seed(file, PLANS, [program]));
    const other = withPricelessPlans(await seed(file, PLANS, [program], 'Other'));
    const { functions, files } = await count(file, catalogue, other, row);
    console.log(`| ${row.title} | ${functions} | ${files} |`);
  }
} finally {
  await rm(folder, { recursive: true });
}
