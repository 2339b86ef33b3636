/**
 * Written as browsers send it: scheme, host and, unless it is the scheme's own, port. No host has
 * an asterisk.
 */
export const isOrigin = (text: string): boolean =>
  /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;

export const NO_ORIGIN =
  'must be an origin as browsers send it, e.g. https://shop.example or http://localhost:3000';
