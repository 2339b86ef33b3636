import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { tableNames } from '../../src/db/tables.ts';
import { gateway, start } from './servers.ts';

/** What the load and the servers know of the seeded data. */
export interface Catalogue {
  file: string;
  key: string;
  apiKeyId: string;
  tenantId: string;
  plans: { id: string; code: string }[];
  /** Plans with exchange rates that take a price for every interval. */
  pricelessPlans: string[];
  /** A group of plans to compare, and a publishable key. */
  page?: { group: string; key: string };
}

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'plans-gateway-bench-'));

const ORGANIZATION = 'Bench';

const command = async (
  program: readonly string[],
  file: string,
  ...args: string[]
): Promise<string> => {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', DATABASE_URL: `file:${file}` };
  const { stdout } = await promisify(execFile)(process.execPath, [...program, ...args], { env });
  return stdout;
};

/** A file with as many plans as the product's own seed makes, and a key to it. */
export const seed = async (
  file: string,
  plans: number,
  program: readonly string[] = [gateway],
  organization = ORGANIZATION,
): Promise<Catalogue> => {
  const tenant = ['--organization', organization, '--mode', 'live'];
  await command(program, file, 'seed', '--plans', String(plans), ...tenant);
  const created = await command(
    program,
    file,
    'keys',
    'create',
    ...tenant,
    '--scope',
    'admin',
    '--json',
  );
  const { id, key } = JSON.parse(created);
  return { file, key, apiKeyId: id, ...contents(file, id) };
};

const contents = (
  file: string,
  apiKeyId: string,
): Pick<Catalogue, 'tenantId' | 'plans' | 'pricelessPlans'> => {
  const db = new Sqlite(file);
  try {
    const tenantId = String(
      db.prepare('select tenant_id from api_key where id = ?').pluck().get(apiKeyId),
    );
    const plans = db
      .prepare<[string], { id: string; code: string }>(
        'select id, code from plan where tenant_id = ? and is_public = 1 and is_free = 0 order by ' +
          'created_at, id',
      )
      .all(tenantId);
    return { tenantId, plans, pricelessPlans: [] };
  } finally {
    db.close();
  }
};

/** A key opens one tenant; the copies need none. */
const notCopied: ReadonlySet<string> = new Set(['organization', 'tenant', 'api_key']);

/** Adds organizations with the same catalogue, until there are so many tenants that have it. */
export const withTenants = (catalogue: Catalogue, tenants: number): Catalogue => {
  const db = new Sqlite(catalogue.file);
  db.pragma('synchronous = off');
  const organizationId = String(
    db.prepare('select organization_id from tenant where id = ?').pluck().get(catalogue.tenantId),
  );
  /** Inserts rows once more, with a suffix to these columns. */
  const copyOf = (table: string, suffixed: readonly string[], where: string) => {
    const columns = db
      .prepare<[string], string>('select name from pragma_table_info(?)')
      .pluck()
      .all(table);
    const values = columns.map((name) => (suffixed.includes(name) ? `${name} || :suffix` : name));
    return db.prepare(
      `insert into ${table} (${columns}) select ${values} from ${table} where ${where}`,
    );
  };
  const copies = [
    copyOf('organization', ['id', 'name'], 'id = :organizationId'),
    copyOf('tenant', ['id', 'organization_id'], 'organization_id = :organizationId'),
    // An id is that of one tenant: two tenants may have the same.
    ...tableNames
      .filter((name) => !notCopied.has(name))
      .map((name) => copyOf(name, ['tenant_id'], 'tenant_id = :tenantId')),
  ];
  try {
    db.transaction(() => {
      for (let number = 1; number < tenants; number += 1)
        for (const each of copies)
          each.run({ suffix: `_${number}`, organizationId, tenantId: catalogue.tenantId });
    })();
    // With a limit, as the gateway does: samples of values would slow down its statements.
    db.pragma('analysis_limit = 1000');
    db.exec('analyze');
  } finally {
    db.close();
  }
  return catalogue;
};

const PRICELESS_PLANS = 12_000;
const RATES = { eur: '0.92', brl: '5.42', jpy: '155', inr: '83.5', mxn: '18.1', cad: '1.37' };

/** Adds plans that have no price yet. */
export const withPricelessPlans = (catalogue: Catalogue, count = PRICELESS_PLANS): Catalogue => {
  const db = new Sqlite(catalogue.file);
  const tenant = catalogue.tenantId;
  const pricelessPlans = Array.from(
    { length: count },
    (_, n) => `pln_${String(n).padStart(26, '0')}`,
  );
  const addPlan =
    db.prepare(`insert into plan (tenant_id, id, code, name, consumption_model, is_public, is_free,
    block_on_exhaustion, sort_order, created_at, updated_at) values (?, ?, ?, 'Without price', 'metered', 1, 0, 0, 0, ?, ?)`);
  const addRate = db.prepare('insert into exchange_rate values (?, ?, ?, ?)');
  const now = new Date().toISOString();
  try {
    db.transaction(() => {
      for (const [n, id] of pricelessPlans.entries()) {
        addPlan.run(tenant, id, `without_price_${n}`, now, now);
        for (const [currency, rate] of Object.entries(RATES))
          addRate.run(tenant, id, currency, rate);
      }
    })();
  } finally {
    db.close();
  }
  return { ...catalogue, pricelessPlans };
};

const PAGE_PLANS = 5;
const PAGE_FEATURES = 60;

/** Adds a group of five plans that share sixty features, and a publishable key to it. */
export const withPricingPage = async (catalogue: Catalogue, folder: string): Promise<Catalogue> => {
  const { file, key } = catalogue;
  const server = await start('ours', { catalogue, file, folder, answer: '' });
  const write = async (fields: string[]) => {
    const query = `mutation { ${fields
      .map((field, n) => `f${n}: ${field} { ... on Error { code message } }`)
      .join(' ')} }`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ query }),
    });
    const answer = await response.text();
    if (/"code"|"errors"/.test(answer)) throw new Error(answer.slice(0, 500));
  };
  const plans = Array.from({ length: PAGE_PLANS }, (_, n) => `page_${n}`);
  const features = Array.from({ length: PAGE_FEATURES }, (_, n) => `page_feature_${n}`);
  const inTens = async (fields: string[]) => {
    for (let start = 0; start < fields.length; start += 10)
      await write(fields.slice(start, start + 10));
  };
  try {
    await write(['createPlanGroup(input: { name: "Page", code: "page" })']);
    await inTens(
      features.map(
        (code, n) =>
          `createFeature(input: { code: "${code}", name: "Feature ${n}", type: ${n % 3 === 0 ? 'BOOLEAN' : 'USAGE'}, unitName: "call" })`,
      ),
    );
    await inTens(
      plans.flatMap((code, n) => [
        `createPlan(input: { code: "${code}", name: "Plan ${n}", consumptionModel: METERED, planGroupId: "page" })`,
        `addPlanPrice(planId: "${code}", input: { billingInterval: MONTHLY, price: ${(n + 1) * 100_000}, trialDays: 14 })`,
        `addPlanPrice(planId: "${code}", input: { billingInterval: YEARLY, price: ${(n + 1) * 1_000_000} })`,
      ]),
    );
    await inTens(
      plans.flatMap((plan, p) =>
        features.map((feature, n) =>
          n % 3 === 0
            ? `addPlanFeature(planId: "${plan}", input: { featureId: "${feature}", enabled: ${n % 5 <= p} })`
            : `addPlanFeature(planId: "${plan}", input: { featureId: "${feature}", includedAmount: ${(p + 1) * 1_000}, overage: { enabled: ${n % 2 === 0}, unitPrice: ${n % 2 === 0 ? 50 : 0} } })`,
        ),
      ),
    );
  } finally {
    await server.stop();
  }
  const made = await command(
    [gateway],
    file,
    'keys',
    'create',
    ...['--organization', ORGANIZATION, '--mode', 'live', '--publishable', '--json'],
    ...['--origin', 'https://shop.example'],
  );
  return { ...catalogue, page: { group: 'page', key: JSON.parse(made).key } };
};

/** A copy for somebody who writes. */
export const copy = (file: string, to: string): string => {
  const db = new Sqlite(file);
  try {
    db.prepare('vacuum into ?').run(to);
  } finally {
    db.close();
  }
  return to;
};
