import { beforeEach, describe, expect, it } from 'vitest';
import { endpointsOf } from '../../src/rest/endpoints.ts';
import { clearedByNull } from '../../src/rest/members.ts';
import type { OperationId } from '../../src/rest/routes.ts';
import { type ApiVersion, apiVersions } from '../../src/vocabulary.ts';
import { onRest, type RestClient } from './client.ts';
import { isEraA, isEraC, RawClient } from './raw.ts';

/**
 * The table of the documentation: members of updates that null clears. Null in any other member is
 * not given.
 */
const cleared = (version: ApiVersion): Partial<Record<OperationId, string[]>> => ({
  'update-plan': isEraA(version) ? [] : ['description'],
  'update-plan-feature': ['creditsPerUnit', 'margin'],
  'update-plan-price': isEraA(version)
    ? [
        'includedBalance',
        'includedCredits',
        'introOfferDiscountType',
        'introOfferDiscountValue',
        'introOfferDurationCycles',
      ]
    : [
        'includedBalance',
        'includedCredits',
        ...(isEraC(version)
          ? []
          : ['introOffer.discountType', 'introOffer.discountValue', 'introOffer.durationCycles']),
      ],
  'update-feature': ['description', 'unitName'],
  'update-plan-group': ['description'],
});

const updates = [
  'update-plan',
  'update-plan-feature',
  'update-plan-price',
  'update-feature',
  'update-plan-group',
] as const;

describe('null', () => {
  it.each(apiVersions)('clears in %s what the table says', (version) => {
    for (const id of updates) {
      const body = endpointsOf(version).find((endpoint) => endpoint.id === id)?.body;
      expect(body && clearedByNull(body).sort()).toEqual(cleared(version)[id]?.toSorted());
    }
  });
});

onRest('what SDKs send for members that were not set', (server) => {
  let client: RestClient;
  let ids: { plan: string; price: string; feature: string; group: string };

  beforeEach(async () => {
    client = await server().newClient();
    const { catalogue } = client;
    const group = await catalogue.group({ name: 'Teams', description: 'Of ours' });
    const plan = await catalogue.plan({
      consumptionModel: 'metered',
      description: 'All',
      metadata: { kept: 1 },
      planGroupId: group.id,
    });
    const introOffer = {
      enabled: true,
      discountType: 'percentage',
      discountValue: 5_000,
      durationCycles: 3,
    } as const;
    const price = await catalogue.price(plan, {
      billingInterval: 'monthly',
      price: 290_000,
      trialDays: 7,
      includedBalance: 10_000,
      includedCredits: 5,
      introOffer,
      metadata: { kept: 1 },
    });
    const feature = await catalogue.feature({
      ...{ description: 'Calls', unitName: 'call', unitNamePlural: 'calls' },
    });
    await catalogue.attach(plan, feature, {
      includedAmount: 9,
      overage: { enabled: true, unitPrice: 20 },
      creditsPerUnit: 2,
      margin: 3,
    });
    ids = { plan: plan.id, price: price.id, feature: feature.id, group: group.id };
  });

  const pathOf = (id: OperationId): string[] =>
    ({
      'update-plan-feature': [ids.plan, ids.feature],
      'update-plan-price': [ids.plan, ids.price],
      'update-feature': [ids.feature],
      'update-plan-group': [ids.group],
    })[id as string] ?? [ids.plan];

  const objects = async () => {
    const [plan] = await client.catalogue.rows('plan');
    const [price] = await client.catalogue.rows('plan_price');
    const [link] = await client.catalogue.rows('plan_feature');
    const [feature] = await client.catalogue.rows('feature');
    const [group] = await client.catalogue.rows('plan_group');
    return { plan, price, link, feature, group };
  };

  /** An update of every member that the version knows, all null. */
  const allNull = (version: ApiVersion, id: OperationId): string => {
    const members = endpointsOf(version).find((endpoint) => endpoint.id === id)?.members ?? [];
    // An offer that is made needs its discount: without one it has to be off.
    return JSON.stringify(
      Object.fromEntries(
        members.map((name) => [name, name === 'introOfferEnabled' ? false : null]),
      ),
    );
  };

  it.each(apiVersions)('in %s is null: it leaves what cannot be null as it is', async (version) => {
    const raw = new RawClient(client, version);
    const before = await objects();
    for (const id of updates) {
      const answer = await raw.call(id, pathOf(id), allNull(version, id));
      expect({ id, status: answer.status }).toEqual({ id, status: 200 });
    }
    const after = await objects();
    const cleared = {
      plan: { ...before.plan, ...(!isEraA(version) && { description: null }) },
      price: {
        ...before.price,
        included_balance: null,
        included_credits: null,
        ...(isEraA(version) && {
          intro_offer_enabled: expect.toSatisfy((enabled) => !enabled),
          intro_offer_discount_type: null,
          intro_offer_discount_value: null,
          intro_offer_duration_cycles: null,
        }),
      },
      link: { ...before.link, credits_per_unit: null, margin: null },
      feature: { ...before.feature, description: null, unit_name: null, unit_name_plural: null },
      group: { ...before.group, description: null },
    };
    const timeless = (rows: object) =>
      Object.fromEntries(
        Object.entries(rows).map(
          ([name, { updated_at: _, public_updated_at: __, revision: ___, ...row }]) => [name, row],
        ),
      );
    expect(timeless(after)).toEqual(timeless(cleared));
  });

  it.each(apiVersions)(
    'in %s is null in members of other versions, too: Go 4, 8, 9 and PHP 8, 9',
    async (version) => {
      const raw = new RawClient(client, version);
      const price = isEraC(version) ? 500 : 50_000;
      const text = `{"marketPrices":null,"metadata":null,"introOffer":null,"introOfferEnabled":null,"price":${price}}`;
      await raw.done('update-plan-price', [ids.plan, ids.price], text);
      const overage = isEraA(version)
        ? '{"overage":null,"overageEnabled":null,"overageUnitPrice":30}'
        : '{"overageUnitPrice":null,"overage":{"enabled":null,"unitPrice":30}}';
      await raw.done('update-plan-feature', [ids.plan, ids.feature], overage);
      const { price: stored, link } = await objects();
      expect(stored).toMatchObject({
        price: 50_000,
        metadata: '{"kept":1}',
        intro_offer_discount_value: 5_000,
      });
      expect(link).toMatchObject({ overage_unit_price: 30 });
      const [{ overage_enabled: enabled } = { overage_enabled: 0 }] =
        await client.catalogue.rows('plan_feature');
      expect(Boolean(enabled)).toBe(true);
    },
  );

  it.each(apiVersions)('in %s is `[]` for an object: PHP', async (version) => {
    const raw = new RawClient(client, version);
    await raw.done('set-default-plan-price', [ids.plan, ids.price], '[]');
    await raw.done('update-plan', [ids.plan], '[]');
    await raw.done('update-plan', [ids.plan], '{"name":"Renamed","metadata":[]}');
    if (!isEraA(version)) {
      await raw.done('update-plan-feature', [ids.plan, ids.feature], '{"overage":[]}');
      if (!isEraC(version))
        await raw.done('update-plan-price', [ids.plan, ids.price], '{"introOffer":[]}');
    }
    const { plan, link } = await objects();
    expect(plan).toMatchObject({ name: 'Renamed', metadata: '{}' });
    expect(link).toMatchObject({ overage_unit_price: 20 });
    const refused = await raw.call('create-plan', [], '[]');
    expect(refused.body.error).toMatchObject({ code: 'validation_error', param: 'name' });
    expect((await raw.call('create-plan', [], '[1]')).body.error).toMatchObject({ param: 'body' });
  });

  it('is null in a required member, which is then missing', async () => {
    for (const version of apiVersions) {
      const raw = new RawClient(client, version);
      const { status, body } = await raw.call(
        'set-plan-visibility',
        [ids.plan],
        '{"isPublic":null}',
      );
      expect({ status, param: body.error.param }).toEqual({ status: 400, param: 'isPublic' });
    }
  });

  it.each(apiVersions)('in %s is a boolean as 1 and 0 in a query: PHP', async (version) => {
    await client.catalogue.plan({ isPublic: false });
    const list = async (query: string) => {
      const { body } = await client.call('GET', `/plans${query}`, undefined, {
        'commet-version': version,
      });
      return body.data?.length ?? body.error.code;
    };
    const answers = [
      '',
      '?includePrivate=0',
      '?includePrivate=1',
      '?includePrivate=true',
      '?includePrivate=false',
    ];
    expect(await Promise.all(answers.map(list))).toEqual([1, 1, 2, 2, 1]);
    expect(await list('?includePrivate=2')).toBe('validation_error');
  });
});
