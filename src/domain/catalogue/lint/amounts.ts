import { fromMinorUnits } from '../../exchange.ts';
import type { Rule } from './rule.ts';
import { marketPricesOf, pricesOf, saleIn } from './sales.ts';
import { inCapitals, money, named, perInterval } from './wording.ts';

/** Unit prices may be finer: what they come to is rounded when it is charged. */
export const amountFinerThanCurrency: Rule = {
  name: 'amount-finer-than-currency',
  check: (catalogue, report, { baseCurrency }) => {
    for (const placed of pricesOf(catalogue)) {
      const { plan, planCode, price, path } = placed;
      const check = (place: string, amount: number | undefined, currency: string, what: string) => {
        const unit = fromMinorUnits(1, currency);
        if (amount !== undefined && amount % unit !== 0)
          report(
            place,
            `${what} of ${named(plan, planCode)} is ${money(amount, currency)}: ` +
              `${inCapitals(currency)} has no amount below ${money(unit, currency)}.`,
          );
      };
      const interval = placed.interval.replace('_', '-');
      check(path, price.price, baseCurrency, `The ${interval} price`);
      check(path, price.includedBalance, baseCurrency, `The balance of the ${interval} price`);
      const discount = `The discount on the ${interval} price`;
      check(`${path}.introOffer`, price.introOffer?.amount, baseCurrency, discount);
      for (const [currency, row] of price.regional ?? []) {
        const place = `${path}.regional.${currency}`;
        check(place, row.price, currency, `The ${interval} price`);
        check(place, row.includedBalance, currency, `The balance of the ${interval} price`);
        check(`${place}.introOffer`, row.introOffer?.amount, currency, discount);
      }
      for (const { row, path: place } of marketPricesOf(placed))
        check(place, row.price, row.currency ?? baseCurrency, `The ${interval} price`);
    }
  },
};

/** A discount that is derived is held down to its price. */
export const discountAbovePrice: Rule = {
  name: 'discount-above-price',
  check: (catalogue, report, { baseCurrency }) => {
    for (const placed of pricesOf(catalogue)) {
      const { plan, planCode, interval, price, path } = placed;
      const check = (
        place: string,
        discount: number | undefined,
        full: number | undefined,
        currency: string,
      ) => {
        if (discount !== undefined && full !== undefined && discount > full)
          report(
            `${place}.introOffer`,
            `${named(plan, planCode)} costs ${money(full, currency)} ${perInterval[interval]}, ` +
              `and its introductory offer takes ${money(discount, currency)} off.`,
          );
      };
      if (price.introOffer?.enabled === false) continue;
      check(path, price.introOffer?.amount, price.price, baseCurrency);
      for (const [currency, { introOffer }] of price.regional ?? [])
        check(
          `${path}.regional.${currency}`,
          introOffer?.amount,
          saleIn(placed, currency)?.amount(),
          currency,
        );
    }
  },
};
