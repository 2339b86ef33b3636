import { type ApiVersion, apiVersions, defaultApiVersion } from '../../vocabulary.ts';
import { a, earlyA, unversioned } from './a.ts';
import { b, b0711 } from './b.ts';
import { c, c0724 } from './c.ts';
import type { Era } from './era.ts';

/** A version, or what was served before there were versions. */
export type RestVersion = ApiVersion | 'unversioned';

/** Oldest first. */
const eras = [earlyA, a, b, b0711, c0724, c];

export const eraOf = (version: RestVersion): Era =>
  version === 'unversioned'
    ? unversioned
    : (eras.findLast(({ since }) => since <= version) ?? earlyA);

const newest = apiVersions.at(-1) ?? defaultApiVersion;

/** The version that a date names; a date that names none stands for the newest. */
export const versionOf = (date: string): ApiVersion =>
  apiVersions.find((version) => version === date) ?? newest;
