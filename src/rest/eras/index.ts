import { type ApiVersion, apiVersions, defaultApiVersion } from '../../vocabulary.ts';
import { a } from './a.ts';
import { b } from './b.ts';
import { c } from './c.ts';
import type { Era } from './era.ts';

/** Oldest first. */
const eras = [a, b, c];

export const eraOf = (version: ApiVersion): Era => eras.findLast(({ since }) => since <= version) ?? a;

const newest = apiVersions.at(-1) ?? defaultApiVersion;

/** The version that a date names; a date that names none stands for the newest. */
export const versionOf = (date: string): ApiVersion => apiVersions.find((version) => version === date) ?? newest;
