import { z } from 'zod';
import type { MarketPrice, MarketUnitPrice } from '../db/tables.ts';
import { touchContainers } from '../db/write/containers.ts';
import * as fields from './fields.ts';
import { type MarketPriceInput, marketPrices, writeMarketPrices } from './market-pricing.ts';
import { operationOn } from './operation.ts';
import { requirePlan } from './plan.ts';
import { type PlanPrice, requirePrice } from './price.ts';

export type { MarketPrice, MarketPriceInput, MarketUnitPrice };

export const SetMarketPricesInput = z.object({ marketPrices });
export type SetMarketPricesInput = z.infer<typeof SetMarketPricesInput>;

/** Of a base price or a variant. */
export const setMarketPrices = operationOn(
  'setMarketPrices',
  [fields.planId, fields.reference, SetMarketPricesInput],
  async (writer, planId, priceId, input): Promise<PlanPrice> => {
    const plan = await requirePlan(writer, planId);
    const price = await requirePrice(writer, planId, priceId);
    writer.about(priceId);
    await writeMarketPrices(writer, plan, price, input.marketPrices);
    await touchContainers(writer);
    return requirePrice(writer, planId, priceId);
  },
);
