const REDACTED = '[redacted]';

/**
 * What looks like a key, a header that carries one, or a password in an address; what stands before
 * it is caught in a group and stays. Searched in text that is JSON already, so that nothing that is
 * matched crosses a quote or an escape, the lookbehind spares the last digit of `\u001c`, and no
 * word boundary is asked for: `\n` ends with a letter.
 */
const SECRET = new RegExp(
  [
    /(?<!\\u00[01])[cp]k_(?:live|sandbox)_[\w-]*/,
    /((?:x-api-key|authorization|cookie)(?:\\?["'])?\s*[:=]\s*(?:\\?["'])?)[^"'\\]+/,
    /(Bearer\s+)[^\s"'\\]+/,
    /(:\/\/[^\s:@/"\\]*:)[^\s@/"\\]+(?=@)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

export const withoutSecrets = (text: string): string =>
  text.replace(
    SECRET,
    (_match, header = '', scheme = '', address = '') => `${header}${scheme}${address}${REDACTED}`,
  );
