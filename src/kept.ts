/** Values by a text, up to a size in bytes: the least recently used go first. */
export class Kept<Value> {
  readonly #most: number;
  readonly #entries = new Map<string, { value: Value; bytes: number }>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  get isOpen(): boolean {
    return this.#most > 0;
  }

  get(text: string): Value | undefined {
    const entry = this.#entries.get(text);
    if (!entry) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    return entry.value;
  }

  /** Does not keep what would drive out most of the rest. */
  set(text: string, value: Value, size: number): void {
    const bytes = size + text.length;
    if (bytes > this.#most / 4) return;
    this.#drop(text);
    this.#entries.set(text, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#most) return;
      this.#drop(oldest);
    }
  }

  #drop(text: string): void {
    this.#bytes -= this.#entries.get(text)?.bytes ?? 0;
    this.#entries.delete(text);
  }
}
