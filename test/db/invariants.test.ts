import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { baseCurrencyStays } from '../../migrations/0015_base_currency.ts';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import type { Engine } from '../../src/db/engine/engine.ts';
import { auditInvariants, type Finding } from '../../src/db/maintenance/invariants.ts';
import { createApiKey } from '../../src/domain/api-key.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { anyone, onEveryEngine, type World } from '../engines.ts';
import { type Catalogue, createCatalogue, type Damage, damages } from './damages.ts';

const arrange = async ({ store }: World, tenant: Tenant): Promise<Catalogue> => {
  const { apiKey } = await store.write(tenant, anyone, (w) =>
    createApiKey(w, { name: 'Key', scope: 'read' }),
  );
  const catalogue = await store.write(tenant, { ...anyone, apiKeyId: apiKey.id }, createCatalogue);
  return { ...catalogue, tenant: tenant.id, organization: tenant.organizationId, key: apiKey.id };
};

const childrenFirst = [
  'translation',
  'plan_feature_limit',
  'feature_limit',
  'market_unit_price',
  'market_price',
  'market_country',
  'market',
  'regional_unit_price',
  'unit_price',
  'regional_overage',
  'regional_price',
  'exchange_rate',
  'plan_feature',
  'plan_price',
  'feature',
  'feature_section',
  'plan',
  'plan_group',
  'change_set',
  'audit_log_object',
  'audit_log',
  'idempotency_record',
  'api_key',
  'tenant',
  'organization',
];

/** The same rows in tables without keys, checks, indexes and triggers. */
const dropConstraints = async (engine: Engine): Promise<void> => {
  const circular = [
    { name: 'feature_section_is_empty', table: 'feature_section' },
    { name: 'market_update_keeps_prices', table: 'market' },
    { name: 'tenant_audit_purge_goes_on', table: 'tenant' },
  ];
  for (const statement of [baseCurrencyStays, ...circular].flatMap(engine.ddl.permit))
    await sql.raw(statement).execute(engine.maintenance);
  for (const table of childrenFirst)
    for (const statement of [
      `create table bare as select * from ${table}`,
      `drop table ${table}`,
      `alter table bare rename to ${table}`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
};

onEveryEngine('the audit of a healthy database', (world) => {
  it('finds nothing', async () => {
    for (const mode of ['live', 'sandbox'] as const) {
      const { store } = world();
      await store.write(await world().newTenant(mode), anyone, createDemoCatalogue);
      await arrange(world(), await world().newTenant(mode));
    }
    expect(await auditInvariants(world().store)).toEqual([]);
  });
});

onEveryEngine('the audit of a database without constraints', (world) => {
  const damaged = new Map<Damage, Catalogue>();
  let healthy: Finding[];
  let findings: Finding[];

  beforeAll(async () => {
    const { store } = world();
    for (const damage of damages)
      damaged.set(damage, await arrange(world(), await world().newTenant()));
    await dropConstraints(store.engine);
    healthy = await auditInvariants(store);
    for (const [{ by }, catalogue] of damaged)
      await sql.raw(by(catalogue)).execute(store.engine.maintenance);
    findings = await auditInvariants(store);
  });

  it('finds nothing before the damage', () => {
    expect(healthy).toEqual([]);
  });

  it.each(damages)('finds $what', (damage) => {
    const { tenant, organization } = damaged.get(damage) ?? expect.fail('was not arranged');
    const found = findings.filter(
      ({ finding }) => finding.includes(tenant) || finding.includes(organization),
    );
    const cannotBe = damage.only !== undefined && damage.only !== world().store.engine.name;
    expect(found.map(({ invariant, finding }) => [invariant, finding.split(': ')[0]])).toEqual(
      cannotBe ? [] : damage.findings,
    );
  });

  it('finds nothing else', () => {
    const expected = damages.filter(({ only }) => !only || only === world().store.engine.name);
    expect(findings).toHaveLength(expected.flatMap((damage) => damage.findings).length);
  });

  it('is looked for in each that is documented, but for the one of histories', async () => {
    const table = await readFile(new URL('../../docs/invariants.md', import.meta.url), 'utf8');
    const documented = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    const found = new Set(findings.map(({ invariant }) => invariant));
    expect([...found].sort((a, b) => a - b)).toEqual(documented.filter((number) => number !== 27));
  });
});
