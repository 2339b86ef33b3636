/** Where a visitor of a page may be sent. A leaf: imports nothing of ours. */

/** Browsers read a backslash as a slash, and drop control characters. */
const unsafe = /[\s\p{C}\\]/u;
const start = /^(?:https:\/\/[^/?#]|mailto:.|tel:.|\/(?!\/))/i;

/** An address with https:, mailto: or tel:, or a path that stays on the site. */
export const isLink = (url: string): boolean =>
  !unsafe.test(url) && start.test(url) && URL.canParse(url, 'https://site.invalid');
