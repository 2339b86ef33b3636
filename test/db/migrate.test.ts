import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect } from '../../src/db/engine/connect.ts';
import { migrate, pendingMigrations } from '../../src/db/engine/migrate.ts';
import { refreshStatistics } from '../../src/db/engine/statistics.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findPlan } from '../../src/db/records/plan.ts';
import { findRegionalPrices } from '../../src/db/records/regional-price.ts';
import { Store } from '../../src/db/store.ts';
import { authenticate, listApiKeys } from '../../src/domain/api-key.ts';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import { type UpdateFeatureInput, updateFeature } from '../../src/domain/feature.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { updatePlanGroup } from '../../src/domain/plan-group.ts';
import { type UpdatePlanPriceInput, updatePlanPrice } from '../../src/domain/price.ts';
import { deleteRegionalPrices } from '../../src/domain/regional-price.ts';
import { newCatalogue } from '../catalogue.ts';
import { anyone, emptyDatabases, onEveryEngine } from '../engines.ts';
import { migrateUpTo } from '../releases.ts';

const names = migrations.map(({ name }) => name);

it('steps stand in the order of their names, each once', () => {
  expect(names).toEqual([...new Set(names)].toSorted());
});

it.each(emptyDatabases)(
  'an empty database is brought up step by step on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    expect(await pendingMigrations(engine)).toEqual(names);
    expect(await migrate(engine)).toEqual(names);
    expect(await pendingMigrations(engine)).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'keys of an older release go on working, as secret ones, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0001_catalogue');
    const secret = 'ck_live_of_an_older_release';
    const hash = createHash('sha256').update(secret).digest('hex');
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 1, '2026-01-01')`,
      `insert into api_key values ('tnt_1', 'key_1', 'Old', 'write', '${hash}', 'ease', '2026-01-01', null, null, null)`,
      `insert into audit_log values ('tnt_1', 'aud_1', '2026-01-01', 'key_1', null, 'createPlan', 'pln_1', null, null)`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    expect(await migrate(engine)).toEqual(names.slice(1));
    const store = new Store(engine);
    const holder = await authenticate(store, secret);
    expect(holder).toMatchObject({
      apiKeyId: 'key_1',
      kind: 'secret',
      scope: 'write',
      allowedOrigins: null,
    });
    expect(holder?.trustedDocumentsOnly).toBe(false);
    expect(await auditInvariants(store)).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'plans of an older release keep the place that the public saw, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0002_publishable_keys');
    const plan = (id: string, isPublic: 0 | 1, group: string | null, place: number) =>
      `insert into plan (tenant_id, id, code, name, consumption_model, is_public, is_free, block_on_exhaustion, plan_group_id,
      sort_order, created_at, updated_at) values ('tnt_1', '${id}', '${id}', 'Plan', 'none', ${isPublic}, 0, 0,
      ${group && `'${group}'`}, ${place}, '2026-01-01', '2026-01-01')`;
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 1, '2026-01-01')`,
      `insert into plan_group values ('tnt_1', 'shown', 'Group', null, 1, '2026-01-01', '2026-01-01')`,
      `insert into plan_group values ('tnt_1', 'hidden', 'Group', null, 0, '2026-01-01', '2026-01-01')`,
      plan('a', 1, null, 0),
      plan('b', 1, 'shown', 0),
      plan('c', 0, 'shown', 1),
      plan('d', 1, 'shown', 2),
      plan('e', 1, 'hidden', 0),
      plan('f', 1, 'hidden', 1),
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await refreshStatistics(engine);
    expect(await migrate(engine)).toEqual(names.slice(2));
    if (engine.name === 'sqlite') {
      const known = sql`select idx from sqlite_stat1 where idx = 'plan_by_public_position'`;
      expect((await known.execute(engine.reading)).rows).toHaveLength(1);
    }
    const { rows } = await sql`select id, public_sort_order as place from plan order by id`.execute(
      engine.reading,
    );
    expect(rows).toEqual(
      Object.entries({ a: 0, b: 0, c: 0, d: 1, e: 0, f: 0 }).map(([id, place]) => ({ id, place })),
    );
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'features of plans of an older release get ids, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0004_plans_of_features');
    const id = (noun: string, digit: number) => `${noun}_${String(digit).repeat(26)}`;
    const outcomeOf = (plan: string, feature: string) =>
      JSON.stringify({ result: { planId: plan, featureId: feature, enabled: true, margin: null } });
    const kept = (key: string, operation: string, outcome: string) =>
      `insert into idempotency_record values ('tnt_1', '${key}', '${operation}', 'hash', '${outcome}', '2026-01-01', '2100-01-01')`;
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 1, '2026-01-01')`,
      ...[1, 2].map(
        (digit) => `insert into feature (tenant_id, id, code, name, type, created_at, updated_at)
        values ('tnt_1', '${id('ftr', digit)}', 'f${digit}', 'F${digit}', 'usage', '2026-01-01', '2026-01-01')`,
      ),
      ...[1, 2].flatMap((plan) => [
        `insert into plan (tenant_id, id, code, name, consumption_model, is_public, is_free, block_on_exhaustion, sort_order,
        created_at, updated_at) values ('tnt_1', '${id('pln', plan)}', 'p${plan}', 'Plan', 'none', 1, 0, 0, 0, '2026-01-01', '2026-01-01')`,
        ...[1, 2].map(
          (
            feature,
          ) => `insert into plan_feature (tenant_id, plan_id, feature_id, plan_is_free, plan_consumption_model,
          feature_type, enabled, included_amount, unlimited, overage_enabled, overage_unit_price, pricing_mode, created_at,
          updated_at) values ('tnt_1', '${id('pln', plan)}', '${id('ftr', feature)}', 0, 'none', 'usage', 1, 0, 0, 0, 0,
          'fixed', '2026-01-01', '2026-01-01')`,
        ),
      ]),
      `update plan set deleted_at = '2026-02-01', updated_at = '2026-02-01' where id = '${id('pln', 2)}'`,
      kept('added', 'addPlanFeature', outcomeOf(id('pln', 1), id('ftr', 2))),
      kept('removed since', 'updatePlanFeature', outcomeOf(id('pln', 3), id('ftr', 2))),
      kept('failed', 'addPlanFeature', '{"error":{"code":"plan_not_found"}}'),
      kept('other', 'removePlanFeature', `{"result":{"id":"${id('ftr', 1)}"}}`),
    ])
      await sql.raw(statement).execute(engine.maintenance);
    expect(await migrate(engine)).toEqual(names.slice(4));

    const links = await sql<{
      id: string;
      plan_id: string;
      feature_id: string;
    }>`select * from plan_feature`.execute(engine.reading);
    expect(links.rows).toHaveLength(4);
    expect(new Set(links.rows.map((row) => row.id)).size).toBe(4);
    for (const row of links.rows) expect(row.id).toMatch(/^plf_[0-9a-f]{26}$/);
    const { rows } = await sql<{
      key: string;
      outcome: string;
    }>`select * from idempotency_record`.execute(engine.reading);
    const outcomes = Object.fromEntries(rows.map(({ key, outcome }) => [key, JSON.parse(outcome)]));
    const added = links.rows.find(
      (row) => row.plan_id === id('pln', 1) && row.feature_id === id('ftr', 2),
    );
    expect(outcomes).toEqual({
      added: {
        result: { id: added?.id, ...JSON.parse(outcomeOf(id('pln', 1), id('ftr', 2))).result },
      },
      'removed since': {
        result: {
          id: expect.stringMatching(/^plf_[0-9a-f]{26}$/),
          ...JSON.parse(outcomeOf(id('pln', 3), id('ftr', 2))).result,
        },
      },
      failed: { error: { code: 'plan_not_found' } },
      other: { result: { id: id('ftr', 1) } },
    });
    const change = sql`update plan_feature set enabled = 0 where plan_id = ${id('pln', 2)}`;
    await expect(change.execute(engine.maintenance)).rejects.toThrow(
      'a deleted plan takes no price, feature or rate',
    );
    await engine.close();
    await database.remove();
  },
);

onEveryEngine('a migrated database', (world) => {
  it('is left alone by the next start', async () => {
    const shop = await newCatalogue(world());
    const { id } = await shop.change((w) => createPlan(w, { name: 'Pro', code: 'pro' }));
    expect(await migrate(world().store.engine)).toEqual([]);
    expect(await findPlan(shop.reader(), id)).toMatchObject({ code: 'pro' });
  });

  it('of a newer release is refused', async () => {
    const { engine } = world().store;
    await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2100-01-01')`.execute(
      engine.writing,
    );
    await expect(migrate(engine)).rejects.toThrow(
      'the database belongs to a newer version: it has taken the step 9999_future',
    );
  });
});

it.each(emptyDatabases)(
  'audit entries of an older release are numbered and found, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0007_price_rules');
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 3, '2026-01-01')`,
      `insert into plan (tenant_id, id, code, name, consumption_model, is_public, is_free, block_on_exhaustion, sort_order,
      created_at, updated_at) values ('tnt_1', 'pln_1', 'a', 'A', 'none', 1, 0, 0, 0, '2026-01-01', '2026-01-01')`,
      `insert into plan_price (tenant_id, id, plan_id, plan_is_free, billing_interval, price, is_default, trial_days, metadata,
      created_at, updated_at) values ('tnt_1', 'pp_1', 'pln_1', 0, 'monthly', 1, 1, 0, '{}', '2026-01-01', '2026-01-01')`,
      `insert into audit_log values ('tnt_1', 'aud_1', '2026-01-03', null, null, 'updatePlan', 'pln_1', null, null)`,
      `insert into audit_log values ('tnt_1', 'aud_3', '2026-01-02', null, null, 'addPlanPrice', 'pp_1', null, null)`,
      `insert into audit_log values ('tnt_1', 'aud_2', '2026-01-02', null, null, 'createPlan', 'pln_1', null, null)`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await migrate(engine);
    const store = new Store(engine);
    const reader = store.reader({
      id: 'tnt_1',
      organizationId: 'org_1',
      mode: 'live',
      baseCurrency: 'usd',
    });
    const { items } = await listAuditLog(reader, { objectId: 'pln_1' }, {});
    expect(items.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['aud_1', 3],
      ['aud_3', 2],
      ['aud_2', 1],
    ]);
    expect(await auditInvariants(store)).toEqual([]);
    await expect(
      sql`update audit_log set operation = 'other'`.execute(engine.maintenance),
    ).rejects.toThrow('appended to');
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'prices of an older release stay as they are, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0006_idempotency_expiry');
    const regional = (currency: string, balance: number | null, isDerived: 0 | 1) =>
      `insert into regional_price values ('tnt_1', 'pp_1', '${currency}', 5, ${balance}, ${isDerived}, null, null, null, 1)`;
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 0, '2026-01-01')`,
      `insert into plan (tenant_id, id, code, name, consumption_model, is_public, is_free, block_on_exhaustion, sort_order,
      created_at, updated_at) values ('tnt_1', 'pln_1', 'a', 'A', 'none', 1, 0, 0, 0, '2026-01-01', '2026-01-01')`,
      `insert into plan_price (tenant_id, id, plan_id, plan_is_free, billing_interval, price, is_default, trial_days,
      included_balance, metadata, intro_offer_enabled, intro_offer_discount_type, intro_offer_discount_value,
      created_at, updated_at) values ('tnt_1', 'pp_1', 'pln_1', 0, 'monthly', 1, 1, 0, 9, '{}', 1, 'amount', 2,
      '2026-01-01', '2026-01-01')`,
      regional('brl', 7, 0),
      regional('eur', 7, 1),
      regional('zzz', null, 0),
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await migrate(engine);
    const store = new Store(engine);
    const tenant = {
      id: 'tnt_1',
      organizationId: 'org_1',
      mode: 'live',
      baseCurrency: 'usd',
    } as const;
    const rows = await findRegionalPrices(store.reader(tenant), ['pp_1']);
    expect(
      rows.map((row) => [
        row.currency,
        row.price,
        row.includedBalance,
        row.includedBalanceAutoSynced,
      ]),
    ).toEqual([
      ['brl', 5, 7, false],
      ['eur', 5, 7, true],
      ['zzz', 5, null, false],
    ]);
    // What today's rules would refuse is a warning, until it is written again.
    expect(await auditInvariants(store)).toMatchObject([
      { isWarning: true, finding: expect.stringContaining('zzz') },
      {
        isWarning: true,
        finding: expect.stringContaining('the introductory discount is larger than the price'),
      },
    ]);
    const write = (input: UpdatePlanPriceInput) =>
      store.write(tenant, anyone, (w) => updatePlanPrice(w, 'pln_1', 'pp_1', input));
    expect(await write({ trialDays: 3, price: 1 })).toMatchObject({
      introOffer: { discountValue: 2 },
    });
    await expect(write({ introOffer: { durationCycles: 2 } })).rejects.toMatchObject({
      code: 'validation_error',
    });
    await store.write(tenant, anyone, (w) => deleteRegionalPrices(w, 'pln_1', 'pp_1'));
    await write({ price: 2 });
    expect(await auditInvariants(store)).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'features of an older release keep names that are the same, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0008_audit_sequence');
    const feature = (id: string, name: string, second: number, deletedAt: string | null = null) =>
      sql`insert into feature (tenant_id, id, code, name, type, created_at, updated_at, deleted_at) values
      ('tnt_1', ${id}, ${id}, ${name}, 'usage', ${`2026-01-01T00:00:0${second}`}, ${`2026-01-01T00:00:0${second}`},
      ${deletedAt})`.execute(engine.maintenance);
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 0, '2026-01-01')`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await feature('ftr_3', 'CALLS', 3);
    await feature('ftr_1', 'calls', 1, '2026-02-01');
    await feature('ftr_2', 'Calls', 2);
    await feature('ftr_4', ' ', 4);
    await migrate(engine);
    const store = new Store(engine);
    const tenant = {
      id: 'tnt_1',
      organizationId: 'org_1',
      mode: 'live',
      baseCurrency: 'usd',
    } as const;
    const write = (id: string, input: UpdateFeatureInput) =>
      store.write(tenant, anyone, (w) => updateFeature(w, id, input));
    expect(
      (await auditInvariants(store)).map(({ finding, isWarning }) => [
        finding.split(' (')[0],
        isWarning,
      ]),
    ).toEqual([
      ['the name of the feature has no character that can be seen: ftr_4', true],
      ['the name of the feature is the same as that of another one: ftr_3', true],
    ]);
    expect(await write('ftr_3', { description: 'New' })).toMatchObject({ name: 'CALLS' });
    await expect(write('ftr_3', { name: 'cAlls' })).rejects.toMatchObject({
      code: 'feature_already_exists',
    });
    await write('ftr_3', { name: 'Requests' });
    await write('ftr_4', { name: 'Seats' });
    expect(await auditInvariants(store)).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'keys, objects and audit entries of an older release stay as they are, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0011_public_times');
    const id = (noun: string) => `${noun}_${'0'.repeat(26)}`;
    const [plan, link, group] = [id('pln'), id('plf'), id('plg')];
    const entry = (sequence: number, object: string, after: object) =>
      sql`insert into audit_log (tenant_id, id, at, operation, object_id, after, sequence) values
        ('tnt_1', ${`aud_${sequence}`}, '2026-01-01', 'any', ${object}, ${JSON.stringify(after)}, ${sequence})`.execute(
        engine.maintenance,
      );
    const keys = [
      `'ck_1', 'write', 'secret', null, 0`,
      `'pk_1', 'read', 'publishable', '["https://shop.example"]', 1`,
    ];
    for (const statement of [
      `insert into organization values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant values ('tnt_1', 'org_1', 'live', 5, '2026-01-01')`,
      ...keys.map(
        (
          values,
          index,
        ) => `insert into api_key (tenant_id, id, name, hint, created_at, hash, scope, kind, allowed_origins, trusted_documents_only)
          values ('tnt_1', 'key_${index}', 'Key', 'ease', '2026-01-01', ${values})`,
      ),
      `insert into plan_group (tenant_id, id, name, is_public, created_at, updated_at, public_updated_at)
        values ('tnt_1', '${group}', 'Group', 1, '2026-01-01', '2026-01-01', '2026-01-01')`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    const told: [objectId: string, after: object, change: object][] = [
      [plan, { id: link, planId: plan }, { type: 'PlanFeature', objectId: link, planId: plan }],
      [plan, { id: plan }, { type: 'Plan', objectId: plan, planId: plan }],
      [plan, { rate: null }, { type: 'Plan', objectId: plan, planId: plan }],
      [group, { id: group }, { type: 'PlanGroup', objectId: group, planId: null }],
      ['tnt_1', { plans: 5 }, { type: 'Catalogue', objectId: 'tnt_1', planId: null }],
    ];
    for (const [index, [objectId, after]] of told.entries())
      await entry(index + 1, objectId, after);
    await migrate(engine);
    const store = new Store(engine);
    const tenant = {
      id: 'tnt_1',
      organizationId: 'org_1',
      mode: 'live',
      baseCurrency: 'usd',
    } as const;
    const { items } = await listAuditLog(store.reader(tenant), {}, {});
    expect(items.reverse()).toMatchObject(
      told.map(([objectId, after, change]) => ({
        objectId,
        before: null,
        after,
        changes: [{ ...change, before: null, after }],
        revision: null,
      })),
    );
    expect((await listApiKeys(store.reader(tenant), {})).items).toMatchObject([
      { id: 'key_0', scope: 'write', kind: 'secret', allowedOrigins: null },
      {
        id: 'key_1',
        scope: 'read',
        kind: 'publishable',
        allowedOrigins: ['https://shop.example'],
        trustedDocumentsOnly: true,
      },
    ]);
    const rename = (name: string) =>
      store.write(tenant, anyone, (w) => updatePlanGroup(w, group, { name }));
    expect(await rename('New')).toMatchObject({ revision: 2 });
    for (const refused of [`scope = 'none'`, `scope = null`, `kind = 'other'`])
      await expect(
        sql.raw(`update api_key set ${refused} where id = 'key_0'`).execute(engine.maintenance),
      ).rejects.toThrow();
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'features of an older release stand in the order of their age, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0014_translations');
    const id = (letter: string) => `ftr_${letter.repeat(26)}`;
    const outcome = (letter: string) => `{"result":{"id":"${id(letter)}","code":"${letter}"}}`;
    const feature = (letter: string, second: number, deletedAt: string | null = null) =>
      sql`insert into feature (tenant_id, id, code, name, folded_name, type, created_at, updated_at,
        deleted_at) values ('tnt_1', ${id(letter)}, ${letter}, ${letter}, ${letter}, 'usage',
        ${`2026-01-01T00:00:0${second}`}, ${`2026-01-01T00:00:0${second}`}, ${deletedAt})`.execute(
        engine.maintenance,
      );
    const answered = (key: string, operation: string, text: string) =>
      sql`insert into idempotency_record (tenant_id, key, operation, input_hash, outcome, created_at,
        expires_at) values ('tnt_1', ${key}, ${operation}, 'h', ${text}, '2026-01-01', '2026-01-02')`.execute(
        engine.maintenance,
      );
    for (const statement of [
      `insert into organization (id, name, api_version, created_at, updated_at)
        values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant (id, organization_id, mode, revision, created_at)
        values ('tnt_1', 'org_1', 'live', 0, '2026-01-01')`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await feature('c', 3);
    await feature('b', 1);
    await feature('g', 2, '2026-02-01');
    await feature('a', 1);
    await answered('k1', 'updateFeature', outcome('c'));
    await answered('k2', 'createFeature', '{"error":{"code":"duplicate"}}');
    await answered('k3', 'createPlan', outcome('c'));
    await migrate(engine);
    const { rows } = await sql<{ code: string; position: number }>`
      select code, position from feature where section_id is null
        order by section_position, position, id`.execute(engine.reading);
    expect(rows).toEqual([
      { code: 'a', position: 0 },
      { code: 'g', position: 0 },
      { code: 'b', position: 1 },
      { code: 'c', position: 2 },
    ]);
    const records = await sql<{ outcome: string }>`
      select outcome from idempotency_record order by key`.execute(engine.reading);
    const [changed, ...others] = records.rows.map(({ outcome }) => outcome);
    expect(JSON.parse(changed ?? '')).toEqual({
      result: { sectionId: null, sectionPosition: null, position: 2, id: id('c'), code: 'c' },
    });
    expect(others).toEqual(['{"error":{"code":"duplicate"}}', outcome('c')]);
    expect(await auditInvariants(new Store(engine))).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'groups of an older release get codes by age, and translations stay, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0015_base_currency');
    const group = (tenant: string, id: string, name: string, day: number) =>
      `insert into plan_group (tenant_id, id, name, is_public, created_at, updated_at,
        public_updated_at) values ('${tenant}', '${id}', '${name}', 1, '2026-01-0${day}',
        '2026-01-0${day}', '2026-01-0${day}')`;
    for (const statement of [
      `insert into organization (id, name, api_version, created_at, updated_at)
        values ('org_1', 'Acme', '2026-05-25', '2026-01-01', '2026-01-01')`,
      `insert into tenant (id, organization_id, mode, revision, created_at)
        values ('tnt_1', 'org_1', 'live', 0, '2026-01-01')`,
      `insert into tenant (id, organization_id, mode, revision, created_at)
        values ('tnt_2', 'org_1', 'sandbox', 0, '2026-01-01')`,
      group('tnt_1', 'plg_a', 'Für Teams', 3),
      group('tnt_1', 'plg_b', 'fur teams', 1),
      group('tnt_1', 'plg_c', 'FUR-TEAMS!', 2),
      group('tnt_1', 'plg_d', '価格', 2),
      group('tnt_1', 'plg_e', 'plg_e', 3),
      group('tnt_1', 'plg_f', 'fur teams 2', 4),
      group('tnt_2', 'plg_g', 'Für Teams', 4),
      `insert into translation (tenant_id, object_id, locale, name, plan_group_id)
        values ('tnt_1', 'plg_a', 'de', 'Mannschaften', 'plg_a')`,
    ])
      await sql.raw(statement).execute(engine.maintenance);
    await migrate(engine);
    const { rows: codes } = await sql<{ id: string; code: string; name: string }>`
      select id, code, name from plan_group order by id`.execute(engine.maintenance);
    expect(codes.map(({ id, code, name }) => [id, code, name])).toEqual([
      ['plg_a', 'fur_teams_3', 'Für Teams'],
      ['plg_b', 'fur_teams', 'fur teams'],
      ['plg_c', 'fur_teams_2', 'FUR-TEAMS!'],
      ['plg_d', 'group', '価格'],
      ['plg_e', 'group_2', 'plg_e'],
      ['plg_f', 'fur_teams_2_2', 'fur teams 2'],
      ['plg_g', 'fur_teams', 'Für Teams'],
    ]);
    const { rows: texts } = await sql`select * from translation`.execute(engine.maintenance);
    expect(texts).toMatchObject([{ object_id: 'plg_a', name: 'Mannschaften', badge: null }]);
    expect(await auditInvariants(new Store(engine))).toEqual([]);
    await engine.close();
    await database.remove();
  },
);

it.each(emptyDatabases)(
  'units of an older release stay as they are, and translations have room for theirs, on %s',
  async (_engine, create) => {
    const database = await create();
    const engine = await connect(database.url);
    await migrateUpTo(engine, '0022_markets');
    const times = `'2026-01-01', '2026-01-01'`;
    const named = (id: string, locale: string, columns: string, values: string) =>
      `insert into translation (tenant_id, object_id, locale, ${columns})
        values ('tnt_1', '${id}', '${locale}', ${values})`;
    for (const statement of [
      `insert into organization (id, name, api_version, base_currency, tax_behavior, created_at,
        updated_at) values ('org_1', 'Acme', '2026-05-25', 'usd', 'unspecified', ${times})`,
      `insert into tenant (id, organization_id, mode, revision, created_at)
        values ('tnt_1', 'org_1', 'live', 0, '2026-01-01')`,
      `insert into feature (tenant_id, id, code, name, folded_name, type, unit_name, position,
        created_at, updated_at)
        values ('tnt_1', 'ftr_1', 'calls', 'Calls', 'calls', 'usage', 'call', 0, ${times})`,
      `insert into feature_section (tenant_id, id, code, name, position, revision, created_at,
        updated_at) values ('tnt_1', 'fse_1', 'usage', 'Usage', 0, 1, ${times})`,
      `insert into feature_limit (tenant_id, feature_id, code, position, name, unit_name, decimals,
        period) values ('tnt_1', 'ftr_1', 'rate', 0, 'Rate', 'call', 0, 'minute')`,
      named('ftr_1', 'de', 'name, description, feature_id', `'Aufrufe', 'Alle', 'ftr_1'`),
      named('ftr_1', 'fr', 'description, feature_id', `'Tous', 'ftr_1'`),
      named('fse_1', 'de', 'name, feature_section_id', `'Nutzung', 'fse_1'`),
    ])
      await sql.raw(statement).execute(engine.maintenance);
    const translations = async () =>
      (
        await sql<object>`select * from translation order by object_id, locale`.execute(
          engine.maintenance,
        )
      ).rows;
    const before = await translations();
    expect(before).toHaveLength(3);
    expect(await migrate(engine)).toEqual(names.slice(names.indexOf('0022_markets') + 1));
    expect(await translations()).toEqual(
      before.map((row) => ({ ...row, unit_name: null, unit_name_plural: null })),
    );
    for (const table of ['feature', 'feature_limit']) {
      const { rows } = await sql
        .raw(`select unit_name, unit_name_plural from ${table}`)
        .execute(engine.maintenance);
      expect(rows).toEqual([{ unit_name: 'call', unit_name_plural: null }]);
    }
    const unit = named('ftr_1', 'pt', 'unit_name, feature_id', `'chamada', 'ftr_1'`);
    await sql.raw(unit).execute(engine.maintenance);
    expect(await auditInvariants(new Store(engine))).toEqual([]);
    await engine.close();
    await database.remove();
  },
);
