import { describe, expect, it } from 'vitest';
import { listAuditLog } from '../../src/domain/audit-log.ts';
import {
  CreateMarketInput,
  countMarkets,
  createMarket,
  deleteMarket,
  getMarket,
  listMarkets,
  type Market,
  UpdateMarketInput,
  updateMarket,
} from '../../src/domain/market.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { maxima } from '../../src/domain/maxima.ts';
import { deletePlan, setPlanVisibility } from '../../src/domain/plan.ts';
import { deletePlanPrice } from '../../src/domain/price.ts';
import { Loaders, marketByCode, marketById } from '../../src/domain/relations.ts';
import { marketAt } from '../../src/domain/revision.ts';
import { bothModes, type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { bad, expectAcceptance, expectRefusals, goodMetadata } from '../refusals.ts';
import { beforeLastWrite, sortedRows, storedOf } from '../restore.ts';

describe('inputs of markets', () => {
  const countries = ['', 'B', 'BRA', 'B1', 'XX', 'EU', 'ZZ', ' BR', 'ßR', 7, null];
  const lists = [[], null, 7, 'BR', Array(251).fill('BR')];

  it('refuse bad values by field', () => {
    expectRefusals(
      CreateMarketInput,
      { name: 'Brazil', code: 'brazil', countryCodes: ['BR'], taxBehavior: null, metadata: {} },
      {
        name: [...bad.names, null, undefined],
        code: [...bad.codes, 'pmg_1'],
        countryCodes: [...lists, undefined],
        'countryCodes.0': countries,
        taxBehavior: bad.words,
        metadata: bad.metadata,
      },
    );
    expectRefusals(
      UpdateMarketInput,
      { name: 'Brazil', countryCodes: ['BR'], taxBehavior: null, metadata: {} },
      {
        name: [...bad.names, null],
        countryCodes: lists,
        'countryCodes.0': countries,
        taxBehavior: bad.words,
        metadata: [...bad.metadata, null],
      },
    );
  });

  it('take what is fine', () => {
    const input = { name: 'Brazil', countryCodes: ['BR'] };
    expectAcceptance(CreateMarketInput, input, {
      code: [null, undefined, 'br'],
      countryCodes: [['br', 'Pt'], Array(250).fill('BR')],
      taxBehavior: [null, undefined, 'inclusive', 'exclusive', 'unspecified'],
      metadata: [null, undefined, ...goodMetadata],
    });
    expectAcceptance(UpdateMarketInput, {}, { metadata: goodMetadata, taxBehavior: [null] });
  });
});

onEveryEngine('markets', (world) => {
  keepsInvariants(world);

  const update = (shop: Catalogue, { id }: Market, input: UpdateMarketInput) =>
    shop.change((w) => updateMarket(w, id, input));
  const remove = (shop: Catalogue, { id }: Market) => shop.change((w) => deleteMarket(w, id));
  const countriesOf = async (shop: Catalogue) =>
    (await shop.rows('market_country'))
      .map(({ country_code, market_id }) => `${country_code} ${market_id}`)
      .sort();
  const listed = async (shop: Catalogue, audience?: 'public') =>
    (await listMarkets(shop.reader(audience), { first: 100 })).items;
  /** A price that has an amount in the market. */
  const pricedIn = async (shop: Catalogue, { id: marketId }: Market) => {
    const plan = await shop.plan();
    const marketPrices = [{ marketId, currency: 'brl', price: 319_000 }];
    return { plan, price: await shop.price(plan, { marketPrices }) };
  };

  it('are groups of countries, written in any case', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.change((w) =>
      createMarket(w, {
        name: ' South America ',
        countryCodes: ['br', 'Ar', 'UY'],
        taxBehavior: 'inclusive',
        metadata: { a: 1 },
      }),
    );
    expect(market).toEqual({
      id: expect.stringMatching(/^pmg_/),
      code: 'south_america',
      name: 'South America',
      countryCodes: ['BR', 'AR', 'UY'],
      taxBehavior: 'inclusive',
      metadata: { a: 1 },
      createdAt: expect.any(String),
      updatedAt: market.createdAt,
      revision: 1,
    });
    expect(await getMarket(shop.reader(), market.id)).toEqual(market);
    expect(await countriesOf(shop)).toEqual([
      `AR ${market.id}`,
      `BR ${market.id}`,
      `UY ${market.id}`,
    ]);
    expect(await shop.market({ countryCodes: ['EC'] })).toMatchObject({
      taxBehavior: null,
      metadata: {},
    });
  });

  it('have a code that is made from the name unless it is given', async () => {
    const shop = await newCatalogue(world());
    const countries = ['BR', 'AR', 'UY', 'EC', 'PE', 'CL', 'BO'];
    const codeOf = async (name: string, code?: string) =>
      (await shop.market({ name, code, countryCodes: [countries.pop() ?? ''] })).code;
    expect(await codeOf('São Paulo & Rio')).toBe('sao_paulo_rio');
    expect(await codeOf('Rio', 'own')).toBe('own');
    expect(await codeOf('Own')).toBe('own_2');
    expect(await codeOf('日本')).toBe('market');
    expect(await codeOf('—')).toBe('market_2');
    expect(await codeOf('pmg 1')).toBe('market_3');
    await shop.refuses((w) => createMarket(w, { name: 'Own', code: 'own', countryCodes: ['DE'] }), {
      code: 'duplicate',
      param: 'code',
    });
  });

  it('share no country', async () => {
    const shop = await newCatalogue(world());
    const brazil = await shop.market({ countryCodes: ['BR', 'AR'] });
    const chile = await shop.market({ countryCodes: ['CL'] });
    const taken = { code: 'duplicate', param: 'countryCodes' };
    await shop.refuses((w) => createMarket(w, { name: 'A', countryCodes: ['EC', 'br'] }), taken);
    await shop.refuses((w) => updateMarket(w, chile.id, { countryCodes: ['CL', 'ar'] }), taken);
    const twice = { code: 'validation_error', param: 'countryCodes.2' };
    await shop.refuses(
      (w) => createMarket(w, { name: 'A', countryCodes: ['EC', 'PE', 'ec'] }),
      twice,
    );
    await shop.refuses(
      (w) => updateMarket(w, chile.id, { countryCodes: ['CL', 'PE', 'cl'] }),
      twice,
    );
    await update(shop, brazil, { countryCodes: ['ar'] });
    await update(shop, chile, { countryCodes: ['br', 'cl'] });
    expect(await countriesOf(shop)).toEqual([
      `AR ${brazil.id}`,
      `BR ${chile.id}`,
      `CL ${chile.id}`,
    ]);
    expect(await getMarket(shop.reader(), chile.id)).toMatchObject({ countryCodes: ['BR', 'CL'] });
  });

  it('share no country in either mode, and know nothing of the other', async () => {
    const [live, sandbox] = await bothModes(world());
    const market = await live.market({ code: 'brazil' });
    await sandbox.market({ code: 'brazil' });
    const missing = { code: 'market_not_found', param: 'marketId' };
    await expect(getMarket(sandbox.reader(), market.id)).rejects.toMatchObject(missing);
    await sandbox.refuses((w) => updateMarket(w, market.id, { name: 'B' }), missing);
    await sandbox.refuses((w) => deleteMarket(w, market.id), missing);
  });

  it('change by what is given, and keep code and creation', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market({
      code: 'brazil',
      taxBehavior: 'inclusive',
      metadata: { a: 1, b: { c: 2 } },
    });
    const named = await update(shop, market, { name: ' Brasil ' });
    expect(named).toEqual({
      ...market,
      name: 'Brasil',
      revision: 2,
      updatedAt: named.updatedAt,
    });
    expect(
      await update(shop, market, { taxBehavior: null, metadata: { a: null, d: 4 } }),
    ).toMatchObject({ name: 'Brasil', taxBehavior: null, metadata: { b: { c: 2 }, d: 4 } });
    const tooMany = Object.fromEntries(Array.from({ length: 49 }, (_, place) => [`k${place}`, 1]));
    await shop.refuses((w) => updateMarket(w, market.id, { metadata: tooMany }), {
      code: 'validation_error',
      param: 'metadata',
    });
    await expect(
      shop.change((w) => updateMarket(w, 'brazil', { name: 'B' }), {
        guard: marketAt(1, 'brazil'),
      }),
    ).rejects.toMatchObject({ code: 'revision_mismatch', currentRevision: 3 });
    expect(
      await shop.change((w) => updateMarket(w, 'brazil', { name: 'B' }), {
        guard: marketAt(3, 'brazil'),
      }),
    ).toMatchObject({ name: 'B', revision: 4 });
  });

  it('are named by id, or by code where no id is meant', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market({ code: 'brazil' });
    await shop.change((w) => updateMarket(w, 'brazil', { name: 'Brasil' }));
    expect(await getMarket(shop.reader(), market.id)).toMatchObject({ name: 'Brasil' });
    await expect(getMarket(shop.reader(), 'brazil')).rejects.toMatchObject({
      code: 'market_not_found',
    });
    expect(await new Loaders(shop.reader()).load(marketByCode, 'brazil')).toMatchObject({
      id: market.id,
    });
    await shop.change((w) => deleteMarket(w, 'brazil'));
    await shop.refuses((w) => updateMarket(w, 'brazil', {}), {
      code: 'market_not_found',
      param: 'marketId',
    });
  });

  it('leave their countries and code to others when they are deleted', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market({ code: 'brazil', countryCodes: ['BR', 'AR'] });
    expect(await remove(shop, market)).toEqual({ id: market.id });
    const { items } = await listAuditLog(shop.reader(), {}, { first: 1 });
    expect(items[0]).toMatchObject({ operation: 'deleteMarket', objectId: market.id });
    expect(items[0]?.changes.map(({ type, after }) => [type, after])).toEqual([
      ['MarketCountry', null],
      ['MarketCountry', null],
      ['Market', null],
    ]);
    await expect(getMarket(shop.reader(), market.id)).rejects.toMatchObject({
      code: 'market_not_found',
    });
    await shop.refuses((w) => deleteMarket(w, market.id), {
      code: 'market_not_found',
      param: 'marketId',
    });
    expect(await countriesOf(shop)).toEqual([]);
    expect(await shop.market({ code: 'brazil', countryCodes: ['AR'] })).not.toMatchObject(market);
    expect((await listed(shop)).map(({ countryCodes }) => countryCodes)).toEqual([['AR']]);
  });

  it('stay while a live price has an amount in them', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market();
    const first = await pricedIn(shop, market);
    const second = await pricedIn(shop, market);
    const third = await pricedIn(shop, market);
    const inUse = { code: 'market_in_use', param: 'marketId' };
    await shop.refuses((w) => deleteMarket(w, market.id), inUse);
    await shop.change((w) =>
      setMarketPrices(w, first.plan.id, first.price.id, { marketPrices: [] }),
    );
    await shop.refuses((w) => deleteMarket(w, market.id), inUse);
    await shop.change((w) => deletePlanPrice(w, second.plan.id, second.price.id));
    await shop.refuses((w) => deleteMarket(w, market.id), inUse);
    await shop.change((w) => deletePlan(w, third.plan.id));
    await remove(shop, market);
  });

  it('are listed oldest first, page by page, and counted', async () => {
    const shop = await newCatalogue(world());
    const markets: Market[] = [];
    for (const code of ['BR', 'AR', 'UY'])
      markets.push(await shop.market({ countryCodes: [code] }));
    expect(await listed(shop)).toEqual(markets);
    const { items, hasNextPage } = await listMarkets(shop.reader(), { first: 2 });
    expect([items, hasNextPage]).toEqual([markets.slice(0, 2), true]);
    expect(await countMarkets(shop.reader())).toBe(3);
  });

  it('are 250 at most', async () => {
    const shop = await newCatalogue(world());
    await shop.market({ countryCodes: ['AR'] });
    const [row] = await shop.rows('market');
    const copies = Array.from({ length: maxima.marketsOfCatalogue - 1 }, (_, place) => ({
      ...row,
      id: `pmg_${place}`,
      code: `copy_${place}`,
    }));
    await world()
      .store.engine.maintenance.insertInto('market')
      .values(copies as never)
      .execute();
    await shop.refuses((w) => createMarket(w, { name: 'A', countryCodes: ['BR'] }), {
      code: 'validation_error',
      param: 'name',
    });
    await world()
      .store.engine.maintenance.deleteFrom('market')
      .where('tenant_id', '=', shop.tenant.id)
      .where('code', 'like', 'copy%')
      .execute();
    await shop.market();
  });

  it('exist for the public only with a price that it sees', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market({ code: 'brazil', metadata: { a: 1 } });
    const seen = async () => {
      const loaders = new Loaders(shop.reader('public'));
      const found = [
        await loaders.load(marketById, market.id),
        await loaders.load(marketByCode, 'brazil'),
        ...(await listed(shop, 'public')),
        ...Array.from({ length: await countMarkets(shop.reader('public')) }, () => market),
      ];
      return found.filter((item) => item !== null).length;
    };
    expect(await seen()).toBe(0);
    const { plan, price } = await pricedIn(shop, market);
    expect(await seen()).toBe(4);
    expect(await new Loaders(shop.reader('public')).load(marketById, market.id)).toMatchObject({
      metadata: {},
    });
    await shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: false }));
    expect(await seen()).toBe(0);
    await shop.change((w) => setPlanVisibility(w, plan.id, { isPublic: true }));
    expect(await seen()).toBe(4);
    await shop.change((w) => deletePlanPrice(w, plan.id, price.id));
    expect(await seen()).toBe(0);
  });

  it('tell the public when they last changed for it', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market();
    await pricedIn(shop, market);
    const timeFor = async (audience: 'all' | 'public') =>
      (await new Loaders(shop.reader(audience)).load(marketById, market.id))?.updatedAt;
    await update(shop, market, { metadata: { a: 1 } });
    expect(await timeFor('public')).toBe(market.updatedAt);
    const renamed = await update(shop, market, { name: 'Brasil' });
    expect(await timeFor('public')).toBe(renamed.updatedAt);
    expect(await timeFor('all')).toBe(renamed.updatedAt);
  });

  it('can be put back from the audit log', async () => {
    const shop = await newCatalogue(world());
    const market = await shop.market({ countryCodes: ['BR', 'AR'] });
    for (const write of [
      () => update(shop, market, { name: 'B', countryCodes: ['AR', 'UY'], metadata: { a: 1 } }),
      () => remove(shop, market),
    ]) {
      const before = sortedRows(await storedOf(shop));
      await write();
      expect(sortedRows(await beforeLastWrite(shop))).toEqual(before);
    }
  });
});
