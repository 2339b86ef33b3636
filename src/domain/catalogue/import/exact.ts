import { RATE_SCALE } from '../../../vocabulary.ts';

const MOST = BigInt(Number.MAX_SAFE_INTEGER);
const decimalPlaces = Math.log10(RATE_SCALE);
const written = /^([+-]?)(?:(\d{1,40})(?:\.(\d{0,40}))?|\.(\d{1,40}))(?:[eE]([+-]?\d{1,2}))?$/;

/** A number without rounding: the quotient of two whole numbers, the lower one positive. */
export class Exact {
  readonly #over: bigint;
  readonly #under: bigint;

  constructor(over: bigint, under = 1n) {
    this.#over = under < 0n ? -over : over;
    this.#under = under < 0n ? -under : under;
  }

  /** Undefined for a text that is not a decimal number. */
  static read(text: string): Exact | undefined {
    const match = written.exec(text.trim());
    if (!match) return undefined;
    const [, sign, whole = '', fraction = '', onlyFraction = '', exponent = '0'] = match;
    const decimals = fraction + onlyFraction;
    const digits = BigInt(`${whole}${decimals}`);
    const power = Number(exponent) - decimals.length;
    const scaled =
      power < 0
        ? new Exact(digits, 10n ** BigInt(-power))
        : new Exact(digits * 10n ** BigInt(power));
    return sign === '-' ? new Exact(-scaled.#over, scaled.#under) : scaled;
  }

  get sign(): -1 | 0 | 1 {
    if (this.#over === 0n) return 0;
    return this.#over < 0n ? -1 : 1;
  }

  plus(other: Exact): Exact {
    return new Exact(
      this.#over * other.#under + other.#over * this.#under,
      this.#under * other.#under,
    );
  }

  minus(other: Exact): Exact {
    return this.plus(new Exact(-other.#over, other.#under));
  }

  times(other: Exact): Exact {
    return new Exact(this.#over * other.#over, this.#under * other.#under);
  }

  /** By any number but 0. */
  over(other: Exact): Exact {
    return new Exact(this.#over * other.#under, this.#under * other.#over);
  }

  /** The whole number of its last decimal, or undefined where it has more of them. */
  scaled(places: number): bigint | undefined {
    const scaled = this.#over * 10n ** BigInt(places);
    return scaled % this.#under === 0n ? scaled / this.#under : undefined;
  }

  /** How many decimals it has, or undefined where they are more than a catalogue can say. */
  get places(): number | undefined {
    for (let places = 0; places <= decimalPlaces; places += 1)
      if (this.scaled(places) !== undefined) return places;
    return undefined;
  }

  /** In rate scale, or what keeps it from being an amount. */
  get amount(): number | string {
    if (this.sign < 0) return 'is negative';
    const scaled = this.scaled(decimalPlaces);
    if (scaled === undefined) return 'is finer than four decimals';
    return scaled > MOST ? 'is too large' : Number(scaled);
  }

  /** As a whole number, or undefined where it is none or too large. */
  get whole(): number | undefined {
    const whole = this.scaled(0);
    return whole === undefined || whole < 0n || whole > MOST ? undefined : Number(whole);
  }

  /** In digits, for a number of at most four decimals. */
  toString(): string {
    const scaled = this.scaled(decimalPlaces);
    if (scaled === undefined) return `${this.#over}/${this.#under}`;
    const digits = String(scaled < 0n ? -scaled : scaled).padStart(decimalPlaces + 1, '0');
    const fraction = digits.slice(-decimalPlaces).replace(/0+$/, '');
    const whole = digits.slice(0, -decimalPlaces);
    return `${scaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  }
}
