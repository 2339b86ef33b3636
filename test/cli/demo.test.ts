import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { demoKeysFile } from '../../src/cli/demo/keys.ts';
import { openDemo } from '../../src/cli/demo/open.ts';
import type { IssuedKey } from '../../src/cli/issue-key.ts';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { findExchangeRates } from '../../src/db/records/exchange-rate.ts';
import { findFeatures } from '../../src/db/records/feature.ts';
import { findMarketPrices } from '../../src/db/records/market-price.ts';
import { listOrganizations, revisionOf } from '../../src/db/records/organization.ts';
import { findPlansOfGroups } from '../../src/db/records/plan.ts';
import { findFeaturesOfPlans } from '../../src/db/records/plan-feature.ts';
import { findPricesOfPlans } from '../../src/db/records/price.ts';
import { findRegionalOverages } from '../../src/db/records/regional-overage.ts';
import { findRegionalPrices } from '../../src/db/records/regional-price.ts';
import { translation } from '../../src/db/tables.ts';
import { authenticate, revokeApiKey } from '../../src/domain/api-key.ts';
import { listFeatureSections } from '../../src/domain/feature-section.ts';
import { ensureOrganization } from '../../src/domain/organization.ts';
import { listPlans } from '../../src/domain/plan.ts';
import { listPlanGroups } from '../../src/domain/plan-group.ts';
import { type LocalizedTexts, textsOf } from '../../src/domain/translation.ts';
import { featureTypes, type Mode, modes } from '../../src/vocabulary.ts';
import { anyone, onEveryEngine, type World } from '../engines.ts';

let folder: string;
let keysFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
});
beforeEach(async () => {
  keysFile = join(folder, crypto.randomUUID(), 'demo-keys.json');
});
afterAll(() => rm(folder, { recursive: true }));

const readCatalogue = async (world: World, mode: Mode) => {
  const reader = world.store.reader(await world.tenantOf('Demo', mode));
  const { items: plans } = await listPlans(reader, { visibility: 'all' }, { first: 100 });
  const { items: groups } = await listPlanGroups(reader, { first: 100 });
  const planIds = plans.map(({ id }) => id);
  const prices = await findPricesOfPlans(reader, planIds);
  const links = await findFeaturesOfPlans(reader, planIds);
  return {
    plans,
    prices,
    links,
    groups: await Promise.all(groups.map(({ id }) => findPlansOfGroups(reader, [id]))),
    features: await findFeatures(
      reader,
      links.map(({ featureId }) => featureId),
    ),
    exchangeRates: await findExchangeRates(reader, planIds),
    overages: await findRegionalOverages(reader, planIds),
    regionalPrices: await findRegionalPrices(
      reader,
      prices.map(({ id }) => id),
    ),
    marketPrices: await findMarketPrices(
      reader,
      prices.map(({ id }) => id),
    ),
  };
};

const findTranslations = async ({ store }: World, tenantId: string) =>
  new Map(
    (
      await store.engine.reading
        .selectFrom('translation')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('locale', '=', 'de')
        .execute()
    ).map((row) => [row.object_id, translation.image(row)]),
  );

const count = <Item>(items: Item[], isCounted: (item: Item) => boolean): number =>
  items.filter(isCounted).length;

onEveryEngine('the demo', (world) => {
  let keys: IssuedKey[];
  beforeAll(async () => {
    keys = await openDemo(world().store, join(folder, world().store.engine.name, 'demo-keys.json'));
  });

  it.each(modes)('has a believable catalogue in %s', async (mode) => {
    const {
      plans,
      prices,
      links,
      groups,
      features,
      exchangeRates,
      overages,
      regionalPrices,
      marketPrices,
    } = await readCatalogue(world(), mode);
    const [workspace = [], balance = [], credits = []] = groups;
    expect(workspace.length).toBeGreaterThanOrEqual(4);
    expect(workspace.map(({ isFree, isPublic }) => ({ isFree, isPublic }))).toEqual([
      { isFree: true, isPublic: true },
      { isFree: false, isPublic: true },
      { isFree: false, isPublic: true },
      { isFree: false, isPublic: true },
      { isFree: false, isPublic: false },
    ]);
    expect(workspace.filter(({ availability }) => availability === 'contact_sales')).toMatchObject([
      { code: 'enterprise', presentation: { callToActionLabel: 'Contact sales' } },
    ]);
    expect(workspace.filter(({ presentation }) => presentation.highlighted)).toMatchObject([
      { code: 'team' },
    ]);
    expect(count(workspace, ({ basedOnPlanId }) => basedOnPlanId !== null)).toBe(3);
    expect(
      [credits, balance].map((group) => group.map(({ consumptionModel }) => consumptionModel)),
    ).toEqual([['credits'], ['balance']]);
    expect(new Set(features.map(({ type }) => type))).toEqual(new Set(featureTypes));
    for (const interval of ['monthly', 'yearly', 'one_time'])
      expect(count(prices, ({ billingInterval }) => billingInterval === interval)).toBeGreaterThan(
        0,
      );
    expect(count(prices, ({ trialDays }) => trialDays > 0)).toBeGreaterThan(0);
    expect(count(prices, ({ introOffer }) => introOffer?.enabled === true)).toBeGreaterThan(0);
    expect(count(plans, ({ metadata }) => metadata !== null)).toBeGreaterThan(0);
    expect(count(links, ({ overage }) => overage.enabled)).toBeGreaterThan(0);
    expect(count(links, ({ includedAmount }) => includedAmount > 0)).toBeGreaterThan(0);
    for (const currency of ['eur', 'brl', 'jpy']) {
      expect(count(exchangeRates, (rate) => rate.currency === currency)).toBeGreaterThan(0);
      expect(count(overages, (overage) => overage.currency === currency)).toBeGreaterThan(0);
      expect(
        count(regionalPrices, (price) => price.currency === currency && price.autoSynced),
      ).toBeGreaterThan(0);
    }
    expect(count(regionalPrices, ({ autoSynced }) => !autoSynced)).toBeGreaterThan(0);
    expect(count(links, ({ displayValue }) => displayValue !== null)).toBeGreaterThan(0);
    expect(marketPrices).toMatchObject([
      { currency: 'usd', price: 209_000 },
      { currency: 'usd', price: 2_090_000 },
    ]);
  });

  it.each(modes)('has every text that pages show in German, too, in %s', async (mode) => {
    const reader = world().store.reader(await world().tenantOf('Demo', mode));
    const { plans, features, links } = await readCatalogue(world(), mode);
    const groups = (await listPlanGroups(reader, { first: 100 })).items;
    const sections = (await listFeatureSections(reader, { first: 100 })).items;
    const translations = await findTranslations(world(), reader.tenant.id);
    const untranslated: string[] = [];
    const expectGerman = ({ id }: { id: string }, stored: LocalizedTexts) => {
      const own = translations.get(id);
      for (const [name, text] of Object.entries(stored))
        if (text !== null && own?.[name as keyof LocalizedTexts] == null)
          untranslated.push(`${name} of ${id}: ${text}`);
    };
    for (const plan of plans) expectGerman(plan, textsOf.plan(plan));
    for (const group of groups) expectGerman(group, textsOf.named(group));
    for (const section of sections) expectGerman(section, textsOf.named(section));
    for (const link of links) expectGerman(link, textsOf.planFeature(link));
    for (const feature of features) {
      // Some units are the same in German, or the same for one and for several.
      expectGerman(feature, { ...textsOf.feature(feature), unitName: null, unitNamePlural: null });
      if (feature.unitNamePlural !== null)
        expect(translations.get(feature.id)?.unitName).toBeTruthy();
      expect(feature.unitName === null).toBe(feature.type === 'boolean');
    }
    expect(untranslated).toEqual([]);
  });

  it('is one write a tenant, and breaks no invariant', async () => {
    for (const mode of modes)
      expect(await revisionOf(world().store, await world().tenantOf('Demo', mode))).toBe(1);
    expect(await auditInvariants(world().store)).toEqual([]);
  });

  it('has a full and a read-only key for each mode, and one for pages', async () => {
    expect(keys.map(({ mode, scope }) => [mode, scope])).toEqual([
      ['live', 'admin'],
      ['live', 'read'],
      ['sandbox', 'admin'],
      ['sandbox', 'read'],
      // For the example of a pricing page.
      ['live', 'read'],
    ]);
    expect(keys.map(({ key }) => key.slice(0, 3))).toEqual(['ck_', 'ck_', 'ck_', 'ck_', 'pk_']);
    for (const { id, key, mode, scope } of keys)
      expect(await authenticate(world().store, key)).toMatchObject({
        apiKeyId: id,
        scope,
        tenant: { mode },
      });
  });
});

onEveryEngine('a later start', (world) => {
  it(
    'keeps the data, and knows the keys that still work from a file for its owner ' + 'alone',
    async () => {
      const { store } = world();
      const keys = await openDemo(store, keysFile);
      const before = await readCatalogue(world(), 'live');
      expect((await stat(keysFile)).mode & 0o777).toBe(0o600);
      expect(await openDemo(store, keysFile)).toEqual(keys);
      expect(await readCatalogue(world(), 'live')).toEqual(before);

      const [first, ...others] = keys;
      const tenant = await world().tenantOf('Demo', 'live');
      await store.write(tenant, anyone, (w) => revokeApiKey(w, first?.id ?? ''));
      expect(await openDemo(store, keysFile)).toEqual(others);

      const text = await readFile(keysFile, 'utf8');
      for (const damaged of [text.slice(1), '[{}]']) {
        await writeFile(keysFile, damaged);
        expect(await openDemo(store, keysFile)).toEqual([]);
      }
      await rm(keysFile);
      expect(await openDemo(store, keysFile)).toEqual([]);
    },
  );
});

onEveryEngine('a first start that was cut short', (world) => {
  it('is completed by the next', async () => {
    const { store } = world();
    const live = await world().tenantOf('Demo', 'live');
    await store.write(live, anyone, createDemoCatalogue);
    expect(await openDemo(store, keysFile)).toHaveLength(5);
    expect(await revisionOf(store, live)).toBe(1);
    expect((await readCatalogue(world(), 'sandbox')).plans).not.toEqual([]);
  });
});

onEveryEngine('a database with somebody in it', (world) => {
  it('gets no demo', async () => {
    const { store } = world();
    await ensureOrganization(store, 'Acme', anyone);
    expect(await openDemo(store, keysFile)).toEqual([]);
    expect((await listOrganizations(store)).map(({ name }) => name)).toEqual(['Acme']);
  });
});

describe('the file of the demo keys', () => {
  it.each([
    ['file:./data/plans.db', 'data/demo-keys.json'],
    ['file:/var/lib/plans/live.db', '/var/lib/plans/demo-keys.json'],
    ['postgres://host/plans', 'data/demo-keys.json'],
  ])('of %s is %s', (url, file) => {
    expect(demoKeysFile(url)).toBe(file);
  });
});
