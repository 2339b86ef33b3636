import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCatalogue } from '../../../../src/cli/demo/create.ts';
import { lintCatalogue } from '../../../../src/domain/change-set.ts';
import { anyone, type Database, newSqliteFile, World } from '../../../engines.ts';

let database: Database;
let world: World;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
});
afterAll(async () => {
  await world.close();
  await database.remove();
});

describe('the demo', () => {
  it('has no errors, and the warnings that it is known for', async () => {
    const tenant = await world.newTenant();
    await world.store.write(tenant, anyone, createDemoCatalogue);
    const findings = await lintCatalogue(world.store.reader(tenant));
    expect(findings.map(({ severity, rule, path }) => `${severity} ${rule} ${path}`)).toEqual([
      'warning unit-price-not-on-rest plans.team.prices.monthly.unitPrices.api_calls',
      'warning unit-price-not-on-rest plans.team.prices.monthly.unitPrices.seats',
      'warning unit-price-not-on-rest plans.team.prices.yearly.unitPrices.api_calls',
      'warning unit-price-not-on-rest plans.team.prices.yearly.unitPrices.seats',
      // Of a cheaper plan, seats have no end.
      'warning dearer-plan-lowers-limit plans.team.features.seats',
    ]);
  });
});
