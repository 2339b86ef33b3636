import { describe, expect, it } from 'vitest';
import { type EstimateInput, estimate, type PlanEstimate } from '../../src/domain/estimate.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import type { Audience } from '../../src/vocabulary.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { Random } from '../model/random.ts';

const estimated = (
  catalogue: Catalogue,
  input: Partial<EstimateInput>,
  audience?: Audience,
): Promise<PlanEstimate[]> => {
  const reader = catalogue.reader(audience);
  return estimate(reader, new Loaders(reader), {
    usage: [],
    context: {},
    taxBehavior: 'unspecified',
    ...input,
  });
};

const shown = ({ plan, billingInterval, total, perMonth }: PlanEstimate) => [
  plan.code,
  billingInterval,
  total,
  perMonth,
];

const metered = { consumptionModel: 'metered' } as const;

onEveryEngine('an estimate', (world) => {
  keepsInvariants(world);

  it('is for each interval of whole months, the cheapest first by the month', async () => {
    const catalogue = await newCatalogue(world());
    const [dear, cheap] = [
      await catalogue.plan({ code: 'dear' }),
      await catalogue.plan({ code: 'cheap' }),
    ];
    await catalogue.price(dear, { price: 300_000 });
    await catalogue.price(dear, { billingInterval: 'quarterly', price: 500_000 });
    for (const billingInterval of ['weekly', 'one_time'] as const)
      await catalogue.price(cheap, { billingInterval, price: 1 });
    await catalogue.price(cheap, { billingInterval: 'yearly', price: 2_000_000 });
    const contact = await catalogue.plan({ code: 'contact', availability: 'contact_sales' });
    await catalogue.price(contact, { price: 1 });
    const found = await estimated(catalogue, { plans: ['dear', 'cheap', 'contact'] });
    expect(found.map(shown)).toEqual([
      ['dear', 'quarterly', 500_000, 166_700],
      ['cheap', 'yearly', 2_000_000, 166_700],
      ['dear', 'monthly', 300_000, 300_000],
    ]);
  });

  it('counts usage by the month, what stands once, and a minimum in any case', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan({ code: 'pro', ...metered });
    const calls = await catalogue.feature({ code: 'calls' });
    const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
    const storage = await catalogue.feature({ code: 'storage', type: 'quota' });
    await catalogue.attach(plan, calls, { includedAmount: 100 });
    await catalogue.attach(plan, seats);
    const overage = { enabled: true, unitPrice: 1_000 };
    await catalogue.attach(plan, storage, { includedAmount: 5, overage });
    const { id } = await catalogue.price(plan, { billingInterval: 'quarterly', price: 10_000 });
    const units = [
      { featureId: 'calls', unitPrice: 30, blockSize: 100 },
      { featureId: 'seats', unitPrice: 50_000, minimumQuantity: 3 },
    ];
    for (const unit of units) await catalogue.change((w) => setUnitPrice(w, plan.id, id, unit));
    const [found] = await estimated(catalogue, {
      plans: ['pro'],
      usage: [
        { feature: 'calls', quantity: 150 },
        { feature: storage.id, quantity: 7 },
      ],
    });
    const lines = found?.lines.map(({ unitPrice, quantity, chargedQuantity, amount }) => [
      unitPrice?.planFeature.featureId ?? null,
      quantity,
      chargedQuantity,
      amount,
    ]);
    expect(lines).toEqual([
      [null, 1, 1, 10_000],
      // Three months with 50 calls beyond what is included: two begun blocks.
      [calls.id, 150, 200, 60],
      [seats.id, 0, 3, 150_000],
      // Overage is charged each month.
      [storage.id, 7, 6, 6_000],
    ]);
    expect(found).toMatchObject({ total: 166_060, perMonth: 55_400, currency: 'usd' });
  });

  describe('leaves out a plan', () => {
    const withPlans = async (world: Parameters<typeof newCatalogue>[0]) => {
      const catalogue = await newCatalogue(world);
      const feature = await catalogue.feature({ code: 'seats', type: 'seats' });
      const plans = ['limited', 'endless', 'without', 'off', 'bounded'] as const;
      for (const code of plans) {
        const plan = await catalogue.plan({ code, ...metered });
        const { id } = await catalogue.price(plan);
        if (code === 'without') continue;
        const link = {
          limited: { includedAmount: 3 },
          endless: { unlimited: true },
          off: { enabled: false, includedAmount: 1_000 },
          bounded: {},
        }[code];
        await catalogue.attach(plan, feature, link);
        if (code !== 'bounded') continue;
        const unit = { featureId: 'seats', unitPrice: 1, maximumQuantity: 10 };
        await catalogue.change((w) => setUnitPrice(w, plan.id, id, unit));
      }
      const servedFor = async (quantity: number) => {
        const usage = [{ feature: 'seats', quantity }];
        const found = await estimated(catalogue, { plans: [...plans], usage });
        return found.map(({ plan }) => plan.code).sort();
      };
      return { catalogue, servedFor };
    };

    it('that lacks a feature, has too little of it, or sells no more', async () => {
      const { servedFor } = await withPlans(world());
      expect(await servedFor(0)).toEqual(['bounded', 'endless', 'limited', 'off', 'without']);
      expect(await servedFor(3)).toEqual(['bounded', 'endless', 'limited']);
      expect(await servedFor(4)).toEqual(['bounded', 'endless']);
      expect(await servedFor(10)).toEqual(['bounded', 'endless']);
      expect(await servedFor(11)).toEqual(['endless']);
    });

    it('also where no plan has the feature, or nobody knows it', async () => {
      const { catalogue } = await withPlans(world());
      await catalogue.feature({ code: 'of_nobody' });
      for (const feature of ['of_nobody', 'missing']) {
        const usage = [{ feature, quantity: 1 }];
        expect(await estimated(catalogue, { plans: ['endless'], usage })).toEqual([]);
      }
      expect(await estimated(catalogue, { group: 'missing' })).toEqual([]);
    });

    it('whose usage is paid in credits or from a balance', async () => {
      const catalogue = await newCatalogue(world());
      const images = await catalogue.feature({ code: 'images' });
      const overage = { enabled: true, unitPrice: 10 };
      const credits = await catalogue.plan({ code: 'credits', consumptionModel: 'credits' });
      await catalogue.price(credits, { includedCredits: 1_000 });
      await catalogue.attach(credits, images, { creditsPerUnit: 5 });
      const balance = await catalogue.plan({ code: 'balance', consumptionModel: 'balance' });
      await catalogue.price(balance, { includedBalance: 1_000_000 });
      await catalogue.attach(balance, images, { overage });
      const none = await catalogue.plan({ code: 'none', consumptionModel: 'balance' });
      await catalogue.price(none);
      await catalogue.attach(none, images, { overage });
      const plans = ['credits', 'balance', 'none'];
      const usage = (quantity: number) => [{ feature: 'images', quantity }];
      const served = await estimated(catalogue, { plans, usage: usage(1) });
      expect(served.map(({ plan, total }) => [plan.code, total])).toEqual([['none', 290_010]]);
      expect(await estimated(catalogue, { plans, usage: usage(0) })).toHaveLength(3);
    });

    it('that the public may not see', async () => {
      const catalogue = await newCatalogue(world());
      const group = await catalogue.group({ code: 'ladder' });
      for (const code of ['shown', 'hidden'] as const) {
        const isPublic = code === 'shown';
        await catalogue.price(await catalogue.plan({ code, isPublic, planGroupId: group.id }));
      }
      const found = await estimated(catalogue, { group: 'ladder' }, 'public');
      expect(found.map(({ plan }) => plan.code)).toEqual(['shown']);
    });
  });

  it('refuses a feature that is named twice, by its id and by its code', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan({ code: 'one' });
    const calls = await catalogue.feature({ code: 'calls' });
    await catalogue.attach(plan, calls);
    for (const features of [
      ['calls', calls.id],
      ['missing', 'missing'],
    ]) {
      const usage = features.map((feature) => ({ feature, quantity: 1 }));
      await expect(estimated(catalogue, { plans: ['one'], usage })).rejects.toMatchObject({
        code: 'validation_error',
        param: 'usage.1.feature',
      });
    }
  });

  it('is in one currency', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan({ code: 'one', ...metered });
    const calls = await catalogue.feature({ code: 'calls' });
    await catalogue.attach(plan, calls, { overage: { enabled: true, unitPrice: 100 } });
    await catalogue.price(plan, { price: 100_000 });
    await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.5 });
    const usage = [{ feature: 'calls', quantity: 3 }];
    const [found] = await estimated(catalogue, {
      plans: ['one'],
      usage,
      context: { country: 'DE' },
    });
    expect(found).toMatchObject({ currency: 'eur', total: 50_150 });
  });

  describe('its break-evens', () => {
    /** A few plans with two features, priced in every way. */
    const filled = async (catalogue: Catalogue, random: Random): Promise<string[]> => {
      const calls = await catalogue.feature({ code: 'calls' });
      const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
      const codes: string[] = [];
      for (let place = 0; place < 3; place += 1) {
        const plan = await catalogue.plan({ code: `random_${place}`, ...metered });
        codes.push(plan.code);
        for (const feature of [calls, seats]) {
          const overage = { enabled: true, unitPrice: random.below(40) };
          await catalogue.attach(plan, feature, {
            includedAmount: random.below(300),
            ...(random.chance(0.5) ? { overage } : {}),
          });
        }
        for (const billingInterval of ['monthly', 'yearly'] as const) {
          const months = billingInterval === 'monthly' ? 1 : 10;
          const price = random.below(6_000) * months;
          const { id } = await catalogue.price(plan, { billingInterval, price });
          for (const featureId of ['calls', 'seats']) {
            if (random.chance(0.3)) continue;
            const blockSize = random.pick([1, 10, 25]);
            const amount = () => random.below(60);
            const tiers = [
              {
                upTo: blockSize * (1 + random.below(100)),
                unitPrice: amount(),
                flatPrice: amount(),
              },
              { unitPrice: amount() },
            ];
            const priced = random.chance(0.5)
              ? { unitPrice: amount() }
              : { tiers, tiersMode: random.pick(['graduated', 'volume'] as const) };
            await catalogue.change((w) =>
              setUnitPrice(w, plan.id, id, {
                featureId,
                blockSize,
                minimumQuantity: random.chance(0.3) ? blockSize * random.below(10) : 0,
                maximumQuantity: random.chance(0.2) ? blockSize * (10 + random.below(100)) : null,
                ...priced,
              }),
            );
          }
        }
      }
      return codes;
    };

    it.each([1, 2, 3, 4])('are where trying every quantity finds them (%i)', async (seed) => {
      const random = new Random(15, seed);
      const catalogue = await newCatalogue(world());
      const plans = await filled(catalogue, random);
      const reader = catalogue.reader();
      const loaders = new Loaders(reader);
      const cheapestFor = async (calls: number, seats: number) => {
        const [first] = await estimate(reader, loaders, {
          plans,
          usage: [
            { feature: 'calls', quantity: calls },
            { feature: 'seats', quantity: seats },
          ],
          context: {},
          taxBehavior: 'unspecified',
        });
        return first;
      };
      const TRIED = 700;
      for (let times = 0; times < 2; times += 1) {
        const [calls, seats] = [random.below(TRIED), random.below(TRIED)];
        const first = await cheapestFor(calls, seats);
        const found = (await first?.breakEvens()) ?? [];
        const tried = async (feature: 'calls' | 'seats', used: number) => {
          for (const step of [-1, 1])
            for (let at = used + step; at >= 0 && at <= TRIED; at += step) {
              const cheapest = await (feature === 'calls'
                ? cheapestFor(at, seats)
                : cheapestFor(calls, at));
              if (!cheapest || cheapest.plan.id === first?.plan.id) continue;
              expect(found).toContainEqual({
                feature: expect.objectContaining({ code: feature }),
                quantity: at,
                plan: cheapest.plan,
                billingInterval: cheapest.billingInterval,
              });
              break;
            }
        };
        if (!first) continue;
        await tried('calls', calls);
        await tried('seats', seats);
        for (const { feature, quantity, plan } of found) {
          const at = (number: number) =>
            feature.code === 'calls' ? cheapestFor(number, seats) : cheapestFor(calls, number);
          const used = feature.code === 'calls' ? calls : seats;
          expect((await at(quantity))?.plan.id).toBe(plan.id);
          expect(plan.id).not.toBe(first.plan.id);
          const nearer = await at(quantity + (quantity > used ? -1 : 1));
          expect([undefined, first.plan.id]).toContain(nearer?.plan.id);
        }
      }
    });

    it('are the same for all estimates, and none without usage', async () => {
      const catalogue = await newCatalogue(world());
      const seats = await catalogue.feature({ code: 'seats', type: 'seats' });
      for (const [code, price, unitPrice] of [
        ['small', 0, 100_000],
        ['large', 400_000, 0],
      ] as const) {
        const plan = await catalogue.plan({ code, ...metered });
        const { id } = await catalogue.price(plan, { price });
        await catalogue.attach(plan, seats);
        await catalogue.change((w) =>
          setUnitPrice(w, plan.id, id, { featureId: seats.id, unitPrice }),
        );
      }
      const input = { plans: ['small', 'large'] };
      const found = await estimated(catalogue, {
        ...input,
        usage: [{ feature: 'seats', quantity: 2 }],
      });
      for (const each of found)
        expect(await each.breakEvens()).toMatchObject([
          // At 4 both cost the same, and the first one stays.
          { feature: { code: 'seats' }, quantity: 5, plan: { code: 'large' } },
        ]);
      const [none] = await estimated(catalogue, input);
      expect(await none?.breakEvens()).toEqual([]);
    });
  });
});
