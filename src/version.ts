import { createRequire } from 'node:module';

/** The version of this package. It finds itself by name, in the sources, compiled and installed. */
export const { version }: { version: string } = createRequire(import.meta.url)(
  'plans-gateway/package.json',
);

/**
 * By hand: to compare by the rules of a language, the first time, takes as long as opening the
 * file.
 */
export const isOlder = (version: string, than: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [place, theirs] of than.split('.').map(Number).entries()) {
    const ours = parts[place] ?? 0;
    if (ours !== theirs) return ours < theirs;
  }
  return false;
};
