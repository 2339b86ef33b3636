import { beforeAll, expect, it } from 'vitest';
import { setExchangeRate } from '../../src/domain/exchange-rate.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { changeTaxBehavior } from '../../src/domain/organization.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import { Catalogue } from '../catalogue.ts';
import { anyone, onEveryEngine } from '../engines.ts';
import { command } from './command.ts';

onEveryEngine('plans-gateway price', (world) => {
  const run = (...args: string[]) => command(['price', ...args], { DATABASE_URL: world().url });
  const printed = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.replaceAll('\u00a0', ' ');
  };
  let shop: Catalogue;
  let priceId: string;
  let marketId: string;

  beforeAll(async () => {
    shop = new Catalogue(world(), await world().tenantOf('Acme', 'live'));
    await changeTaxBehavior(world().store, 'Acme', 'exclusive', anyone);
    const plan = await shop.plan({ code: 'pro', name: 'Pro', consumptionModel: 'metered' });
    ({ id: priceId } = await shop.price(plan, { billingInterval: 'yearly', price: 2_900_000 }));
    ({ id: marketId } = await shop.market({ code: 'brazil', name: 'Brazil' }));
    const seats = await shop.feature({ code: 'seats', name: 'Seats', type: 'seats' });
    const calls = await shop.feature({ code: 'calls', name: 'Calls', type: 'usage' });
    const disk = await shop.feature({ code: 'disk', name: 'Disk', type: 'usage' });
    for (const feature of [seats, calls]) await shop.attach(plan, feature);
    await shop.attach(plan, disk, { overage: { enabled: true, unitPrice: 2 } });
    const blocks = { featureId: 'seats', unitPrice: 500_000, blockSize: 5 };
    await shop.change((w) => setUnitPrice(w, plan.id, priceId, blocks));
    const tiers = [
      { upTo: 1_000, unitPrice: 100, flatPrice: 50_000 },
      { upTo: null, unitPrice: 90 },
    ];
    await shop.change((w) =>
      setUnitPrice(w, plan.id, priceId, { featureId: 'calls', tiers, tiersMode: 'graduated' }),
    );
    await shop.change((w) => setExchangeRate(w, 'pro', { currency: 'eur', exchangeRate: 0.9 }));
    const marketPrices = [{ marketId, currency: 'usd', price: 3_190_000 }];
    await shop.change((w) => setMarketPrices(w, plan.id, priceId, { marketPrices }));
  });

  it('prints the amount, unit prices, and every rule with its reason', async () => {
    expect(await printed('pro', '--interval', 'yearly', '--country', 'br')).toBe(
      `$319.00 (usd), $26.58 a month
+ seats: $50.00 per 5 units
+ calls: per unit, graduated: $0.01 and $5.00 once up to 1000, $0.009 beyond
+ disk: $0.0002 per unit

  variant_market    The price is not a variant.
→ market            Brazil is in the market Brazil, where this price is $319.00.
  currency          The context asks for no currency.
  country_currency  People in Brazil pay in BRL, in which this price has no amount.
  base              The price itself is $290.00. An earlier rule matched.
`,
    );
    const inEuros = await printed('pro', '--interval', 'yearly', '--currency', 'EUR');
    expect(inEuros).toMatch(/^€261\.00 \(eur\), €21\.75 a month\n\+ seats: €45\.00 per 5 units\n/);
    expect(inEuros).toContain('→ currency          The context asks for EUR, to which');
  });

  it('prints the same as JSON', async () => {
    const found = JSON.parse(
      await printed('pro', '--interval', 'yearly', '--country', 'BR', '--json'),
    );
    expect(found).toMatchObject({
      price: 3_190_000,
      currency: 'usd',
      perMonth: 265_800,
      source: 'market',
      market: { id: marketId, code: 'brazil', name: 'Brazil' },
      taxBehavior: 'exclusive',
      introOffer: null,
    });
    expect(found.unitPrices).toMatchObject([
      { featureCode: 'seats', blockSize: 5, unitPrice: 500_000, tiers: [], currency: 'usd' },
      { featureCode: 'calls', unitPrice: null, tiersMode: 'graduated' },
      { featureCode: 'disk', unitPrice: 2 },
    ]);
    expect(found.explanation).toHaveLength(5);
    expect(found.explanation[1]).toEqual({
      rule: 'market',
      outcome: 'matched',
      reason: 'Brazil is in the market Brazil, where this price is $319.00.',
      price: 3_190_000,
      currency: 'usd',
      exchangeRate: null,
    });
  });

  it('names a variant by its code', async () => {
    const marketPrices = [{ marketId, currency: 'usd', price: 2_500_000 }];
    await shop.change((w) =>
      addPriceVariant(w, 'pro', { inheritsFromPriceId: priceId, name: 'Schools', marketPrices }),
    );
    const yearly = ['pro', '--interval', 'yearly', '--country', 'BR'];
    expect(await printed(...yearly, '--variant', 'schools')).toMatch(/^\$250\.00 \(usd\)/);
    expect(await run(...yearly, '--variant', 'none')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: the yearly price of pro has no variant none\n',
    });
  });

  it('refuses what there is not', async () => {
    for (const [args, reason] of [
      [['none'], 'error: no live plan has'],
      [['pro'], 'error: the plan pro has no monthly price'],
      [['pro', '--country', 'XX'], 'must be the code of an ISO 3166-1 country'],
      [['pro', '--currency', 'xyz'], 'must be the code of an ISO 4217 currency'],
      [['pro', '--interval', 'daily'], 'Allowed choices are'],
      [['pro', '--organization', 'Nobody'], 'error: there is no organization named Nobody'],
      [['pro', '--mode', 'sandbox'], 'error: no live plan has'],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.toLowerCase()).toContain(reason.toLowerCase());
    }
  });

  it('asks for the organization where there are several', async () => {
    await world().tenantOf('Other', 'live');
    const yearly = ['pro', '--interval', 'yearly'];
    expect((await run(...yearly)).stderr).toBe(
      'error: there are several organizations: name one with --organization\n',
    );
    expect(await printed(...yearly, '--organization', 'Acme')).toMatch(/^\$290\.00 \(usd\)/);
  });
});
