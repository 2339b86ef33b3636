import {
  CreateMarketInput,
  countMarkets,
  createMarket,
  deleteMarket,
  listMarkets,
  UpdateMarketInput,
  updateMarket,
} from '../src/domain/market.ts';
import type { DeletedObject } from '../src/domain/plan.ts';
import { marketByCode, marketById } from '../src/domain/relations.ts';
import { marketAt } from '../src/domain/revision.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { costOfPage } from './cost.ts';
import { inputType } from './input.ts';
import { byIdOrCode } from './lookup.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { marketId } from './reference.ts';
import { Market } from './refs.ts';
import { expectedRevision } from './revision.ts';
import { secret } from './secret.ts';
import { TaxBehavior } from './vocabulary.ts';

Market.implement({
  description: 'Countries in which prices have amounts of their own.',
  interfaces: [Node],
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Stable identifier, unique among markets; made from the name unless given.',
    }),
    name: t.exposeString('name', { description: 'Display name.' }),
    countryCodes: t.expose('countryCodes', {
      type: ['CountryCode'],
      description: 'Its countries, in the order in which they were given.',
    }),
    taxBehavior: t.expose('taxBehavior', {
      type: TaxBehavior,
      nullable: true,
      description: 'Whether amounts in it include tax; null where it is as in the organization.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'JSON object of your own. Refused to publishable keys.',
      resolve: secret('metadata'),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it last changed. Prices in it are not counted.',
    }),
    revision: t.int({
      nullable: true,
      description: 'Counts the writes that changed the market itself. Refused to publishable keys.',
      resolve: secret('revision'),
    }),
  }),
});

builder.queryFields((t) => ({
  market: t.field({
    type: Market,
    nullable: true,
    description:
      'One market by its id or by its code; null when there is none that the key may see.',
    args: {
      id: t.arg.id({ description: 'Id of the market. Either this or `code`.' }),
      code: t.arg.string({ description: 'Code of the market. Either this or `id`.' }),
    },
    resolve: (_, by, { loaders }) =>
      byIdOrCode(by, (key, value) => loaders.load(key === 'id' ? marketById : marketByCode, value)),
  }),
  markets: t.connection(
    {
      type: Market,
      complexity: costOfPage,
      description:
        'The markets, oldest first, at most 100 a page (20 unless said otherwise). Publishable ' +
        'keys see those in which a price that they see has an amount.',
      resolve: async (_, args, { reader, total }) =>
        connection(await listMarkets(reader, pageRequest(args)), () =>
          total('markets', null, () => countMarkets(reader)),
        ),
    },
    ...connectionTypes('Market'),
  ),
}));

const DeletedMarket = builder.objectRef<DeletedObject>('DeletedMarket').implement({
  description: 'A market that was deleted.',
  fields: (t) => ({
    deletedId: t.exposeID('id', {
      description: 'Id of the market. It will never name another object.',
    }),
  }),
});

builder.mutationFields((t) => ({
  createMarket: t.field({
    type: Market,
    description:
      'Adds a market, of which there are at most 250. Errors: `duplicate` (code, or countryCodes: ' +
      'another market has the country).',
    args: {
      input: t.arg({
        required: true,
        description: 'The market.',
        type: inputType('CreateMarketInput', CreateMarketInput, 'A new market.', {
          name: 'String',
          code: 'String',
          countryCodes: ['CountryCode'],
          taxBehavior: TaxBehavior,
          metadata: 'JSONObject',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { input }, { write }) => write((w) => createMarket(w, input)),
  }),
  updateMarket: t.field({
    type: Market,
    description:
      'Changes a market; what is left out stays. Errors: `market_not_found`, `duplicate` ' +
      '(countryCodes).',
    args: {
      ...expectedRevision,
      ...marketId,
      input: t.arg({
        required: true,
        description: 'The changes.',
        type: inputType('UpdateMarketInput', UpdateMarketInput, 'Changes to a market.', {
          name: 'String',
          countryCodes: ['CountryCode'],
          taxBehavior: TaxBehavior,
          metadata: 'JSONObject',
        }),
      }),
    },
    ...mutation,
    resolve: (_, { marketId, input, expectedRevision }, { write }) =>
      write((w) => updateMarket(w, marketId, input), {
        guard: marketAt(expectedRevision, marketId),
      }),
  }),
  deleteMarket: t.field({
    type: DeletedMarket,
    description:
      'Deletes a market in which no price has an amount; other markets may take its countries ' +
      'and code. Errors: `market_not_found`, `market_in_use`.',
    args: { ...marketId, ...expectedRevision },
    ...mutation,
    resolve: (_, { marketId, expectedRevision }, { write }) =>
      write((w) => deleteMarket(w, marketId), { guard: marketAt(expectedRevision, marketId) }),
  }),
}));
