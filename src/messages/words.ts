import {
  formatAmount,
  formatBasisPoints,
  formatList,
  formatQuantity,
  isSingular,
} from '../formatting.ts';
import type { CompiledCatalogue } from './catalogues.ts';
import type { MessageKey, Messages } from './message.ts';

/**
 * What texts of one locale are made with. Numbers and money follow the whole locale (`de-AT`), also
 * where its language has no messages and reads English; lists follow the language of the messages.
 */
export class Words {
  readonly #catalogue: CompiledCatalogue;
  readonly #locale: string;
  readonly #listLocale: string;

  constructor(locale: string, catalogue: CompiledCatalogue) {
    this.#catalogue = catalogue;
    this.#locale = locale;
    const { language } = catalogue;
    this.#listLocale = locale.split('-', 1)[0] === language ? locale : language;
  }

  say<Key extends MessageKey>(key: Key, ...values: Messages[Key]): string {
    return this.#catalogue.print(key, ...values);
  }

  /** In rate scale. A whole amount has no decimals: "$29". */
  amount(amount: number, currency: string): string {
    return formatAmount(amount, currency, { locale: this.#locale, trimZeros: true });
  }

  percent(basisPoints: number): string {
    return formatBasisPoints(basisPoints, this.#locale);
  }

  /** The last digits stand after the point: 5 is 0.5 with one decimal. */
  number(number: number, decimals = 0): string {
    return formatQuantity(number, decimals, this.#locale);
  }

  /** Whether a noun behind the number is singular. */
  isSingular(number: number, decimals = 0): boolean {
    return isSingular(number, decimals, this.#locale);
  }

  list(items: readonly string[], style: 'long' | 'narrow'): string {
    return formatList(items, style, this.#listLocale);
  }
}

/** The messages and what compiles them are loaded by the first page, not when the server starts. */
export const wordsIn = async (locale: string): Promise<Words> => {
  const { catalogueFor } = await import('./catalogues.ts');
  return new Words(locale, catalogueFor(locale));
};
