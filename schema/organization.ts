import type { KeyHolder } from '../src/domain/api-key.ts';
import { builder } from './builder.ts';
import { TaxBehavior } from './vocabulary.ts';

export const Organization = builder.objectRef<KeyHolder['organization']>('Organization').implement({
  description: 'Whose catalogue it is.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the organization.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    apiVersion: t.exposeString('apiVersion', {
      description: 'The REST API version that answers requests which name none.',
    }),
    baseCurrency: t.expose('baseCurrency', {
      type: 'CurrencyCode',
      description: 'The currency of every amount without a currency beside it.',
    }),
    taxBehavior: t.expose('taxBehavior', {
      type: TaxBehavior,
      description: 'Whether its amounts include tax.',
    }),
  }),
});
