import { z } from 'zod';
import type { Market } from '../../domain/market.ts';
import { answer } from './era.ts';
import * as fields from './fields.ts';
import { deleted } from './plan.ts';

/** The answers of markets, and what they say that they are. */
export const marketAnswers = (object: string) => {
  const market = answer({
    name: 'Market',
    object,
    fields: z.object({
      id: fields.text,
      name: fields.text,
      countryCodes: z.array(fields.text).describe('ISO 3166-1 alpha-2, in upper case.'),
      metadata: fields.metadata,
      createdAt: fields.time,
      updatedAt: fields.time,
    }),
    write: ({ id, name, countryCodes, metadata, createdAt, updatedAt }: Market) => ({
      id,
      name,
      countryCodes,
      metadata,
      createdAt,
      updatedAt,
    }),
  });
  return {
    'list-markets': market,
    'get-market': market,
    'create-market': market,
    'update-market': market,
    'delete-market': deleted('DeletedMarket', object),
  };
};
