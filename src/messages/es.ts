import type { Catalogue } from './message.ts';

export const es: Catalogue = {
  free: 'Gratis',
  price: `{interval, select,
    weekly {{amount} a la semana}
    monthly {{amount} al mes}
    quarterly {{amount} al trimestre}
    yearly {{amount} al año}
    other {{amount} en un pago único}}`,
  unitPrice: `{interval, select,
    weekly {{amount} por {unit} a la semana}
    monthly {{amount} por {unit} al mes}
    quarterly {{amount} por {unit} al trimestre}
    yearly {{amount} por {unit} al año}
    other {{amount} por {unit} en un pago único}}`,
  unitPrices: `{interval, select,
    weekly {{units} cada semana}
    monthly {{units} cada mes}
    quarterly {{units} cada trimestre}
    yearly {{units} cada año}
    other {{units} en un pago único}}`,
  priceAndUnits: '{price} más {units}',
  billed: `{interval, select,
    quarterly {{price}, facturado trimestralmente}
    other {{price}, facturado anualmente}}`,
  perUnit: '{amount} por {unit}',
  from: 'desde {amount}',
  unit: '{count, plural, one {unidad} other {unidades}}',

  trial: '{days, plural, one {{number} día gratis} other {{number} días gratis}}',
  discount: '{discount} de descuento',
  discountFor: '{discount} de descuento durante {time}',
  time: `{unit, select,
    week {{count, plural, one {{number} semana} other {{number} semanas}}}
    month {{count, plural, one {{number} mes} other {{number} meses}}}
    other {{count, plural, one {{number} año} other {{number} años}}}}`,
  savings: 'Ahorra un {percent}',

  included: 'Incluido',
  notIncluded: 'No incluido',
  unlimited: 'Ilimitado',
  credits: '{number} {count, plural, one {crédito} other {créditos}} por {unit}',
  byUsage: 'Según el uso',
  thenCharged: '{included}, luego {price}',
  limit: `{period, select,
    billing_period {{amount} por periodo de facturación}
    minute {{amount} por minuto}
    hour {{amount} por hora}
    day {{amount} al día}
    week {{amount} a la semana}
    month {{amount} al mes}
    year {{amount} al año}
    event {{amount} por evento}
    other {{amount}}}`,
  limitPerUnit: `{period, select,
    billing_period {{amount} por {unit} y periodo de facturación}
    minute {{amount} por {unit} y minuto}
    hour {{amount} por {unit} y hora}
    day {{amount} por {unit} al día}
    week {{amount} por {unit} a la semana}
    month {{amount} por {unit} al mes}
    year {{amount} por {unit} al año}
    event {{amount} por {unit} y evento}
    other {{amount} por {unit}}}`,
  named: '{name}: {text}',
  withLimits: '{text}; {limits}',

  interval: `{interval, select,
    weekly {Semanal}
    monthly {Mensual}
    quarterly {Trimestral}
    yearly {Anual}
    other {Pago único}}`,
  taxIncluded: 'IVA incluido',
  taxExcluded: 'IVA no incluido',
  contactSales: 'Contactar con ventas',
  everythingIn: 'Todo lo de {plan}, y además',
  otherFeatures: 'Otras funciones',
};
