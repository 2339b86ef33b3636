import { storedPricesOf } from '../../../db/records/price.ts';
import type { Writer } from '../../operation.ts';
import type { PlanPrice } from '../../price.ts';
import { findNamed } from '../../reference.ts';

/** The prices of the plan as they are in this write, by interval. */
export const pricesInPlace = async (
  writer: Writer,
  code: string,
): Promise<ReadonlyMap<string, PlanPrice>> => {
  const plan = await findNamed(writer, 'plan', code);
  const prices = plan ? await storedPricesOf(writer, plan.id) : [];
  return new Map(prices.map((price) => [price.billingInterval, price]));
};
