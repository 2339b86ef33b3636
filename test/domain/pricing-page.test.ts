import { describe, expect, it } from 'vitest';
import { setFeatureLimits, setPlanFeatureLimits } from '../../src/domain/feature-limit.ts';
import { setMarketPrices } from '../../src/domain/market-price.ts';
import { updatePlan } from '../../src/domain/plan.ts';
import { addPlanToGroup } from '../../src/domain/plan-group.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import {
  type PricingPage,
  type PricingPageInput,
  pricingPage,
} from '../../src/domain/pricing-page.ts';
import { contentHash, contentOf } from '../../src/domain/pricing-page-content.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { type SetTranslationInput, setTranslation } from '../../src/domain/translation.ts';
import { setUnitPrice } from '../../src/domain/unit-price.ts';
import type { Audience } from '../../src/vocabulary.ts';
import { type Catalogue, keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const pageOf = (
  catalogue: Catalogue,
  input: Partial<PricingPageInput>,
  audience?: Audience,
): Promise<PricingPage | null> => {
  const reader = catalogue.reader(audience);
  return pricingPage(reader, new Loaders(reader), {
    context: {},
    locale: 'en',
    taxBehavior: 'unspecified',
    ...input,
  });
};

const shownOf = async (...given: Parameters<typeof pageOf>): Promise<PricingPage> => {
  const page = await pageOf(...given);
  if (!page) throw new Error('there is no page');
  return page;
};

/** The cells of a page by row, each as one text. */
const cellsOf = ({ sections }: PricingPage) =>
  Object.fromEntries(
    sections.flatMap(({ rows }) =>
      rows.map(({ feature, cells }) => [
        feature.code,
        cells.map(({ kind, text, change }) => `${kind} ${change}: ${text}`),
      ]),
    ),
  );

onEveryEngine('a pricing page', (world) => {
  keepsInvariants(world);

  describe('its columns', () => {
    it('are the plans of a group in its order, by id or by code', async () => {
      const catalogue = await newCatalogue(world());
      const group = await catalogue.group({ code: 'ladder' });
      const [first, second, third] = [
        await catalogue.plan({ code: 'first' }),
        await catalogue.plan({ code: 'second' }),
        await catalogue.plan({ code: 'third' }),
      ];
      for (const { id } of [third, first, second])
        await catalogue.change((w) => addPlanToGroup(w, group.id, { planId: id }));
      for (const name of [group.id, 'ladder']) {
        const { columns } = await shownOf(catalogue, { group: name });
        expect(columns.map(({ plan }) => plan.code)).toEqual(['third', 'first', 'second']);
      }
    });

    it('are named plans in their order, without those that are not there', async () => {
      const catalogue = await newCatalogue(world());
      const one = await catalogue.plan({ code: 'one' });
      await catalogue.plan({ code: 'two' });
      const { columns } = await shownOf(catalogue, { plans: ['two', 'missing', one.id] });
      expect(columns.map(({ plan }) => plan.code)).toEqual(['two', 'one']);
      expect(await pageOf(catalogue, { plans: ['missing'] })).toBeNull();
      expect(await pageOf(catalogue, { group: 'missing' })).toBeNull();
    });

    it('are none in an empty group', async () => {
      const catalogue = await newCatalogue(world());
      await catalogue.group({ code: 'empty' });
      const page = await shownOf(catalogue, { group: 'empty' });
      expect(page).toMatchObject({ columns: [], sections: [], intervals: [], currency: 'usd' });
    });

    it.each([
      [{}, 'group'],
      [{ group: 'a', plans: ['b'] }, 'plans'],
      [{ plans: [] }, 'plans'],
      [{ plans: Array.from({ length: 301 }, (_, place) => `plan_${place}`) }, 'plans'],
      [{ plans: ['one', 'two', 'one'] }, 'plans.2'],
    ])('are refused: %#', async (choice, param) => {
      const catalogue = await newCatalogue(world());
      for (const code of ['one', 'two']) await catalogue.plan({ code });
      await expect(pageOf(catalogue, choice)).rejects.toMatchObject({
        code: 'validation_error',
        param,
      });
    });

    it('are refused where a plan is named by its id and by its code', async () => {
      const catalogue = await newCatalogue(world());
      const { id } = await catalogue.plan({ code: 'one' });
      await expect(pageOf(catalogue, { plans: ['one', id] })).rejects.toMatchObject({
        param: 'plans.1',
      });
    });

    it('are not those of private plans to the public, nor are these a basis', async () => {
      const catalogue = await newCatalogue(world());
      const group = await catalogue.group({ code: 'ladder' });
      const secret = await catalogue.plan({
        code: 'secret',
        isPublic: false,
        planGroupId: group.id,
      });
      const shown = { planGroupId: group.id, basedOnPlanId: secret.id };
      const plan = await catalogue.plan({ code: 'shown', ...shown });
      const [ours, hidden] = [await catalogue.feature(), await catalogue.feature()];
      for (const each of [ours, hidden]) await catalogue.attach(secret, each);
      await catalogue.attach(plan, ours);
      const page = await shownOf(catalogue, { group: 'ladder' }, 'public');
      expect(
        page.columns.map(({ plan: { code }, basedOn, gainsTitle, gains }) => ({
          code,
          basedOn,
          gainsTitle,
          gains: gains.length,
        })),
      ).toEqual([{ code: 'shown', basedOn: null, gainsTitle: null, gains: 1 }]);
      expect(Object.keys(cellsOf(page))).toEqual([ours.code]);
      expect(await pageOf(catalogue, { plans: ['secret'] }, 'public')).toBeNull();
      const all = await shownOf(catalogue, { group: 'ladder' });
      expect(all.columns[1]).toMatchObject({
        basedOn: { code: 'secret' },
        gainsTitle: 'Everything in Plan, plus',
        gains: [],
      });
    });

    it('gain over the plan that they are based on, also where it is on no page', async () => {
      const catalogue = await newCatalogue(world());
      const [small, other] = [
        await catalogue.plan({ code: 'small', name: 'Small' }),
        await catalogue.plan({ code: 'other' }),
      ];
      const large = await catalogue.plan({ code: 'large', basedOnPlanId: small.id });
      const [shared, ofOther, ofLarge] = [
        await catalogue.feature({ code: 'shared' }),
        await catalogue.feature({ code: 'of_other' }),
        await catalogue.feature({ code: 'of_large' }),
      ];
      for (const plan of [small, large])
        await catalogue.attach(plan, shared, { includedAmount: plan === small ? 5 : 10 });
      for (const plan of [other, large]) await catalogue.attach(plan, ofOther);
      for (const plan of [small, large]) await catalogue.attach(plan, ofLarge);
      await catalogue.change((w) => setTranslation(w, small.id, 'de', { name: 'Klein' }));
      for (const plans of [
        ['small', 'other', 'large'],
        ['other', 'large'],
      ]) {
        const page = await shownOf(catalogue, { plans, locale: 'de' });
        expect(page.columns.at(-1)).toMatchObject({
          basedOn: { code: 'small' },
          gainsTitle: 'Alles aus Klein, und dazu',
          gains: [{ featureId: shared.id }, { featureId: ofOther.id }],
        });
      }
    });

    it('have texts in the language, also a button where a plan is sold by contact', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({
        code: 'big',
        name: 'Big',
        availability: 'contact_sales',
        presentation: { tagline: 'All of it' },
      });
      await catalogue.change((w) => setTranslation(w, plan.id, 'pt', { name: 'Grande' }));
      const { columns } = await shownOf(catalogue, { plans: ['big'], locale: 'pt-BR' });
      expect(columns[0]?.texts).toMatchObject({
        name: 'Grande',
        tagline: 'All of it',
        callToActionLabel: 'Falar com vendas',
      });
    });
  });

  describe('its rows', () => {
    it('are all features that a plan has, by section; those without one come last', async () => {
      const catalogue = await newCatalogue(world());
      const [late, early] = [
        await catalogue.section({ code: 'late', name: 'Late' }),
        await catalogue.section({ code: 'early', name: 'Early' }),
      ];
      const loose = await catalogue.feature({ code: 'loose' });
      const inEarly = await catalogue.feature({ code: 'in_early', sectionId: early.id });
      const inLate = await catalogue.feature({ code: 'in_late', sectionId: late.id });
      await catalogue.feature({ code: 'of_no_plan' });
      const [one, two] = [
        await catalogue.plan({ code: 'one' }),
        await catalogue.plan({ code: 'two' }),
      ];
      await catalogue.attach(one, inEarly);
      await catalogue.attach(two, loose, { enabled: false });
      await catalogue.attach(two, inLate);
      await catalogue.change((w) => setTranslation(w, late.id, 'de', { name: 'Spät' }));
      const page = await shownOf(catalogue, { plans: ['one', 'two'], locale: 'de' });
      expect(
        page.sections.map(({ name, section, rows }) => [
          name,
          section?.code,
          rows.map(({ feature, cells }) => [feature.code, cells.map(({ kind }) => kind)]),
        ]),
      ).toEqual([
        ['Spät', 'late', [['in_late', ['excluded', 'limited']]]],
        ['Early', 'early', [['in_early', ['limited', 'excluded']]]],
        ['Weitere Funktionen', undefined, [['loose', ['excluded', 'excluded']]]],
      ]);
    });

    it('have no heading where there are no sections', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'one' });
      await catalogue.attach(plan, await catalogue.feature());
      const { sections } = await shownOf(catalogue, { plans: ['one'] });
      expect(sections).toMatchObject([{ section: null, name: null }]);
    });
  });

  describe('its cells', () => {
    it('say every kind of thing, and how it compares', async () => {
      const catalogue = await newCatalogue(world());
      const form = { consumptionModel: 'metered' } as const;
      const [small, middle, large] = [
        await catalogue.plan({ code: 'small', ...form }),
        await catalogue.plan({ code: 'middle', ...form }),
        await catalogue.plan({ code: 'large', ...form }),
      ];
      const feature = (
        code: string,
        type: 'boolean' | 'usage' | 'quota' | 'seats',
        unitName?: string,
        unitNamePlural?: string,
      ) => catalogue.feature({ code, type, unitName, unitNamePlural });
      const sso = await feature('sso', 'boolean');
      await catalogue.attach(large, sso);
      const projects = await feature('projects', 'quota', 'project', 'projects');
      await catalogue.attach(small, projects, { includedAmount: 3 });
      await catalogue.attach(middle, projects, { includedAmount: 2 });
      await catalogue.attach(large, projects, { unlimited: true });
      const calls = await feature('calls', 'usage', 'call', 'calls');
      await catalogue.attach(small, calls, { includedAmount: 10 });
      const overage = { enabled: true, unitPrice: 20 };
      await catalogue.attach(middle, calls, { includedAmount: 10, overage });
      await catalogue.attach(large, calls, { includedAmount: 10, overage });
      const support = await feature('support', 'boolean');
      await catalogue.attach(small, support, { displayValue: 'Forum' });
      await catalogue.attach(middle, support, { displayValue: '24/7' });
      await catalogue.attach(large, support, { displayValue: '24/7' });
      for (const plan of [small, middle, large]) await catalogue.price(plan);
      const page = await shownOf(catalogue, { plans: ['small', 'middle', 'large'] });
      expect(cellsOf(page)).toEqual({
        sso: [
          'excluded first: Not included',
          'excluded same: Not included',
          'included more: Included',
        ],
        projects: [
          'limited first: 3 projects',
          'limited less: 2 projects',
          'unlimited more: Unlimited',
        ],
        calls: [
          'limited first: 10 calls',
          'metered other: 10 calls, then $0.002 per call',
          'metered same: 10 calls, then $0.002 per call',
        ],
        support: ['words first: Forum', 'words other: 24/7', 'words same: 24/7'],
      });
      const [rows = []] = page.sections.map(({ rows }) => rows);
      expect(rows.every(({ differs }) => differs)).toBe(true);
      expect(page.columns.map(({ gains }) => gains.map(({ featureId }) => featureId))).toEqual([
        [projects.id, calls.id, support.id],
        [],
        [sso.id, projects.id],
      ]);
    });

    it('compare limits one by one', async () => {
      const catalogue = await newCatalogue(world());
      const meetings = await catalogue.feature({ code: 'meetings', type: 'boolean' });
      const limits = [
        { code: 'minutes', name: 'Minutes', unitName: 'min', period: 'event' },
        { code: 'guests', name: 'Guests', unitName: 'guests', decimals: 1 },
      ] as const;
      await catalogue.change((w) => setFeatureLimits(w, meetings.id, { limits: [...limits] }));
      const values: [string, (number | null)[]][] = [
        ['a', [30, 1_000]],
        ['b', [60, 1_000]],
        ['c', [60, 1_000]],
        ['d', [90, 500]],
        ['e', [90, null]],
        ['f', [90]],
        ['g', [20]],
      ];
      for (const [code, amounts] of values) {
        const plan = await catalogue.plan({ code });
        await catalogue.attach(plan, meetings);
        const set = amounts.map((amount, place) => ({
          code: limits[place]?.code ?? '',
          ...(amount === null ? { unlimited: true } : { amount }),
        }));
        await catalogue.change((w) =>
          setPlanFeatureLimits(w, plan.id, meetings.id, { limits: set }),
        );
      }
      const page = await shownOf(catalogue, { plans: values.map(([code]) => code) });
      expect(cellsOf(page)).toEqual({
        meetings: [
          'included first: 30 min per event, 100 guests',
          'included more: 60 min per event, 100 guests',
          'included same: 60 min per event, 100 guests',
          'included other: 90 min per event, 50 guests',
          'included more: 90 min per event, Guests: Unlimited',
          'included other: 90 min per event',
          'included less: 20 min per event',
        ],
      });
    });

    it('say words in the language, and a limit per unit of another feature', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'one' });
      const seats = await catalogue.feature({ code: 'seats', type: 'seats', unitName: 'Platz' });
      const storage = await catalogue.feature({ code: 'storage', type: 'quota', unitName: 'GB' });
      const limits = [{ code: 'each', name: 'Each', unitName: 'GB', perFeatureId: seats.id }];
      await catalogue.change((w) => setFeatureLimits(w, storage.id, { limits }));
      await catalogue.attach(plan, storage);
      const amounts = [{ code: 'each', amount: 5 }];
      await catalogue.change((w) =>
        setPlanFeatureLimits(w, plan.id, storage.id, { limits: amounts }),
      );
      const link = await catalogue.attach(plan, seats, { displayValue: 'As many as needed' });
      await catalogue.change((w) =>
        setTranslation(w, link.id, 'de', { displayValue: 'So viele wie nötig' }),
      );
      expect(cellsOf(await shownOf(catalogue, { plans: ['one'], locale: 'de' }))).toEqual({
        seats: ['words first: So viele wie nötig'],
        storage: ['included first: 5 GB pro Platz'],
      });
    });

    it('name units in the language, in the singular and the plural', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'one', consumptionModel: 'metered' });
      const seats = await catalogue.feature({
        ...{ code: 'seats', type: 'seats', unitName: 'seat', unitNamePlural: 'seats' },
      });
      const calls = await catalogue.feature({
        ...{ code: 'calls', type: 'usage', unitName: 'call', unitNamePlural: 'calls' },
      });
      await catalogue.change((w) =>
        setFeatureLimits(w, calls.id, {
          limits: [
            { code: 'rate', name: 'Rate', unitName: 'call', unitNamePlural: 'calls' },
            { code: 'batch', name: 'Batch', unitName: 'MB', perFeatureId: 'seats' },
          ],
        }),
      );
      const price = await catalogue.price(plan, { price: 0 });
      const overage = { enabled: true, unitPrice: 20 };
      await catalogue.attach(plan, calls, { includedAmount: 1, overage });
      await catalogue.attach(plan, seats);
      await catalogue.change((w) =>
        setUnitPrice(w, plan.id, price.id, {
          ...{ featureId: seats.id, unitPrice: 120_000, blockSize: 5 },
        }),
      );
      const limits = [
        { code: 'rate', amount: 60 },
        { code: 'batch', amount: 8 },
      ];
      await catalogue.change((w) => setPlanFeatureLimits(w, plan.id, calls.id, { limits }));
      const translate = (objectId: string, locale: string, input: SetTranslationInput) =>
        catalogue.change((w) => setTranslation(w, objectId, locale, input));
      await translate(seats.id, 'de', { unitName: 'Platz', unitNamePlural: 'Plätze' });
      await translate(calls.id, 'de', { unitName: 'Aufruf', unitNamePlural: 'Aufrufe' });
      await translate(calls.id, 'ja', { unitName: '回' });
      const textsIn = async (locale: string) => {
        const page = await shownOf(catalogue, { plans: ['one'], locale });
        const [row] = page.sections.flatMap(({ rows }) => rows).slice(-1);
        return {
          headline: page.columns[0]?.offers[0]?.headline.replaceAll('\u00a0', ' '),
          calls: cellsOf(page).calls?.[0]?.replaceAll('\u00a0', ' '),
          unitName: row?.unitName,
        };
      };
      expect(await textsIn('en')).toEqual({
        headline: '$12 per 5 seats and month',
        calls: 'metered first: 1 call, then $0.002 per call; Rate: 60 calls, 8 MB per seat',
        unitName: 'call',
      });
      expect(await textsIn('de-AT')).toEqual({
        headline: '$ 12 pro 5 Plätze und Monat',
        calls:
          'metered first: 1 Aufruf, danach $ 0,002 pro Aufruf; Rate: 60 Aufrufe und 8 MB pro Platz',
        unitName: 'Aufruf',
      });
      expect(await textsIn('ja')).toEqual({
        headline: '5 seatsあたり月額$12',
        calls: 'metered first: 1回、超過分は回あたり$0.002、Rate：60回、seatあたり8 MB',
        unitName: '回',
      });
    });

    it('say what is paid in credits, from a balance, or agreed with sales', async () => {
      const catalogue = await newCatalogue(world());
      const credits = await catalogue.plan({ code: 'credits', consumptionModel: 'credits' });
      const balance = await catalogue.plan({ code: 'balance', consumptionModel: 'balance' });
      const agreed = await catalogue.plan({
        code: 'agreed',
        consumptionModel: 'metered',
        availability: 'contact_sales',
      });
      const images = await catalogue.feature({ code: 'images', unitName: 'image' });
      await catalogue.attach(credits, images, { creditsPerUnit: 5 });
      await catalogue.attach(balance, images, { pricingMode: 'ai_model', margin: 100 });
      const overage = { enabled: true, unitPrice: 20 };
      await catalogue.attach(agreed, images, { includedAmount: 1_000, overage });
      const page = await shownOf(catalogue, { plans: ['credits', 'balance', 'agreed'] });
      expect(cellsOf(page)).toEqual({
        images: [
          'metered first: 5 credits per image',
          'metered other: By usage',
          'metered more: 1,000 image',
        ],
      });
    });
  });

  describe('its offers', () => {
    it('are the prices of a plan from the shortest interval on, and none by contact', async () => {
      const catalogue = await newCatalogue(world());
      const sold = await catalogue.plan({ code: 'sold' });
      for (const billingInterval of ['yearly', 'one_time', 'monthly', 'weekly'] as const)
        await catalogue.price(sold, { billingInterval });
      const contact = await catalogue.plan({ code: 'contact', availability: 'contact_sales' });
      await catalogue.price(contact, { billingInterval: 'quarterly' });
      const page = await shownOf(catalogue, { plans: ['sold', 'contact'] });
      expect(
        page.columns.map(({ offers }) => offers.map(({ billingInterval }) => billingInterval)),
      ).toEqual([['weekly', 'monthly', 'yearly', 'one_time'], []]);
      expect(page.intervals).toEqual(['weekly', 'monthly', 'yearly', 'one_time']);
      expect(page.intervalNames).toEqual(['Weekly', 'Monthly', 'Yearly', 'One-time']);
    });

    it('say the price, the trial, the introductory offer and what is saved', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'pro' });
      await catalogue.price(plan, { price: 190_000, trialDays: 14 });
      await catalogue.price(plan, {
        billingInterval: 'yearly',
        price: 1_900_000,
        introOffer: {
          enabled: true,
          discountType: 'percentage',
          discountValue: 5_000,
          durationCycles: 1,
        },
      });
      const { columns } = await shownOf(catalogue, { plans: ['pro'] });
      expect(
        columns[0]?.offers.map(({ headline, trial, introOffer, savings, savingsBasisPoints }) => ({
          headline,
          trial,
          introOffer,
          savings,
          savingsBasisPoints,
        })),
      ).toEqual([
        {
          headline: '$19 per month',
          trial: '14 days free',
          introOffer: null,
          savings: null,
          savingsBasisPoints: null,
        },
        {
          headline: '$15.83 per month, billed yearly',
          trial: null,
          introOffer: '50% off for 1 year',
          savings: 'Save 16%',
          savingsBasisPoints: 1_666,
        },
      ]);
    });

    it('speak of units that are charged from the first one on', async () => {
      const catalogue = await newCatalogue(world());
      const form = { consumptionModel: 'metered' } as const;
      const seats = await catalogue.feature({ code: 'seats', type: 'seats', unitName: 'user' });
      const calls = await catalogue.feature({ code: 'calls', type: 'usage', unitName: 'calls' });
      const byUser = await catalogue.plan({ code: 'by_user', ...form });
      await catalogue.attach(byUser, seats);
      await catalogue.attach(byUser, calls, { overage: { enabled: true, unitPrice: 20 } });
      const priced: [typeof byUser, 'monthly' | 'yearly', number, number][] = [
        [byUser, 'monthly', 0, 160_000],
        [byUser, 'yearly', 0, 1_600_000],
      ];
      const both = await catalogue.plan({ code: 'both', ...form });
      await catalogue.attach(both, seats);
      priced.push([both, 'monthly', 100_000, 50_000], [both, 'yearly', 1_000_000, 540_000]);
      const some = await catalogue.plan({ code: 'some', ...form });
      await catalogue.attach(some, seats, { includedAmount: 5 });
      priced.push([some, 'monthly', 100_000, 50_000]);
      for (const [plan, billingInterval, price, unitPrice] of priced) {
        const { id } = await catalogue.price(plan, { billingInterval, price });
        const input = { featureId: seats.id, unitPrice };
        await catalogue.change((w) => setUnitPrice(w, plan.id, id, input));
      }
      const byUse = await catalogue.plan({ code: 'by_use', ...form });
      await catalogue.attach(byUse, calls, { overage: { enabled: true, unitPrice: 20 } });
      await catalogue.price(byUse, { price: 0 });
      const page = await shownOf(catalogue, { plans: ['by_user', 'both', 'some', 'by_use'] });
      expect(
        page.columns.map(({ offers }) =>
          offers.map(({ headline, savings }) => [headline, savings]),
        ),
      ).toEqual([
        [
          ['$16 per user and month', null],
          ['$13.33 per user and month, billed yearly', 'Save 16%'],
        ],
        [
          ['$10 per month plus $5 per user', null],
          ['$8.33 per month plus $4.50 per user, billed yearly', 'Save 10%'],
        ],
        [['$10 per month', null]],
        [['$0.002 per calls', null]],
      ]);
    });

    it('save nothing where a year is not cheaper, or other units are priced', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'pro', consumptionModel: 'metered' });
      await catalogue.price(plan, { price: 100_000 });
      await catalogue.price(plan, { billingInterval: 'yearly', price: 1_200_000 });
      const { id } = await catalogue.price(plan, { billingInterval: 'quarterly', price: 200_000 });
      const seats = await catalogue.feature({ type: 'seats' });
      await catalogue.attach(plan, seats);
      await catalogue.change((w) =>
        setUnitPrice(w, plan.id, id, { featureId: seats.id, unitPrice: 10 }),
      );
      const { columns } = await shownOf(catalogue, { plans: ['pro'] });
      expect(columns[0]?.offers.map((offer) => offer.savingsBasisPoints)).toEqual([
        null,
        null,
        null,
      ]);
    });
  });

  describe('its currency', () => {
    it('is the one that is asked for if every offer has it, else the base currency', async () => {
      const catalogue = await newCatalogue(world());
      const [one, two, free, contact] = [
        await catalogue.plan({ code: 'one' }),
        await catalogue.plan({ code: 'two' }),
        await catalogue.plan({ code: 'free', isFree: true }),
        await catalogue.plan({ code: 'contact', availability: 'contact_sales' }),
      ];
      for (const plan of [one, two, contact]) await catalogue.price(plan, { price: 100_000 });
      await catalogue.price(free, { price: 0 });
      await catalogue.regionalPricing(one, { currency: 'eur', exchangeRate: 0.9 });
      const plans = ['one', 'two', 'free', 'contact'];
      const pricesIn = async (currency: string) => {
        const page = await shownOf(catalogue, { plans, context: { currency } });
        const offers = page.columns.flatMap((column) => column.offers);
        return [
          page.currency,
          offers.map(({ effective }) => [effective.price, effective.currency]),
        ];
      };
      expect(await pricesIn('EUR')).toEqual([
        'usd',
        [
          [100_000, 'usd'],
          [100_000, 'usd'],
          [0, 'usd'],
        ],
      ]);
      await catalogue.regionalPricing(two, { currency: 'eur', exchangeRate: 0.8 });
      expect(await pricesIn('EUR')).toEqual([
        'eur',
        [
          [90_000, 'eur'],
          [80_000, 'eur'],
          [0, 'eur'],
        ],
      ]);
    });

    it('is that of a market, whose price a visitor pays, and not another', async () => {
      const catalogue = await newCatalogue(world());
      const market = await catalogue.market({ name: 'Brazil', countryCodes: ['BR'] });
      const plan = await catalogue.plan({ code: 'pro' });
      const marketPrices = [{ marketId: market.id, currency: 'usd', price: 319_000 }];
      const { id } = await catalogue.price(plan, { price: 290_000, marketPrices });
      const variant = [{ marketId: market.id, currency: 'usd', price: 1 }];
      await catalogue.change((w) =>
        addPriceVariant(w, plan.id, { inheritsFromPriceId: id, marketPrices: variant }),
      );
      const headlineFor = async (country: string) => {
        const page = await shownOf(catalogue, { plans: ['pro'], context: { country } });
        return page.columns[0]?.offers.map(({ headline, effective }) => [
          headline,
          effective.explanation.find(({ outcome }) => outcome === 'matched')?.reason,
        ]);
      };
      expect(await headlineFor('BR')).toEqual([
        ['$31.90 per month', 'Brazil is in the market Brazil, where this price is $31.90.'],
      ]);
      expect(await headlineFor('EC')).toEqual([
        ['$29 per month', 'People in Ecuador pay in USD, which is the base currency: $29.00.'],
      ]);
      const reais = [{ marketId: market.id, currency: 'brl', price: 1_490_000 }];
      await catalogue.change((w) => setMarketPrices(w, plan.id, id, { marketPrices: reais }));
      const second = await catalogue.plan({ code: 'second' });
      await catalogue.price(second);
      const both = { plans: ['second', 'pro'], context: { country: 'BR' } };
      const inDollars = await shownOf(catalogue, both);
      expect(inDollars.currency).toBe('usd');
      const [, offersOfPro] = inDollars.columns.map((column) => column.offers);
      expect(offersOfPro?.[0]?.effective.explanation).toMatchObject([
        { outcome: 'skipped' },
        {
          outcome: 'skipped',
          reason:
            'Brazil is in the market Brazil, where this price is R$149.00. The page is in USD.',
        },
        {
          outcome: 'matched',
          reason: 'The page is in USD, which is the base currency: $29.00.',
        },
        { outcome: 'skipped' },
        { outcome: 'skipped' },
      ]);
      await catalogue.regionalPricing(second, { currency: 'brl', exchangeRate: 5 });
      const page = await shownOf(catalogue, both);
      expect(
        page.columns.map(({ offers }) => offers.map(({ effective }) => effective.source)),
      ).toEqual([['derived'], ['market']]);
      expect(page.currency).toBe('brl');
    });

    it("is the country's own where every offer has it", async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'one', consumptionModel: 'metered' });
      await catalogue.price(plan, { price: 100_000 });
      await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.9 });
      const input = { plans: ['one'], context: { country: 'de' } };
      const page = await shownOf(catalogue, input);
      expect(page.currency).toBe('eur');
      expect(page.columns[0]?.offers[0]?.effective.explanation).toMatchObject([
        { outcome: 'skipped' },
        { outcome: 'skipped' },
        { outcome: 'skipped' },
        { rule: 'country_currency', outcome: 'matched', price: 90_000 },
        { outcome: 'skipped' },
      ]);
      const yen = { plans: ['one'], context: { country: 'jp' } };
      expect((await shownOf(catalogue, yen)).currency).toBe('usd');
    });
  });

  describe('what it says', () => {
    it('has a hash that changes with any text, and with nothing else', async () => {
      const catalogue = await newCatalogue(world());
      const plan = await catalogue.plan({ code: 'one', name: 'One' });
      await catalogue.price(plan);
      const input = { plans: ['one'] };
      const hash = async () => contentHash(await shownOf(catalogue, input));
      const before = await hash();
      expect(before).toMatch(/^[0-9a-f]{64}$/);
      await catalogue.change((w) => updatePlan(w, plan.id, { metadata: { ours: 1 } }));
      expect(await hash()).toBe(before);
      await catalogue.change((w) =>
        updatePlan(w, plan.id, { presentation: { highlighted: true } }),
      );
      const after = await hash();
      expect(after).not.toBe(before);
      await catalogue.change((w) => updatePlan(w, plan.id, { publicMetadata: { color: 'red' } }));
      expect(await hash()).not.toBe(after);
    });
  });

  describe('its statements', () => {
    const filled = async (catalogue: Catalogue, count: number): Promise<string[]> => {
      const group = await catalogue.group();
      const section = await catalogue.section();
      const features = [
        await catalogue.feature({ type: 'seats', sectionId: section.id }),
        await catalogue.feature({ type: 'boolean' }),
      ];
      const [seats] = features;
      const codes: string[] = [];
      for (let place = 0; place < count; place += 1) {
        const code = `plan_number_${place}`;
        const based = place > 0 ? { basedOnPlanId: 'plan_number_0' } : {};
        const grouped = place < 200 ? { planGroupId: group.id } : {};
        const plan = await catalogue.plan({ code, ...based, ...grouped });
        const { id } = await catalogue.price(plan);
        for (const feature of features) await catalogue.attach(plan, feature);
        if (seats)
          await catalogue.change((w) =>
            setUnitPrice(w, plan.id, id, { featureId: seats.id, unitPrice: 10 }),
          );
        codes.push(code);
      }
      return codes;
    };

    it('are as many for 300 plans as for three', async () => {
      const catalogue = await newCatalogue(world());
      const codes = await filled(catalogue, 300);
      const statementsFor = async (plans: string[]) => {
        // Another process has written: what is cached is out of date.
        const reader = world().store.reader(catalogue.tenant, 'all', Math.random());
        const before = world().statements.length;
        const page = await pricingPage(reader, new Loaders(reader), {
          plans,
          context: { country: 'DE' },
          locale: 'en',
          taxBehavior: 'unspecified',
        });
        expect(page?.columns).toHaveLength(plans.length);
        return world().statements.length - before;
      };
      const few = await statementsFor(codes.slice(0, 3));
      expect(few).toBeGreaterThan(5);
      expect(await statementsFor(codes)).toBe(few);
    });
  });

  it('is the same for plain values, whoever asks', async () => {
    const catalogue = await newCatalogue(world());
    const plan = await catalogue.plan({ code: 'one', metadata: { secret: 'ours' } });
    await catalogue.price(plan, { metadata: { secret: 'ours' } });
    const ours = contentOf(await shownOf(catalogue, { plans: ['one'] }));
    expect(contentOf(await shownOf(catalogue, { plans: ['one'] }, 'public'))).toEqual(ours);
    expect(JSON.stringify(ours)).not.toContain('secret');
  });
});
