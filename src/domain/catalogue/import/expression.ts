import { Exact } from './exact.ts';

/** A price that is computed: numbers, variables such as `#seats`, + - * / and parentheses. */

const token = /\s*(?:(#[A-Za-z]\w*)|(\d+(?:\.\d*)?|\.\d+)|([-+*/()]))/y;
const MOST_TOKENS = 200;

const tokensOf = (text: string): string[] | undefined => {
  const tokens: string[] = [];
  const trimmed = text.trim();
  for (token.lastIndex = 0; token.lastIndex < trimmed.length; ) {
    const [, variable, number, sign] = token.exec(trimmed) ?? [];
    const found = variable ?? number ?? sign;
    if (found === undefined || tokens.length === MOST_TOKENS) return undefined;
    tokens.push(found);
  }
  return tokens;
};

class Evaluation {
  readonly #tokens: readonly string[];
  readonly #variables: ReadonlyMap<string, Exact>;
  #next = 0;

  constructor(tokens: readonly string[], variables: ReadonlyMap<string, Exact>) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  get isAtEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  sum(): Exact | undefined {
    let sum = this.#product();
    for (let sign = this.#take('+', '-'); sign; sign = this.#take('+', '-')) {
      const next = this.#product();
      sum = sum && next && (sign === '+' ? sum.plus(next) : sum.minus(next));
    }
    return sum;
  }

  #product(): Exact | undefined {
    let product = this.#factor();
    for (let sign = this.#take('*', '/'); sign; sign = this.#take('*', '/')) {
      const next = this.#factor();
      if (!product || !next || (sign === '/' && next.sign === 0)) return undefined;
      product = sign === '*' ? product.times(next) : product.over(next);
    }
    return product;
  }

  #factor(): Exact | undefined {
    if (this.#take('(')) {
      const inner = this.sum();
      return this.#take(')') ? inner : undefined;
    }
    if (this.#take('-')) {
      const factor = this.#factor();
      return factor && new Exact(0n).minus(factor);
    }
    const found = this.#tokens[this.#next];
    this.#next += 1;
    if (found?.startsWith('#')) return this.#variables.get(found.slice(1));
    return found === undefined ? undefined : Exact.read(found);
  }

  #take(...signs: string[]): string | undefined {
    const found = this.#tokens[this.#next];
    if (found === undefined || !signs.includes(found)) return undefined;
    this.#next += 1;
    return found;
  }
}

/** Undefined for what is no such expression, or names a variable that is not there. */
export const evaluate = (
  text: string,
  variables: ReadonlyMap<string, Exact>,
): Exact | undefined => {
  const tokens = tokensOf(text);
  if (!tokens || tokens.length === 0) return undefined;
  const evaluation = new Evaluation(tokens, variables);
  const result = evaluation.sum();
  return evaluation.isAtEnd ? result : undefined;
};

/** The variables that an expression names. */
export const variablesIn = (text: string): string[] =>
  [...text.matchAll(/#([A-Za-z]\w*)/g)].map(([, name]) => name ?? '');
