import { builder } from './builder.ts';

/** The arguments of every formatted amount. */
export const moneyFormat = builder.args((t) => ({
  locale: t.field({
    type: 'Locale',
    required: true,
    defaultValue: 'en-US',
    description: 'The language and region to write for, e.g. "pt-BR".',
  }),
  trimZeros: t.boolean({
    required: true,
    defaultValue: false,
    description: 'Leaves the decimals of a whole amount out: "$19" instead of "$19.00".',
  }),
}));
