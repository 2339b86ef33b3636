import { z } from 'zod';
import { consumptionModels, discountTypes, featureTypes, type JsonObject, RATE_SCALE } from '../../vocabulary.ts';

/** The fields that answers are made of. */

export const text = z.string();
export const flag = z.boolean();
export const count = z.int().min(0);
export const amount = count.describe(
  `In rate scale: ${RATE_SCALE} is one unit of the currency ($1.00, ¥1). Answered exactly as it was written.`,
);
export const time = z.iso.datetime();
export const currency = text.describe('ISO 4217 code in lower case.');
export const consumptionModel = z.enum(consumptionModels);
export const featureType = z.enum(featureTypes);
export const discountType = z.enum(discountTypes);
export const metadata = z.custom<JsonObject>().meta({ type: 'object', additionalProperties: true });
