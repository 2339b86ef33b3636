import { describe, expect, it } from 'vitest';
import * as flat from '../../src/rest/eras/flat.ts';
import * as markets from '../../src/rest/eras/markets.ts';

const introOffer = {
  enabled: true,
  discountType: 'amount',
  discountValue: 5,
  durationCycles: null,
} as const;
const overage = { enabled: true, unitPrice: 5 };

describe('a codec of bodies', () => {
  it.each([
    ['flat plan feature', flat.addPlanFeature, { featureId: 'calls', overage }],
    [
      'flat plan feature without overage',
      flat.addPlanFeature,
      { featureId: 'calls', includedAmount: 1 },
    ],
    [
      'flat change of a plan feature',
      flat.updatePlanFeature,
      { enabled: false, overage: { unitPrice: 5 } },
    ],
    ['flat change of nothing', flat.updatePlanFeature, {}],
    [
      'flat price',
      flat.addPlanPrice,
      { billingInterval: 'weekly', price: 1, introOffer: { enabled: false } },
    ],
    [
      'flat price with null in its offer',
      flat.addPlanPrice,
      { billingInterval: 'weekly', price: 1, introOffer },
    ],
    ['flat price without an offer', flat.addPlanPrice, { billingInterval: 'weekly', price: 1 }],
    ['flat change of a price', flat.updatePlanPrice, { price: 1, introOffer }],
    [
      'price with markets',
      markets.addPlanPrice('usd'),
      { billingInterval: 'weekly', price: 100, metadata: { a: 1 } },
    ],
    [
      'price in yen with markets',
      markets.addPlanPrice('jpy'),
      { billingInterval: 'weekly', price: 10_000 },
    ],
    ['change of a price with markets', markets.updatePlanPrice('usd'), { metadata: { a: null } }],
  ] as const)('writes and reads back the same: %s', (_name, codec, input) => {
    const wire = codec.encode(input as never);
    expect(codec.decode(wire as never)).toEqual(input);
  });

  it('writes flat names', () => {
    expect(flat.addPlanFeature.encode({ featureId: 'calls', overage })).toEqual({
      featureId: 'calls',
      overageEnabled: true,
      overageUnitPrice: 5,
    });
  });
});

describe('a flat field', () => {
  it.each([
    ['overage.unitPrice', 'overageUnitPrice'],
    ['introOffer.durationCycles', 'introOfferDurationCycles'],
    ['overage', 'overage'],
    ['introOffers.0.discountValue', 'introOffers.0.discountValue'],
    ['price', 'price'],
  ])('%s is called %s', (path, name) => {
    expect(flat.flatFieldName(path)).toBe(name);
  });
});
