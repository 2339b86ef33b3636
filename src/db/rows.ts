import type { JsonObject } from '../vocabulary.ts';
import type { Flag } from './tables.ts';

/** The engines know neither booleans nor objects alike: rows hold 0/1 and JSON text. */

export const flag = (value: boolean): Flag => (value ? 1 : 0);

export const json = (value: JsonObject): string => JSON.stringify(value);
export const parseJson = (text: string): JsonObject => JSON.parse(text);
