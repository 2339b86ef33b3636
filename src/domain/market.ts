import { z } from 'zod';
import { byCreation } from '../db/read/keyset.ts';
import {
  countMarkets as count,
  findMarket,
  insertMarket,
  listMarkets as list,
  marketCodes,
  markMarketDeleted,
  saveMarket,
  storedMarketsOfCountries,
} from '../db/records/market.ts';
import { isPriced } from '../db/records/market-price.ts';
import type { Market } from '../db/tables.ts';
import { ConflictError, invalid, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { metadataFault } from '../metadata.ts';
import { taxBehaviors } from '../vocabulary.ts';
import { codeFor } from './codes.ts';
import * as fields from './fields.ts';
import { maxima, refuseGrowth } from './maxima.ts';
import { operation, operationOn, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';
import type { DeletedObject } from './plan.ts';
import { refuseRepeats } from './repeats.ts';

export type { Market };

/** A live market, or the answer that there is none. */
const requireMarket = async (
  reader: Reader,
  marketId: string,
  param = 'marketId',
): Promise<Market> => {
  const market = await findMarket(reader, marketId);
  if (!market) throw new NotFoundError('market_not_found', param);
  return market;
};

export const getMarket = (reader: Reader, marketId: string): Promise<Market> =>
  requireMarket(reader, marketId);

/** Oldest first. */
export const listMarkets = (reader: Reader, request: PageRequest): MaybePromise<Page<Market>> =>
  page(request, {
    list: 'markets',
    sortKey: byCreation,
    fetch: (spec) => list(reader, spec),
  });

export const countMarkets = (reader: Reader): Promise<number> => count(reader);

const countryCodes = fields
  .list(fields.countryCode, maxima.countriesOfMarket)
  .min(1, 'must have at least one country')
  .describe('Its countries, each once. A country is in one market at most.');

export const CreateMarketInput = z.object({
  name: fields.name,
  code: fields
    .codeOf('market')
    .nullish()
    .describe('Stable identifier, final: like codes of plans; made from the name when omitted.'),
  countryCodes,
  taxBehavior: z
    .enum(taxBehaviors)
    .nullish()
    .describe('Whether amounts in it include tax; as in the organization when omitted.'),
  metadata: fields.metadata.nullish(),
});
export type CreateMarketInput = z.infer<typeof CreateMarketInput>;

/** In upper case and the order in which they were given. Each may be in one market only. */
const freeCountries = async (
  writer: Writer,
  sent: readonly string[],
  marketId: string,
): Promise<string[]> => {
  const codes = sent.map((code) => code.toUpperCase());
  refuseRepeats(codes, (index) => `countryCodes.${index}`);
  const owners = await storedMarketsOfCountries(writer, codes);
  const taken = codes.find((code) => (owners.get(code) ?? marketId) !== marketId);
  if (taken !== undefined)
    throw new ConflictError(
      'duplicate',
      `The country ${taken} is in another market already.`,
      'countryCodes',
    );
  return codes;
};

export const createMarket = operation(
  'createMarket',
  async (writer, input: CreateMarketInput): Promise<Market> => {
    const name = input.name.trim();
    const taken = await marketCodes(writer);
    if (typeof input.code === 'string' && taken.has(input.code))
      throw new ConflictError('duplicate', `A market with the code ${input.code} exists.`, 'code');
    const id = writer.newId('market');
    const countryCodes = await freeCountries(writer, input.countryCodes, id);
    refuseGrowth('marketsOfCatalogue', taken.size, taken.size + 1, 'name');
    const market: Market = {
      id,
      code:
        input.code ??
        (await codeFor(name, {
          noun: 'market',
          word: 'market',
          takenLike: async () => taken,
        })),
      name,
      countryCodes,
      taxBehavior: input.taxBehavior ?? null,
      metadata: input.metadata ?? {},
      createdAt: writer.now,
      updatedAt: writer.now,
      revision: 1,
    };
    writer.about(id);
    await insertMarket(writer, market);
    return market;
  },
);

export const UpdateMarketInput = z.object({
  name: fields.name.optional(),
  countryCodes: countryCodes.optional().describe('All of its countries, each once.'),
  taxBehavior: z
    .enum(taxBehaviors)
    .nullish()
    .describe('Whether amounts in it include tax. Null: as in the organization.'),
  metadata: fields.metadata.optional().describe('Merged key by key; null deletes a key.'),
});
export type UpdateMarketInput = z.infer<typeof UpdateMarketInput>;

export const updateMarket = operationOn(
  'updateMarket',
  [fields.marketId, UpdateMarketInput],
  async (writer, marketId, { name, countryCodes, taxBehavior, metadata }): Promise<Market> => {
    const before = await requireMarket(writer, marketId);
    const after: Market = {
      ...before,
      name: name?.trim() ?? before.name,
      countryCodes: countryCodes
        ? await freeCountries(writer, countryCodes, marketId)
        : before.countryCodes,
      taxBehavior: taxBehavior === undefined ? before.taxBehavior : taxBehavior,
      metadata: metadata ? fields.mergeMetadata(before.metadata, metadata) : before.metadata,
    };
    const fault = metadataFault(after.metadata);
    if (fault) throw invalid('metadata', fault);
    writer.about(marketId);
    return saveMarket(writer, before, after);
  },
);

/** Its countries are free for other markets. */
export const deleteMarket = operationOn(
  'deleteMarket',
  [fields.marketId],
  async (writer, marketId): Promise<DeletedObject> => {
    const market = await requireMarket(writer, marketId);
    if (await isPriced(writer, marketId))
      throw new ConflictError('market_in_use', 'A price has an amount in this market.', 'marketId');
    writer.about(marketId);
    await markMarketDeleted(writer, market);
    return { id: marketId };
  },
);
