const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What terminals give two columns: East Asian characters and emoji. */
const wide =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\p{sc=Yi}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]|\ufe0f|\p{Regional_Indicator}/u;
/** Half-width forms belong to those scripts, and take one column nevertheless. */
const narrow = /^[\uff61-\uffdc]/;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const widthOf = (character: string): number => {
  if (invisible.test(character)) return 0;
  return wide.test(character) && !narrow.test(character) ? 2 : 1;
};

/** How many columns of a terminal the text takes. */
export const displayWidth = (text: string): number => {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOf(segment);
  return width;
};

export const padToWidth = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));
