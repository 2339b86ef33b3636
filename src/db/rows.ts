import type { JsonObject } from '../vocabulary.ts';
import type { Flag } from './tables.ts';

/** The engines know neither booleans nor objects alike: rows hold 0/1 and JSON text. */

export const flag = (value: boolean): Flag => (value ? 1 : 0);

export const json = (value: JsonObject): string => JSON.stringify(value);
export const parseJson = (text: string): JsonObject => JSON.parse(text);

/** Keeps the keys whose value is given, so that an update touches no other column. */
export const given = <Row extends object>(row: Row): { [Key in keyof Row]?: Exclude<Row[Key], undefined> } =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Row]?: Exclude<Row[Key], undefined>;
  };
