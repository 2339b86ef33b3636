import { expect, it } from 'vitest';
import { IncludeBuilder, including } from '../../src/db/read/include.ts';
import { Reference, relation } from '../../src/db/read/lookup.ts';
import { queries } from '../../src/db/read/reader.ts';
import { featureById } from '../../src/db/records/feature.ts';
import { planById } from '../../src/db/records/plan.ts';
import { featureOfPlanFeature, featuresOfPlan } from '../../src/db/records/plan-feature.ts';
import { pricesOfPlan } from '../../src/db/records/price.ts';
import { exchangeRate, type PlanFeature } from '../../src/db/tables.ts';

it('is the same for the same relations, in any order', () => {
  const include = including(pricesOfPlan, [featuresOfPlan, featureOfPlanFeature]);
  expect(including([featuresOfPlan, featureOfPlanFeature], pricesOfPlan)).toBe(include);
  expect(including(pricesOfPlan, featuresOfPlan)).not.toBe(include);
});

it('is another one for another reference, even to the same records', () => {
  const other = new Reference(
    featuresOfPlan,
    featureById,
    ({ featureId }: PlanFeature) => featureId,
  );
  const include = including([featuresOfPlan, other]);
  expect(include).not.toBe(including([featuresOfPlan, featureOfPlanFeature]));
  expect(include.relations[0]?.references).toEqual([other]);
});

it('is forgotten after some hundred others', () => {
  const relations = Array.from({ length: 10 }, () =>
    relation({
      owner: planById,
      table: exchangeRate,
      rows: ({ [queries]: db }) => db.selectFrom('exchange_rate'),
      by: 'planId',
      order: ['currency'],
    }),
  );
  const include = including(pricesOfPlan);
  for (let selection = 1; selection < 2 ** relations.length; selection += 1) {
    const builder = new IncludeBuilder();
    for (const [place, each] of relations.entries())
      if (selection & (1 << place)) builder.add(each);
    expect(builder.build()).toBe(builder.build());
  }
  expect(including(pricesOfPlan)).not.toBe(include);
});
