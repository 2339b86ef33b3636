import { z } from 'zod';
import { consumptionModels, discountTypes, type JsonObject, RATE_SCALE } from '../../vocabulary.ts';

/** The fields that answers are made of. */

export const text = z.string();
export const flag = z.boolean();
export const count = z.int().min(0);
export const amount = count.describe(
  `In rate scale: ${RATE_SCALE} is one unit of the currency ($1.00, ¥1). Answered exactly as it was written.`,
);
export const minorUnits = count.describe(
  'In minor units of the currency: 2900 is $29.00, 1500 is ¥1500. An amount that is finer is ' +
    'rounded half up.',
);
export const time = z.iso.datetime();
export const currency = text.describe('ISO 4217 code in lower case.');
export const consumptionModel = z.enum(consumptionModels);
export const discountType = z.enum(discountTypes);
export const metadata = z.custom<JsonObject>().meta({ type: 'object', additionalProperties: true });
