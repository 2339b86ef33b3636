import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueKey } from '../../src/cli/issue-key.ts';
import { operator, requireTenant } from '../../src/cli/operator.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { PostgresServer } from '../postgres-server.ts';
import { ratios, summarize } from './ratios.ts';
import { type RunningServer, serving, start } from './servers.ts';

/**
 * Writes to many tenants compared with writes to one, each from as many connections: on PostgreSQL tenants
 * do not wait for one another, and on SQLite all share one file.
 */

const CONNECTIONS = 32;
const [SECONDS, ROUNDS] = [Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 5)];
const PLAN = 'plan';

const gateway = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** A key each to tenants with one plan. */
const keysTo = async (url: string, tenants: number): Promise<string[]> => {
  const world = await World.open(url);
  try {
    const keys: string[] = [];
    for (let number = 0; number < tenants; number += 1) {
      const organization = `Tenant ${number}`;
      const order = { organization, mode: 'live', scope: 'write', name: 'bench' } as const;
      keys.push((await issueKey(world.store, order)).key);
      const tenant = await requireTenant(world.store, organization, 'live');
      await world.store.write(tenant, operator, (writer) =>
        createPlan(writer, { code: PLAN, name: 'Plan', consumptionModel: 'metered' }),
      );
    }
    return keys;
  } finally {
    await world.close();
  }
};

const bodyOf = (text: string): string =>
  JSON.stringify({
    query: `mutation Describe($text: String!) {
      updatePlan(planId: "${PLAN}", input: { description: $text }) {
        ... on Plan { id } ... on Error { code message }
      }
    }`,
    variables: { text },
  });

const write = ({ url }: RunningServer, agent: Agent, key: string, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const sent = request(`${url}/graphql`, { agent, method: 'POST', headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        answer += chunk;
      });
      response.on('end', () =>
        /"id":/.test(answer) ? resolve() : reject(new Error(answer.slice(0, 500))),
      );
    });
    sent.on('error', reject).end(bodyOf(text));
  });

interface Turn {
  perSecond: number;
  /** How long half of the writes took at most. */
  median: number;
}

let texts = 0;

/** Each connection writes on, one write after the other, until the time is up. */
const turn = async (server: RunningServer, keys: readonly string[]): Promise<Turn> => {
  const waits: number[] = [];
  const startedAt = performance.now();
  const end = startedAt + SECONDS * 1_000;
  const connection = async (_: unknown, number: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true });
    const key = keys[number % keys.length] ?? '';
    while (performance.now() < end) {
      const askedAt = performance.now();
      texts += 1;
      await write(server, agent, key, `Described anew, ${texts}`);
      waits.push(performance.now() - askedAt);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: waits.length / seconds, median: summarize(waits).median };
};

const written = (values: readonly number[]): string => {
  const { median, least, most } = summarize(values);
  return `${median.toFixed(2)} [${least.toFixed(2)}…${most.toFixed(2)}]`;
};

const compare = async (engine: string, url: string, folder: string): Promise<void> => {
  const keys = await keysTo(url, CONNECTIONS);
  const catalogue = {
    file: url,
    key: '',
    apiKeyId: '',
    tenantId: '',
    plans: [],
    pricelessPlans: [],
  };
  const data = { catalogue, file: url, answer: '', folder };
  const server = await start('oursCached', data, serving(gateway));
  try {
    const one: Turn[] = [];
    const many: Turn[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const toOne = await turn(server, keys.slice(0, 1));
      const toMany = await turn(server, keys);
      // The first one warms up.
      if (round === 0) continue;
      one.push(toOne);
      many.push(toMany);
    }
    const of = (member: keyof Turn) =>
      written(
        ratios(
          many.map((each) => each[member]),
          one.map((each) => each[member]),
        ),
      );
    console.log(
      `${engine}: ${CONNECTIONS} connections to ${CONNECTIONS} tenants write ${of('perSecond')} times as much as ` +
        `to one, and half of the writes wait ${of('median')} times as long at most`,
    );
  } finally {
    await server.stop();
  }
};

const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-tenants-'));
const given = process.env.TEST_DATABASE_URL;
const postgres = given ? undefined : await PostgresServer.start({ durable: true });
try {
  for (const [engine, create] of [
    ['PostgreSQL', () => newPostgresDatabase(given ?? postgres?.url() ?? '')],
    ['SQLite', newSqliteFile],
  ] as const) {
    const database = await create();
    try {
      await compare(engine, database.url, folder);
    } finally {
      await database.remove();
    }
  }
  await rm(folder, { recursive: true });
} finally {
  await postgres?.remove();
}
