import { expect } from 'vitest';
import type { Imported, LeftOut } from '../../../../src/domain/catalogue/import/imported.ts';
import { printYaml } from '../../../../src/domain/catalogue/print.ts';
import { readCatalogueFile } from '../../../../src/domain/catalogue/read.ts';
import { ValidationError } from '../../../../src/errors.ts';

/** The file as text. What has been imported can be read again, and says the same then. */
export const printed = ({ file }: Imported): string => {
  const text = printYaml(file);
  expect(printYaml(readCatalogueFile(text))).toBe(text);
  return text;
};

/** In one line each. */
export const told = (leftOut: readonly LeftOut[]): string[] =>
  leftOut.map(({ path, reason }) => `${path}: ${reason}`);

/** The paths that a refusal names, each with what is wrong there. */
export const refusal = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.details.map(({ field, message }) => `${field}: ${message}`);
  }
  throw new Error('nothing was refused');
};
