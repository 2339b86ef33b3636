import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedPlan } from '../../src/cli/seed/catalogue.ts';
import { insertPlans } from '../../src/db/records/plan.ts';
import { insertPlanFeatures } from '../../src/db/records/plan-feature.ts';
import { createFeature } from '../../src/domain/feature.ts';
import { operation, type Writer } from '../../src/domain/operation.ts';
import { createPlanGroup } from '../../src/domain/plan-group.ts';
import { MOST_BYTES } from '../../src/graphql/bounds.ts';
import { newCatalogue } from '../catalogue.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { Build, ServerProcess } from '../server-process.ts';

const GROUPS = 100;
const PLANS_A_GROUP = 200;
const METADATA_CHARACTERS = 4_000;
const LONGEST_START_MS = 180_000;

const seedGroup = async (writer: Writer, number: number): Promise<string> => {
  const group = await createPlanGroup(writer, { name: `Group ${number}` });
  const plans = Array.from({ length: PLANS_A_GROUP }, (_, place) => ({
    ...seedPlan(writer, number * PLANS_A_GROUP + place),
    planGroupId: group.id,
    sortOrder: place,
    isPublic: true,
    consumptionModel: null,
    description: 'd'.repeat(1_000),
    metadata: { text: 'm'.repeat(METADATA_CHARACTERS) },
  }));
  await insertPlans(writer, plans);
  const feature = await createFeature(writer, {
    name: `Feature ${number}`,
    code: `feature_${number}`,
    type: 'boolean',
  });
  await insertPlanFeatures(
    writer,
    plans.map((plan) => ({
      plan,
      feature,
      link: {
        id: writer.newId('planFeature'),
        planId: plan.id,
        featureId: feature.id,
        enabled: true,
        includedAmount: 0,
        unlimited: false,
        overage: { enabled: false, unitPrice: 0 },
        creditsPerUnit: null,
        pricingMode: 'fixed',
        margin: null,
        displayValue: null,
        createdAt: writer.now,
        updatedAt: writer.now,
        revision: 1,
      },
    })),
  );
  writer.about(group.id);
  return group.id;
};

const insertGroup = operation('seedPlans', seedGroup, { isBatch: true });

let database: Database;
let build: Build;
let server: ServerProcess;
let key: string;
let groupId = '';

beforeAll(async () => {
  database = await newSqliteFile();
  const world = await World.open(database.url);
  const catalogue = await newCatalogue(world);
  for (let number = 0; number < GROUPS; number += 1)
    groupId = await catalogue.change((w) => insertGroup(w, number));
  key = await keyOf(world, catalogue.tenant);
  await world.close();
  build = await Build.make();
  const environment = {
    NODE_OPTIONS: '--max-old-space-size=512',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
  };
  server = await ServerProcess.start(build, database.url, environment);
}, LONGEST_START_MS);
afterAll(async () => {
  await server.kill();
  await build.remove();
  await database.remove();
});

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const repeated = (count: number, open: string, inside: string): string =>
  `${open.repeat(count)}${inside}${'}'.repeat(count * (open.split('{').length - 1))}`;

/** How much each does is known only while it runs. */
const requests = (): Record<string, string> => ({
  'every group with every plan': '{ planGroups(first: 100) { nodes { plans { id } } } }',
  'every group with every plan and its metadata':
    '{ planGroups(first: 100) { nodes { plans { id metadata } } } }',
  'a group and its plans, again and again': `{ planGroup(id: "${groupId}") { ${repeated(6, 'plans { group { ', 'id')} } }`,
  'a page of metadata': `{ plans(first: 100) { nodes { ${times(40, (index) => `m${index}: metadata`)} } } }`,
  'every feature with every plan':
    '{ features(first: 100) { nodes { plans { plan { description } } } } }',
  'every feature with a page of plans':
    '{ features(first: 100) { nodes { planFeatures(first: 100) { nodes { enabled } } } } }',
  'the totals of every feature':
    '{ features(first: 100) { nodes { planFeatures(first: 1) { totalCount } } } }',
  'searches that find nothing': `{ ${times(20, (index) => `s${index}: plans(filter: { text: "nowhere ${index}" }) { totalCount nodes { id } }`)} }`,
  'a page of many fields': `{ plans(first: 100) { nodes { ${times(19, (index) => `d${index}: description`)} } } }`,
});

const ask = async (query: string): Promise<{ status: number; bytes: number }> => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      'x-api-key': key,
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
};

const expectBounded = ({ status, bytes }: { status: number; bytes: number }): void => {
  expect([200, 400, 503]).toContain(status);
  expect(bytes).toBeLessThan(status === 200 ? MOST_BYTES + 2_048 : 2_048);
};

it(
  'a server with a heap of 512 MB survives the largest requests on 20 000 plans, one by one and ' +
    'all at once',
  async () => {
    for (const [name, document] of Object.entries(requests())) {
      const answer = await ask(document);
      expect(server.isRunning, name).toBe(true);
      expectBounded(answer);
    }
    const documents = Object.values(requests());
    const answers = await Promise.all([...documents, ...documents, ...documents].map(ask));
    for (const answer of answers) expectBounded(answer);
    expect(server.isRunning).toBe(true);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  },
  LONGEST_START_MS,
);
