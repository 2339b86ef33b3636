import { describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../src/cli/demo/create.ts';
import { changeTaxBehavior } from '../../src/domain/organization.ts';
import { pricingPage } from '../../src/domain/pricing-page.ts';
import { contentOf } from '../../src/domain/pricing-page-content.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { Loaders } from '../../src/domain/relations.ts';
import { pricingPageAs } from '../../src/rest/pricing-page/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { onEveryGateway } from './client.ts';

/** All that a page prints. */
const PAGE = `query ($group: ID, $plans: [ID!], $context: PriceContext!, $locale: Locale! = "en") {
  pricingPage(group: $group, plans: $plans, context: $context, locale: $locale) {
    currency taxBehavior taxNote intervals contentHash
    columns {
      plan { id code presentation { highlighted callToAction { url } } }
      texts { name description tagline badge callToActionLabel }
      offers {
        billingInterval intervalName headline headlineAmount trial introOffer savingsBasisPoints savings
        effective { price }
      }
      basedOn { code } gainsTitle gains { feature { code } }
    }
    sections {
      section { code } name
      rows {
        feature { code } name unitName differs
        cells { plan { code } kind text change planFeature { enabled } }
      }
    }
  }
}`;

const contentFor = async (catalogue: Catalogue, group: string, locale: string) => {
  const reader = catalogue.reader();
  const page = await pricingPage(reader, new Loaders(reader), {
    group,
    context: {},
    locale,
    taxBehavior: 'unspecified',
  });
  if (!page) throw new Error('there is no page');
  return { page, content: contentOf(page) };
};

onEveryGateway('the pricing page', (client) => {
  const demo = () => client().catalogue.change((w) => createDemoCatalogue(w));

  it.each(['en', 'de'])('says in GraphQL what it says elsewhere (%s)', async (locale) => {
    await demo();
    const { content, page } = await contentFor(client().catalogue, 'workspace', locale);
    const data = await client().data(PAGE, { group: 'workspace', context: {}, locale });
    const { columns, sections, ...rest } = data.pricingPage;
    expect(rest).toEqual({
      currency: content.currency,
      taxBehavior: 'UNSPECIFIED',
      taxNote: content.taxNote,
      intervals: content.intervals.map(({ billingInterval }) => billingInterval.toUpperCase()),
      contentHash: JSON.parse(pricingPageAs('json', page)).contentHash,
    });
    expect(columns).toEqual(
      content.columns.map(({ plan, callToAction, highlighted, basedOn, gains, ...column }) => ({
        plan: {
          id: plan.id,
          code: plan.code,
          presentation: {
            highlighted,
            callToAction: callToAction.url === null ? null : { url: callToAction.url },
          },
        },
        texts: {
          name: column.name,
          description: column.description,
          tagline: column.tagline,
          badge: column.badge,
          callToActionLabel: callToAction.label,
        },
        offers: column.offers.map((offer) => ({
          billingInterval: offer.billingInterval.toUpperCase(),
          intervalName: offer.intervalName,
          headline: offer.headline,
          headlineAmount: offer.headlineAmount,
          trial: offer.trial,
          introOffer: offer.introOffer,
          savingsBasisPoints: offer.savingsBasisPoints,
          savings: offer.savings,
          effective: { price: offer.price },
        })),
        basedOn: basedOn === null ? null : { code: basedOn },
        gainsTitle: column.gainsTitle,
        gains: gains.map((code) => ({ feature: { code } })),
      })),
    );
    expect(sections).toEqual(
      content.sections.map(({ section, name, rows }) => ({
        section: section && { code: section.code },
        name,
        rows: rows.map((row) => ({
          feature: { code: row.feature.code },
          name: row.name,
          unitName: row.unitName,
          differs: row.differs,
          cells: row.cells.map(({ plan, kind, text, change }) => ({
            plan: { code: plan },
            kind: kind.toUpperCase(),
            text,
            change: change.toUpperCase(),
            // The demo attaches one feature that it has switched off.
            planFeature:
              kind !== 'excluded'
                ? { enabled: true }
                : plan === 'free' && row.feature.code === 'custom_domain'
                  ? { enabled: false }
                  : null,
          })),
        })),
      })),
    );
  });

  it('shows the tax behavior of the organization in words', async () => {
    await demo();
    const { store } = client().world;
    const { name } = (await client().data('{ viewer { organization { name } } }')).viewer
      .organization;
    await changeTaxBehavior(store, name, 'inclusive', { apiKeyId: null, requestId: null });
    const { pricingPage: page } = await client().data(PAGE, { group: 'workspace', context: {} });
    expect(page).toMatchObject({ taxBehavior: 'INCLUSIVE', taxNote: 'incl. VAT' });
  });

  it('is null for a group and for plans that there are not', async () => {
    for (const choice of [{ group: 'missing' }, { plans: ['missing', 'pln_missing'] }])
      expect(await client().data(PAGE, { ...choice, context: {} })).toEqual({ pricingPage: null });
  });

  it('needs a group or plans, and no plan twice', async () => {
    await client().catalogue.plan({ code: 'one' });
    for (const [choice, param] of [
      [{}, 'group'],
      [{ group: 'a', plans: ['one'] }, 'plans'],
      [{ plans: ['one', 'one'] }, 'plans.1'],
    ] as const) {
      const { errors } = await client().answer(PAGE, { ...choice, context: {} });
      expect(errors).toMatchObject([{ extensions: { code: 'validation_error', param } }]);
    }
  });

  it('costs about what it answers, for five plans with 60 features', async () => {
    const { catalogue } = client();
    const group = await catalogue.group({ code: 'ladder' });
    const plans = [];
    for (let place = 0; place < 5; place += 1) {
      const plan = await catalogue.plan({ planGroupId: group.id });
      await catalogue.price(plan);
      await catalogue.price(plan, { billingInterval: 'yearly', price: 2_900_000 });
      plans.push(plan);
    }
    for (let place = 0; place < 60; place += 1) {
      const section = place % 12 === 0 ? await catalogue.section() : undefined;
      const feature = await catalogue.feature(section ? { sectionId: section.id } : {});
      for (const plan of plans) await catalogue.attach(plan, feature, { includedAmount: place });
    }
    const { extensions, data } = await client().answer(PAGE, { group: 'ladder', context: {} });
    expect(data.pricingPage.columns).toHaveLength(5);
    const { requested, spent, limit } = extensions.cost;
    expect(spent).toBeLessThan(limit / 20);
    expect(requested).toBeLessThan(limit / 20);
    expect(requested / spent).toBeGreaterThan(0.5);
    expect(requested / spent).toBeLessThan(2);
  });

  it('costs the work of its cells, also where none is selected', async () => {
    const { catalogue } = client();
    const plans = [await catalogue.plan({ code: 'one' }), await catalogue.plan({ code: 'two' })];
    for (let place = 0; place < 30; place += 1) {
      const feature = await catalogue.feature();
      for (const plan of plans) await catalogue.attach(plan, feature);
    }
    const { extensions } = await client().answer(
      '{ pricingPage(plans: ["one", "two"], context: {}) { currency } }',
    );
    expect(extensions.cost.spent).toBeGreaterThanOrEqual(60);
  });

  describe('asked for by a publishable key', () => {
    const ORIGIN = 'https://shop.example';
    const asPage = async (document: string, variables: object) => {
      const { catalogue, gateway } = client();
      const { secret } = await catalogue.change((w) =>
        createPublishableKey(w, { name: 'Page', allowedOrigins: [ORIGIN] }),
      );
      return gateway.graphql(secret ?? '', document, { ...variables }, { origin: ORIGIN });
    };

    it('is the same as by a secret one, without the private plan', async () => {
      await demo();
      const variables = { group: 'workspace', context: { country: 'DE' }, locale: 'de' };
      const { data, errors } = await asPage(PAGE, variables);
      expect(errors).toBeUndefined();
      const plans = ['free', 'starter', 'team', 'enterprise'];
      expect(data).toEqual(await client().data(PAGE, { ...variables, group: null, plans }));
    });

    it('has no metadata', async () => {
      await demo();
      const { data, errors } = await asPage(
        `{ pricingPage(group: "workspace", context: {}) {
          columns { plan { code metadata } }
        } }`,
        {},
      );
      expect(errors).toHaveLength(4);
      for (const error of errors)
        expect(error).toMatchObject({ extensions: { code: 'forbidden' } });
      expect(data.pricingPage.columns[0]).toEqual({ plan: { code: 'free', metadata: null } });
    });
  });
});

const ESTIMATE = `query (
  $group: ID, $plans: [ID!], $usage: [UsageInput!]!, $context: PriceContext!
) {
  estimate(group: $group, plans: $plans, usage: $usage, context: $context) {
    plan { code } billingInterval currency
    total formattedTotal(trimZeros: true) perMonth formattedPerMonth
    lines {
      unitPrice { planFeature { feature { code } } }
      quantity chargedQuantity amount formattedAmount currency
    }
    breakEvens { feature { code } quantity plan { code } billingInterval }
  }
}`;

onEveryGateway('an estimate', (client) => {
  it('says what plans cost, and where another one is cheaper', async () => {
    await client().catalogue.change((w) => createDemoCatalogue(w));
    const usage = [
      { feature: 'seats', quantity: 2 },
      { feature: 'api_calls', quantity: 60_000 },
    ];
    const variables = { group: 'workspace', usage, context: {} };
    const { estimate } = await client().data(ESTIMATE, variables);
    expect(
      estimate.map(
        ({ plan, billingInterval, formattedTotal, formattedPerMonth }: (typeof estimate)[0]) => [
          plan.code,
          billingInterval,
          formattedTotal,
          formattedPerMonth,
        ],
      ),
    ).toEqual([
      ['team', 'YEARLY', '$360', '$30.00'],
      ['starter', 'YEARLY', '$430', '$35.83'],
      ['team', 'MONTHLY', '$36', '$36.00'],
      ['starter', 'MONTHLY', '$39', '$39.00'],
    ]);
    expect(estimate[0].lines).toEqual([
      {
        unitPrice: null,
        quantity: 1,
        chargedQuantity: 1,
        amount: 0,
        formattedAmount: '$0.00',
        currency: 'usd',
      },
      {
        unitPrice: { planFeature: { feature: { code: 'api_calls' } } },
        quantity: 60_000,
        chargedQuantity: 0,
        amount: 0,
        formattedAmount: '$0.00',
        currency: 'usd',
      },
      {
        unitPrice: { planFeature: { feature: { code: 'seats' } } },
        quantity: 2,
        chargedQuantity: 3,
        amount: 3_600_000,
        formattedAmount: '$360.00',
        currency: 'usd',
      },
    ]);
    // Starter has 50,000 calls and charges $0.002 for each beyond: $14.16 a month are 7,083 calls.
    expect(estimate[0].breakEvens).toEqual([
      {
        feature: { code: 'seats' },
        quantity: 5,
        plan: { code: 'starter' },
        billingInterval: 'YEARLY',
      },
      {
        feature: { code: 'api_calls' },
        quantity: 57_083,
        plan: { code: 'starter' },
        billingInterval: 'YEARLY',
      },
    ]);
    for (const each of estimate) expect(each.breakEvens).toEqual(estimate[0].breakEvens);
  });

  it('is empty where no plan serves the usage, or there is no plan', async () => {
    await client().catalogue.change((w) => createDemoCatalogue(w));
    const usage = [{ feature: 'missing', quantity: 1 }];
    for (const variables of [
      { group: 'workspace', usage },
      { group: 'missing', usage: [] },
      { plans: ['missing'], usage: [] },
    ])
      expect(await client().data(ESTIMATE, { ...variables, context: {} })).toEqual({
        estimate: [],
      });
  });

  it('refuses a quantity that is none, and a feature twice', async () => {
    const plan = await client().catalogue.plan({ code: 'one' });
    await client().catalogue.price(plan);
    const calls = { feature: 'calls', quantity: 1 };
    for (const [usage, param] of [
      [[{ ...calls, quantity: -1 }], 'usage.0.quantity'],
      [[{ ...calls, feature: '' }], 'usage.0.feature'],
      [[calls, calls], 'usage.1.feature'],
    ] as const) {
      const { errors } = await client().answer(ESTIMATE, { plans: ['one'], usage, context: {} });
      expect(errors).toMatchObject([{ extensions: { code: 'validation_error', param } }]);
    }
  });
});
