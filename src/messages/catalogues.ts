import { IntlMessageFormat } from 'intl-messageformat';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import type { Catalogue, MessageKey, Messages } from './message.ts';
import { pt } from './pt.ts';

/** The languages, by their subtags. */
export const catalogues = { de, en, es, fr, ja, pt } satisfies Readonly<Record<string, Catalogue>>;
type Language = keyof typeof catalogues;

const isLanguage = (subtag: string): subtag is Language => Object.hasOwn(catalogues, subtag);

/** A message is compiled when it is first printed. */
export class CompiledCatalogue {
  readonly language: Language;
  readonly #texts: Catalogue;
  readonly #compiled = new Map<MessageKey, IntlMessageFormat>();

  constructor(language: Language) {
    this.language = language;
    this.#texts = catalogues[language];
  }

  print<Key extends MessageKey>(key: Key, ...[values]: Messages[Key]): string {
    let message = this.#compiled.get(key);
    if (!message) {
      message = new IntlMessageFormat(this.#texts[key], this.language, undefined, {
        ignoreTag: true,
      });
      this.#compiled.set(key, message);
    }
    return String(message.format(values));
  }
}

const compiled = new Map<Language, CompiledCatalogue>();

/** By the language alone: `pt-BR` reads `pt`. English where there is none. */
export const catalogueFor = (locale: string): CompiledCatalogue => {
  const [subtag = ''] = locale.split('-', 1);
  const language = isLanguage(subtag) ? subtag : 'en';
  let catalogue = compiled.get(language);
  if (!catalogue) {
    catalogue = new CompiledCatalogue(language);
    compiled.set(language, catalogue);
  }
  return catalogue;
};
