import { createInterface } from 'node:readline';

/** A question is of use only where somebody can read it and answer. */
const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** Before anything is read or made: a script that cannot answer would wait for ever. */
export const requireAnswer = (yes: true | undefined): void => {
  if (!yes && !canAsk())
    throw new Error('nobody can be asked here: --yes goes on without a question');
};

/** Only a clear yes is one; the end of the input is a no. */
export const ask = (question: string): Promise<boolean> =>
  new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('close', () => resolve(false));
    lines.once('SIGINT', () => lines.close());
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });

/** How far a command has come is no part of what it prints. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

type Paint = (text: string) => string;

export interface Colours {
  created: Paint;
  deleted: Paint;
  updated: Paint;
  heading: Paint;
  faint: Paint;
}

const painted =
  (code: number): Paint =>
  (text) =>
    `\u001b[${code}m${text}\u001b[0m`;
const asItIs: Paint = (text) => text;

const inColour: Colours = {
  created: painted(32),
  deleted: painted(31),
  updated: painted(33),
  heading: painted(1),
  faint: painted(2),
};
const withoutColour: Colours = {
  created: asItIs,
  deleted: asItIs,
  updated: asItIs,
  heading: asItIs,
  faint: asItIs,
};

/**
 * NO_COLOR and FORCE_COLOR are conventions of many programs: any value but an empty one counts, and
 * FORCE_COLOR counts more, as in Node.js. There 0 and false mean no colour.
 */
const isInColour = (output: NodeJS.WriteStream): boolean => {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return output.isTTY && !NO_COLOR && TERM !== 'dumb';
};

export const coloursFor = (output: NodeJS.WriteStream, wanted = true): Colours =>
  wanted && isInColour(output) ? inColour : withoutColour;

/** What a terminal would obey, or show in another order than it stands. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text of somebody else in one line, safe for a terminal. */
export const printable = (text: string): string => text.replace(unsafe, escaped);

/** The same in quotes, as JSON has it. */
export const quoted = (text: string): string => printable(JSON.stringify(text));

/** Any text as one word, for shells that follow POSIX. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same, without quotes where it needs none. */
export const shellWord = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : shellQuoted(text);

/** After a question that was answered with no. */
export const changeNothing = (): void => {
  say('Nothing was changed.');
  process.exitCode = 1;
};

export const CODES_OF_QUESTION =
  '\nExit codes: 0 done, 1 answered with no, 2 refused: nothing was changed.';
