import { type RawBuilder, sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/api-key.ts';
import { deleteFeature } from '../../src/domain/feature.ts';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { deleteMarket } from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { deletePlan } from '../../src/domain/plan.ts';
import { addPlanFeature } from '../../src/domain/plan-feature.ts';
import { deletePlanPrice } from '../../src/domain/price.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setPlanRegionalPricing } from '../../src/domain/regional-pricing.ts';
import { setTranslation } from '../../src/domain/translation.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { MAX_INT32 } from '../../src/vocabulary.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

/** Each invariant that the database itself can hold, against raw SQL that tries to break it. */

type Row = Record<string, unknown>;
type Refusal = 'value' | 'unique' | 'link';

const refusals: [code: RegExp, refusal: Refusal][] = [
  [/^SQLITE_CONSTRAINT_(CHECK|TRIGGER|NOTNULL|DATATYPE)$|^(23514|23502|22P02|22003)$/, 'value'],
  [/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$|^23505$/, 'unique'],
  [/^SQLITE_CONSTRAINT_FOREIGNKEY$|^23503$/, 'link'],
];

const codeOf = (failure: unknown): string =>
  failure instanceof Error && 'code' in failure ? String(failure.code) : `no code: ${failure}`;

const insertion = (table: string, row: Row): RawBuilder<unknown> =>
  sql`insert into ${sql.table(table)} (${sql.join(Object.keys(row).map((column) => sql.ref(column)))})
    values (${sql.join(Object.values(row))})`;

const change = (table: string, row: Row, changes: Row): RawBuilder<unknown> => {
  const equal = (values: Row) =>
    Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  return sql`update ${sql.table(table)} set ${sql.join(equal(changes))} where ${sql.join(equal(row), sql` and `)}`;
};

onEveryEngine('the database', (world) => {
  class Undone extends Error {}

  /** How the database refuses the statement; undefined when it takes it. Nothing stays. */
  const answer = async (statement: RawBuilder<unknown>): Promise<string | undefined> => {
    try {
      await world()
        .store.engine.writing.transaction()
        .execute(async (transaction) => {
          await statement.execute(transaction);
          throw new Undone();
        });
    } catch (failure) {
      if (failure instanceof Undone) return undefined;
      return (
        refusals.find(([code]) => code.test(codeOf(failure)))?.[1] ??
        `${codeOf(failure)}: ${failure}`
      );
    }
  };

  const expectRefusal = async (refusal: Refusal, statement: RawBuilder<unknown>, what: unknown) =>
    expect({ what, answer: await answer(statement) }).toEqual({ what, answer: refusal });

  let shop: Catalogue;
  let foreign: Catalogue;
  /** Rows that stand in the database. */
  let found: Record<string, Row>;
  /** Rows that the database would take. */
  let sound: Record<string, Row>;
  /** A variant that stands in the database, and one that it would take. */
  let variant: { found: Row; sound: Row };
  let gone: { plan: string; feature: string; price: string; market: string };

  const stock = async (catalogue: Catalogue) => {
    const group = await catalogue.group();
    const plan = await catalogue.plan({
      consumptionModel: 'metered',
      planGroupId: group.id,
      metadata: {},
    });
    const price = await catalogue.price(plan);
    const section = await catalogue.section();
    const feature = await catalogue.feature({ sectionId: section.id });
    await catalogue.attach(plan, feature, { overage: { unitPrice: 1 } });
    const limits = [
      { code: 'size', name: 'Size' },
      { code: 'rate', name: 'Rate' },
    ];
    await catalogue.change((w) => setFeatureLimits(w, feature.id, { limits }));
    const amounts = [{ code: 'size', amount: 5 }];
    await catalogue.change((w) =>
      setPlanFeatureLimits(w, plan.id, feature.id, { limits: amounts }),
    );
    await catalogue.change((w) =>
      setPlanRegionalPricing(w, plan.id, { currency: 'eur', exchangeRate: 1 }),
    );
    await catalogue.change((w) =>
      setUnitPrice(w, plan.id, price.id, { featureId: feature.id, unitPrice: 1 }),
    );
    const market = await catalogue.market();
    const inMarket = { marketId: market.id, currency: 'brl', price: 1 };
    const unitPrices = [{ featureId: feature.id, unitPrice: 1 }];
    await catalogue.change((w) =>
      setMarketPrices(w, plan.id, price.id, { marketPrices: [{ ...inMarket, unitPrices }] }),
    );
    await catalogue.change((w) => setTranslation(w, plan.id, 'de', { name: 'Neu' }));
    await catalogue.change((w) => createApiKey(w, { name: 'Key', scope: 'admin' }), {
      idempotencyKey: 'k1',
    });
    const tables = [
      'plan_group',
      'plan',
      'plan_price',
      'feature_section',
      'feature',
      'plan_feature',
      'regional_price',
      'regional_overage',
      'feature_limit',
      'plan_feature_limit',
      'unit_price',
      'regional_unit_price',
      'market',
      'market_country',
      'market_price',
      'market_unit_price',
      'exchange_rate',
      'translation',
      'api_key',
      'idempotency_record',
      'audit_log',
      'audit_log_object',
    ] as const;
    const rows: Record<string, Row> = {};
    for (const table of tables) rows[table] = { ...(await catalogue.rows(table))[0] };
    return rows;
  };

  beforeAll(async () => {
    shop = await newCatalogue(world());
    foreign = await newCatalogue(world());
    found = await stock(shop);
    const spare = await shop.feature();
    const unpriced = await shop.feature();
    await shop.change((w) => addPlanFeature(w, String(found.plan?.id), { featureId: unpriced.id }));
    const plan = await shop.plan();
    const feature = await shop.feature();
    await shop.change((w) => deletePlan(w, plan.id));
    await shop.change((w) => deleteFeature(w, feature.id));
    const late = await shop.price(await shop.plan());
    await shop.change((w) => deletePlanPrice(w, late.planId, late.id));
    const left = await shop.market({ countryCodes: ['UY'] });
    await shop.change((w) => deleteMarket(w, left.id));
    gone = { plan: plan.id, feature: feature.id, price: late.id, market: left.id };
    const [planId, inheritsFromPriceId] = [found.plan?.id, found.plan_price?.id].map(String);
    const marketPrices = [{ marketId: String(found.market?.id), currency: 'brl', price: 2 }];
    const { id } = await shop.change((w) =>
      addPriceVariant(w, planId ?? '', {
        inheritsFromPriceId: inheritsFromPriceId ?? '',
        marketPrices,
      }),
    );
    const row = { ...(await shop.rows('plan_price')).find((row) => row.id === id) };
    variant = { found: row, sound: { ...row, id: 'pp_variant', code: 'new' } };
    const unsold = await shop.market({ countryCodes: ['CL'] });
    sound = {
      plan_group: { ...found.plan_group, id: 'plg_new', code: 'new' },
      plan: { ...found.plan, id: 'pln_new', code: 'new', sort_order: 1 },
      plan_price: { ...found.plan_price, id: 'pp_new', billing_interval: 'yearly', is_default: 0 },
      feature_section: { ...found.feature_section, id: 'fse_new', code: 'new', position: 1 },
      feature: {
        ...found.feature,
        ...{ id: 'ftr_new', code: 'new', name: 'New', folded_name: 'new' },
        ...{ section_id: null, section_position: MAX_INT32, position: 50 },
      },
      plan_feature: { ...found.plan_feature, id: 'plf_new', feature_id: spare.id },
      regional_price: { ...found.regional_price, currency: 'brl' },
      regional_overage: { ...found.regional_overage, currency: 'brl' },
      feature_limit: { ...found.feature_limit, code: 'new', position: 2 },
      plan_feature_limit: { ...found.plan_feature_limit, code: 'rate' },
      unit_price: { ...found.unit_price, feature_id: unpriced.id },
      regional_unit_price: { ...found.regional_unit_price, currency: 'brl' },
      market: { ...found.market, id: 'pmg_new', code: 'new' },
      market_country: { ...found.market_country, country_code: 'AR' },
      market_price: { ...found.market_price, market_id: unsold.id },
      market_unit_price: { ...found.market_unit_price, market_id: unsold.id },
      exchange_rate: { ...found.exchange_rate, currency: 'brl' },
      translation: { ...found.translation, locale: 'pt-BR' },
      api_key: { ...found.api_key, id: 'key_new', hash: 'new' },
      idempotency_record: { ...found.idempotency_record, key: 'k2' },
      audit_log: { ...found.audit_log, id: 'aud_new', sequence: 999 },
      audit_log_object: { ...found.audit_log_object, object_id: 'pln_other' },
    };
  });

  /** A sound row with some columns changed is refused. */
  const refuses = (refusal: Refusal, table: string, changes: Row) =>
    expectRefusal(refusal, insertion(table, { ...sound[table], ...changes }), {
      table,
      ...changes,
    });

  const refusesAll = async (
    refusal: Refusal,
    table: string,
    column: string,
    values: readonly unknown[],
  ) => {
    for (const value of values) await refuses(refusal, table, { [column]: value });
  };

  const takes = async (table: string, changes: Row = {}) =>
    expect(await answer(insertion(table, { ...sound[table], ...changes }))).toBeUndefined();

  const keyOf = (table: string): Row => {
    const { tenant_id, id, plan_id, feature_id } = found[table] ?? {};
    return id === undefined ? { tenant_id, plan_id, feature_id } : { tenant_id, id };
  };

  /** A change to a row that stands is refused. */
  const keeps = (refusal: Refusal, table: string, changes: Row, key: Row = keyOf(table)) =>
    expectRefusal(refusal, change(table, key, changes), { table, ...changes });

  it('takes rows that are sound', async () => {
    for (const table of Object.keys(sound)) await takes(table);
  });

  it('1: refuses a second default price', () => refuses('unique', 'plan_price', { is_default: 1 }));

  it('2: refuses an archived default price', async () => {
    const time = found.plan_price?.updated_at;
    await refuses('value', 'plan_price', { is_default: 1, archived_at: time });
    await keeps('value', 'plan_price', { archived_at: time });
  });

  it('4: refuses a second live price for an interval', async () => {
    await refuses('unique', 'plan_price', { billing_interval: 'monthly' });
    await takes('plan_price', {
      billing_interval: 'monthly',
      archived_at: found.plan_price?.updated_at,
    });
  });

  describe('5: regional rows', () => {
    it('belong to something that is there', async () => {
      await refuses('link', 'regional_price', { price_id: 'pp_none' });
      await refuses('link', 'regional_overage', { feature_id: sound.plan_feature?.feature_id });
      await refuses('value', 'exchange_rate', { plan_id: gone.plan });
      await refuses('link', 'exchange_rate', { plan_id: 'pln_none' });
    });

    it('stand once for each currency', async () => {
      for (const table of [
        'regional_price',
        'regional_overage',
        'regional_unit_price',
        'exchange_rate',
      ])
        await refuses('unique', table, { currency: 'eur' });
    });

    it('are spelt one way', async () => {
      for (const table of [
        'regional_price',
        'regional_overage',
        'regional_unit_price',
        'exchange_rate',
      ])
        await refusesAll('value', table, 'currency', ['', 'BRL', 'br', 'real', 'b1l', null]);
      await refusesAll('value', 'exchange_rate', 'exchange_rate', [
        '',
        '0',
        '-1',
        'one',
        '0.0',
        '1'.repeat(33),
        null,
      ]);
      for (const exchange_rate of ['5e-324', '1.7976931348623157e+308', '0.92'])
        await takes('exchange_rate', { exchange_rate });
    });
  });

  describe('5: translations', () => {
    const none = {
      plan_id: null,
      feature_id: null,
      plan_group_id: null,
      feature_section_id: null,
    };

    it('are of one object that is there', async () => {
      await refuses('value', 'translation', none);
      await refuses('value', 'translation', { object_id: 'pln_other' });
      for (const [column, table] of [
        ['feature_id', 'feature'],
        ['plan_group_id', 'plan_group'],
        ['feature_section_id', 'feature_section'],
      ] as const) {
        const id = found[table]?.id;
        await takes('translation', { ...none, object_id: id, [column]: id });
        await refuses('value', 'translation', { [column]: id });
        await refuses('value', 'translation', { object_id: id, [column]: id });
      }
      await refuses('link', 'translation', { object_id: 'pln_none', plan_id: 'pln_none' });
      const feature = { ...none, object_id: 'ftr_none', feature_id: 'ftr_none' };
      await refuses('link', 'translation', feature);
      const group = { ...none, object_id: 'plg_none', plan_group_id: 'plg_none' };
      const row = { ...sound.translation, ...group };
      await expect(
        insertion('translation', row).execute(world().store.engine.writing),
      ).rejects.toThrow(/foreign key/i);
    });

    it('have the texts of what they are of', async () => {
      const texts = {
        name: 'x',
        description: 'x',
        tagline: 'x',
        badge: 'x',
        call_to_action_label: 'x',
        display_value: 'x',
        unit_name: 'x',
      };
      const link = {
        object_id: found.plan_feature?.id,
        plan_id: found.plan_feature?.plan_id,
        feature_id: found.plan_feature?.feature_id,
      };
      const own = (id: unknown, column: string) => ({ object_id: id, [column]: id });
      for (const [links, ...has] of [
        [
          own(found.plan?.id, 'plan_id'),
          ...['name', 'description', 'tagline', 'badge', 'call_to_action_label'],
        ],
        [own(found.feature?.id, 'feature_id'), 'name', 'description', 'unit_name'],
        [own(found.plan_group?.id, 'plan_group_id'), 'name', 'description'],
        [own(found.feature_section?.id, 'feature_section_id'), 'name'],
        [link, 'display_value'],
      ] as const)
        for (const [column, text] of Object.entries(texts)) {
          const row = { ...none, name: null, ...links, locale: 'fr', [column]: text };
          if (has.some((name) => name === column)) await takes('translation', row);
          else await refuses('value', 'translation', row);
          if (column !== 'description')
            await refusesAll('value', 'translation', column, ['', 'x'.repeat(256)]);
        }
      const unattached = { ...none, name: null, display_value: 'x', ...link };
      await expect(
        insertion('translation', {
          ...sound.translation,
          ...unattached,
          feature_id: gone.feature,
        }).execute(world().store.engine.writing),
      ).rejects.toThrow(/foreign key/i);
    });

    it('stand once for each locale', () => refuses('unique', 'translation', { locale: 'de' }));

    it('have a locale and a text', async () => {
      const wrong = ['', 'x', 'pt_BR', 'pt BR', 'é-é', 'x'.repeat(129), null];
      await refusesAll('value', 'translation', 'locale', wrong);
      await refuses('value', 'translation', { name: null });
      await refusesAll('value', 'translation', 'name', ['', 'x'.repeat(256)]);
      await refuses('value', 'translation', { description: 'x'.repeat(2_001) });
      await takes('translation', { name: null, description: '🐘'.repeat(2_000) });
      await takes('translation', { name: '🐘'.repeat(255), locale: 'x'.repeat(128) });
    });
  });

  describe('6: numbers', () => {
    const notAmounts = [-1, 1.5, 2 ** 53, 'x'];
    const amounts: [table: string, column: string, required: boolean][] = [
      ['plan_price', 'price', true],
      ['plan_price', 'included_balance', false],
      ['plan_price', 'intro_offer_discount_value', false],
      ['regional_price', 'price', true],
      ['regional_price', 'included_balance', false],
      ['regional_price', 'intro_offer_discount_value', false],
      ['plan_feature', 'included_amount', true],
      ['plan_feature', 'overage_unit_price', true],
      ['regional_overage', 'unit_price', true],
      ['plan_feature_limit', 'amount', true],
      ['unit_price', 'unit_price', true],
      ['unit_price', 'maximum_quantity', false],
      ['regional_unit_price', 'unit_price', true],
      ['market_price', 'price', true],
      ['market_unit_price', 'unit_price', true],
    ];
    const counts: [table: string, column: string, required: boolean][] = [
      ['plan', 'sort_order', true],
      ['plan', 'public_sort_order', true],
      ['feature', 'position', true],
      ['plan_price', 'trial_days', true],
      ['plan_price', 'included_credits', false],
      ['plan_price', 'intro_offer_duration_cycles', false],
      ['regional_price', 'intro_offer_duration_cycles', false],
      ['plan_feature', 'credits_per_unit', false],
      ['plan_feature', 'margin', false],
      ['feature_limit', 'position', true],
    ];

    it.each(amounts)('%s.%s is an amount', async (table, column, required) => {
      await refusesAll('value', table, column, [...notAmounts, ...(required ? [null] : [])]);
      await takes(table, { [column]: Number.MAX_SAFE_INTEGER });
    });

    it.each(counts)('%s.%s is a count', async (table, column, required) => {
      await refusesAll('value', table, column, [
        -1,
        1.5,
        2 ** 31,
        'x',
        ...(required ? [null] : []),
      ]);
      await takes(table, { [column]: 2 ** 31 - 1 });
    });

    it('flags are 0 or 1', async () => {
      const flags = {
        plan_group: ['is_public'],
        plan: ['is_public', 'is_free', 'block_on_exhaustion'],
        plan_price: ['is_default', 'plan_is_free'],
        plan_feature: ['enabled', 'unlimited', 'overage_enabled', 'plan_is_free'],
        regional_price: ['auto_synced', 'intro_offer_auto_synced'],
        regional_overage: ['auto_synced'],
        plan_feature_limit: ['unlimited'],
        regional_unit_price: ['auto_synced'],
      };
      for (const [table, columns] of Object.entries(flags))
        for (const column of columns)
          await refusesAll('value', table, column, [2, -1, 'true', null]);
      await refusesAll('value', 'plan_price', 'intro_offer_enabled', [2, -1]);
    });

    it('a percentage is at most the whole', async () => {
      for (const table of ['plan_price', 'regional_price']) {
        const percentage = { intro_offer_discount_type: 'percentage' };
        await refuses('value', table, { ...percentage, intro_offer_discount_value: 10_001 });
        await takes(table, { ...percentage, intro_offer_discount_value: 10_000 });
      }
    });
  });

  describe('7: codes and names', () => {
    it.each(['plan', 'feature'])('of a %s are well-formed', async (table) => {
      await refusesAll('value', table, 'code', [
        '',
        'Pro',
        'a b',
        'a-b',
        'ä',
        'a\n',
        'x'.repeat(65),
        null,
      ]);
      await refusesAll('value', table, 'name', ['', 'x'.repeat(256), null]);
      await refuses('value', table, { description: 'x'.repeat(2_001) });
      await takes(table, {
        code: 'x'.repeat(64),
        name: '🐘'.repeat(255),
        description: '🐘'.repeat(2_000),
      });
    });

    it('display values are as long as names', async () => {
      await refusesAll('value', 'plan_feature', 'display_value', ['', 'x'.repeat(256)]);
      await takes('plan_feature', { display_value: '🐘'.repeat(255) });
    });

    it('are unique among live rows of the tenant', async () => {
      await refuses('unique', 'plan', { code: found.plan?.code });
      await refuses('unique', 'feature', { code: found.feature?.code });
      await refuses('unique', 'feature', { name: found.feature?.name });
      const deleted = { deleted_at: found.plan?.updated_at };
      await takes('plan', {
        code: found.plan?.code,
        ...deleted,
        plan_group_id: null,
        sort_order: 0,
      });
      const { code, name, updated_at } = found.feature ?? {};
      await takes('feature', { code, name, deleted_at: updated_at, position: 0 });
      await takes('feature', { code: found.feature?.code, tenant_id: foreign.tenant.id });
    });

    it('are one of the words where there are words', async () => {
      const words = {
        'plan.consumption_model': ['', 'other', null],
        'plan_price.billing_interval': ['daily', null],
        'plan_price.intro_offer_discount_type': ['other'],
        'regional_price.intro_offer_discount_type': ['other'],
        'feature.type': ['metered', null],
        'plan_feature.pricing_mode': ['other', null],
        'feature_limit.period': ['', 'NEVER', null],
        'unit_price.tiers_mode': ['other', '', null],
        'regional_unit_price.tiers_mode': ['other', '', null],
        'market_unit_price.tiers_mode': ['other', '', null],
        'market.tax_behavior': ['', 'INCLUSIVE', 'other'],
        'api_key.scope': ['owner', null],
        'api_key.kind': ['other', '', null],
        'api_key.trusted_documents_only': [2, -1, null],
      };
      for (const [place, values] of Object.entries(words)) {
        const [table = '', column = ''] = place.split('.');
        await refusesAll('value', table, column, values);
      }
    });
  });

  describe('8: a deleted plan', () => {
    it('never changes again', async () => {
      for (const changes of [
        { deleted_at: null },
        { name: 'New' },
        { code: 'back' },
        { sort_order: 0 },
      ])
        await keeps('value', 'plan', changes, { id: gone.plan });
    });

    it('is in no group', async () => {
      await keeps('value', 'plan', { deleted_at: found.plan?.updated_at });
      await refuses('value', 'plan', { deleted_at: found.plan?.updated_at });
    });

    it('takes no price, feature or rate', async () => {
      const { consumption_model } =
        (await shop.rows('plan')).find(({ id }) => id === gone.plan) ?? {};
      await refuses('value', 'plan_price', { plan_id: gone.plan });
      await refuses('value', 'plan_feature', {
        plan_id: gone.plan,
        plan_consumption_model: consumption_model,
        overage_unit_price: 0,
      });
      await keeps('value', 'plan_price', { plan_id: gone.plan });
      await keeps('value', 'plan_feature', { plan_id: gone.plan });
      await keeps('value', 'exchange_rate', { plan_id: gone.plan }, { plan_id: found.plan?.id });
    });

    it('takes no deleted feature either', () =>
      refuses('value', 'plan_feature', { feature_id: gone.feature }));

    it('was not deleted before it was created', async () => {
      await refuses('value', 'plan', {
        deleted_at: '2000-01-01',
        plan_group_id: null,
        sort_order: 0,
      });
      await refuses('value', 'feature', { deleted_at: '2000-01-01' });
      await refuses('value', 'plan_price', { archived_at: '2000-01-01' });
      await refuses('value', 'api_key', { revoked_at: '2000-01-01' });
    });
  });

  describe('21: limits', () => {
    it('are of a live feature, and per another', async () => {
      await refuses('link', 'feature_limit', { feature_id: 'ftr_none' });
      await refuses('link', 'feature_limit', { per_feature_id: 'ftr_none' });
      await refuses('value', 'feature_limit', { feature_id: gone.feature });
      await refuses('value', 'feature_limit', { per_feature_id: gone.feature });
      await refuses('value', 'feature_limit', { per_feature_id: found.feature?.id });
      await takes('feature_limit', { per_feature_id: sound.plan_feature?.feature_id });
      const { tenant_id, feature_id } = found.feature_limit ?? {};
      const key = { tenant_id, feature_id };
      await keeps('value', 'feature_limit', { per_feature_id: gone.feature }, key);
    });

    it('have a code, a name and at most four decimals', async () => {
      await refuses('unique', 'feature_limit', { code: 'rate' });
      await refusesAll('value', 'feature_limit', 'code', ['', 'Size', 'a b', 'x'.repeat(65), null]);
      await refusesAll('value', 'feature_limit', 'name', ['', 'x'.repeat(256), null]);
      await refuses('value', 'feature_limit', { unit_name: 'x'.repeat(256) });
      await refusesAll('value', 'feature_limit', 'decimals', [-1, 5, 0.5, null]);
      await takes('feature_limit', { decimals: 4, unit_name: '🐘'.repeat(255) });
    });

    it('and features have a plural of their unit only with a singular', async () => {
      const links = { plan_id: null, plan_group_id: null, feature_section_id: null };
      const id = found.feature?.id;
      const ofFeature = { ...links, object_id: id, feature_id: id, locale: 'fr' };
      const tables = { feature: {}, feature_limit: {}, translation: ofFeature };
      for (const [table, row] of Object.entries(tables)) {
        const named = (unit_name: string | null, unit_name_plural: string | null) => ({
          ...{ ...row, unit_name, unit_name_plural },
        });
        await refuses('value', table, named(null, 'calls'));
        await refuses('value', table, named('call', ''));
        await refuses('value', table, named('call', 'x'.repeat(256)));
        await takes(table, named('call', null));
        await takes(table, named('call', '🐘'.repeat(255)));
      }
    });

    it('are set by live plans that have the feature, as it defines them', async () => {
      await refuses('unique', 'plan_feature_limit', { code: 'size' });
      await refuses('link', 'plan_feature_limit', { code: 'none' });
      await refuses('value', 'plan_feature_limit', { plan_id: gone.plan });
      await refuses('link', 'plan_feature_limit', { plan_id: 'pln_none' });
      await refuses('link', 'plan_feature_limit', { feature_id: sound.plan_feature?.feature_id });
      await keeps('value', 'plan_feature_limit', { plan_id: gone.plan });
    });

    it('are an amount, or none', async () => {
      await refuses('value', 'plan_feature_limit', { amount: null });
      await refuses('value', 'plan_feature_limit', { unlimited: 1 });
      await takes('plan_feature_limit', { amount: null, unlimited: 1 });
    });

    it('stay while a plan uses them', () =>
      expectRefusal(
        'link',
        sql`delete from feature_limit where tenant_id = ${shop.tenant.id} and code = 'size'`,
        'limit in use',
      ));

    it('keep the feature of a plan', () =>
      expectRefusal(
        'link',
        sql`delete from plan_feature where tenant_id = ${shop.tenant.id}`,
        'feature with limits',
      ));
  });

  describe('20: unit prices', () => {
    const open = '{"upTo":null,"unitPrice":1,"flatPrice":0}';
    const first = '{"upTo":1,"unitPrice":1,"flatPrice":0}';
    const inTiers = { unit_price: null, tiers_mode: 'graduated', tiers: `[${first},${open}]` };

    it('stand on a feature of units of the same plan, which is not free', async () => {
      await refuses('link', 'unit_price', { price_id: 'pp_none' });
      await refuses('link', 'unit_price', { plan_id: 'pln_none' });
      await refuses('link', 'unit_price', { feature_id: sound.plan_feature?.feature_id });
      await refusesAll('value', 'unit_price', 'feature_type', ['boolean', 'other', null]);
      await refuses('link', 'unit_price', { feature_type: 'seats' });
      await refusesAll('value', 'unit_price', 'plan_is_free', [1, 2, null]);
      await refusesAll('value', 'unit_price', 'unlimited', [1, 2, null]);
      await refuses('value', 'unit_price', { plan_id: gone.plan });
      await refuses('unique', 'unit_price', { feature_id: found.unit_price?.feature_id });
    });

    it('keep their feature as it is', async () => {
      const { tenant_id, plan_id, feature_id } = found.unit_price ?? {};
      const unlimited = { unlimited: 1, overage_unit_price: 0 };
      await keeps('link', 'plan_feature', unlimited, { tenant_id, plan_id, feature_id });
    });

    it('are flat or in tiers, which end with an open one', async () => {
      for (const table of ['unit_price', 'regional_unit_price', 'market_unit_price']) {
        await refuses('value', table, { ...inTiers, unit_price: 1 });
        await refuses('value', table, { ...inTiers, tiers_mode: 'none' });
        await refuses('value', table, { unit_price: null });
        await refuses('value', table, { tiers: inTiers.tiers });
        for (const tiers of ['', '[]', '{}', `[${first}]`, open, '[{"unitPrice":1}]', null])
          await refuses('value', table, { ...inTiers, tiers });
        await refuses('value', table, { ...inTiers, tiers: `[${first.repeat(250)},${open}]` });
        await takes(table, inTiers);
        await takes(table, { ...inTiers, tiers_mode: 'volume', tiers: `[${open}]` });
      }
    });

    it('have a minimum of at most the maximum, both in whole blocks', async () => {
      await refusesAll('value', 'unit_price', 'block_size', [0, -1, 1.5, 2 ** 53, null]);
      await refusesAll('value', 'unit_price', 'minimum_quantity', [-1, 1.5, 2 ** 53, null]);
      const blocks = { block_size: 5, minimum_quantity: 5, maximum_quantity: 10 };
      await takes('unit_price', blocks);
      await takes('unit_price', { ...blocks, maximum_quantity: null });
      for (const wrong of [
        { minimum_quantity: 6 },
        { maximum_quantity: 11 },
        { minimum_quantity: 15 },
      ])
        await refuses('value', 'unit_price', { ...blocks, ...wrong });
    });

    it('have the same mode in every currency', async () => {
      const row = { ...sound.regional_unit_price, ...inTiers };
      for (const wrong of [row, { ...sound.regional_unit_price, feature_id: 'ftr_none' }])
        await expect(
          insertion('regional_unit_price', wrong).execute(world().store.engine.writing),
        ).rejects.toThrow(/foreign key/i);
    });
  });

  const refusesLater = (table: string, changes: Row) =>
    expect(
      insertion(table, { ...sound[table], ...changes }).execute(world().store.engine.writing),
    ).rejects.toThrow(/foreign key/i);

  describe('20: unit prices in a market', () => {
    it('stand on a market price and on a unit price', async () => {
      await refusesLater('market_unit_price', {});
      const { market_id } = found.market_price ?? {};
      await refusesLater('market_unit_price', { market_id, feature_id: 'ftr_none' });
      await refuses('unique', 'market_unit_price', { market_id });
    });

    it('are of a live price, or of a variant and its base', async () => {
      await refusesAll('value', 'market_unit_price', 'price_id', ['pp_none', gone.price, null]);
      await refusesAll('value', 'market_unit_price', 'base_price_id', [variant.found.id, null]);
    });
  });

  describe('23: markets', () => {
    it('have a code, a name and countries', async () => {
      await refusesAll('value', 'market', 'code', ['', 'A', 'x'.repeat(65), null]);
      await refuses('unique', 'market', { code: found.market?.code });
      const deleted_at = found.market?.updated_at;
      await takes('market', { code: found.market?.code, deleted_at });
      await refusesAll('value', 'market', 'name', ['', 'x'.repeat(256), null]);
      await refusesAll('value', 'market', 'country_codes', ['x'.repeat(2_049), null]);
      await refusesAll('value', 'market', 'metadata', ['', '[]', '7', null]);
      await refusesAll('value', 'market', 'revision', [0, -1, null]);
    });

    it('share no country', async () => {
      await refuses('unique', 'market_country', { country_code: 'BR' });
      const theirs = await foreign.market({ countryCodes: ['PE'] });
      const { id: tenant_id } = foreign.tenant;
      await takes('market_country', { country_code: 'BR', tenant_id, market_id: theirs.id });
      await refusesAll('value', 'market_country', 'country_code', [
        '',
        'ar',
        'A',
        'ARG',
        'Ä1',
        null,
      ]);
      await refuses('link', 'market_country', { market_id: 'pmg_none' });
    });

    it('have neither countries nor prices once they are deleted, and never change again', async () => {
      const { id } = found.market ?? {};
      await refuses('value', 'market_country', { market_id: gone.market });
      await refuses('value', 'market_price', { market_id: gone.market });
      await keeps('value', 'market', { deleted_at: found.market?.updated_at });
      const { tenant_id } = found.market ?? {};
      for (const changes of [{ name: 'New' }, { deleted_at: null }])
        await keeps('value', 'market', changes, { tenant_id, id: gone.market });
      await keeps('value', 'market', { updated_at: '2000-01-01T00:00:00.000Z' });
      await expectRefusal('link', sql`delete from market where id = ${id}`, 'a market in use');
    });

    it('have one amount of a live price each', async () => {
      const { market_id } = found.market_price ?? {};
      await refuses('unique', 'market_price', { market_id });
      await refuses('link', 'market_price', { market_id: 'pmg_none' });
      await refusesAll('value', 'market_price', 'price_id', ['pp_none', gone.price, null]);
      await refusesAll('value', 'market_price', 'currency', ['', 'BRL', 'br', 'real', 'b1l', null]);
    });
  });

  describe('24: variants', () => {
    const refusesVariant = (refusal: Refusal, changes: Row) =>
      expectRefusal(refusal, insertion('plan_price', { ...variant.sound, ...changes }), changes);
    const keepsVariant = (refusal: Refusal, changes: Row) => {
      const { tenant_id, id } = variant.found;
      return keeps(refusal, 'plan_price', changes, { tenant_id, id });
    };

    it('inherit from a live base price of their plan and interval', async () => {
      expect(await answer(insertion('plan_price', variant.sound))).toBeUndefined();
      for (const changes of [
        { inherits_from_price_id: 'pp_none' },
        { inherits_from_price_id: gone.price },
        { inherits_from_price_id: variant.found.id },
        { inherits_from_price_id: 'pp_variant' },
        { billing_interval: 'yearly' },
        { tenant_id: foreign.tenant.id },
        { is_default: 1 },
      ])
        await refusesVariant('value', changes);
      await keepsVariant('value', { inherits_from_price_id: gone.price });
      await keepsVariant('value', { billing_interval: 'yearly' });
      await keepsVariant('value', { is_default: 1 });
    });

    it('keep their base', async () => {
      const archived = { is_default: 0, archived_at: found.plan_price?.updated_at };
      await keeps('value', 'plan_price', archived);
      await keeps('value', 'plan_price', {
        is_default: 0,
        inherits_from_price_id: variant.found.id,
        code: 'a',
        name: 'A',
      });
    });

    it('have a code and a name, which others have not', async () => {
      for (const changes of [
        { code: null },
        { name: null },
        { code: '' },
        { code: 'A' },
        { code: 'x'.repeat(65) },
        { name: '' },
        { name: 'x'.repeat(256) },
      ])
        await refusesVariant('value', changes);
      await refusesVariant('unique', { code: variant.found.code });
      await refuses('value', 'plan_price', { code: 'a' });
      await refuses('value', 'plan_price', { name: 'A' });
    });

    it('override markets of their base only', async () => {
      const base_price_id = found.plan_price?.id;
      const ofVariant = { price_id: variant.found.id, base_price_id };
      await refusesLater('market_price', ofVariant);
      await refuses('value', 'market_price', { ...ofVariant, base_price_id: variant.found.id });
      await refuses('value', 'market_price', { base_price_id: variant.found.id });
      await expect(
        sql`delete from market_price where price_id = ${base_price_id}`.execute(
          world().store.engine.writing,
        ),
      ).rejects.toThrow(/foreign key/i);
    });
  });

  describe('17: publishable keys', () => {
    const publishable = {
      kind: 'publishable',
      scope: 'read',
      allowed_origins: '["https://shop.example"]',
    };

    it('read only, at origins that are named', async () => {
      for (const scope of ['write', 'admin'])
        await refuses('value', 'api_key', { ...publishable, scope });
      for (const allowed_origins of [
        null,
        '',
        '[]',
        '"https://shop.example"',
        '["shop.example"]',
        `["https://${'a'.repeat(8_200)}"]`,
      ])
        await refuses('value', 'api_key', { ...publishable, allowed_origins });
      const row = { ...sound.api_key, ...publishable, trusted_documents_only: 1 };
      expect(await answer(insertion('api_key', row))).toBeUndefined();
    });

    it('are the only ones that are bound to anything', async () => {
      await refuses('value', 'api_key', {
        kind: 'secret',
        allowed_origins: publishable.allowed_origins,
      });
      await refuses('value', 'api_key', { kind: 'secret', trusted_documents_only: 1 });
      await keeps(
        'value',
        'api_key',
        { allowed_origins: publishable.allowed_origins },
        { id: String(found.api_key?.id) },
      );
    });
  });

  describe('9: kinds', () => {
    const link = { overage_unit_price: 0 };

    it('of plans agree with their children', async () => {
      await refuses('link', 'plan_price', { plan_is_free: 1, price: 0 });
      await refuses('link', 'plan_feature', { plan_is_free: 1, ...link });
      await refuses('link', 'plan_feature', { plan_consumption_model: 'balance' });
      await refuses('link', 'plan_feature', { feature_type: 'seats' });
      await keeps('link', 'plan', { is_free: 1 });
      await keeps('link', 'plan', { consumption_model: 'balance' });
      await keeps('link', 'feature', { type: 'boolean' });
    });

    it('that are free cost nothing', async () => {
      const free = await shop.plan({ isFree: true, consumptionModel: 'metered' });
      const ofFree = { plan_id: free.id, plan_is_free: 1 };
      await refuses('value', 'plan_price', ofFree);
      await takes('plan_price', { ...ofFree, price: 0 });
      await refuses('value', 'plan_feature', ofFree);
      await refuses('value', 'plan_feature', { ...ofFree, ...link, overage_enabled: 1 });
      await takes('plan_feature', { ...ofFree, ...link });
    });

    it('without limit have no overage', async () => {
      await refuses('value', 'plan_feature', { unlimited: 1 });
      await refuses('value', 'plan_feature', { ...link, unlimited: 1, overage_enabled: 1 });
      await takes('plan_feature', { ...link, unlimited: 1 });
    });

    it('boolean have no amounts', async () => {
      const { id } = await shop.feature({ type: 'boolean' });
      const boolean = { ...link, feature_id: id, feature_type: 'boolean' };
      for (const amounts of [
        { included_amount: 1 },
        { unlimited: 1 },
        { overage_enabled: 1 },
        { overage_unit_price: 1 },
        { credits_per_unit: 1 },
        { margin: 1 },
      ])
        await refuses('value', 'plan_feature', { ...boolean, ...amounts });
      await takes('plan_feature', { ...boolean, credits_per_unit: 0, margin: 0 });
    });

    it('of consumption decide on overage and AI pricing', async () => {
      for (const consumptionModel of [null, 'credits', 'metered', 'balance'] as const) {
        const plan = await shop.plan({ consumptionModel });
        const ofPlan = { plan_id: plan.id, plan_consumption_model: consumptionModel ?? 'none' };
        const charges = consumptionModel === 'metered' || consumptionModel === 'balance';
        const overage = insertion('plan_feature', { ...sound.plan_feature, ...ofPlan });
        expect(await answer(overage)).toBe(charges ? undefined : 'value');
        const ai = insertion('plan_feature', {
          ...sound.plan_feature,
          ...ofPlan,
          ...link,
          pricing_mode: 'ai_model',
        });
        expect(await answer(ai)).toBe(consumptionModel === 'balance' ? undefined : 'value');
      }
    });

    it('charged once may have a trial', async () => {
      await takes('plan_price', { billing_interval: 'one_time', trial_days: 1 });
    });
  });

  it('10: refuses two plans in one place, and a place outside groups', async () => {
    await refuses('unique', 'plan', { sort_order: 0 });
    await refuses('value', 'plan', { plan_group_id: null, sort_order: 1 });
    await refuses('value', 'plan', { plan_group_id: null, sort_order: 0, public_sort_order: 1 });
    await refuses('link', 'plan', { plan_group_id: 'plg_none' });
    await expectRefusal(
      'link',
      sql`delete from plan_group where id = ${found.plan_group?.id}`,
      'group with plans',
    );
  });

  it('22: refuses a basis that is no other live plan of the tenant', async () => {
    const other = await shop.plan();
    const theirs = await foreign.plan();
    await takes('plan', { based_on_plan_id: other.id });
    for (const id of ['pln_none', theirs.id, gone.plan])
      await refuses('value', 'plan', { based_on_plan_id: id });
    await refuses('value', 'plan', { id: other.id, code: 'x', based_on_plan_id: other.id });
    const dependent = await shop.plan({ basedOnPlanId: other.id });
    const deletedAt = { deleted_at: '2999-01-01T00:00:00.000Z' };
    await expectRefusal('value', change('plan', { id: other.id }, deletedAt), 'deleted basis');
    await expectRefusal('value', change('plan', { id: dependent.id }, deletedAt), 'its basis');
    await expectRefusal('value', sql`delete from plan where id = ${other.id}`, 'lost basis');
  });

  it('7: refuses what a plan must not show', async () => {
    const link = (url: string | null, label: string | null = 'Start') => ({
      presentation_call_to_action_label: label,
      presentation_call_to_action_url: url,
    });
    for (const url of ['https://a', 'HTTPS://a', 'mailto:a', 'tel:1', '/', '/a'])
      await takes('plan', link(url));
    for (const url of ['javascript:a', 'http://a', '//a', 'https://', 'mailto:', 'a', ''])
      await refuses('value', 'plan', link(url));
    await refuses('value', 'plan', link(null));
    await refuses('value', 'plan', link('/', null));
    for (const column of ['presentation_tagline', 'presentation_badge'])
      for (const text of ['', 'x'.repeat(256)]) await refuses('value', 'plan', { [column]: text });
    await refuses('value', 'plan', { availability: 'free' });
    await refuses('value', 'plan', { presentation_highlighted: 2 });
  });

  it('25: refuses groups without a code of their own', async () => {
    await refuses('unique', 'plan_group', { code: found.plan_group?.code });
    for (const code of [null, '', 'A', 'x'.repeat(65)])
      await refuses('value', 'plan_group', { code });
  });

  describe('25: sections', () => {
    const inSection = () => {
      const { section_id, section_position } = found.feature ?? {};
      return { section_id, section_position };
    };

    it('have a code and a place of their own', async () => {
      await refusesAll('value', 'feature_section', 'code', ['', 'A', 'x'.repeat(65), null]);
      await refusesAll('value', 'feature_section', 'name', ['', 'x'.repeat(256), null]);
      await refusesAll('value', 'feature_section', 'position', [-1, 1.5, 2 ** 31 - 1, null]);
      await refuses('unique', 'feature_section', { code: found.feature_section?.code });
      await refuses('unique', 'feature_section', { position: found.feature_section?.position });
    });

    it('have features at places of their own, and stay while they have some', async () => {
      await takes('feature', { ...inSection(), position: 1 });
      await refuses('unique', 'feature', { ...inSection(), position: found.feature?.position });
      await refuses('unique', 'feature', { position: 0 });
      const { id } = found.feature_section ?? {};
      await expectRefusal('value', sql`delete from feature_section where id = ${id}`, 'deletion');
    });

    it('are told by features as they are, and by no deleted one', async () => {
      const { section_id } = inSection();
      await refuses('value', 'feature', { section_id });
      await refuses('value', 'feature', { section_id, section_position: 1 });
      await refuses('value', 'feature', { section_position: 0 });
      await refuses('value', 'feature', { section_id: 'fse_none', section_position: 0 });
      await refuses('value', 'feature', { ...inSection(), tenant_id: foreign.tenant.id });
      const deleted = { deleted_at: found.feature?.updated_at };
      await refuses('value', 'feature', { ...inSection(), ...deleted, position: 0 });
      await refuses('value', 'feature', { ...deleted, position: 1 });
      await keeps('value', 'feature', { section_position: 1 });
    });
  });

  it('11: refuses links between tenants', async () => {
    const theirs = await stock(foreign);
    await refuses('link', 'plan', { plan_group_id: theirs.plan_group?.id });
    await refuses('link', 'plan_price', { plan_id: theirs.plan?.id });
    await refuses('link', 'regional_price', { price_id: theirs.plan_price?.id });
    await refuses('link', 'exchange_rate', { plan_id: theirs.plan?.id });
    await refuses('link', 'plan_feature', { plan_id: theirs.plan?.id });
    await refuses('link', 'plan_feature', { feature_id: theirs.feature?.id });
    await refuses('link', 'feature_limit', { feature_id: theirs.feature?.id });
    await refuses('link', 'feature_limit', { per_feature_id: theirs.feature?.id });
    await refuses('link', 'plan_feature_limit', { plan_id: theirs.plan?.id });
    await refuses('link', 'regional_overage', {
      plan_id: theirs.plan?.id,
      feature_id: theirs.feature?.id,
    });
    await refuses('link', 'market_country', { market_id: theirs.market?.id });
    await refuses('link', 'market_price', { market_id: theirs.market?.id });
    const { id } = theirs.plan ?? {};
    await refuses('link', 'translation', { object_id: id, plan_id: id });
    await refuses('link', 'audit_log', { api_key_id: theirs.api_key?.id });
    for (const table of Object.keys(sound)) {
      // Triggers come first: there is no live price to be of.
      const refusal = /^market_(unit_)?price$/.test(table) ? 'value' : 'link';
      await refuses(refusal, table, { tenant_id: 'tnt_none' });
      await refuses('value', table, { tenant_id: null });
    }
  });

  it('12: refuses metadata that is no JSON object, or too big', async () => {
    const wrong = [
      '',
      'text',
      '[]',
      '"text"',
      '7',
      'null',
      '{',
      '{}{}',
      `{"a":"${'x'.repeat(16 * 1024)}"}`,
    ];
    await refusesAll('value', 'plan', 'metadata', wrong);
    await refusesAll('value', 'plan_price', 'metadata', [...wrong, null]);
    await refusesAll('value', 'market', 'metadata', [...wrong, null]);
    await takes('plan', { metadata: null });
    await takes('plan', { metadata: '{"__proto__":{"ä":[1,null]}}' });
  });

  it('13: refuses a second record for an idempotency key', async () => {
    await refuses('unique', 'idempotency_record', { key: 'k1' });
    await refuses('value', 'idempotency_record', {
      expires_at: found.idempotency_record?.created_at,
    });
  });

  it('14: refuses changes to the audit trail', async () => {
    await keeps('value', 'audit_log', { operation: 'other' });
    await expectRefusal(
      'value',
      sql`delete from audit_log where id = ${found.audit_log?.id}`,
      'deleted entry',
    );
    await refuses('link', 'audit_log', { api_key_id: 'key_none' });
    await refuses('value', 'audit_log', { sequence: null });
    await refuses('unique', 'audit_log', { sequence: 1 });
    await expectRefusal(
      'value',
      sql`update audit_log_object set sequence = sequence`,
      'changed link',
    );
    await expectRefusal('value', sql`delete from audit_log_object`, 'deleted link');
    await refuses('link', 'audit_log_object', { sequence: 999 });
  });

  describe('15: times and ids', () => {
    const timed = ['plan_group', 'plan', 'plan_price', 'feature', 'plan_feature'];

    it.each(timed)('of a %s never go back', async (table) => {
      await refuses('value', table, { updated_at: '2000-01-01T00:00:00.000Z' });
      for (const changes of [
        { updated_at: '2000-01-01T00:00:00.000Z' },
        { created_at: '2000-01-01T00:00:00.000Z' },
      ])
        await keeps('value', table, changes);
      expect(
        await answer(change(table, keyOf(table), { updated_at: '2100-01-01T00:00:00.000Z' })),
      ).toBeUndefined();
    });

    it('stand once', async () => {
      for (const table of ['plan_group', 'plan', 'plan_price', 'feature', 'api_key', 'audit_log'])
        await refuses('unique', table, { id: found[table]?.id });
      await refuses('unique', 'plan', { id: gone.plan });
      await refuses('unique', 'feature', { id: gone.feature });
      await refuses('unique', 'api_key', { hash: found.api_key?.hash });
      await refuses('unique', 'plan_feature', { feature_id: found.plan_feature?.feature_id });
      await refuses('unique', 'plan_feature', { id: found.plan_feature?.id });
      await refuses('value', 'plan_feature', { id: null });
      for (const id of [null, 'plf_other']) await keeps('value', 'plan_feature', { id });
    });
  });

  it('16: refuses a revision that does not grow by one', async () => {
    const id = shop.tenant.id;
    const revision = await shop.revision();
    for (const next of [revision, revision - 1, revision + 2, -1, 0])
      await expectRefusal('value', change('tenant', { id }, { revision: next }), { next });
    expect(await answer(change('tenant', { id }, { revision: revision + 1 }))).toBeUndefined();
    const tenant = {
      id: 'tnt_new',
      organization_id: shop.tenant.organizationId,
      mode: 'live',
      revision: 0,
      created_at: '',
    };
    await expectRefusal('unique', insertion('tenant', tenant), 'second live tenant');
    await expectRefusal('value', insertion('tenant', { ...tenant, mode: 'test' }), 'third mode');
    await expectRefusal(
      'link',
      insertion('tenant', { ...tenant, organization_id: 'org_none' }),
      'no organization',
    );
  });

  it('19: refuses another base currency from the first amount on', async () => {
    const id = shop.tenant.organizationId;
    const set = (changes: Row) => change('organization', { id }, changes);
    await expectRefusal('value', set({ base_currency: 'eur' }), 'in use');
    for (const changes of [{ base_currency: 'usd' }, { tax_behavior: 'inclusive' }])
      expect(await answer(set(changes))).toBeUndefined();
    await expectRefusal('value', set({ tax_behavior: 'none' }), 'tax behavior');
    const empty = await newCatalogue(world());
    for (const base_currency of ['EUR', 'eu', 'euro', '', null])
      await expectRefusal(
        'value',
        change('organization', { id: empty.tenant.organizationId }, { base_currency }),
        base_currency,
      );
  });

  it.each([
    ['price', []],
    ['overage', ['market_unit_price', 'plan_price', 'exchange_rate', 'regional_overage']],
    ['regional overage', ['market_unit_price', 'plan_price', 'exchange_rate']],
    [
      'exchange rate',
      ['market_unit_price', 'plan_price', 'regional_overage', 'plan_feature_limit', 'plan_feature'],
    ],
  ] as const)('19: counts a %s as an amount', async (what, without) => {
    const other = await newCatalogue(world(), 'sandbox');
    await stock(other);
    const { id, organizationId } = other.tenant;
    const db = world().store.engine.writing;
    for (const table of without)
      await sql`delete from ${sql.table(table)} where tenant_id = ${id}`.execute(db);
    if (what === 'regional overage')
      await sql`update plan_feature set overage_unit_price = 0 where tenant_id = ${id}`.execute(db);
    const set = change('organization', { id: organizationId }, { base_currency: 'eur' });
    await expectRefusal('value', set, what);
  });

  it('lets the children of a price and of a plan feature go with it', async () => {
    const other = await newCatalogue(world());
    await stock(other);
    const { id } = other.tenant;
    const db = world().store.engine.writing;
    await sql`delete from plan_feature_limit where tenant_id = ${id}`.execute(db);
    await sql`delete from market_unit_price where tenant_id = ${id}`.execute(db);
    await sql`delete from plan_price where tenant_id = ${id}`.execute(db);
    await sql`delete from plan_feature where tenant_id = ${id}`.execute(db);
    expect([await other.rows('regional_price'), await other.rows('regional_overage')]).toEqual([
      [],
      [],
    ]);
    expect(await other.rows('exchange_rate')).toHaveLength(1);
  });
});
