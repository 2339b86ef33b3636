import { readCatalogueFile } from '../../domain/catalogue/read.ts';
import { ValidationError } from '../../errors.ts';
import { nameOf, readText } from './file.ts';

const MOST_SHOWN = 5;

/** The text of a catalogue file, which is refused here where it is none. */
export const readDocument = async (file: string): Promise<string> => {
  const text = await readText(file);
  try {
    readCatalogueFile(text);
    return text;
  } catch (failure) {
    if (!(failure instanceof ValidationError)) throw failure;
    const { details } = failure;
    const shown = details.slice(0, MOST_SHOWN).map(({ field, message }) => `${field} ${message}`);
    const more = details.length - shown.length;
    throw new Error(
      `${nameOf(file)} is no catalogue file: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    );
  }
};
