import { z } from 'zod';
import type { UnitPrice } from '../db/tables.ts';
import { invalid, ValidationError } from '../errors.ts';
import { MOST_TIERS, type PriceTier, tierFaults } from '../price-tiers.ts';
import { tiersModes } from '../vocabulary.ts';
import * as fields from './fields.ts';

/** What units cost, as inputs say it in the base currency, another one or a market: flat or tiers. */

export const PriceTierInput = z.object({
  upTo: fields.quantity
    .nullish()
    .describe(
      'The last unit of the tier, counted beyond the included amount: a multiple of the block ' +
        'size. Null or left out in the last tier only, which has no end.',
    ),
  unitPrice: fields.rateAmount.describe('Price of one block in the tier, in rate scale.'),
  flatPrice: fields.rateAmount
    .nullish()
    .describe('Charged once as soon as the tier is reached, in rate scale; 0 when omitted.'),
});

export const unitPriceOfBlock = fields.rateAmount
  .optional()
  .describe('Price of one block, in rate scale. Either this or `tiers`.');

export const tiers = fields
  .list(PriceTierInput, MOST_TIERS)
  .min(1, 'must have at least one tier')
  .optional()
  .describe('Tiers, which rise strictly; the last one is open. Either these or `unitPrice`.');

export const tiersMode = z
  .enum(tiersModes)
  .optional()
  .describe('How units are spread over the tiers. Required with the first tiers.');

export type Amounts = Pick<UnitPrice, 'unitPrice' | 'tiersMode' | 'tiers'>;

/** Every member in the same place, so that the same tiers are the same text. */
export const canonical = (tiers: readonly z.infer<typeof PriceTierInput>[]): PriceTier[] =>
  tiers.map(({ upTo, unitPrice, flatPrice }) => ({
    upTo: upTo ?? null,
    unitPrice,
    flatPrice: flatPrice ?? 0,
  }));

interface AmountsInput {
  unitPrice?: number | undefined;
  tiers?: z.infer<typeof tiers>;
  tiersMode?: z.infer<typeof tiersMode>;
}

/** `path` leads to the input and ends with a dot, unless it is the argument itself. */
export const amountsOf = (
  { unitPrice, tiers, tiersMode }: AmountsInput,
  before: Amounts | undefined,
  path = '',
): Amounts => {
  const refuse = (field: keyof AmountsInput, message: string) =>
    invalid(`${path}${field}`, message);
  if (unitPrice !== undefined) {
    if (tiers) throw refuse('tiers', 'cannot be combined with unitPrice');
    if (tiersMode) throw refuse('tiersMode', 'cannot be combined with unitPrice');
    return { unitPrice, tiersMode: null, tiers: [] };
  }
  const mode = tiersMode ?? before?.tiersMode ?? null;
  if (tiers) {
    if (mode === null) throw refuse('tiersMode', 'is required with tiers');
    return { unitPrice: null, tiersMode: mode, tiers: canonical(tiers) };
  }
  if (!before) throw refuse('unitPrice', 'is required, unless tiers are given');
  if (tiersMode && before.tiersMode === null) throw refuse('tiersMode', 'needs tiers');
  return { ...before, tiersMode: mode };
};

/** `path` leads to the tiers, unless the input leaves them as they are and changes their blocks. */
export const checkTiers = (
  tiers: readonly PriceTier[],
  blockSize: number,
  path: string | undefined,
): void => {
  const faults = tierFaults(tiers, blockSize);
  if (faults.length === 0) return;
  if (path === undefined) throw invalid('blockSize', 'must divide the tiers into whole blocks');
  throw new ValidationError(
    faults.map(({ place, member, message }) => ({ field: `${path}.${place}.${member}`, message })),
  );
};
