import type { Catalogue } from './message.ts';

/** Brazilian, as CLDR reads `pt` without a region. */
export const pt: Catalogue = {
  free: 'Grátis',
  price: `{interval, select,
    weekly {{amount} por semana}
    monthly {{amount} por mês}
    quarterly {{amount} por trimestre}
    yearly {{amount} por ano}
    other {{amount} em pagamento único}}`,
  unitPrice: `{interval, select,
    weekly {{amount} por {unit} por semana}
    monthly {{amount} por {unit} por mês}
    quarterly {{amount} por {unit} por trimestre}
    yearly {{amount} por {unit} por ano}
    other {{amount} por {unit} em pagamento único}}`,
  unitPrices: `{interval, select,
    weekly {{units} a cada semana}
    monthly {{units} a cada mês}
    quarterly {{units} a cada trimestre}
    yearly {{units} a cada ano}
    other {{units} em pagamento único}}`,
  priceAndUnits: '{price} mais {units}',
  billed: `{interval, select,
    quarterly {{price}, com cobrança trimestral}
    other {{price}, com cobrança anual}}`,
  perUnit: '{amount} por {unit}',
  from: 'a partir de {amount}',
  unit: '{count, plural, one {unidade} other {unidades}}',

  trial: '{days, plural, one {{number} dia grátis} other {{number} dias grátis}}',
  discount: '{discount} de desconto',
  discountFor: '{discount} de desconto por {time}',
  time: `{unit, select,
    week {{count, plural, one {{number} semana} other {{number} semanas}}}
    month {{count, plural, one {{number} mês} other {{number} meses}}}
    other {{count, plural, one {{number} ano} other {{number} anos}}}}`,
  savings: 'Economize {percent}',

  included: 'Incluído',
  notIncluded: 'Não incluído',
  unlimited: 'Ilimitado',
  credits: '{number} {count, plural, one {crédito} other {créditos}} por {unit}',
  byUsage: 'Conforme o uso',
  thenCharged: '{included}, depois {price}',
  limit: `{period, select,
    billing_period {{amount} por período de cobrança}
    minute {{amount} por minuto}
    hour {{amount} por hora}
    day {{amount} por dia}
    week {{amount} por semana}
    month {{amount} por mês}
    year {{amount} por ano}
    event {{amount} por evento}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{amount} por {unit} por período de cobrança}
    minute {{amount} por {unit} por minuto}
    hour {{amount} por {unit} por hora}
    day {{amount} por {unit} por dia}
    week {{amount} por {unit} por semana}
    month {{amount} por {unit} por mês}
    year {{amount} por {unit} por ano}
    event {{amount} por {unit} por evento}
    other {{amount} por {unit}}}`,
  named: '{name}: {text}',
  withLimits: '{text}; {limits}',

  interval: `{interval, select,
    weekly {Semanal}
    monthly {Mensal}
    quarterly {Trimestral}
    yearly {Anual}
    other {Pagamento único}}`,
  taxIncluded: 'impostos inclusos',
  taxExcluded: 'impostos não inclusos',
  contactSales: 'Falar com vendas',
  everythingIn: 'Tudo do {plan}, e mais',
  otherFeatures: 'Outros recursos',
};
